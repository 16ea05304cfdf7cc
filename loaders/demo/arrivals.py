"""Let appeals of the demo city arrive: day, topic, system, channel, body, place and moment of each."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from loaders.city import City
from loaders.demo import catalogue, seasons, stories
from loaders.demo.channels import MIX, OFFICE_HOURS, ONLINE_HOURS, STREAMS
from loaders.demo.dice import Flags, Floats, Ints, chance, pick
from loaders.demo.ground import Ground

DAY: Final = 86_400
LAST_MOMENT: Final = 8 * 3600 + 40 * 60
"""The demo's data end on the last day at 08:40, when the morning's load is done."""

SHARE_OF_LAST_DAY: Final = 0.2
"""How much of a day comes in before that moment."""

QUESTIONS_OF: Final = "sstu"
SECOND_QUESTIONS: Final = 0.12
"""The system whose rows are questions, and the share of rows that are an appeal's second question."""

HOT_SPOTS: Final = 9
NO_TERRITORY: Final = 0.03


@dataclass(frozen=True)
class Calendar:
    """Hold the days of the demo, numbered since 1970, with a margin of working days after the end."""

    days: Ints
    end: date
    first_margin_day: int
    is_working: Flags  # from `first_margin_day` on, through a year after the end

    @classmethod
    def over(cls, start: date, end: date) -> "Calendar":
        """Make the calendar of these days."""
        days = seasons.days(start, end)
        margin = np.arange(days[0] - 14, days[-1] + 400)
        return cls(days, end, int(margin[0]), seasons.working(margin))

    @property
    def moment(self) -> int:
        """The last moment of the data, in seconds since 1970."""
        return int(self.days[-1]) * DAY + LAST_MOMENT

    def works(self, day: Ints) -> Flags:
        """Say which of the days are working days."""
        return self.is_working[day - self.first_margin_day]

    def after(self, day: Ints) -> Ints:
        """Return the day itself, or the next working day when it is a day off."""
        following = np.where(self.is_working, np.arange(len(self.is_working)), len(self.is_working))
        nearest = np.minimum.accumulate(following[::-1])[::-1]
        return nearest[day - self.first_margin_day] + self.first_margin_day

    def before(self, day: Ints) -> Ints:
        """Return the day itself, or the last working day when it is a day off."""
        preceding = np.where(self.is_working, np.arange(len(self.is_working)), 0)
        nearest = np.maximum.accumulate(preceding)
        return nearest[day - self.first_margin_day] + self.first_margin_day


@dataclass(frozen=True)
class Arrivals:
    """Hold what is known of each question when it arrives, one element a row.

    `first` is the row of the first question of the same appeal, mostly the row itself. `topic` and `stream` are
    places in `TOPICS` and `STREAMS`, `department` and `territory` in the city's lists (territory −1: unknown);
    moments are seconds since 1970; coordinates are NaN where unknown.
    """

    first: Ints
    topic: Ints
    stream: Ints
    channel: Ints
    department: Ints
    territory: Ints
    lat: Floats
    lon: Floats
    received: Ints

    def __len__(self) -> int:
        return len(self.topic)


def arrive(rng: np.random.Generator, city: City, calendar: Calendar, appeals: int) -> Arrivals:
    """Draw so many appeals over the days of the calendar."""
    days, topic = _days_and_topics(rng, calendar, appeals)
    stream = _streams(rng, calendar, days, topic)
    days = _gap(rng, calendar, days, stream)
    received = _moments(rng, calendar, days, stream)
    order = np.argsort(received, kind="stable")
    topic, stream, received = topic[order], stream[order], received[order]
    first = _first_questions(rng, stream)
    territory = _territories(rng, city, calendar, received // DAY, topic)
    territory = np.where(chance(rng, NO_TERRITORY, appeals), -1, territory)[first]
    lat, lon = _places(rng, city, topic, stream, territory)
    return Arrivals(
        first=first,
        topic=topic,
        stream=stream,
        channel=pick(rng, _padded([[share for _, share in stream.channels] for stream in STREAMS]), stream),
        department=pick(rng, _executors(city), topic),
        territory=territory,
        lat=lat,
        lon=lon,
        received=received[first],
    )


def _days_and_topics(rng: np.random.Generator, calendar: Calendar, appeals: int) -> tuple[Ints, Ints]:
    """Spread exactly so many appeals over days and topics."""
    days, topics = calendar.days, catalogue.TOPICS
    level = np.array([topic.share * catalogue.LEVEL.get(topic.block, 0.75) for topic in topics])
    yearly = np.stack([seasons.season(topic.season, days) for topic in topics], axis=1)
    expected = level * yearly * seasons.rhythm(days, calendar.works(days))[:, None]
    expected = stories.plant(expected, days, calendar.end, topics)
    expected[-1] *= SHARE_OF_LAST_DAY
    counts = rng.multinomial(appeals, (expected / expected.sum()).ravel()).reshape(expected.shape)
    day, topic = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), len(topics))
    return days[day], topic


def _streams(rng: np.random.Generator, calendar: Calendar, days: Ints, topic: Ints) -> Ints:
    """Draw the stream by style of topic, year, and whether offices are open."""
    styles = list(MIX)
    style = np.array([styles.index(topic.style) for topic in catalogue.TOPICS])[topic]
    year = ((calendar.days[-1] - days) // 365).clip(0, 9)
    is_open = calendar.works(days) & (days != calendar.days[-1])
    tables = np.array(
        [
            [
                share * (1 + stream.drift) ** -age * (0.0 if stream.office and not opened else 1.0)
                for share, stream in zip(MIX[name], STREAMS, strict=True)
            ]
            for name in styles
            for age in range(10)
            for opened in (False, True)
        ]
    )
    return pick(rng, tables, (style * 10 + year) * 2 + is_open)


def _gap(rng: np.random.Generator, calendar: Calendar, days: Ints, stream: Ints) -> Ints:
    """Move what fell into the gap of the loads some weeks back, so that the gap is empty and the total stays."""
    from_source = np.array([stream.source == stories.GAP.source for stream in STREAMS])[stream]
    missing = stories.GAP.on(days, calendar.end) & from_source
    weeks_back = rng.integers(1, 9, len(days))
    moved: Ints = np.maximum(np.where(missing, days - 7 * weeks_back, days), calendar.days[0])
    return moved


def _first_questions(rng: np.random.Generator, stream: Ints) -> Ints:
    """Let some rows of the system that counts questions be the second question of the row before them."""
    first = np.arange(len(stream))
    rows = np.flatnonzero(np.array([stream.source == QUESTIONS_OF for stream in STREAMS])[stream])
    is_second = chance(rng, SECOND_QUESTIONS, len(rows))
    is_second[1:] &= ~is_second[:-1]
    is_second[:1] = False
    first[rows[is_second]] = rows[np.flatnonzero(is_second) - 1]
    return first


def _moments(rng: np.random.Generator, calendar: Calendar, days: Ints, stream: Ints) -> Ints:
    """Draw the time of day; on the last day everything came before its last moment."""
    is_office = np.array([stream.office for stream in STREAMS])[stream].astype(np.int64)
    hour = pick(rng, [ONLINE_HOURS, OFFICE_HOURS], is_office)
    second = hour * 3600 + rng.integers(0, 3600, len(days))
    moments: Ints = days * DAY + np.where(days == calendar.days[-1], second * LAST_MOMENT // DAY, second)
    return moments


def _executors(city: City) -> Floats:
    """Return the share of each body of the city in each topic."""
    place = {department.key: number for number, department in enumerate(city.departments)}
    of_title = {department.title: department.key for department in city.departments}
    own = {block.key: of_title[block.department] for block in city.blocks}
    shares = np.zeros((len(catalogue.TOPICS), len(place)))
    for line, topic in enumerate(catalogue.TOPICS):
        for key, share in (*topic.bodies, *catalogue.ELSEWHERE):
            shares[line, place[key]] += share
        if topic.block:
            shares[line, place[own[topic.block]]] += 1 - min(1.0, shares[line].sum())
    return shares


def _territories(rng: np.random.Generator, city: City, calendar: Calendar, days: Ints, topic: Ints) -> Ints:
    """Draw the territory by population and each topic's own pattern; the breakdown has its own place."""
    people = np.array([territory.population or 0 for territory in city.territories], float)
    pattern = people * rng.lognormal(0, 0.3, (len(catalogue.TOPICS), len(people)))
    titles = [territory.title for territory in city.territories]
    hit = pattern[[topic.title in stories.BREAKDOWN.topics for topic in catalogue.TOPICS]][0].copy()
    there = titles.index(stories.BREAKDOWN.territory)
    hit[there] = hit.sum() * 1.8
    is_hit = np.array([t.title in stories.BREAKDOWN.topics for t in catalogue.TOPICS])[topic]
    line = np.where(is_hit & stories.BREAKDOWN.on(days, calendar.end), len(catalogue.TOPICS), topic)
    return pick(rng, np.vstack([pattern, hit]), line)


def _places(rng: np.random.Generator, city: City, topic: Ints, stream: Ints, territory: Ints) -> tuple[Floats, Floats]:
    """Draw coordinates around the hot spots of the territory, rounded as the city wants, NaN where none is known."""
    centres = np.array([territory.centre or (np.nan, np.nan) for territory in city.territories])
    ground = Ground.of(city)
    of_spot = np.repeat(np.arange(len(centres)), HOT_SPOTS)
    around = rng.normal(0, 0.009, (len(centres), HOT_SPOTS, 2)) * (1.0, 1.4)
    spots = ground.within((centres[:, None, :] + around).reshape(-1, 2), of_spot, centres[of_spot])
    spots = spots.reshape(len(centres), HOT_SPOTS, 2)
    weights = rng.dirichlet(np.full(HOT_SPOTS, 0.8), len(catalogue.TOPICS) * len(centres))
    there = territory.clip(0)
    spot = pick(rng, weights, topic * len(centres) + there)
    point = spots[there, spot] + rng.normal(0, 0.0022, (len(topic), 2)) * (1.0, 1.4)
    point = ground.within(point, there, spots[there, spot])
    south, west, north, east = city.box or (-90.0, -180.0, 90.0, 180.0)
    point = np.round(point, city.coordinate_decimals).clip((south, west), (north, east))
    located = np.array([stream.located for stream in STREAMS])[stream]
    point[~chance(rng, located, len(topic)) | (territory < 0)] = np.nan
    return point[:, 0], point[:, 1]


def _padded(lines: list[list[float]]) -> Floats:
    width = max(map(len, lines))
    return np.array([line + [0.0] * (width - len(line)) for line in lines])
