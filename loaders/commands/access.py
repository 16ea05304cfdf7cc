"""Commands about people: accounts and what they are given, their sessions, and the journal of what they did.

A password is never an argument, which other users of the machine could read: it is typed without echo, twice, or is
one line of the standard input.
"""

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from loaders import municipalities
from loaders.access import accounts, console, grants, journal, sessions
from loaders.access.accounts import Account
from loaders.access.roles import ROLES, Right, Role
from loaders.access.viewer import Grant
from loaders.city import City
from loaders.commands import output, places
from loaders.errors import InputRefused
from loaders.store.engine import Store, open_store


def run_account(given: Namespace) -> None:
    """Carry out one action on accounts."""
    with open_store() as store:
        _ACCOUNT[given.action](store, given)


def run_journal(given: Namespace) -> None:
    """Show the journal, or walk its chain."""
    with open_store() as store:
        _JOURNAL[given.action](store, given)


def _add(store: Store, given: Namespace) -> None:
    grant = _grant(store, given)
    password = None if given.without_password else _password(given)
    grants.admit(store, grant, login=given.login, title=given.title, password=password, by=console.actor())
    sentence = "Пароль сменят при первом входе" if password else "Вход — через службу входа"
    _say(f"Учётная запись «{accounts.normal(given.login)}» заведена: {ROLES[grant.role].title}. {sentence}.")


def _give(store: Store, given: Namespace) -> None:
    account = _found(store, given.login)
    if given.withdraw:
        city = _city(store, given.city)
        grants.withdraw(store, account.account_id, city, console.actor())
        _say(f"В городе «{city}» для «{account.login}» больше ничего не открыто.")
        return
    if given.role is None:
        raise InputRefused("arguments", "Не хватает: --role", advice="Или отзовите права: --withdraw.")
    grant = _grant(store, given)
    grants.give(store, account.account_id, grant, console.actor())
    _say(f"Права «{account.login}» изменены: {ROLES[grant.role].title}, {grant.municipality}.")


def _grant(store: Store, given: Namespace) -> Grant:
    city = _city(store, given.city)
    role = Role(given.role)
    left_out = {Right.ROWS} if given.no_rows else set()
    left_out |= {Right.EXPORT} if given.no_export else set()
    added = {Right.EXPORT} if given.export else set()
    return Grant(
        municipality=city,
        role=role,
        rights=(ROLES[role].rights | added) - left_out,
        blocks=_words(given.blocks),
        departments=frozenset(given.departments) if given.departments else None,
        channels=frozenset(given.channels) if given.channels else None,
        valid_until=None if given.until is None else _end_of(given.until, city),
    )


def _words(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(word.strip() for word in text.split(",") if word.strip())


def _end_of(day: date, city: str) -> datetime:
    """Give the end of a day on the city's clock."""
    zone = ZoneInfo(municipalities.describe(city).time_zone)
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _city(store: Store, city: str | None) -> str:
    """Choose the city: named, the installation's own, the first in the store, the product's home."""
    named = places.named(city)
    if named is not None:
        return City.load(named).key if named.endswith(".toml") else named
    return next(iter(municipalities.known(store)), municipalities.HOME)


def _found(store: Store, login: str) -> Account:
    account = accounts.find(store, accounts.normal(login))
    if account is None:
        advice = "Список: python -m loaders account list."
        raise InputRefused("no_account", f"Учётной записи «{journal.plain(login, 64)}» нет", advice=advice)
    return account


def _password(given: Namespace) -> str:
    """Read a password: from the standard input where that was asked for, else typed twice without echo."""
    if given.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        advice = "Передайте его строкой стандартного ввода с параметром --password-stdin."
        raise InputRefused("no_terminal", "Пароль набирают в терминале", advice=advice)
    password = getpass.getpass("Пароль: ")
    if getpass.getpass("Ещё раз: ") != password:
        raise InputRefused("passwords_differ", "Пароли не совпали", advice="Повторите команду.")
    return password


def _set_password(store: Store, given: Namespace) -> None:
    account = _found(store, given.login)
    accounts.set_password(store, account.account_id, _password(given), by=console.actor())
    _say(f"Пароль «{account.login}» задан, его сеансы окончены. Пароль сменят при первом входе.")


def _disable(store: Store, given: Namespace) -> None:
    account = _found(store, given.login)
    accounts.switch(store, account.account_id, is_active=False, by=console.actor())
    _say(f"Учётная запись «{account.login}» выключена, её сеансы окончены.")


def _enable(store: Store, given: Namespace) -> None:
    account = _found(store, given.login)
    accounts.switch(store, account.account_id, is_active=True, by=console.actor())
    _say(f"Учётная запись «{account.login}» включена.")


def _bind(store: Store, given: Namespace) -> None:
    account = _found(store, given.login)
    accounts.bind(store, account.account_id, None if given.remove else given.subject, by=console.actor())
    _say(f"Связь «{account.login}» со службой входа {'снята' if given.remove else 'записана'}, его сеансы окончены.")


def _end_sessions(store: Store, given: Namespace) -> None:
    account = _found(store, given.login)
    ended = sessions.end_all(store, account.account_id, console.actor())
    _say(f"Окончено сеансов «{account.login}»: {ended}.")


_PEOPLE: Final = {
    "login": "Логин",
    "title": "Должность",
    "is_active": "Включена",
    "municipality": "Город",
    "role": "Роль",
    "blocks": "Блоки",
    "valid_until": "До (UTC)",
    "seen_at": "Был (UTC)",
}


def _list(store: Store, given: Namespace) -> None:
    """List accounts, of one city where it is named."""
    city = None if given.city is None else _city(store, given.city)
    _print(accounts.all_accounts(store, city), _PEOPLE, as_json=given.json)


_RUNNING: Final = {
    "login": "Логин",
    "title": "Должность",
    "address": "Адрес",
    "started_at": "Вход (UTC)",
    "seen_at": "Был (UTC)",
    "ends_at": "До (UTC)",
}


def _sessions(store: Store, given: Namespace) -> None:
    """List the sessions that run now, of one city where it is named."""
    city = None if given.city is None else _city(store, given.city)
    _print(sessions.listed(store, city), _RUNNING, as_json=given.json)


_ENTRIES: Final = {
    "entry_no": "Запись",
    "at_utc": "Когда (UTC)",
    "login": "Кто",
    "action": "Что",
    "detail": "Подробности",
    "rows": "Строк",
    "municipality": "Город",
    "address": "Откуда",
}


def _journal_list(store: Store, given: Namespace) -> None:
    """List entries, newest first, with days in UTC."""
    since, until = (None if day is None else datetime.combine(day, time(), UTC) for day in (given.start, given.end))
    found, total = journal.page(
        store,
        municipality=None if given.city is None else _city(store, given.city),
        since=since,
        until=None if until is None else until + timedelta(days=1),
        login=given.login or "",
        action=_event(given.event),
        limit=given.limit,
    )
    _print(found, _ENTRIES, as_json=given.json)
    if not given.json and total > found.height:
        _say(f"Показано {found.height} из {total}; больше — параметром --limit.")


def _event(name: str | None) -> str | None:
    if name is not None and name not in journal.ACTIONS:
        advice = f"Есть: {', '.join(journal.ACTIONS)}."
        raise InputRefused("unknown_name", f"События «{journal.plain(name, 64)}» нет", advice=advice)
    return name


def _verify(store: Store, given: Namespace) -> None:
    """Walk the chain; a broken one is refused with the number of the first wrong entry."""
    broken = journal.verify(store, given.known)
    if broken is not None:
        advice = "Восстановите хранилище из резервной копии и выясните, кто его менял."
        raise InputRefused("journal_broken", f"Журнал нарушен: запись № {broken} не та, что была", advice=advice)
    number, sealed = journal.head(store)
    if given.json:
        output.as_json({"entries": number, "hash": sealed})
    else:
        _say(f"Журнал цел, записей: {number}. Чтобы позже увидеть и срезанный конец, запишите: {number}:{sealed}")


def _print(frame: pl.DataFrame, titles: Mapping[str, str], *, as_json: bool) -> None:
    rows = frame.to_dicts()
    if as_json:
        output.as_json(rows)
    else:
        output.as_table([_shown(row) for row in rows], titles)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Put roles, events and lists into words."""
    words = {name: ", ".join(value) for name, value in row.items() if isinstance(value, list)}
    if row.get("role"):
        words["role"] = ROLES[Role(row["role"])].title
    if "action" in row:
        words |= {"action": journal.ACTIONS[row["action"]], "detail": journal.told(row["detail"])}
    return row | words


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


Action = Callable[[Store, Namespace], None]

_ACCOUNT: Final[Mapping[str, Action]] = {
    "add": _add,
    "list": _list,
    "grant": _give,
    "password": _set_password,
    "disable": _disable,
    "enable": _enable,
    "bind": _bind,
    "sessions": _sessions,
    "end-sessions": _end_sessions,
}
_JOURNAL: Final[Mapping[str, Action]] = {"list": _journal_list, "verify": _verify}
