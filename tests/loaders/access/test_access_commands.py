"""The command line makes the first administrator, never shows or takes a password, and stands in the journal."""

import getpass
import io
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from loaders import imports
from loaders.__main__ import main
from loaders.access import accounts, console, grants, journal, sessions
from loaders.access.roles import Right, Role
from loaders.city import City
from loaders.commands import work
from loaders.errors import AccessDenied
from loaders.store.engine import Store
from tests.loaders.access.people import CITY, CONSOLE, OTHER, PHRASE, grant, person
from tests.loaders.made import intake, row

Run = Callable[..., tuple[int, str, str]]
ADMIN = ("account", "add", "chief", "--role", "administrator", "--title", "Начальник отдела", "--password-stdin")
HEAD = ("account", "add", "roads", "--title", "Директор", "--without-password", "--role", "block_head")


class Terminal(io.StringIO):
    """Stand for a terminal that a person sits at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Carry out a command against the store; give the exit code, stdout and stderr."""
    assert store
    monkeypatch.setenv("MCU_DATABASE_URL", store_url)
    for name in ("MCU_CITY", "MCU_SESSION"):
        monkeypatch.delenv(name, raising=False)

    def carry_out(*words: str, typed: str = "", is_terminal: bool = False) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", Terminal() if is_terminal else io.StringIO(typed))
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return carry_out


def test_the_first_administrator_is_made_by_one_command(run: Run, store: Store) -> None:
    code, out, err = run(*ADMIN, typed=f"{PHRASE}\n")
    assert (code, out, err) == (
        0,
        "Учётная запись «chief» заведена: Администратор. Пароль сменят при первом входе.\n",
        "",
    )
    number = accounts.check_password(store, "chief", PHRASE)
    assert number is not None
    session = sessions.session_of(store, sessions.begin(store, number, address="a", agent="b"))
    assert session is not None
    assert session.must_change_password
    viewer = sessions.viewer(store, session.session_id)
    assert viewer is not None
    assert viewer.grant(CITY) == grant()
    told = journal.page(store)[0].select("login", "action").rows()
    here = f"консоль: {getpass.getuser()}"
    assert told == [("chief", "sign_in"), (here, "grant_changed"), (here, "account_added")]


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (ADMIN, "коротко\n", "Пароль короче 12 знаков"),
        (ADMIN[:-1], "", "Передайте его строкой стандартного ввода"),
        (HEAD, "", "нужен хотя бы один блок. Есть: housing_utilities — ЖКХ"),
        ((*HEAD, "--blocks", "roads,нет"), "", "Блока «нет» в этом городе нет. Есть:"),
        ((*HEAD, "--blocks", "roads", "--until", "2020-01-01"), "", "Срок доступа уже прошёл"),
        ((*HEAD, "--blocks", "roads", "--city", "atlantis"), "", "Города «atlantis» нет"),
        ((*HEAD[:-1], "emperor"), "", "«emperor» не подходит для --role"),
        (("account", "disable", "nobody"), "", "Учётной записи «nobody» нет"),
        (("account",), "", "Не хватает: ДЕЙСТВИЕ"),
        (("journal", "verify", "--known", "7"), "", "нужны номер и отпечаток"),
        (("journal", "list", "--event", "no"), "", "События «no» нет"),
    ],
)
def test_a_mistake_is_told_in_one_sentence_and_changes_nothing(
    run: Run, store: Store, words: tuple[str, ...], typed: str, said: str
) -> None:
    code, out, err = run(*words, typed=typed)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert accounts.all_accounts(store, None).is_empty()


def test_a_password_is_typed_twice_without_echo(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = [PHRASE, "другое", PHRASE, PHRASE]
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: typed.pop(0))
    code, _, err = run(*ADMIN[:-1], is_terminal=True)
    assert (code, err) == (2, "Пароли не совпали. Повторите команду.\n")
    assert run(*ADMIN[:-1], is_terminal=True)[0] == 0
    assert not typed
    assert accounts.check_password(store, "chief", PHRASE) == 1


def test_an_account_lives_from_command_to_command(run: Run, store: Store) -> None:
    number = person(store, "chief", grant())
    code, out, _ = run(*HEAD, "--blocks", "roads, transport", "--until", "2099-12-31")
    assert (code, out) == (0, "Учётная запись «roads» заведена: Руководитель блока. Вход — через службу входа.\n")
    row_of = json.loads(run("account", "list", "--json")[1])[1]
    assert (row_of["blocks"], row_of["valid_until"]) == (["roads", "transport"], "2099-12-31T21:00:00")
    assert run("account", "grant", "roads", "--role", "coordinator", "--no-rows", "--no-export")[0] == 0
    table = run("account", "list", "--city", CITY)[1]
    assert "Ответственный исполнитель" in table
    assert json.loads(run("account", "list", "--json")[1])[1]["rights"] == []
    sessions.begin(store, 2, address="10.0.0.9", agent="b")
    assert "10.0.0.9" in run("account", "sessions")[1]
    assert run("account", "bind", "roads", "--subject", "https://id|7")[1] == (
        "Связь «roads» со службой входа записана, его сеансы окончены.\n"
    )
    assert accounts.find_subject(store, "https://id|7") is not None
    assert run("account", "bind", "roads", "--subject", "7")[2] == (
        "Это не пользователь службы входа. Нужен вид https://служба|номер.\n"
    )
    assert run("account", "bind", "roads", "--remove")[1].startswith("Связь «roads» со службой входа снята")
    assert accounts.find_subject(store, "https://id|7") is None
    assert run("account", "bind", "roads")[0] == 2
    sessions.begin(store, 2, address="10.0.0.9", agent="b")
    assert run("account", "end-sessions", "ROADS")[1] == "Окончено сеансов «roads»: 1.\n"
    assert run("account", "password", "roads", "--password-stdin", typed=PHRASE)[0] == 0
    assert accounts.check_password(store, "roads", PHRASE) == 2
    assert run("account", "disable", "roads")[0] == 0
    assert accounts.check_password(store, "roads", PHRASE) is None
    assert run("account", "enable", "roads")[0] == 0
    assert run("account", "grant", "roads", "--withdraw")[0] == 0
    assert run("account", "grant", "roads")[0] == 2
    assert accounts.all_accounts(store, CITY)["account_id"].to_list() == [number]
    code, _, err = run("account", "disable", "chief")
    assert code == 2
    assert "последний, кто ведёт доступ" in err


def test_files_are_given_to_a_block_lead_where_that_is_decided(run: Run, store: Store) -> None:
    person(store, "chief", grant())
    assert run(*HEAD, "--blocks", "roads", "--export")[0] == 0
    assert json.loads(run("account", "list", "--json")[1])[1]["rights"] == ["export", "rows"]
    assert run("account", "grant", "roads", "--role", "block_head", "--blocks", "roads")[0] == 0
    assert json.loads(run("account", "list", "--json")[1])[1]["rights"] == ["rows"]
    code, _, err = run("account", "grant", "roads", "--role", "staff", "--export")
    assert (code, err) == (2, "Роль «Работник общего отдела» даёт другие права: выгружает файлы.\n")


def test_the_journal_is_listed_and_verified(run: Run, store: Store) -> None:
    person(store, "chief", grant())
    found = json.loads(run("journal", "list", "--json", "--limit", "1")[1])
    assert [(each["entry_no"], each["action"], each["municipality"]) for each in found] == [(2, "grant_changed", CITY)]
    out = run("journal", "list", "--event", "account_added")[1]
    assert "учётная запись: chief, должность: Должность chief" in out
    assert run("journal", "list", "--to", "2020-01-01")[1] == "Нет строк.\n"
    assert run("journal", "list", "--limit", "1")[1].endswith("Показано 1 из 2; больше — параметром --limit.\n")
    code, out, _ = run("journal", "verify")
    number, sealed = journal.head(store)
    assert (code, out.endswith(f"запишите: {number}:{sealed}\n")) == (0, True)
    assert json.loads(run("journal", "verify", "--json", "--known", f"2:{sealed}")[1]) == {"entries": 2, "hash": sealed}
    code, _, err = run("journal", "verify", "--known", f"1:{sealed}")
    assert code == 2
    assert err.startswith("Журнал нарушен: запись № 1 не та, что была.")


# Who a command acts for.


def _session(store: Store, login: str, role: Role, city: str = CITY) -> str:
    number = person(store, login, grant(role, city))
    return sessions.session_id(sessions.begin(store, number, address="10.0.0.5", agent="b"))


def test_a_command_acts_for_the_session_that_started_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MCU_SESSION", raising=False)
    assert console.acting(store, Right.IMPORT, CITY) == console.actor()
    monkeypatch.setenv("MCU_SESSION", _session(store, "staff", Role.STAFF))
    assert console.acting(store, Right.IMPORT, CITY).login == "staff"
    with pytest.raises(AccessDenied):
        console.acting(store, Right.IMPORT, OTHER)
    monkeypatch.setenv("MCU_SESSION", _session(store, "curator", Role.CURATOR))
    with pytest.raises(AccessDenied):
        console.acting(store, Right.IMPORT, CITY)
    monkeypatch.setenv("MCU_SESSION", "0" * 64)
    with pytest.raises(AccessDenied, match="Сеанс окончен"):
        console.acting(store, Right.IMPORT, CITY)


def test_a_command_acts_from_the_place_its_session_looks_from(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = _session(store, "curator", Role.CURATOR)
    absent, instead, now = person(store, "staff", grant(Role.STAFF)), accounts.find(store, "curator"), datetime.now(UTC)
    assert instead is not None
    monkeypatch.setenv("MCU_SESSION", session)
    monkeypatch.setenv("MCU_PLACE", str(absent))
    with pytest.raises(AccessDenied):
        console.acting(store, Right.IMPORT, CITY)
    grants.substitute(store, CITY, absent, instead.account_id, now, now + timedelta(days=1), CONSOLE)
    assert console.acting(store, Right.IMPORT, CITY).login == "curator"
    monkeypatch.delenv("MCU_PLACE")
    with pytest.raises(AccessDenied):
        console.acting(store, Right.IMPORT, CITY)


def test_a_user_without_a_name_is_named_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", unknown)
    assert console.actor().login == f"консоль: {os.getuid()}"


LINES = "Номер;Дата\n1;01.11.2026\n"


def test_an_import_without_the_right_reads_no_file(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCU_SESSION", _session(store, "curator", Role.CURATOR))
    monkeypatch.setattr(work.intake, "read", lambda *_: pytest.fail("the file was read"))
    code, out, err = run("import", "нет такого.csv", "--source", "generic", "--city", CITY)
    assert (code, out, err) == (2, "", "Это вам не открыто.\n")


def test_an_import_stands_in_the_journal_with_who_did_it(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work.intake, "read", lambda *_: intake([row("1", municipality=CITY)], rejected=2))
    assert run("import", "a.csv", "--source", "generic", "--city", CITY)[0] == 0
    monkeypatch.setenv("MCU_SESSION", _session(store, "staff", Role.STAFF))
    assert run("import", "a.csv", "--source", "generic", "--city", CITY)[0] == 0
    found = journal.page(store, action=journal.IMPORTED)[0].rows(named=True)
    assert [(each["login"], each["address"], each["rows"]) for each in found] == [
        ("staff", "10.0.0.5", 3),
        (console.actor().login, "", 3),
    ]
    assert json.loads(found[1]["detail"]) == {
        "batch": 1,
        "source": "generic",
        "files": 1,
        "new": 1,
        "corrected": 0,
        "duplicate": 0,
        "rejected": 2,
    }
    monkeypatch.delenv("MCU_SESSION")
    assert run("undo", "1", "--city", CITY)[0] == 0
    undone = journal.page(store, action=journal.UNDONE)[0].row(0, named=True)
    assert (undone["login"], journal.told(undone["detail"])) == (
        console.actor().login,
        "загрузка: 1, убрано: 1, возвращено: 0",
    )


def test_an_undo_asks_for_the_right_and_is_told_of(store: Store) -> None:
    imports.load(store, intake([row("1", municipality=CITY)]), "generic", City.load(CITY))
    before = journal.page(store)[1]
    curator = sessions.viewer(store, _session(store, "curator", Role.CURATOR))
    staff = sessions.viewer(store, _session(store, "staff", Role.STAFF))
    assert curator is not None
    assert staff is not None
    with pytest.raises(AccessDenied):
        imports.undo(store, CITY, 1, by=curator)
    with pytest.raises(TypeError):
        imports.undo(store, CITY, 1)  # type: ignore[call-arg]
    imports.undo(store, CITY, 1, by=staff)
    assert journal.page(store, action=journal.UNDONE)[0]["login"].to_list() == ["staff"]
    assert before == 1


def test_an_import_refused_or_rolled_back_is_not_told_of(store: Store) -> None:
    def stop(_step: str, share: float) -> None:
        if share > 0.9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports.load(store, intake([row("1", municipality=CITY)]), "generic", City.load(CITY), stop)
    assert journal.page(store)[1] == 0


def test_a_guest_is_let_in_to_the_end_of_a_day_of_the_city(run: Run, store: Store) -> None:
    words = ("account", "add", "guest", "--title", "Эксперт", "--without-password", "--role", "guest")
    assert run(*words)[0] == 2
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    assert run(*words, "--until", day.isoformat())[0] == 0
    until = accounts.all_accounts(store, CITY)["valid_until"][0]
    assert until == datetime(day.year, day.month, day.day, 21)  # midnight in Moscow
    grants.withdraw(store, 1, CITY, CONSOLE)
