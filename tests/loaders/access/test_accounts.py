"""Accounts: passwords are hashed well and checked with equal work, and only who keeps the access changes anything."""

import re
from collections.abc import Callable

import argon2
import pytest
import sqlalchemy as sa

from loaders.access import accounts, grants, journal, passwords, sessions
from loaders.access.roles import Role
from loaders.access.viewer import Actor
from loaders.errors import AccessDenied, InputRefused
from loaders.store import access_tables
from loaders.store.engine import Store
from tests.loaders.access.people import CITY, CONSOLE, OTHER, PHRASE, actor, grant, person

ROADS = grant(Role.BLOCK_HEAD, blocks=frozenset({"roads"}))
SECOND = "зелёный чайник на крыше"


def test_hashes_are_those_of_the_low_memory_profile() -> None:
    kept = argon2.extract_parameters(passwords.hash_password(PHRASE))
    assert kept == argon2.profiles.RFC_9106_LOW_MEMORY
    assert (kept.type, kept.memory_cost, kept.time_cost, kept.parallelism) == (argon2.Type.ID, 65_536, 3, 4)
    assert argon2.extract_parameters(passwords.NOBODYS) == kept


def test_equal_passwords_have_different_hashes_and_forms_of_a_letter_are_one() -> None:
    first, second = (passwords.hash_password("чайник из йода") for _ in range(2))
    assert first != second
    assert passwords.verify("чайник из йода", first)  # й of two signs
    assert not passwords.verify("чайник из Йода", first)
    assert not passwords.verify("чайник из йода", "no hash at all")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("лиловый", "короче 12"),
        ("а" * 257, "длиннее 256"),
        ("qwertyuiop12", "легко подобрать"),
        ("йцукенгшщзхъ", "легко подобрать"),
        ("пароль123456", "легко подобрать"),
        ("gfhjkm123456", "легко подобрать"),
        ("администратор", "легко подобрать"),
        ("Новошахтинск1", "легко подобрать"),
        ("111111111111", "легко подобрать"),
        ("petrov.roads", "легко подобрать"),
        (PHRASE, None),
        ("correct horse battery staple", None),
        ("\ud800" * 4 + "jk4%TQ0z!wmc", None),
    ],
)
def test_passwords_that_are_easy_to_guess_are_refused(password: str, refusal: str | None) -> None:
    said = passwords.problems(password, "petrov.roads")
    assert said is None if refusal is None else refusal in (said or "")


def test_a_password_opens_its_account_and_no_other(store: Store) -> None:
    number = person(store, "Petrov", password=PHRASE)
    person(store, "sidorov", password=SECOND)
    assert accounts.check_password(store, "petrov", PHRASE) == number
    for login, password in (
        (" PETROV ", PHRASE),
        ("ｐｅｔｒｏｖ", PHRASE),
        ("petrov", SECOND),
        ("petrov", ""),
        ("petrov", PHRASE * 20),
        ("ivanov", PHRASE),
    ):
        assert accounts.check_password(store, login, password) is None
    with store.reading(None) as connection:
        kept = str(connection.execute(sa.select(access_tables.accounts)).mappings().all())
        told = str(connection.execute(sa.select(access_tables.journal)).mappings().all())
    assert PHRASE not in kept + told


@pytest.mark.parametrize("login", ["nobody", "", "\0", "\ud800", "provider", "gone", "x" * 500])
def test_the_same_work_is_done_when_there_is_nothing_to_check(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    person(sqlite_store, "provider")
    gone = person(sqlite_store, "gone", password=PHRASE)
    accounts.switch(sqlite_store, gone, is_active=False, by=CONSOLE)
    verified: list[tuple[str, bytes]] = []
    plain = argon2.PasswordHasher.verify

    def verify(self: argon2.PasswordHasher, known: str, password: bytes) -> bool:
        verified.append((known, password))
        return plain(self, known, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    assert accounts.check_password(sqlite_store, login, PHRASE) is None
    assert verified == [(passwords.NOBODYS, PHRASE.encode())]


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(store: Store) -> None:
    number = person(store, "petrov", password=PHRASE)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PHRASE)
    with store.writing() as connection:
        connection.execute(sa.update(access_tables.accounts).values(password_hash=weak))
    assert accounts.check_password(store, "petrov", "не тот пароль") is None
    assert _hash(store, number) == weak
    assert accounts.check_password(store, "petrov", PHRASE) == number
    assert argon2.extract_parameters(_hash(store, number)) == argon2.profiles.RFC_9106_LOW_MEMORY
    assert accounts.check_password(store, "petrov", PHRASE) == number


def _hash(store: Store, number: int) -> str:
    known = access_tables.accounts.c
    with store.reading(None) as connection:
        return str(connection.scalar(sa.select(known.password_hash).where(known.account_id == number)))


@pytest.mark.parametrize("login", ["", "x", "два слова", "a/b", "<b>", "a\0b", "a" * 129, "имя'--"])
def test_an_impossible_login_is_refused(sqlite_store: Store, login: str) -> None:
    with pytest.raises(InputRefused, match="не подходит"):
        person(sqlite_store, login)


def test_a_login_is_kept_in_one_form_and_found_sign_for_sign(store: Store) -> None:
    number = person(store, "Иванов.И@Город.рф")
    found = accounts.find(store, "иванов.и@город.рф")
    assert found is not None
    assert found.account_id == number
    for other in (" ИВАНОВ.И@ГОРОД.РФ", "иванов.и@город.рф ", "иванов.и＠город.рф", "\ud800", ""):
        assert accounts.find(store, other) is None
    with pytest.raises(InputRefused, match="уже занят"):
        person(store, "ИВАНОВ.И@город.рф")
    assert accounts.find(store, "иванов") is None


@pytest.mark.parametrize("title", ["", " \n ", "я" * 201, "Глава\u202eавалГ"])
def test_a_title_is_one_visible_line(sqlite_store: Store, title: str) -> None:
    with pytest.raises(InputRefused, match="Должность"):
        accounts.add(sqlite_store, login="petrov", title=title, password=None, by=CONSOLE)


def test_an_own_password_is_final_and_one_of_another_has_to_be_changed(store: Store) -> None:
    number = person(store, "petrov", ROADS, password=PHRASE)
    chief = person(store, "chief", grant())
    assert _must_change(store, number)
    here = {"address": "a", "agent": "b"}
    kept, other = (sessions.begin(store, number, **here) for _ in range(2))
    me = actor("petrov", number, sessions.session_id(kept))
    with pytest.raises(InputRefused, match="совпадает с прежним"):
        accounts.set_password(store, number, PHRASE, by=me)
    accounts.set_password(store, number, SECOND, by=me)
    assert not _must_change(store, number)
    assert sessions.session_of(store, kept) is not None
    assert sessions.session_of(store, other) is None
    assert accounts.check_password(store, "petrov", PHRASE) is None
    accounts.set_password(store, number, PHRASE, by=actor("chief", chief))
    assert _must_change(store, number)
    assert sessions.session_of(store, kept) is None
    assert journal.page(store, action=journal.PASSWORD_CHANGED)[0]["login"].to_list() == ["chief", "petrov"]


def _must_change(store: Store, number: int) -> bool:
    found = accounts.get(store, number)
    assert found is not None
    return found.must_change_password


def test_an_account_and_a_person_at_the_provider_are_tied_once(store: Store) -> None:
    first, second = person(store, "one"), person(store, "two")
    for _ in range(2):
        accounts.claim(store, first, "https://id|7", actor("one", first))
    found = accounts.find_subject(store, "https://id|7")
    assert found is not None
    assert found.account_id == first
    for number, subject in ((first, "https://id|8"), (second, "https://id|7")):
        with pytest.raises(InputRefused, match=r"администратор|уже связан"):
            accounts.claim(store, number, subject, actor("x", number))
    with pytest.raises(InputRefused, match="нет"):
        accounts.claim(store, 99, "https://id|9", CONSOLE)
    for subject in ("", "https://id|7 ", "https://id|７", "https://id|7\u200b", "https://id|\ufffd", "7"):
        assert accounts.find_subject(store, subject) is None
    assert journal.page(store, action=journal.ACCOUNT_CHANGED)[1] == 1


def test_an_account_with_a_password_is_tied_by_an_administrator_alone(store: Store) -> None:
    number, chief = person(store, "petrov", ROADS, password=PHRASE), person(store, "chief", grant())
    with pytest.raises(InputRefused, match="администратор"):
        accounts.claim(store, number, "https://id|7", actor("petrov", number))
    assert accounts.find_subject(store, "https://id|7") is None
    running = sessions.begin(store, number, address="", agent="")
    accounts.bind(store, number, "https://id|7", by=actor("chief", chief))
    found = accounts.find_subject(store, "https://id|7")
    assert found is not None
    assert found.account_id == number
    assert sessions.session_of(store, running) is None
    entry = journal.page(store, action=journal.ACCOUNT_CHANGED)[0].row(0, named=True)
    told = "учётная запись: petrov, изменение: связана со службой входа, пользователь службы входа: https://id|7"
    assert (entry["login"], journal.told(entry["detail"])) == ("chief", told)


def test_a_tie_is_replaced_and_taken_away(store: Store) -> None:
    first, second = person(store, "one", password=PHRASE), person(store, "two")
    for subject in ("https://id|7", "https://id|8"):
        accounts.bind(store, first, subject, by=CONSOLE)
    assert accounts.find_subject(store, "https://id|7") is None
    for subject, words in (
        ("https://id|8", "уже связан"),
        ("7", "https://служба"),
        ("https://id|7\n", "https://служба"),
    ):
        with pytest.raises(InputRefused, match=re.escape(words)):
            accounts.bind(store, second, subject, by=CONSOLE)
    accounts.bind(store, first, None, by=CONSOLE)
    assert accounts.find_subject(store, "https://id|8") is None
    accounts.bind(store, second, "https://id|8", by=CONSOLE)


# Who may change what.

Deed = Callable[[Store, int, int], object]

DEEDS: dict[str, Deed] = {
    "rename": lambda store, by, whom: accounts.rename(store, whom, "Другой", by=actor("x", by)),
    "switch": lambda store, by, whom: accounts.switch(store, whom, is_active=False, by=actor("x", by)),
    "password": lambda store, by, whom: accounts.set_password(store, whom, SECOND, by=actor("x", by)),
    "bind": lambda store, by, whom: accounts.bind(store, whom, "https://id|7", by=actor("x", by)),
    "sessions": lambda store, by, whom: sessions.end_all(store, whom, actor("x", by)),
    "give": lambda store, by, whom: grants.give(store, whom, ROADS, actor("x", by)),
    "withdraw": lambda store, by, whom: grants.withdraw(store, whom, CITY, actor("x", by)),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=list(DEEDS))
def test_only_who_keeps_the_access_of_the_city_changes_its_people(store: Store, deed: Deed) -> None:
    whom = person(store, "whom", ROADS)
    strangers = [
        person(store, "head", ROADS),
        person(store, "curator", grant(Role.CURATOR)),
        person(store, "far", grant(municipality=OTHER)),
        person(store, "nobody"),
        999,
    ]
    gone = person(store, "gone", grant())
    chief = person(store, "chief", grant())
    accounts.switch(store, gone, is_active=False, by=CONSOLE)
    before = journal.page(store)[1]
    for stranger in (*strangers, gone):
        with pytest.raises(AccessDenied):
            deed(store, stranger, whom)
    assert journal.page(store)[1] == before
    deed(store, chief, whom)
    entry = journal.page(store)[0].row(0, named=True)
    assert (entry["account_id"], "whom" in entry["detail"]) == (chief, True)


@pytest.mark.parametrize("name", ["rename", "switch", "password", "sessions"])
def test_who_keeps_one_city_does_not_take_over_people_of_another(store: Store, name: str) -> None:
    chief = person(store, "chief", grant())
    both = person(store, "both", ROADS, grant(Role.CURATOR, OTHER))
    with pytest.raises(AccessDenied):
        DEEDS[name](store, chief, both)
    DEEDS["give"](store, chief, both)  # what is given in the own city is the chief's to say


def test_a_caller_without_an_account_is_not_the_console(store: Store) -> None:
    whom = person(store, "whom", ROADS)
    for caller in (Actor("неизвестная учётная запись"), Actor("демо", None, "s"), Actor("консоль", None, "s")):
        with pytest.raises(AccessDenied):
            accounts.rename(store, whom, "Другой", by=caller)
        with pytest.raises(AccessDenied):
            accounts.add(store, login="new", title="Новый", password=None, by=caller)


def test_nobody_switches_off_the_own_account_nor_raises_the_own_rights(store: Store) -> None:
    chief = person(store, "chief", grant())
    person(store, "second", grant())
    with pytest.raises(InputRefused, match="Свою учётную запись"):
        DEEDS["switch"](store, chief, chief)
    for name in ("give", "withdraw"):
        with pytest.raises(InputRefused, match="Свои права"):
            DEEDS[name](store, chief, chief)


def test_a_refused_account_leaves_nothing_behind(store: Store) -> None:
    wide = grant(Role.BLOCK_HEAD, blocks=frozenset({"no such block"}))
    with pytest.raises(InputRefused, match="Блока «no such block»"):
        grants.admit(store, wide, login="new", title="Новый", password=None, by=CONSOLE)
    assert accounts.find(store, "new") is None
    assert journal.page(store)[1] == 0
    number = grants.admit(store, ROADS, login="new", title="Новый", password=None, by=CONSOLE)
    listed = accounts.all_accounts(store, CITY)
    assert listed.schema == accounts.ACCOUNTS
    assert listed.select("account_id", "role", "blocks", "has_password").row(0) == (
        number,
        "block_head",
        ["roads"],
        False,
    )


def test_accounts_are_listed_by_city(store: Store) -> None:
    person(store, "beta", ROADS, grant(Role.CURATOR, OTHER))
    person(store, "alpha", grant())
    person(store, "gamma")
    listed = accounts.all_accounts(store, None).select("login", "municipality").rows()
    assert listed == [("alpha", CITY), ("beta", OTHER), ("beta", CITY), ("gamma", None)]
    assert accounts.all_accounts(store, CITY)["login"].to_list() == ["alpha", "beta"]
