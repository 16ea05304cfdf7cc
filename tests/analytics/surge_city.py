"""Make daily flows with and without surges, to see when the radar speaks and when it is silent."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics import surge_series, surges
from analytics.surge_groups import Evidence
from analytics.surge_series import Watched
from analytics.surges import Episode
from analytics.work_calendar import work_calendar
from loaders.city import City
from loaders.demo import catalogue, seasons

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


def topics_of_ten(seed: int, topics: int = 100, days: int = 3 * 365, doubled: Sequence[int] = ()) -> Watched:
    """Draw topics of ten a day, each in eleven territories; number n is doubled for three days from doubled[n]."""
    rng = np.random.default_rng(seed)
    mean = np.outer(np.full(topics, 10.0), flow(days))
    for topic, start in enumerate(doubled):
        mean[topic, start : start + 3] *= 2
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


def found_in_time(watched: Watched, evidence: Evidence, doubled: Sequence[int]) -> list[bool]:
    """Say of each doubling whether its topic, or a territory of it, was an alarm on one of its three days."""
    told = surges.replay(evidence, min(doubled))
    days_of: dict[str | None, set[int]] = {}
    for each in told:
        days_of.setdefault(each.about.key[1], set()).update((each.first_told, each.about.day))
    names = watched.keys["topic"].unique(maintain_order=True).to_list()
    return [
        any(start <= day < start + 3 for day in days_of.get(name, ()))
        for name, start in zip(names, doubled, strict=True)
    ]
