"""Cities in which nothing changed, made of real ones: how often does the product say that something did?

Weeks are dealt out anew, the odd days of a stretch are set against the even ones, a body is split in two, places are
dealt out within topics. And what is true is put in: a topic times one and a half, two, four.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import h3
import numpy as np
import polars as pl

from analytics import breach, hotspots, past_weeks, polls, problems, scan, sentences
from analytics.control import Kind, judge
from analytics.criteria import RatingRules
from analytics.hexagons import PLACE
from analytics.periods import Period
from analytics.process import chart
from analytics.season import factors
from analytics.work_calendar import work_calendar
from loaders import deadlines, demo, intake
from loaders.city import City
from loaders.profile import Profile
from loaders.progress import silent
from tests import dense_city
from tests.benchmarks import rating_nulls

BOSTON: Final = sorted((Path(__file__).parents[2] / "shared" / "data" / "boston311").glob("*.csv"))
CALENDAR: Final = work_calendar()
WEEK: Final = timedelta(weeks=1)
YEAR: Final = 52
WARM: Final = 26
"""Weeks that are history only."""

LEAST: Final = 3.0
"""Cases a week of a series that is looked at."""

OPEN: Final = 14
"""Last weeks that are left out where weeks are dealt out anew: what is open in them would be missed elsewhere."""


@dataclass(frozen=True, eq=False)
class Made:
    """Hold a city to be tried: a row per case, from a Monday on, to a Sunday."""

    name: str
    cells: pl.DataFrame
    first: date
    weeks: int

    @classmethod
    def of(cls, name: str, cells: pl.DataFrame) -> "Made":
        begins, ends = cells["received_on"].min(), cells["received_on"].max()
        assert isinstance(begins, date)
        assert isinstance(ends, date)
        first = begins + timedelta(days=-begins.weekday() % 7)
        return cls(name, cells.filter(pl.col("received_on") >= first), first, ((ends - first).days + 1) // 7)

    def week(self, number: int) -> Period:
        return Period(self.first + WEEK * number, self.first + WEEK * number + timedelta(days=6))


def boston() -> Made:
    """Read Boston's requests of seven years; FileNotFoundError where they are not here."""
    if not BOSTON:
        raise FileNotFoundError("../shared/data is not here")
    city = City.load("boston")
    return Made.of("Boston", decided(intake.read(BOSTON, Profile.load("boston311"), city, silent).appeals, city))


def demo_city(appeals: int = 120_000) -> Made:
    """Make the demo city with its stories, which end on a Sunday."""
    city = City.load("novoshakhtinsk").demo()
    return Made.of("demo", decided(demo.make(city, appeals=appeals, end=date(2026, 11, 22)).appeals, city))


def dense(seed: int = 15) -> Made:
    """Make the dense city without its disaster: a disaster is a change."""
    return Made.of("dense", dense_city.cells(seed, struck=False))


def decided(appeals: pl.DataFrame, city: City) -> pl.DataFrame:
    """Make cells of canonical rows without a store: a row each."""
    words = ("department", "topic_block", "topic", "territory", "channel", "kind", "status", "source_system")
    moments = {"received_on": "received_at", "due_on": "deadline_at", "answered_on": "answered_at"}
    return pl.concat([appeals, deadlines.decide(appeals, city.rules)], how="horizontal").select(
        *(pl.col(name).cast(pl.String) for name in words),
        *("is_repeat", "satisfaction", "reworks", "allotted_days"),
        *(pl.col(moment).dt.date().alias(name) for name, moment in moments.items()),
        is_late=pl.col("answered_at") > pl.col("deadline_at"),
        is_postponed=pl.lit(value=False),
        is_extended=pl.lit(value=False),
        appeals=pl.lit(1, pl.Int64),
    )


DATES: Final = ("received_on", "due_on", "answered_on")


def shuffled(city: Made, rng: Any) -> Made:
    """Deal the weeks out anew, all of a week's cases together."""
    weeks = city.weeks - OPEN
    to = pl.DataFrame({"week": np.arange(weeks), "to": rng.permutation(weeks)})
    number = ((pl.col("received_on") - city.first).dt.total_days() // 7).alias("week")
    moved = [pl.col(name) + pl.duration(days=7 * (pl.col("to") - pl.col("week"))) for name in DATES]
    cells = city.cells.with_columns(number).join(to, on="week").with_columns(moved).drop("week", "to")
    return Made(city.name, cells, city.first, weeks)


def odd_and_even(city: Made, start: date, days: int) -> tuple[pl.LazyFrame, Period, Period]:
    """Put the even days of a stretch into its first half and the odd ones into its second; deadlines are left out."""
    off, half = (pl.col("received_on") - start).dt.total_days(), days // 2
    moved = pl.lit(start) + pl.duration(days=off // 2 + pl.when(off % 2 == 1).then(half).otherwise(0))
    near = pl.col("received_on").is_between(past_weeks.start(Period(start, start), None), start + timedelta(days - 1))
    cells = city.cells.filter(near).with_columns(
        received_on=pl.when(off >= 0).then(moved).otherwise("received_on"), due_on=pl.lit(None, pl.Date)
    )
    now = Period(start + timedelta(days=half), start + timedelta(days=days - 1))
    return cells.lazy(), now, Period(start, start + timedelta(days=half - 1))


def series(city: Made, by: str) -> list[list[float]]:
    """Count whole weeks of every value of a column that has enough cases."""
    week = ((pl.col("received_on") - city.first).dt.total_days() // 7).alias("week")
    named = city.cells.filter(pl.col(by).is_not_null()).with_columns(week).filter(pl.col("week") < city.weeks)
    runs: dict[str, Any] = {}
    for key, number, count in named.group_by(by, "week").agg(pl.len()).sort(by, "week").iter_rows():
        runs.setdefault(key, np.zeros(city.weeks))[number] += count
    return [run.tolist() for run in runs.values() if run.mean() >= LEAST]


UNITS: Final = ("topic", "department", "territory")


def tiles(city: Made, rng: Any, most: int) -> float:
    """Share of the last of thirteen weeks that a tile calls changed, of series whose weeks are dealt out anew."""
    told = []
    for run in _some(city, rng, most):
        weeks = rng.permutation(run).tolist()
        told += [judge(weeks[end - 13 : end], Kind.COUNT).is_change for end in range(WARM, len(weeks))]
    return float(np.mean(told))


def charts(city: Made, rng: Any, most: int, *, as_they_are: bool = False) -> float:
    """Share of weeks that any rule of the full chart calls changed, of series dealt out anew or as they are."""
    told = []
    for run in _some(city, rng, most):
        weeks = run[:150] if as_they_are else rng.permutation(run)[:150].tolist()
        points = chart(weeks, Kind.COUNT, seasons=factors(weeks, YEAR))[YEAR + WARM :]
        told += [point.rule is not None for point in points]
    return float(np.mean(told))


def _some(city: Made, rng: Any, most: int) -> list[list[float]]:
    runs = [run for by in UNITS for run in series(city, by)]
    return [runs[place] for place in rng.permutation(len(runs))[:most]]


def told_sentences(city: Made, numbers: Sequence[int]) -> Iterator[sentences.Facts]:
    """Ask for the sentences of some weeks; what runs out is left to the forecast."""
    for number in numbers:
        week = city.week(number)
        near = pl.col("received_on").is_between(week.start - timedelta(days=300), week.end)
        cells = city.cells.filter(near).lazy()
        nothing = breach.foretell(cells.clear(), week.end, CALENDAR, replayed_days=0)
        yield sentences.facts(cells, week, week.end, city.first, nothing, min_n=10)


def sentences_of_nothing(city: Made, rng: Any, looks: int) -> float:
    """Share of weeks with a sentence of what left or came back, where weeks are dealt out anew."""
    anew = shuffled(city, rng)
    numbers = rng.integers(WARM, anew.weeks, looks).tolist()
    return float(np.mean([bool(told.left or told.returned) for told in told_sentences(anew, numbers)]))


def stretches(city: Made, rng: Any, looks: int, days: int) -> Iterator[date]:
    """Draw the first days of stretches that have half a year before them."""
    for back in rng.integers(days, (city.weeks - WARM - 2) * 7, looks):
        yield city.first + timedelta(days=int(city.weeks * 7 - back))


def problems_of_nothing(city: Made, rng: Any, looks: int, days: int = 28) -> float:
    """Share of looks in which any change of any sphere is named between the odd and the even days of one stretch."""
    found = []
    for place, start in enumerate(stretches(city, rng, looks, days)):
        cells, now, then = odd_and_even(city, start, days)
        by = (["topic_block"], ["topic_block", "topic"], ["department"], ["territory"])[place % 4]
        units = problems.problems(cells, by, now, then, now.end, city.first).units
        found.append(any(units[f"{name}_turn"].is_in(["up", "down"]).any() for name in problems.COUNTS))
    return float(np.mean(found))


def rising_of_nothing(city: Made, rng: Any, looks: int) -> float:
    """Share of looks in which any topic is told to rise between the odd and the even days of eight weeks."""
    found = []
    for start in stretches(city, rng, looks, 56):
        cells, now, then = odd_and_even(city, start, 56)
        told = polls.candidates(cells, now, then, now.end, city.first)
        found.append(told["reasons"].list.contains("rising").any())
    return float(np.mean(found))


def injected(city: Made, topic: str, week: Period, times: float, rng: Any) -> pl.DataFrame:
    """Give the cells with a topic's cases of a week multiplied: each is drawn again as often as the factor says."""
    own = city.cells.filter(pl.col("topic") == topic, pl.col("received_on").is_between(week.start, week.end))
    more = own.sample(n=round(own.height * (times - 1)), with_replacement=True, seed=int(rng.integers(1 << 31)))
    return pl.concat([city.cells, more])


def found_in_problems(city: Made, rng: Any, looks: int, times: float, topics: int = 6) -> float:
    """Share of the largest topics, multiplied for a week, that are named as grown against the week before."""
    large = city.cells.drop_nulls("topic")["topic"].value_counts(sort=True)["topic"].head(topics).to_list()
    found = []
    for number in rng.integers(WARM + 2, city.weeks, looks):
        topic, week = large[int(rng.integers(len(large)))], city.week(int(number))
        before = city.week(int(number) - 1)
        near = pl.col("received_on") >= past_weeks.start(week, before)
        cells = injected(city, topic, week, times, rng).filter(near, pl.col("received_on") <= week.end)
        units = problems.problems(cells.lazy(), ["topic"], week, before, week.end, city.first).units
        found.append(units.filter(pl.col("topic") == topic)["new_turn"].to_list() == ["up"])
    return float(np.mean(found))


def found_in_sentences(city: Made, rng: Any, looks: int, times: float, topics: int = 6) -> float:
    """Share of the largest topics, multiplied for a week, that the sentences tell, or the block of the topic."""
    return _told_of(city, rng, rng.integers(WARM, city.weeks, looks).tolist(), times, topics)


def found_after_the_disaster(city: Made, rng: Any, looks: int, times: float, topics: int = 6) -> float:
    """Give the same for the dense city struck by its disaster, from two to fourteen weeks after it."""
    struck = Made.of(city.name, dense_city.cells())
    since = (dense_city.AFTER_STORM - struck.first).days // 7 + 2
    return _told_of(struck, rng, rng.integers(since, since + 12, looks).tolist(), times, topics)


def _told_of(city: Made, rng: Any, numbers: Sequence[int], times: float, topics: int) -> float:
    large = city.cells.drop_nulls("topic")["topic"].value_counts(sort=True)["topic"].head(topics).to_list()
    found = []
    for number in numbers:
        topic = large[int(rng.integers(len(large)))]
        cells = injected(city, topic, city.week(number), times, rng)
        block = cells.filter(pl.col("topic") == topic)["topic_block"][0]
        (told,) = told_sentences(Made(city.name, cells, city.first, city.weeks), [number])
        found.append(any(each.is_up and each.key in {topic, block} for each in told.left))
    return float(np.mean(found))


def days_with_clusters(city: Made, rng: Any, looks: int, shuffles: int = 99) -> float:
    """Share of days on which any cluster is told where places are dealt out within topics."""
    placed = city.cells.drop_nulls("geo_cell").with_columns(
        pl.col("geo_cell").map_elements(lambda cell: h3.cell_to_parent(cell, 8), return_dtype=pl.String).alias(PLACE)
    )
    found = []
    for back in rng.integers(0, (city.weeks - YEAR) * 7, looks):
        last = city.week(city.weeks - 1).end - timedelta(days=int(back))
        study = pl.col("received_on").is_between(last - timedelta(days=scan.MOST_PAST - 1), last)
        dealt = places_dealt_out(placed.filter(study), rng)
        counted = dealt.group_by(pl.col("topic_block").alias("stratum"), PLACE, "received_on").agg(pl.len())
        told = scan.clusters(counted.rename({"len": "appeals"}), last, shuffles=shuffles)
        found.append(bool(told))
    return float(np.mean(found))


def halves_of_bodies(city: Made, rng: Any, looks: int) -> float:
    """Share of looks in which the rating tells halves of one body apart: odd and even weeks or days, or random ones."""
    rated = _rated(city, looks)
    found = [rating_nulls.halves(rated, split, int(rng.integers(100))) for split in rating_nulls.SPLITS]
    return sum(told for told, _ in found) / max(sum(of for _, of in found), 1)


def bodies_dealt_out(city: Made, rng: Any, looks: int) -> float:
    """Share of ratings that name anybody where the departments are dealt out anew over all cases."""
    told, of = rating_nulls.shuffled(_rated(city, looks), 3, int(rng.integers(100)))
    return told / max(of, 1)


def _rated(city: Made, periods: int) -> rating_nulls.City:
    """Choose quarters of thirteen weeks whose deadlines are over; Boston's departments are three, its places more."""
    by = "territory" if city.name == "Boston" else "department"
    last = city.week(city.weeks - 1).end
    chosen = list(rating_nulls.weeks_back(last - timedelta(days=42), 13, periods))
    kept = city.cells.filter(pl.col(by).is_not_null()).lazy()
    return rating_nulls.City(kept, by, chosen, last, city.first, RatingRules())


def worse_somewhere(city: Made, rng: Any, looks: int) -> float:
    """Share of quarters in which the map tells that it is worse anywhere, territories dealt out within topics."""
    found = []
    for number in rng.integers(WARM + 13, city.weeks - OPEN, looks):
        quarter = pl.col("received_on").is_between(city.week(int(number) - 12).start, city.week(int(number)).end)
        known = city.cells.filter(quarter, pl.col("territory").is_not_null(), pl.col("is_late").is_not_null())
        dealt = places_dealt_out(known.rename({"territory": PLACE}), rng)
        seen = [pl.col("is_late").sum().cast(pl.Int64).alias("seen"), pl.len().cast(pl.Int64).alias("base")]
        week = ((pl.col("received_on") - city.first).dt.total_days() // 7).alias("slot")
        counted = dealt.group_by(PLACE, pl.col("topic").fill_null("").alias("stratum")).agg(seen)
        found.append(bool(hotspots.worse(counted, dealt.group_by(PLACE, week).agg(seen), rings=0).spots))
    return float(np.mean(found))


def places_dealt_out(cells: pl.DataFrame, rng: Any) -> pl.DataFrame:
    """Deal the places out anew among the cases of each topic."""
    order = cells.with_row_index("row").with_columns(pl.Series("lot", rng.random(cells.height)))
    dealt = order.sort("topic", "lot").select(pl.col(PLACE)).to_series()
    return order.sort("topic", "row").with_columns(dealt.alias(PLACE)).sort("row").drop("row", "lot")
