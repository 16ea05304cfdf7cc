"""Stories planted in the demo city, so that every screen has something true to find.

All of them are listed in `STORIES`; nothing else in the generator is aimed at a particular week, body or place.
Weeks are counted from the last complete one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loaders.demo import catalogue, seasons

ALWAYS: Final = -100_000
"""An offset before any demo data begin."""


@dataclass(frozen=True)
class Story:
    """Describe one story: what happens, to whom, and from which to which day.

    `first` and `last` are days from the Monday of the last complete week; `last` None goes on to the end. Where a
    story is about topics, a body, a source or a territory, these name them. `strength` is its main number; what it
    means stands in `what`.
    """

    key: str
    what: str
    first: int
    last: int | None
    strength: float
    topics: tuple[str, ...] = ()
    department: str = ""
    source: str = ""
    territory: str = ""

    def days(self, end: date) -> tuple[date, date]:
        """Return the first and the last day of the story for data that end on `end`."""
        monday = last_week(end)
        return monday + timedelta(self.first), end if self.last is None else monday + timedelta(self.last)

    def on(self, day_numbers: NDArray[np.int64], end: date) -> NDArray[np.bool_]:
        """Say which days belong to the story."""
        first, last = ((day - seasons.EPOCH).days for day in self.days(end))
        return (day_numbers >= first) & (day_numbers <= last)


BREAKDOWN: Final = Story(
    "breakdown",
    "Прорвало теплотрассу: тепло в одном микрорайоне, вторую неделю растёт. Сила — рост потока блока, раз",
    first=-7,
    last=None,
    strength=2.0,
    topics=(catalogue.HEATING, catalogue.HOT_WATER),
    territory="Западный",
)
FIRST_WEEK_OF_BREAKDOWN: Final = 1.5
"""The first week of the breakdown is milder: how many times the block's usual flow."""

POTHOLES: Final = Story(
    "potholes",
    "Три недели распутицы: дороги вышли за обычное и на последней неделе вернулись. Сила — рост потока блока, раз",
    first=-21,
    last=-1,
    strength=1.7,
    topics=(catalogue.POTHOLES, "Грейдирование грунтовых дорог", "Подтопление дорог"),
)
SLOW: Final = Story(
    "slow",
    "Медленное подразделение: половина ответов после срока. Сила — обычная доля израсходованного срока",
    first=ALWAYS,
    last=None,
    strength=1.0,
    department="property_committee",
)
GAMING: Final = Story(
    "gaming",
    "Закрывает накануне срока, а люди пишут снова. Сила — доля повторных",
    first=ALWAYS,
    last=None,
    strength=0.27,
    department="waste_operator",
)
SMALL: Final = Story(
    "small",
    "Маленькое подразделение: доли скачут от месяца к месяцу, и это только случай. Сила — доля в потоке",
    first=ALWAYS,
    last=None,
    strength=0.0022,
    department="legal_department",
)
STOPPED: Final = Story(
    "stopped",
    "Последние тринадцать недель не закрывает трудное, а по закрытому всё хорошо. Сила — доля нерешаемых",
    first=-84,
    last=None,
    strength=0.85,
    topics=("Переселение из аварийного жилья", "Долгострой", "Качество строительства"),
    department="capital_construction",
)
GAP: Final = Story(
    "gap",
    "За одни выходные система не выгрузилась: ни одной строки. Сила — доля пропавшего",
    first=-30,
    last=-29,
    strength=1.0,
    source="incident",
)
NEW_TOPIC: Final = Story(
    "new_topic",
    "Новая тема, которой нет в рубрикаторе, растёт шесть недель. Сила — сколько в последнюю неделю при обычном потоке",
    first=-35,
    last=None,
    strength=14.0,
    topics=(catalogue.NEW_TOPIC,),
)

STORIES: Final = (BREAKDOWN, POTHOLES, SLOW, GAMING, SMALL, STOPPED, GAP, NEW_TOPIC)


def last_week(end: date) -> date:
    """Return the Monday of the last complete week; a Sunday of data completes its week."""
    return end - timedelta(days=(end.weekday() + 1) % 7 + 6)


def plant(
    expected: NDArray[np.float64], day_numbers: NDArray[np.int64], end: date, topics: Sequence[catalogue.Topic]
) -> NDArray[np.float64]:
    """Write the stories into what is expected on each day of each topic: an array days × topics, like the result."""
    planted = expected.copy()
    for story in (BREAKDOWN, POTHOLES):
        own = np.array([topic.title in story.topics for topic in topics])
        block = next(topic.block for topic in topics if topic.title in story.topics)
        usual = expected[:, [topic.block == block for topic in topics]].sum(axis=1, keepdims=True)
        split = expected[:, own] / expected[:, own].sum(axis=1, keepdims=True)
        planted[:, own] += (_strength(story, day_numbers, end)[:, None] - 1) * usual * split
    planted[:, [topic.title == catalogue.NEW_TOPIC for topic in topics]] *= _ramp(day_numbers, end)[:, None]
    return planted


def _strength(story: Story, day_numbers: NDArray[np.int64], end: date) -> NDArray[np.float64]:
    """Return how many times its usual flow the story's block has on each day."""
    strength = np.where(story.on(day_numbers, end), story.strength, 1.0)
    is_mild = story.on(day_numbers, end) & (day_numbers < (last_week(end) - seasons.EPOCH).days)
    return np.where(is_mild, FIRST_WEEK_OF_BREAKDOWN, strength) if story is BREAKDOWN else strength


def _ramp(day_numbers: NDArray[np.int64], end: date) -> NDArray[np.float64]:
    first, last = ((day - seasons.EPOCH).days for day in NEW_TOPIC.days(end))
    ramp = (day_numbers - first + 1) / (last - first + 1)
    return np.where(day_numbers >= first, ramp * NEW_TOPIC.strength, 0.0)
