"""The surge radar: which topics, blocks and territories bring more than chance explains, told once.

`find` looks at the days up to `as_of` and gives the alarms of that day, each with what was expected and seen, since
when, where, and whether it is new. Nothing is kept between two looks: what was told before follows from replaying the
last days, so two readers see the same. What is expected stands in `surge_expected`, which score is an alarm in
`surge_budget`, and what is one alarm in `surge_groups`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
import polars as pl

from analytics import surge_budget, surge_expected, surge_groups, surge_series
from analytics.surge_groups import Evidence, Line
from analytics.surge_series import Floats, Watched
from analytics.surge_sight import Seen, sights
from analytics.surge_spread import BURN_IN
from analytics.work_calendar import WorkCalendar

State = Literal["new", "grown", "lasting"]

DIMENSIONS: Final = ("received_on", *surge_series.KEYS)
"""What cells must be read by, beside appeals."""

REPLAY: Final = 42
"""Days that are replayed to know what was told before."""

QUIET: Final = 7
"""Days without an alarm after which the same thing is news again."""

GROWN: Final = 1.5
"""How many times the daily excess told last makes an alarm worth telling again."""

GROWN_SCORE: Final = 1.0
"""How much the score must have risen besides, so that chance alone is no growth."""

FRESH: Final = 1
"""Days back from `as_of` whose alarms are shown: the last day has often only begun."""

PARTS: Final = 5
"""Topics and territories that an alarm names at most."""

_RISEN: Final = 1.5
"""Rise that the beginning of a surge is looked for with, unless the root of its own rise is more."""


@dataclass(frozen=True, slots=True)
class Part:
    """Tell of a topic or territory inside an alarm: rows seen and expected over the alarm's window."""

    title: str
    seen: int
    expected: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """Tell of one surge.

    It is about `topic`, or the whole block where that is None, in `territory`, or the city where that is None;
    `topic_block` is None for a topic without a block. In the `days` days that end on `day` there came `seen` rows
    where `expected` were usual; `ratio` is one to the other, None where less than half a row was expected. It began
    about `since`, was first told on `first_told` and last on `told`; `state` says what it is on `day`. `topics` and
    `territories` name what has risen most inside it; they need not add up to it.
    """

    topic_block: str | None
    topic: str | None
    territory: str | None
    day: date
    days: int
    seen: int
    expected: float
    score: float
    since: date
    first_told: date
    told: date
    state: State
    topics: tuple[Part, ...]
    territories: tuple[Part, ...]

    @property
    def ratio(self) -> float | None:
        """Say how many times the usual has come."""
        return self.seen / self.expected if self.expected >= _LEAST_EXPECTED else None


_LEAST_EXPECTED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Radar:
    """Hold what the radar says on a day: alarms, the most telling first, and what it looked at.

    `series` are watched over `history_days` days; a score above `threshold` is an alarm, so that a city where nothing
    happens has `alarms_a_week`. `here` is the share of the last day's rows that has arrived, as far as known.
    `is_ready` is False while the history is too short to judge by. `sights` tell of each topic whether its doubling
    would be noticed.
    """

    as_of: date
    alarms: tuple[Alarm, ...]
    threshold: float
    alarms_a_week: float
    series: int
    history_days: int
    here: float
    is_ready: bool
    sights: tuple[Seen, ...]


@dataclass
class Episode:
    """Remember one surge while days are replayed: what it is about, when it was seen and told, and how great then."""

    about: Line
    first_told: int
    told: int
    told_excess: float
    told_score: float
    state: State = "new"


def find(
    cells: pl.LazyFrame,
    as_of: date,
    calendar: WorkCalendar,
    *,
    alarms_a_week: float = 1.0,
    arrived: pl.DataFrame | None = None,
) -> Radar:
    """Find the surges of a day.

    `cells` have `DIMENSIONS` and appeals, of all the history there is (three years tell the season well; under five
    weeks nothing is judged). `arrived` is the answer of `settling.arrival`: the expected of days whose rows are still
    coming is lowered to what should be here by now. Without it every day counts as complete, which hides surges of the
    last day and invents none. Neither order nor weights of rows matter. ValueError for a budget that is not positive.
    """
    watched = surge_series.watch(cells, as_of, calendar, recent=REPLAY)
    here = _here(watched.days, arrived)
    evidence = judge(watched, alarms_a_week=alarms_a_week, here=here)
    episodes = replay(evidence, max(BURN_IN, watched.days - REPLAY))
    shown = [each for each in episodes if each.about.day >= watched.days - 1 - FRESH]
    told = sorted((_alarm(evidence, watched.first, each) for each in shown), key=lambda alarm: -alarm.score)
    return Radar(
        as_of=as_of,
        alarms=tuple(told),
        threshold=evidence.threshold,
        alarms_a_week=alarms_a_week,
        series=watched.keys.height,
        history_days=watched.days,
        here=float(here[-1]),
        is_ready=watched.days > BURN_IN,
        sights=sights(evidence) if watched.days > BURN_IN else (),
    )


def judge(
    watched: Watched, *, alarms_a_week: float = 1.0, recent: int = REPLAY, here: Floats | None = None
) -> Evidence:
    """Score every window of every day, and set the threshold; both learn nothing from the last `recent` days.

    ValueError for a budget that is not positive.
    """
    if alarms_a_week <= 0:
        message = f"a budget of alarms must be positive, got {alarms_a_week}"
        raise ValueError(message)
    expected = surge_expected.expect(watched, recent=recent, here=here)
    found = surge_expected.scores(watched.counts, expected)
    limits = surge_budget.thresholds(watched, expected, found, alarms_a_week=alarms_a_week, recent=recent)
    return Evidence(watched, expected, found, limits)


def replay(evidence: Evidence, first: int) -> list[Episode]:
    """Walk through the days from `first` on and give every episode there was, in the order of their beginnings."""
    episodes: list[Episode] = []
    for day in evidence.days_with_alarms(first):
        for alarm in surge_groups.alarms(evidence, day):
            same = [each for each in episodes if _is_same(each, alarm)]
            if same:
                _follow(same[-1], alarm, evidence)
            else:
                episodes.append(Episode(alarm, day, day, evidence.daily_excess(alarm), alarm.score))
    return episodes


def _is_same(episode: Episode, alarm: Line) -> bool:
    """Say whether an alarm goes on with an episode: the same topic, or a block and one of its topics."""
    (block, topic, _), (own_block, own_topic, _) = alarm.key, episode.about.key
    is_about_it = topic == own_topic or (block is not None and (topic is None or own_topic is None))
    return block == own_block and is_about_it and alarm.day - episode.about.day <= QUIET


def _follow(episode: Episode, alarm: Line, evidence: Evidence) -> None:
    """Carry an episode on; tell it again only when it has grown beyond what was seen of it on any day told."""
    excess = alarm.excess / alarm.days
    has_grown = excess >= GROWN * episode.told_excess and alarm.score >= episode.told_score + GROWN_SCORE
    is_first_day = alarm.day == episode.first_told
    episode.about = alarm
    episode.state = "new" if is_first_day else "grown" if has_grown else "lasting"
    if has_grown and not is_first_day:
        episode.told, episode.told_score = alarm.day, alarm.score
        episode.told_excess = evidence.daily_excess(alarm)


def _alarm(evidence: Evidence, first: date, episode: Episode) -> Alarm:
    """Put an episode into words and days."""
    about = episode.about
    block, topic, territory = about.key
    return Alarm(
        topic_block=block,
        topic=topic,
        territory=territory,
        day=first + timedelta(about.day),
        days=about.days,
        seen=about.seen,
        expected=about.expected,
        score=about.score,
        since=first + timedelta(min(_began(evidence, about), episode.first_told)),
        first_told=first + timedelta(episode.first_told),
        told=first + timedelta(episode.told),
        state=episode.state,
        topics=() if topic else _parts(surge_groups.parts(evidence, about, 1), 1),
        territories=() if territory else _parts(surge_groups.parts(evidence, about, 2), 2),
    )


def _parts(lines: Sequence[Line], by: int) -> tuple[Part, ...]:
    return tuple(Part(str(line.key[by]), line.seen, line.expected) for line in lines[:PARTS])


def _began(evidence: Evidence, about: Line) -> int:
    """Find the day on which the surge began: where the Poisson CUSUM last left zero.

    Source: J. M. Lucas, Counted Data CUSUM's, Technometrics 27, 1985.
    """
    start = max(0, about.day - REPLAY - QUIET)
    days = slice(start, about.day + 1)
    rise = max(_RISEN, (about.seen / max(about.expected, _LEAST_EXPECTED)) ** 0.5)
    steps = evidence.counts[about.line, days] * np.log(rise) - evidence.expected.mean[about.line, days] * (rise - 1)
    walked = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    return start + int(np.flatnonzero(walked == walked.min())[-1])


def _here(days: int, arrived: pl.DataFrame | None) -> Floats:
    """Give the share of each day's rows that has arrived."""
    here = np.ones(days)
    if arrived is not None:
        shares = arrived.sort("lag")["share"].to_numpy()[:days]
        here[days - len(shares) :] = shares[::-1]
    return here
