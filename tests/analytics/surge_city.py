"""Make daily flows with and without surges, to see when the radar speaks and when it is silent."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics import surge_series, surges
from analytics.surge_groups import Evidence
from analytics.surge_series import Watched
from analytics.surges import Alarm, Episode
from analytics.work_calendar import work_calendar
from loaders.city import City
from loaders.demo import catalogue, seasons
from tests.analytics import surge_bound

CALENDAR = work_calendar()
END = date(2026, 11, 22)
QUARTER = 91
PLACES = 11


def flow(days: int, end: date = END) -> np.ndarray:
    """Give weekdays and days off of the demo city, one on the average of the last year."""
    numbers = np.arange(days) + (end - seasons.EPOCH).days - days + 1
    rhythm = seasons.rhythm(numbers, seasons.working(numbers))
    return rhythm / rhythm[-364:].mean()


def calm_demo(seed: int, days: int = 3 * 365, appeals: int = 120_000, end: date = END) -> pl.DataFrame:
    """Draw cells of a demo city in which nothing is planted: its topics, levels, seasons, rhythm and territories."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(days) + (end - seasons.EPOCH).days - days + 1
    topics = [topic for topic in catalogue.TOPICS if topic.block]
    level = np.array([topic.share * catalogue.LEVEL[topic.block] for topic in topics])
    yearly = np.stack([seasons.season(topic.season, numbers) for topic in topics])
    mean = level[:, None] * yearly * flow(days, end)
    territories = City.load("novoshakhtinsk").demo().territories
    people = np.array([territory.population or 0 for territory in territories], float)
    drawn = rng.poisson(mean[:, :, None] * people * (appeals / mean.sum() / people.sum()))
    topic, day, territory = drawn.nonzero()
    return pl.DataFrame(
        {
            "received_on": pl.Series(numbers[day]).cast(pl.Int32).cast(pl.Date),
            "topic_block": pl.Series([each.block for each in topics]).gather(topic),
            "topic": pl.Series([each.title for each in topics]).gather(topic),
            "territory": pl.Series([each.title for each in territories]).gather(territory),
            "appeals": drawn[topic, day, territory],
        }
    )


def told_by_quarters(cells: pl.DataFrame, end: date = END) -> list[int]:
    """Count what the radar would have told in each quarter, knowing threshold and spread from the days before it."""
    first = cells["received_on"].min()
    ends = [end - timedelta(days=back) for back in range(0, (end - first).days - QUARTER, QUARTER)]
    return [len(_told(cells, day)) for day in reversed(ends)]


def _told(cells: pl.DataFrame, end: date) -> list[Episode]:
    watched = surge_series.watch(cells.lazy(), end, CALENDAR, recent=QUARTER)
    return surges.replay(surges.judge(watched, recent=QUARTER), watched.days - QUARTER)


def topics_of_ten(
    seed: int,
    topics: int = 100,
    days: int = 3 * 365,
    doubled: Sequence[int] = (),
    times: float = 2,
    lasting: int = 3,
) -> Watched:
    """Draw topics of ten a day, each in eleven territories; number n is doubled for three days from doubled[n].

    Instead of double it may be any number of `times`, for `lasting` days.
    """
    rng = np.random.default_rng(seed)
    mean = np.outer(np.full(topics, 10.0), flow(days))
    for topic, start in enumerate(doubled):
        mean[topic, start : start + lasting] *= times
    parts = rng.poisson(np.repeat(mean[:, None, :] / PLACES, PLACES, axis=1))
    counts = np.concatenate([parts.sum(axis=1, keepdims=True), parts], axis=1).reshape(-1, days)
    places = [None, *(f"Район {place:02}" for place in range(PLACES))]
    keys = [(None, f"Тема {topic:03}", place) for topic in range(topics) for place in places]
    first = END - timedelta(days=days - 1)
    return Watched(
        pl.DataFrame(keys, schema=dict.fromkeys(surge_series.KEYS, pl.String), orient="row"),
        counts.astype(float),
        np.arange(len(keys)) // len(places) * len(places),
        first,
        surge_series.day_types(first, days, CALENDAR),
    )


def found_in_time(watched: Watched, evidence: Evidence, doubled: Sequence[int], lasting: int = 3) -> list[bool]:
    """Say of each doubling whether its topic, or a territory of it, was an alarm on one of its days."""
    told = surges.replay(evidence, min(doubled))
    days_of: dict[str | None, set[int]] = {}
    for each in told:
        days_of.setdefault(each.about.key[1], set()).update((each.first_told, each.about.day))
    names = watched.keys["topic"].unique(maintain_order=True).to_list()
    return [
        any(start <= day < start + lasting for day in days_of.get(name, ()))
        for name, start in zip(names, doubled, strict=True)
    ]


def could_be_found(watched: Watched, doubled: Sequence[int], times: float = 2, lasting: int = 3) -> list[bool]:
    """Say the same of a detector by likelihood ratio that knows the usual, the surge, and which ratio passes weekly."""
    topics = surge_bound.topics(watched)
    mean = np.tile(10.0 * flow(watched.days), (len(topics), 1))
    chance = np.full(len(topics), 1e-9)
    ratios = [
        surge_bound.log_ratio(watched.counts[topics], mean, chance, times, days) for days in range(1, lasting + 1)
    ]
    best = np.max(ratios, axis=0)
    weeks = best[:, : min(doubled) // 7 * 7].reshape(len(topics), -1, 7).max(axis=2)
    bar = np.sort(weeks, axis=None)[::-1][weeks.shape[1]]
    return [bool((best[topic, start : start + lasting] > bar).any()) for topic, start in enumerate(doubled)]


def young(cells: pl.DataFrame, days: int = 56) -> list[Alarm]:
    """Tell every alarm of a city's first days as it was told: the radar is looked at every morning."""
    first = cells["received_on"].min()
    told = []
    for day in (first + timedelta(days=n) for n in range(days)):
        radar = surges.find(cells.lazy(), day, CALENDAR)
        told += [alarm for alarm in radar.alarms if alarm.told == day]
    return told
