"""What a reader may ask for by the address: parameters and their values, mixed so that every pair meets.

`MCU_WALK` multiplies how many addresses each person opens: 1 in every run of the suite, more for a night.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final

from analytics.criteria import INDICATORS
from pages.heat_map.view import COLOURS, MATRICES, ORDERS
from pages.my_cases.view import KEYS
from pages.problems.view import DIMENSIONS, MEASURES, UNITS
from pages.rating.view import WHO
from pages.registry.query import LISTED
from pages.shared.address import SCREENS
from tests.access import canaries
from tests.access.canaries import BLOCKS, LOGINS, OTHER_CITY, PEOPLE, Person, canary
from tests.access.serving import TRACEBACK, Serving

TIMES: Final = int(os.environ.get("MCU_WALK", "1"))
COMBINATIONS: Final = 208 * TIMES

_CANDIDATES: Final = 12
_WORDS: Final = ("~", "нет такого", "zzz' OR 1=1 --", "\x00", "<b>", "%", "a" * 300)

Asked = dict[str, str | list[str]]


def _choices(numbers: Mapping[str, int]) -> dict[str, Sequence[str | list[str]]]:
    """Name the values of every parameter; an empty one leaves it out. Own and foreign words stand side by side."""
    blocks = [block or "~" for block in BLOCKS]
    foreign = [canary("ot", 3), canary("de", 99)]
    days = (
        "2026-01-01..2026-12-31",
        "2020-01-01..2030-01-01",
        "..",
        "2026-13-99..2026-01-01",
        "0001-01-01..9999-12-31",
    )
    return {
        "block": ["", *blocks, blocks[:3], "sport", "unknown", *_WORDS[1:4]],
        "department": ["", *(canary("de", place * 10 + place % 2) for place in range(len(BLOCKS))), *foreign, "~"],
        "channel": ["", *(canary("ch", place) for place in range(len(BLOCKS))), "Телефон", ["Телефон", "~"]],
        "territory": ["", *(canary("te", place) for place in range(len(BLOCKS))), _WORDS[0]],
        "kind": ["", "appeal", "message", "x"],
        "period": ["", "today", "month", "year", "quarter", "all", *days, "x" * 500],
        "compare": ["", "year", "none", "what"],
        "view": ["", *MATRICES, "none"],
        "colour": ["", *COLOURS, "source_id"],
        "order": ["", *ORDERS, "x"],
        "limits": ["", "appeals:1,5,10", "nan", "appeals:9,1"],
        "cell": [
            "",
            *blocks,
            *(f"{block}|{canary('de', place * 10)}" for place, block in enumerate(blocks)),
            "|",
            "x|y",
        ],
        "status": ["", "in_work", "new", ["postponed", "x"]],
        "stage": ["", "moderation", "x"],
        "topic": ["", *(canary("to", place * 10) for place in range(len(BLOCKS))), canary("ot", 0)],
        "number": ["", *(canary("id", place * 1_000 + 1) for place in range(len(BLOCKS))), *_WORDS[2:5]],
        "due": ["", *days],
        "sort": ["", "source_id", "-department", "topic", "-classifier_code", "batch_id", "row_hash", "-"],
        "page": ["", "2", "0", "-1", "999999999999", "x"],
        "columns": ["", "classifier_code", ["source_id", "topic", "territory", "channel", "department"], "row_hash"],
        "measure": ["", *MEASURES, *LISTED, "x"],
        "days": ["", *days],
        "who": ["", "roads", "nobody", *WHO],
        "weights": ["", "1;2;1;0,5", "on_time:3", "0;0;0;0", "nan;nan;nan;nan"],
        "indicator": ["", *INDICATORS, "x"],
        "unit": ["", *(canary("de", place * 10) for place in range(len(BLOCKS))), *blocks, *foreign],
        "units": ["", *UNITS, "row_hash"],
        "along": ["", *DIMENSIONS, "source_id"],
        "what": ["", "exported", "x"],
        "group": ["", *KEYS, "x"],
        "at": ["", "2026-11-01T09:00", "0001-01-01T00:00", "x"],
        "account": ["", *(str(number) for number in list(numbers.values())[:4]), "999", "-1"],
        "city": ["", "", OTHER_CITY.key, "boston", "../novoshakhtinsk", "x" * 100],
        "as": ["", "", *(str(number) for number in numbers.values()), "0", "-1", "x"],
    }


def addresses(seed: str, numbers: Mapping[str, int], count: int = COMBINATIONS) -> Iterator[tuple[str, Asked]]:
    """Give addresses, each a screen with parameters: greedily those in which most pairs meet for the first time."""
    random, choices = Random(seed), _choices(numbers)  # noqa: S311 — the same walk every time, nothing secret
    screens = ["", *SCREENS]
    met: set[tuple[str, str, str]] = set()
    # What is common comes first, so that every walk has seen what there is to see.
    plain = [*((screen, {}) for screen in screens), ("problems", {"units": "topics"})]
    yield from ((screen, {"period": "all", **own}) for screen, own in plain)
    for number in range(count - len(plain)):
        screen = screens[number % len(screens)]
        candidates = [_some(random, choices) for _ in range(_CANDIDATES)]
        best = max(candidates, key=lambda asked: len(_pairs(screen, asked) - met))
        met |= _pairs(screen, best)
        yield screen, best


def _some(random: Random, choices: Mapping[str, Sequence[str | list[str]]]) -> Asked:
    """Choose some values: few parameters leave rows to show, so most of them stay out."""
    names = random.sample(list(choices), random.choice((1, 2, 3, 4, 8)))
    return {name: value for name in names if (value := random.choice(choices[name]))}


def _pairs(screen: str, asked: Asked) -> set[tuple[str, str, str]]:
    told = [("screen", screen), *((name, str(value)) for name, value in asked.items())]
    return {(told[0][1], *pair) for pair in told} | {(a[0], a[1], str(b)) for a in told for b in told if a != b}


def words(asked: Asked) -> str:
    """Put the asked values into one text: a screen may repeat what it was asked."""
    return " ".join(" ".join(value) if isinstance(value, list) else value for value in asked.values())


def told(city: Serving, login: str, count: int) -> frozenset[str]:
    """Let somebody open that many addresses; give all the canaries that came. Fails at the first foreign one."""
    person, found = PEOPLE[login], frozenset[str]()
    before = city.logged.count(TRACEBACK)
    with city.reader(city.visitor(login, canaries.PASSWORD)) as reader:
        for screen, asked in addresses(login, city.numbers, count):
            answer = reader.open(screen, asked)
            assert not answer.is_closed, (screen, asked)
            seen = canaries.canaries(answer.raw)
            foreign = seen - _allowed(person, asked, city.numbers) - canaries.canaries(words(asked).encode())
            assert not foreign, (foreign, screen, asked)
            found |= seen
    assert city.logged.count(TRACEBACK) == before, city.logged[-4_000:]
    return found


def _allowed(person: Person, asked: Asked, numbers: Mapping[str, int]) -> frozenset[str]:
    """List the words of whose data an address shows: one's own, or those of the person stood in for."""
    is_there = person.stands_in and asked.get("as") == str(numbers[person.stands_in])
    names = frozenset(canary("pe", number) for number in range(len(LOGINS)))
    return canaries.own(PEOPLE[person.stands_in] if is_there else person) | canaries.own(person) & names
