"""Mutants of everything that bounds a reader, and the tests that have to kill each of them.

`python -m tests.access.mutants [words]` runs those whose name holds one of the words, or all. The sources stay as they
are: a mutated module is loaded in a child process in place of its original, and the killers run there.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """Hold one condition switched off: in which module, what stands there, what stands there instead; its killers."""

    module: str
    was: str
    becomes: str
    killers: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name the mutant by its module and what is missing."""
        return f"{self.module}: {' '.join(self.was.split())[:80]}"

    @property
    def source(self) -> str:
        """Give the mutated source; fails when the condition does not stand there exactly once."""
        text = (ROOT / self.module).read_text("utf-8")
        assert text.count(self.was) == 1, f"{self.name} stands there {text.count(self.was)} times"
        return text.replace(self.was, self.becomes)


_SCOPE: Final = ("tests/access/test_bounds.py",)
_HALVES: Final = ("tests/loaders/test_halves.py",)
_PEOPLE: Final = ("tests/access/test_people.py",)
_GATE: Final = ("tests/pages/gate/test_gate.py",)
_CALLER: Final = ("tests/pages/gate/test_caller.py",)
_ENTRANCE: Final = ("tests/pages/gate/test_entrance.py",)
_ACCOUNTS: Final = ("tests/loaders/access/test_accounts.py",)
_SOCKETS: Final = ("tests/pages/gate/test_sockets.py",)
_POLICIES: Final = ("tests/loaders/test_walls.py",)
_JOBS: Final = ("tests/pages/gate/test_jobs.py",)
_TICKETS: Final = ("tests/pages/gate/test_downloads.py",)


def _of(module: str, killers: tuple[str, ...], *pairs: tuple[str, str]) -> list[Mutant]:
    return [Mutant(module, was, becomes, killers) for was, becomes in pairs]


MUTANTS: Final[list[Mutant]] = [
    *_of(
        "loaders/scope.py",
        _SCOPE,
        ("self.blocks is None and self.departments is None and self.channels is None", "self.blocks is None"),
        ("self.blocks is None and self.departments is None", "self.departments is None"),
        ("        if not self.is_whole_city:\n", "        if False:\n"),
        ("if self.valid_until is not None and", "if False and"),
        (">= self.valid_until", "> self.valid_until"),
        (
            "replace(self, may_export=False",
            "type(self).whole_city(self.municipality) or replace(self, may_export=False",
        ),
    ),
    *_of("loaders/scope.py", _HALVES, ("1 if self.sees_rows else 2", "1")),
    *_of("loaders/store/scoped.py", _HALVES, ("[] if scope.sees_rows else [halves.kept()]", "[]")),
    *_of(
        "loaders/store/scoped.py",
        _SCOPE,
        ("_ROWS.municipality == scope.municipality", "_ROWS.municipality == _ROWS.municipality"),
        (
            "return [city, *(_ROWS[column].in_(known) for column, known in codes(words, scope).items()), *half]",
            "return [city, *half]",
        ),
        ("if word in opened_words)", "if True)"),
        ("if words is not None}", "if words}"),
        ("for name, column in policies.BOUNDS.items()}", "for name, column in list(policies.BOUNDS.items())[:1]}"),
        ("for name, column in policies.BOUNDS.items()}", "for name, column in list(policies.BOUNDS.items())[1:]}"),
    ),
    *_of(
        "loaders/cells.py",
        _SCOPE,
        ("    scope.check()\n    names", "    names"),
        ("return self.scope, self.names, self.grain, self.carried(month)", "return self.names, self.grain"),
        ("    return _without_foreign_words(whole.filter(within))", "    return _without_foreign_words(whole)"),
        ("    return _without_foreign_words(whole.filter(within))", "    return whole.filter(within)"),
        ("return found if query.scope.is_whole_city else _without_foreign_words(found)", "return found"),
        (
            "    return whole.filter(pl.col(name).is_in(codes) for name, codes in reader.own.items())",
            "    return whole",
        ),
        ("if word in words]\n    return pl.col(column.name)", "if True]\n    return pl.col(column.name)"),
        ("set(scoped.bounds(self.scope)).issubset(self.names)", "True"),
        ("whole = [*scoped.opened(words, query.scope), *_OF_ONE_MONTH]", "whole = [*_OF_ONE_MONTH]"),
        ("select(_ROWS.source_system).where(*scoped.opened(words, query.scope))", "select(_ROWS.source_system)"),
        ("_Query(scope.reach, names, grain", "_Query(Scope.whole_city(scope.municipality).reach, names, grain"),
    ),
    *_of(
        "loaders/register.py",
        _SCOPE,
        ("    if not scope.sees_rows:\n", "    if False:\n"),
        ("[*scoped.opened(words, scope), *_conditions(filters, words)]", "_conditions(filters, words)"),
    ),
    *_of(
        "loaders/imports.py",
        _SCOPE,
        ('    """\n    scope.demand_whole_city()\n    columns = list', '    """\n    columns = list'),
        ("    scope.demand_whole_city()\n    columns = [column", "    columns = [column"),
        (".where(_BATCHES.municipality == scope.municipality)\n    with", "\n    with"),
        (".where(table.c.municipality == scope.municipality)\n", "\n"),
    ),
    *_of("loaders/imports.py", _PEOPLE, ("        by.demand(Right.IMPORT, municipality, place)\n", "        pass\n")),
    *_of(
        "loaders/quality.py",
        ("tests/loaders/test_scope.py",),
        (".where(*scoped.opened(words, scope), _ROWS.deadline_at.is_(None))", ".where(_ROWS.deadline_at.is_(None))"),
        (
            ".where(*scoped.opened(words, scope))\n            .group_by(_ROWS.source_system)",
            ".group_by(_ROWS.source_system)",
        ),
    ),
    *_of(
        "loaders/freshness.py",
        _SCOPE,
        ("if is_told else (0, 0)", ""),
        ("_BATCHES.municipality == scope.municipality, _BATCHES.state", "_BATCHES.state"),
    ),
    *_of("loaders/store/engine.py", _SCOPE, ("        if scope is not None:\n            scope.check()\n", "")),
    *_of(
        "loaders/access/viewer.py",
        _PEOPLE,
        ('if bound != "blocks" or self.blocks is not None else frozenset()', ""),
        ('if bound != "channels" or self.channels is not None else frozenset()', ""),
        ("sees_rows=Right.ROWS in self.rights", "sees_rows=True"),
        ("may_export=Right.EXPORT in self.rights", "may_export=True"),
        ("departments=self.departments", "departments=None"),
        ("valid_until=self.valid_until", "valid_until=None"),
        ("(place for place in self.places if place.key == key)", "(place for place in self.places)"),
        ("if place.key == key), self.places[0])", "if place.key == key), self.places[-1])"),
        ("            if grant.municipality == municipality:\n", "            if True:\n"),
        ("            grant.scope().check()\n", ""),
        ("        return right in grant.rights", "        return True"),
        ("        if not self.may(right, municipality, place):\n", "        if False:\n"),
    ),
    *_of(
        "loaders/access/sessions.py",
        _PEOPLE,
        ("sa.and_(_ROWS.ended_at_utc.is_(None), _ROWS.ends_at_utc > _NOW,", "sa.and_(_ROWS.ends_at_utc > _NOW,"),
        ("_ROWS.ends_at_utc > _NOW, ", ""),
        (", _ROWS.seen_at_utc > _IDLE)", ")"),
        (".where(_RUNS, sa.or_(accounts.c.is_active, _ROWS.account_id.is_(None)))", ".where(_RUNS)"),
        (".where(_RUNS, sa.or_(accounts", ".where(sa.or_(accounts"),
        ('_RUNNING.where(_ROWS.session_id == sa.bindparam("number"))', '_RUNNING.where(sa.bindparam("number") != "")'),
        ("demo_rule.cities(connection) is None:\n        return None", "False:\n        return None"),
        (
            'permits.demand_over(connection, by, row["account_id"])\n        elif',
            "pass\n        elif",
        ),
        (
            '        if not account["is_active"]:\n            raise AccessDenied("Учётная',
            '        if False:\n            raise AccessDenied("Учётная',
        ),
    ),
    *_of(
        "loaders/access/seen.py",
        _PEOPLE,
        (
            "stands.substitute_id == account, stands.start_utc <= now, stands.end_utc > now",
            "stands.start_utc <= now, stands.end_utc > now",
        ),
        ("stands.start_utc <= now, stands.end_utc > now", "stands.end_utc > now"),
        ("stands.start_utc <= now, stands.end_utc > now", "stands.start_utc <= now"),
        ("sa.and_(absent.c.municipality == grants.c.municipality, absent", "sa.and_(absent"),
        (".where(is_theirs, accounts.c.is_active, sa", ".where(is_theirs, sa"),
        ("sa.or_(ends.is_(None), ends > now))", "sa.true())"),
        ("granting.of_row(row, None if is_own else row.until)", "granting.of_row(row)"),
    ),
    *_of(
        "loaders/access/permits.py",
        _PEOPLE,
        ("    if kept is not None and municipality not in kept:\n", "    if False:\n"),
        ("    if kept is not None and not kept:\n", "    if False:\n"),
        ("    if kept is not None and (not kept or not kept.issuperset(theirs)):\n", "    if False:\n"),
        ("if _keeps(row.rights))", "if True)"),
        ("actor.account_id is None and not actor.session_id and actor", "actor.account_id is None and actor"),
        ("actor.account_id is None and not actor.session_id and actor", "not actor.session_id and actor"),
        ("not actor.session_id and actor.login.startswith(CONSOLE)", "not actor.session_id"),
    ),
    *_of(
        "loaders/access/demo_rule.py",
        _PEOPLE,
        ("if all(key.endswith(DEMO_SUFFIX) for key in found) else None", ""),
    ),
    *_of(
        "loaders/access/grants.py",
        _PEOPLE,
        ("    if not rule.least <= grant.rights <= rule.most:\n", "    if False:\n"),
        ("    if rule.must_end and grant.valid_until is None:\n", "    if False:\n"),
        ('    if rule.bound == "blocks" and not grant.blocks:\n', "    if False:\n"),
        ('    if rule.bound == "channels" and not grant.channels:\n', "    if False:\n"),
        ("    if by.account_id == account_id:\n", "    if False:\n"),
    ),
    *_of(
        "pages/gate/downloads.py",
        _TICKETS,
        ("if ticket is None or ticket.session_id != session_id:", "if ticket is None:"),
        ("            del self._kept[key]\n        return", "        return"),
        ("return ticket if ticket.until > self._clock() else None", "return ticket"),
        ("if viewer is None or viewer.stamp != ticket.stamp:", "if viewer is None:"),
        ("    viewer.demand(Right.EXPORT, scope.municipality, place)\n", ""),
    ),
    *_of(
        "pages/gate/jobs.py",
        _JOBS,
        ("job is not None and job.session_id == session_id else None", "job is not None else None"),
        ("    if viewer is None or viewer.stamp != job.stamp:\n", "    if viewer is None:\n"),
        ("    viewer.demand(Right.EXPORT, municipality, place)\n", ""),
        ("            _scope(job)  # rights that changed meanwhile leave nothing to fetch\n", ""),
    ),
    *_of(
        "pages/gate/gate.py",
        _GATE,
        ("        if not caller.is_known_host(scope, self.settings):\n", "        if False:\n"),
        ("            if visitor is None:\n                return await self._unknown(scope)\n", ""),
        ("        if asked is Door.CLOSED or asked is Door.SOCKET:\n", "        if False:\n"),
        ('scope["method"] not in _READS and not caller', "False and not caller"),
        ("        if visitor.must_change_password and not is_bare:\n", "        if False:\n"),
        ("        if asked is Door.UPLOAD and (refused", "        if False and (refused"),
        ("if caller.canonical(name) != knowing.HEADER]", "]"),
    ),
    *_of(
        "pages/gate/caller.py",
        _CALLER,
        ("if entries is None or not settings.is_proxy(caller):", "if entries is None:"),
        ("if not settings.user_header or not _behind_proxy(scope, settings):", "if not settings.user_header:"),
        ("given is not None and len(given) == 1", "given"),
        ("None if spellings - {name} else values(scope, name)", "values(scope, name)"),
        ("and is_loopback(peer(scope)) and", "and"),
        (" and not is_forwarded(scope)", ""),
    ),
    *_of("pages/gate/visitors.py", _ENTRANCE, ("    if named and named != session.login:\n", "    if False:\n")),
    *_of(
        "loaders/access/accounts.py",
        _ACCOUNTS,
        (' is not None or account["password_hash"] is not None:\n', " is not None:\n"),
        ('account["is_active"] or account["subject"] is not None or', 'account["is_active"] or'),
        ("_ROWS.subject == subject) if is_subject(subject) else None", "_ROWS.subject == subject.strip())"),
        ("return _ROWS.login == login if", "return _ROWS.login == normal(login) if"),
    ),
    *_of(
        "pages/gate/sockets.py",
        _SOCKETS,
        ("if not caller.is_known_host(scope, settings) or not caller.is_own_page(scope, settings):", "if False:"),
        ("    if visitor is None:\n        return 401, None\n", ""),
        ("if visitor.must_change_password or asked is not Door.SOCKET else", "if False else"),
        ("if caller.canonical(name) != knowing.HEADER]", "]"),
        ("            if not await run_in_threadpool(self._still, is_active):\n", "            if False:\n"),
        ("        if not self._ended.is_set():\n            await send", "        if True:\n            await send"),
    ),
    *_of(
        "pages/gate/messages.py",
        _SOCKETS,
        ("if kind in _DEEDS else Verdict.DROPPED", ""),
        (
            "    except DecodeError:\n        return Verdict.BROKEN\n",
            "    except DecodeError:\n        return Verdict.SPOKEN\n",
        ),
        (
            "    if data is None:\n        return Verdict.BROKEN\n",
            "    if data is None:\n        return Verdict.TAKEN\n",
        ),
    ),
    *_of(
        "pages/shared/viewer.py",
        _PEOPLE,
        ("asked in known else", "asked else"),
        ("    bounds.check()\n    return bounds", "    return bounds"),
        ("person.may(right, municipality, place(person).key)", "True"),
    ),
    *_of(
        "loaders/store/policies.py",
        _POLICIES,
        ('_CITY: Final = "municipality = (SELECT mcu_municipality())"', '_CITY: Final = "true"'),
        ("        f\"((SELECT mcu_opens_all('{bound}')) OR {column}", '        f"(true OR {column}'),
        ("f\"(dimension <> '{column}' OR (SELECT", 'f"(true OR (SELECT'),
        ('    "rejected_rows": _WHOLE,\n', '    "rejected_rows": _CITY,\n'),
        ('    "findings": _WHOLE,\n', '    "findings": _CITY,\n'),
        ('seen if command == "SELECT" else _WHOLE)', "seen)"),
        (", FORCE ROW LEVEL SECURITY", ""),
        ("= 'null', false)", "= 'null', true)"),
        ("set_config(:setting, :told, true)", "set_config(:setting, :told, false)"),
    ),
]


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Load one module from mutated text, every other one as always."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = mutant.module.removesuffix(".py").replace("/", ".")
        self._path, self._source = str(ROOT / mutant.module), mutant.source

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Claim the mutated module alone."""
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def get_data(self, _path: str | bytes) -> bytes:
        """Give the mutated text."""
        return self._source.encode()

    def get_filename(self, _fullname: str) -> str:
        """Name the file that tracebacks speak of."""
        return self._path

    def path_stats(self, _path: str | bytes) -> dict[str, float]:
        """Refuse to say when the file was written: mutated code is kept nowhere."""
        raise OSError


def survivors(mutants: Sequence[Mutant]) -> list[str]:
    """Run the killers of every mutant in a child process; name the mutants whose killers were content."""
    numbers = [str(MUTANTS.index(mutant)) for mutant in mutants]
    command = [sys.executable, "-m", "tests.access.mutants", *numbers]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    assert f"{len(mutants)} mutants" in done.stdout, done.stdout
    return [line.removeprefix(_SURVIVED) for line in done.stdout.splitlines() if line.startswith(_SURVIVED)]


_SURVIVED: Final = "survived: "


def _environment() -> dict[str, str]:
    """Leave out what a run of pytest around this one says to its children."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}


def _is_killed(mutant: Mutant) -> bool:
    """Run the killers on a fresh import of everything of ours; a test must fail, and not merely be missing."""
    import pytest

    for name in [name for name in sys.modules if name.partition(".")[0] in _OURS and name != __name__]:
        del sys.modules[name]
    finder = _Mutated(mutant)
    sys.meta_path.insert(0, finder)
    quiet = ("-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist")
    try:
        code = pytest.main([*quiet, *mutant.killers])
    finally:
        sys.meta_path.remove(finder)
    assert code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}, mutant.name
    return code == pytest.ExitCode.TESTS_FAILED


_OURS: Final = frozenset({"analytics", "loaders", "pages", "tests", "app"})


def main(words: Sequence[str]) -> int:
    """Run the mutants named by their numbers or by words, and print those that survived."""
    numbers = {int(word) for word in words if word.isdecimal()}
    chosen = [
        each
        for number, each in enumerate(MUTANTS)
        if not words or number in numbers or any(word in each.name for word in words if not word.isdecimal())
    ]
    alive = [mutant.name for mutant in chosen if not _is_killed(mutant)]
    for name in alive:
        print(f"\n{_SURVIVED}{name}", flush=True)  # noqa: T201 — a command
    print(f"\n{len(chosen)} mutants, {len(alive)} survived", flush=True)  # noqa: T201
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
