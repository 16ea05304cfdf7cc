"""Words of the rating: what is told together, and why differences are not told."""

import math
from datetime import date

import polars as pl

from analytics import rating
from analytics.criteria import RatingRules
from analytics.periods import Period
from analytics.rating import Rating
from analytics.tally import Base, Compared
from loaders.city import City
from pages.rating import words
from pages.rating.view import Chosen

NOVEMBER = Compared(Period(date(2026, 11, 1), date(2026, 11, 30)), Base.NONE, None)
RULES = RatingRules(weights={"on_time": 1}, minimum_n=1)


def rated(good: list[int], factor: float = 1.0, freedom: float = math.inf) -> Rating:
    """Rate departments of 100 cases each."""
    counted = pl.DataFrame({"unit": [f"Отдел {at}" for at in range(len(good))], "on_time_k": good}).with_columns(
        pl.lit(100).alias("n"),
        pl.lit(100).alias("on_time_n"),
        pl.lit(factor).alias("on_time_factor"),
        pl.lit(freedom).alias("on_time_freedom"),
    )
    return rating.of_counts(counted, NOVEMBER, RULES)


def said(found: Rating) -> str:
    return words.sentence(found, Chosen("departments"), City.load("novoshakhtinsk"))


def test_clumps_are_told_with_how_much_more_numbers_swing() -> None:
    assert "в 2,0 раза сильнее" in words.clumps(rated([80] * 6, 4.0))
    assert words.clumps(rated([80] * 6, 1.1)) == ""


def test_too_few_weeks_are_told_and_nobody_is_named() -> None:
    found = rated([99, 99, 20, 99, 99], freedom=0.0)
    assert words.clumps(found).startswith("Недель с обращениями пока мало")
    assert "нельзя отличить ни" in said(found)


def test_several_who_are_named_hold_together_and_one_is_named_alone() -> None:
    several = said(rated([*[90] * 8, 20, 20]))
    assert "всё вместе верно с вероятностью 95 %" in several
    alone = said(rated([*[60] * 12, 20]))
    assert "отличить от остальных можно <b>1</b>:" in alone


def test_the_same_numbers_in_clumps_of_nine_name_nobody() -> None:
    """Of 100 cases in clumps of nine there are eleven: 80 against 60 is then no difference."""
    good = [*[80] * 6, 60]
    assert "нельзя отличить" not in said(rated(good))
    assert "разница в пределах случайного" in said(rated(good, 9.0))
