"""Papers that add up: what one hides neither it nor all together tell, by the sums of a reader of our own."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.disclosure_system import TooLong
from analytics.facts import Window
from analytics.publications import CASES, Numbers, Population, Printed, audited
from tests.analytics.reader import possible

LIMIT = 5
AS_OF = date(2026, 9, 30)
MONTHS = [date(2026, month, 1) for month in range(1, 10)]
ENDS = [date(2026, month, day) for month, day in zip(range(1, 10), (31, 28, 31, 30, 31, 30, 31, 31, 30), strict=True)]
BLOCKS = ("дороги", "двор", "свет", "вода")
BODIES = ("мэрия", "север", "юг")

Part = tuple[int, str, str]


class City:
    """Hold how many cases came in each month, block and body, and what was published of them."""

    def __init__(self, counts: dict[Part, int]) -> None:
        self.counts = {part: n for part, n in counts.items() if n}
        self.printed: dict[Population, int | None] = {}

    def publish(self, populations: Iterable[Population], patience: float = 60.0) -> dict[Population, int | None]:
        new = list(dict.fromkeys(populations))
        before = [Printed(*each) for each in self.printed.items()]
        numbers, hidden = audited(self.cells, Numbers(new, {}), before, LIMIT, patience)
        assert [sum(self.counts[part] for part in self.of(each)) for each in new] == numbers.tolist()
        paper = {each: None if is_hidden else int(n) for each, n, is_hidden in zip(new, numbers, hidden, strict=True)}
        assert all(n is None or n == 0 or n >= LIMIT for n in paper.values())
        self.printed |= paper
        return paper

    @property
    def cells(self) -> pl.DataFrame:
        rows = [(MONTHS[month], block, body, n) for (month, block, body), n in self.counts.items()]
        return pl.DataFrame(rows, schema=["received_on", "topic_block", "department", "appeals"], orient="row")

    def of(self, population: Population) -> list[Part]:
        """Name the parts that a number is the sum of, without asking the code that is tested."""
        words: dict[str, Sequence[str | None]] = dict(population.words)
        return [
            (month, block, body)
            for month, block, body in self.counts
            if (population.start or date.min) <= MONTHS[month] <= population.end
            and block in words.get("topic_block", BLOCKS)
            and body in words.get("department", BODIES)
        ]

    def told(self, least: int = LIMIT) -> list[Any]:
        """List what a reader of all papers works out, or doubts by less."""
        whole = {each: sum(self.counts[part] for part in self.of(each)) for each in self.printed}
        of = {each: self.of(each) for each in self.printed}
        parts = list(self.counts)
        honest = possible(parts, self.printed, of, {})
        small = {each: LIMIT - 1 for each, n in self.printed.items() if n is None and whole[each] < LIMIT}
        guessing = possible(parts, self.printed, of, small)
        return [
            (each, whole[each], linear, ends, guessing[each])
            for each, (linear, ends) in honest.items()
            if ends[1] - ends[0] < least
            or linear[1] - linear[0] < least
            or guessing[each][1][0] == guessing[each][1][1]
        ]


def days(first: int, last: int) -> Window:
    return Window(MONTHS[first], ENDS[last], AS_OF)


def table(window: Window, *dimensions: tuple[str, Sequence[str]], **where: Sequence[str]) -> list[Population]:
    """Name the cells of a table with its totals."""
    chosen = product(*([*((name, (word,)) for word in words), None] for name, words in dimensions))
    return [Population.of("appeals", window, where | dict(filter(None, each))) for each in chosen]


BY_BLOCK = ("topic_block", BLOCKS)
BY_BODY = ("department", BODIES)


def random_city(seed: int, months: int = 9) -> City:
    random = np.random.default_rng(seed)
    parts = list(product(range(months), BLOCKS, BODIES))
    return City(dict(zip(parts, random.poisson(random.gamma(0.6, 8, len(parts))).tolist(), strict=True)))


@pytest.mark.parametrize("seed", range(10))
def test_one_table(seed: int) -> None:
    city = random_city(seed, months=1)
    city.publish(table(days(0, 0), BY_BLOCK, BY_BODY))
    assert city.told() == []


def test_zeros_are_printed_so_the_hidden_are_at_least_one() -> None:
    """Five ones beside a hundred: hidden alone they would be five numbers from 1 on that sum to 5."""
    city = City({(0, block, body): 1 for block, body in [*product(BLOCKS[:2], BODIES[:2]), (BLOCKS[2], BODIES[0])]})
    city.counts[0, "вода", "юг"] = 100
    paper = city.publish(table(days(0, 0), BY_BLOCK))
    assert paper[Population.of("appeals", days(0, 0), {"topic_block": ["вода"]})] is None or sum(
        n is None for n in paper.values()
    ) > len(BLOCKS)
    assert city.told() == []


QUARTERS = [days(0, 2), days(3, 5), days(6, 8)]


def test_three_quarters_with_the_year_so_far() -> None:
    city = random_city(3)
    for last, ends in enumerate((2, 5, 8)):
        for window in (*QUARTERS[: last + 1], days(0, ends)):
            city.publish(table(window, BY_BLOCK))
        assert city.told() == []


def test_a_year_so_far_of_two_quarters_does_not_give_a_hidden_one() -> None:
    """Of the first paper the second quarter's 1 is hidden; the next one's second quarter must not open it."""
    city = City({(0, "двор", "юг"): 20, (4, "двор", "юг"): 1, (7, "двор", "юг"): 30})
    first, second, third = ([Population.of("appeals", each)] for each in QUARTERS)
    year = [Population.of("appeals", days(0, ends)) for ends in (5, 8)]
    city.publish([*first, *second, year[0]])
    city.publish([*first, *second, *third, year[1]])
    assert city.told() == []
    assert city.printed[second[0]] is None
    assert None in {city.printed[first[0]], city.printed[year[0]]}


def test_months_after_quarters() -> None:
    city = random_city(5)
    for window in (*QUARTERS, days(0, 8)):
        city.publish(table(window, BY_BLOCK))
    for month in range(9):
        city.publish(table(days(month, month), BY_BLOCK))
    assert city.told() == []
    assert any(n for n in city.printed.values())


def test_two_layouts_and_another_dimension() -> None:
    city = random_city(7)
    city.publish(table(days(0, 5), BY_BLOCK, BY_BODY))
    city.publish(table(days(0, 5), BY_BODY))
    city.publish([*table(days(0, 2), BY_BODY), *table(days(3, 5), BY_BODY)])
    assert city.told() == []


def test_a_block_against_the_city() -> None:
    city = random_city(11, months=3)
    city.publish(table(days(0, 2), BY_BODY))
    for block in BLOCKS:
        city.publish(table(days(0, 2), BY_BODY, topic_block=[block]))
    assert city.told(least=1) == []  # what the first papers show bounds a number of the last: two values are left


@pytest.mark.parametrize("left", [BODIES[:2], BODIES[:1]])
def test_filters_that_differ_by_one_unit_do_not_tell_it(left: Sequence[str]) -> None:
    """All less all but one is the one; all less each of the others is the one too."""
    city = City({(0, "двор", "мэрия"): 40, (0, "двор", "север"): 30, (0, "двор", "юг"): 2})
    city.publish(table(days(0, 0), BY_BLOCK))
    if len(left) > 1:
        city.publish(table(days(0, 0), BY_BLOCK, department=left))
    else:
        for body in BODIES[:2]:
            city.publish(table(days(0, 0), BY_BLOCK, department=[body]))
    shown = [population for population, n in city.printed.items() if n]
    covered = {frozenset(city.of(each)) for each in shown}
    assert frozenset({(0, "двор", "юг")}) not in {
        outer - frozenset().union(*inner)
        for outer in covered for many in (1, 2) for inner in product(covered, repeat=many)
        if all(each < outer for each in inner)
    }  # fmt: skip


def test_what_was_hidden_once_stays_hidden_when_it_has_grown() -> None:
    city = City({(0, "двор", "юг"): 3, (0, "свет", "юг"): 20, (0, "вода", "юг"): 60})
    paper = city.publish(table(days(0, 0), BY_BLOCK))
    city.counts[0, "двор", "юг"] = 9
    again = city.publish(table(days(0, 0), BY_BLOCK))
    assert {each for each, n in again.items() if n is None} == {each for each, n in paper.items() if n is None}


def test_what_has_become_small_since_is_hidden() -> None:
    city = City({(0, "двор", "юг"): 9, (0, "свет", "юг"): 20, (0, "вода", "юг"): 60})
    city.publish(table(days(0, 0), BY_BLOCK))
    city.counts[0, "двор", "юг"] = 3
    assert city.publish(table(days(0, 0), BY_BLOCK))[
        Population.of("appeals", days(0, 0), {"topic_block": ["двор"]})
    ] is None  # fmt: skip


def test_the_same_papers_have_the_same_masks() -> None:
    make: Callable[[], City] = lambda: random_city(13, months=1)  # noqa: E731 — a city twice
    one, other = (city.publish(table(days(0, 0), BY_BLOCK, BY_BODY)) for city in (make(), make()))
    assert one == other


def test_an_audit_that_takes_too_long_says_so() -> None:
    with pytest.raises(TooLong):
        random_city(1, months=1).publish(table(days(0, 0), BY_BLOCK, BY_BODY), patience=0.0)


def test_cases_are_at_most_their_questions() -> None:
    """Six cases among seven hidden questions would bound them: hidden with few questions, shown with many."""
    cells = City({(0, "двор", "юг"): 3, (0, "свет", "юг"): 40, (1, "свет", "юг"): 30}).cells
    found = [
        Population.of(name, days(month, month), {"department": ["юг"]})
        for month in (0, 1)
        for name in ("appeals", CASES)
    ]
    cases = {found[1]: 41, found[3]: 29}
    numbers, hidden = audited(cells, Numbers(found, cases), [], LIMIT)
    assert numbers.tolist() == [43, 41, 30, 29]
    assert not hidden.any()


def test_populations_that_count_the_same_rows_have_one_name() -> None:
    """What is open on a day is the same number in whatever window ends there, and the past the same from any day."""
    assert Population.of("open", days(0, 2)) == Population.of("open", Window(None, ENDS[2], ENDS[5]))
    assert Population.of("appeals", days(0, 2)) == Population.of("appeals", Window(MONTHS[0], ENDS[2], ENDS[5]))
    assert Population.of("still_open", days(0, 2)) != Population.of("still_open", Window(MONTHS[0], ENDS[2], ENDS[5]))
