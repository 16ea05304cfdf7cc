"""A made-up city in which every word betrays whose row it stood in, and people of all nine roles who look at it.

A canary is a short ASCII word that nothing else contains, so one search over the bytes finds it in any spelling: HTML,
JSON, protobuf, CSV. `own` says, by the rows alone and by none of the product's conditions, which of them a person may
be sent; any other one is a leak.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

from loaders import imports
from loaders.access import accounts, grants, sessions
from loaders.access.roles import ROLES, Right, Role
from loaders.access.viewer import Actor, Grant
from loaders.city import City
from loaders.intake import Intake
from loaders.store.engine import open_store
from tests.loaders.made import FINDINGS, REJECTED, intake, row

CITY: Final = City.load("novoshakhtinsk")
OTHER_CITY: Final = CITY.demo()
KEY: Final = CITY.key

BLOCKS: Final = ("roads", "housing_utilities", "energy", "health_care", "municipal_solid_waste", None)
"""Blocks with rows; None stands for topics that no rubricator knows."""

REAL_CHANNELS: Final = ("ВКонтакте", "Телефон")
STATUSES: Final = ("in_work", "new", "answered_explained", "postponed", "answered_measures_taken", "extended")
AGES: Final = (2, 4, 9, 20, 45, 75, 200, 400)
"""Days before today on which rows came: within every preset of the period, and before some."""

PASSWORD: Final = "семь синих трамваев у моста"  # noqa: S105 — of a store that lives as long as a test
CONSOLE: Final = Actor("консоль")

_WORD: Final = re.compile(rb"zq[a-z]{2}[0-9]{5}x", re.IGNORECASE)

ROW_ONLY: Final = frozenset({"source_id", "classifier_code"})
"""Columns that leave by the register alone."""


def canaries(data: bytes) -> frozenset[str]:
    """Find every canary in some bytes."""
    return frozenset(found.decode().lower() for found in _WORD.findall(data))


def canary(kind: str, number: int) -> str:
    """Make the canary of a kind (two letters) with a number."""
    return f"zq{kind}{number:05d}x"


def made() -> list[dict[str, Any]]:
    """Make the rows: every block with departments, places and a channel of its own, over every age and state."""
    rows = []
    today = datetime.now(UTC).replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)
    for place, block in enumerate(BLOCKS):
        for number, age in enumerate(age for age in AGES for _ in range(4)):
            received, status = today - timedelta(days=age), STATUSES[(place + number) % len(STATUSES)]
            is_answered = status.startswith("answered")
            half = number % 2
            # Every third row has a channel of its block alone; the others share two channels with all blocks.
            channel = canary("ch", place) if number % 3 == 0 else REAL_CHANNELS[number % 2]
            rows.append(
                row(
                    canary("id", place * 1_000 + number),
                    municipality=KEY,
                    topic_block=block,
                    topic=canary("to", place * 10 + half),
                    topic_group=canary("gr", place),
                    classifier_code=canary("cl", place * 10 + half),
                    department=canary("de", place * 10 + half),
                    territory=canary("te", place),
                    channel=channel,
                    status=status,
                    received_at=received,
                    due_at=received + timedelta(days=30 if half else 3),
                    postponed_until=received + timedelta(days=90) if status == "postponed" else None,
                    answered_at=received + timedelta(days=1 + half) if is_answered else None,
                    is_repeat=half == 1,
                    satisfaction=1 + number % 5 if is_answered else None,
                    source_row=number + 2,
                )
            )
    return rows


ROWS: Final = made()
REMARKS: Final = frozenset({canary("re", 1), canary("ex", 1), canary("fi", 1), canary("fn", 1)})
"""Words of rows that were refused, of doubts about loaded ones, and of the name of the file."""

_COLUMNS: Final = ("topic", "topic_group", "classifier_code", "department", "territory", "channel", "source_id")


def _intake() -> Intake:
    refused = [(f"{canary('fn', 1)}.csv", 900, "received_at", "bad_date", canary("re", 1), canary("ex", 1))]
    doubts = pl.DataFrame([("unknown_value", canary("fi", 1), 3)], schema=FINDINGS, orient="row")
    whole = intake(ROWS)
    return replace(
        whole,
        rejected=pl.DataFrame(refused, schema=REJECTED, orient="row"),
        findings=doubts,
        rows_in=len(ROWS) + 1,
        files=tuple(replace(file, name=f"{canary('fn', 1)}.csv") for file in whole.files),
    )


def _other() -> Intake:
    """Make rows of a city that nobody here may see, with words of its own."""
    moved = {"municipality": OTHER_CITY.key, "topic_block": "roads", "received_at": ROWS[0]["received_at"]}
    words = {column: canary("ot", number) for number, column in enumerate(_COLUMNS)}
    return intake([row(**(moved | words))])


@dataclass(frozen=True, slots=True)
class Person:
    """Describe one account: its login, role and what bounds it; `stands_in` names a login it may look from.

    `decided` are rights that were given beyond the role's own.
    """

    login: str
    role: Role
    blocks: frozenset[str] | None = None
    departments: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    stands_in: str = ""
    decided: frozenset[Right] = frozenset()

    @property
    def title(self) -> str:
        """Give the post; its canary tells when people are shown to those who do not keep the access."""
        return f"{ROLES[self.role].title} {canary('pe', list(LOGINS).index(self.login))}"

    @property
    def rights(self) -> frozenset[Right]:
        """Give the rights of the role and those that were decided."""
        return ROLES[self.role].rights | self.decided

    def grant(self, municipality: str = KEY) -> Grant:
        """Give what the account is given."""
        until = datetime.now(UTC) + timedelta(days=2) if ROLES[self.role].must_end else None
        return Grant(municipality, self.role, self.rights, self.blocks, self.departments, self.channels, until)

    def sees(self, each: Mapping[str, Any]) -> bool:
        """Say by the words alone whether a row is this person's."""
        told = ((self.blocks, "topic_block"), (self.departments, "department"), (self.channels, "channel"))
        return all(words is None or each[column] in words for words, column in told)

    @property
    def is_whole_city(self) -> bool:
        """Say whether nothing bounds this person."""
        return self.blocks is None and self.departments is None and self.channels is None


LOGINS: Final = (
    *("curator", "coordinator", "administrator", "operator", "accountable", "roads", "housing"),
    *("media", "staff", "guest", "bounded"),
)

PEOPLE: Final[dict[str, Person]] = {
    person.login: person
    for person in (
        Person("curator", Role.CURATOR),
        Person("coordinator", Role.COORDINATOR),
        Person("administrator", Role.ADMINISTRATOR),
        Person("operator", Role.OPERATOR),
        Person("accountable", Role.BLOCK_ACCOUNTABLE, blocks=frozenset({"energy", "health_care"})),
        Person("roads", Role.BLOCK_HEAD, blocks=frozenset({"roads"})),
        Person(
            "housing",
            Role.BLOCK_HEAD,
            blocks=frozenset({"housing_utilities"}),
            stands_in="roads",
            decided=frozenset({Right.EXPORT}),
        ),
        Person("media", Role.MEDIA, channels=frozenset({canary("ch", 2)})),
        Person("staff", Role.STAFF),
        Person("guest", Role.GUEST),
        Person("bounded", Role.COORDINATOR, departments=frozenset({canary("de", 0), canary("de", 11)})),
    )
}
"""Everybody who looks: all nine roles, a second head who stands in for the first, and somebody bound by departments."""


def own(person: Person) -> frozenset[str]:
    """List the canaries that may reach a person in the own place."""
    columns = [name for name in _COLUMNS if name not in ROW_ONLY or Right.ROWS in person.rights]
    seen = {each[name] for each in ROWS if person.sees(each) for name in columns}
    words = {word for word in seen if _WORD.fullmatch(word.encode())}
    if person.is_whole_city and {Right.ROWS, Right.IMPORT} & person.rights:
        words |= REMARKS
    keeps_people = {Right.ACCESS, Right.JOURNAL} & person.rights
    # A place that may be taken is named to whoever may take it.
    logins = LOGINS if keeps_people else [name for name in (person.login, person.stands_in) if name]
    return frozenset(words | {canary("pe", LOGINS.index(login)) for login in logins})


def fill(url: str, *, only: Iterable[str] = LOGINS) -> dict[str, int]:
    """Load the rows of both cities and make the accounts; give the number of each login."""
    with open_store(url) as store:
        imports.load(store, _other(), "generic", OTHER_CITY)
        imports.load(store, _intake(), "generic", CITY)
        numbers = {}
        for login in only:
            person = PEOPLE[login]
            numbers[login] = accounts.add(
                store, login=login, title=person.title, password=PASSWORD, by=CONSOLE, must_change=False
            )
            grants.give(store, numbers[login], person.grant(), CONSOLE)
        now = datetime.now(UTC)
        for login, number in numbers.items():
            if absent := PEOPLE[login].stands_in:
                span = (now - timedelta(hours=1), now + timedelta(days=1))
                grants.substitute(store, KEY, numbers[absent], number, *span, CONSOLE)
    return numbers


def begun(url: str, number: int) -> str:
    """Begin a session past the form and give its cookie's token."""
    with open_store(url) as store:
        return sessions.begin(store, number, address="127.0.0.1", agent="Firefox/140.0")
