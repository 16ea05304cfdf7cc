"""Conditions are data: two-valued, and every one knows what it reads."""

from datetime import date

import polars as pl
import pytest

from analytics.facts import population
from analytics.measures import EVERY, Window
from analytics.population import AS_OF, All, Column, DaysBetween, First, Flag, Later, Percent, When, Word, within

DAY, OTHER = Column("day"), Column("other")
FRAME = pl.DataFrame(
    {
        "day": [date(2026, 11, 1), date(2026, 11, 9), None],
        "other": [date(2026, 11, 3), None, date(2026, 11, 4)],
        "mark": [True, False, None],
        "word": ["a", "b", None],
        "number": [7, 0, None],
    }
)


def chosen(condition, as_of=date(2026, 11, 5)) -> list[int]:
    """Name the rows that a condition keeps, by their place."""
    return FRAME.with_row_index().filter(condition.expr(as_of))["index"].to_list()


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (DAY <= AS_OF, [0]),
        (~(DAY <= AS_OF), [1, 2]),  # what is not known was not before
        (DAY > date(2026, 11, 1), [1]),
        (DAY < OTHER, [0]),
        (~(DAY < OTHER) & DAY.is_known, [1]),
        (Flag("mark"), [0]),
        (~Flag("mark"), [1, 2]),
        (Flag("mark").is_known & ~Flag("mark"), [1]),
        (Word("word").is_in("a", "z"), [0]),
        (~Word("word").is_in("a"), [1, 2]),
        (Flag("mark") | Word("word").is_in("b"), [0, 1]),
        (All(()), [0, 1, 2]),
        (All((*within(DAY, date(2026, 11, 1), date(2026, 11, 9)), Column("number") >= 1)), [0]),
        (Later(DAY, OTHER) >= date(2026, 11, 4), [2]),
        (First((DAY, OTHER)) >= date(2026, 11, 4), [1, 2]),
        (DaysBetween(DAY, OTHER) >= 2, [0]),
        (Percent(Column("number"), 75) >= 5, [0]),
        (Percent(Column("number"), 75) > 5, []),
        (When(Flag("mark"), DAY).is_known, [0]),
    ],
)
def test_rows_of_a_condition(condition, kept):
    assert chosen(condition) == kept


def test_a_condition_on_the_present_day_has_to_be_told_it():
    with pytest.raises(ValueError, match="present day"):
        (DAY <= AS_OF).expr()


@pytest.mark.parametrize("key", EVERY)
def test_a_population_reads_what_its_measure_needs(key):
    asked = population(EVERY[key].part, Window(date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 22)))
    assert asked.names() == set(asked.expr(date(2026, 11, 22)).meta.root_names())
