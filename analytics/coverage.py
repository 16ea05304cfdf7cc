"""Which days the data cover whole: per source the first and the last complete day, and the one day all is counted by.

Absent is not zero. A source covers the days from the one on which it began to come as it usually does up to the last
one that was over, for it, when it was exported. Numbers are counted as of `Coverage.as_of`, the last whole day; two
periods are compared only within one stretch of the same sources (`Coverage.since`).

- The **beginning** lies after the latest long stretch (four weeks, or as long as thirty rows usually take) in which a
  tenth of the usual came, or less: old cases that an export drags along, a slip in a year, a hole are no coverage.
- The **end** is the day before the newest event's, or any day after it up to the day before the load, as long as the
  silence since that event is nothing special: fewer than `SILENT` rows were to be expected by the hour and the weekday
  of the last eight weeks (`exp(-2.3)`: a chance of one in ten). So a day that was exported at half past eight is not
  whole, a Sunday of an office is, without a row, and so are some days of a source that brings a row a week.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean, median
from typing import Final

import polars as pl

from analytics.declarations import Measure
from analytics.periods import DAY, WEEK_DAYS, Period, recent

LOW_DAYS: Final = 28
"""Fewest days in a row of next to nothing before which a source counts as not yet, or not then, coming."""

LOW_ROWS: Final = 30
"""Rows that would usually have come in such a stretch, so that it is none by chance."""

LOW_SHARE: Final = 0.1
"""Part of the usual that is next to nothing."""

RECENT: Final = timedelta(weeks=8)
"""How far back a source's usual hours and weekdays are looked for."""

SILENT: Final = 2.3
"""Expected rows whose absence says that nothing was exported; fewer fail to come in one case of ten."""

MATERIAL: Final = 0.05
"""Least part of the rows of its own time from which on a source's coming and going changes the city's numbers."""

MATERIAL_ROWS: Final = 10
"""Least rows in four weeks for the same."""

PATIENCE: Final = timedelta(days=7)
"""How long the city's day waits for a source that is loaded less often; then the source is called silent."""

QUIET: Final = timedelta(days=3)
"""How far the city's day goes on past its last row: over a weekend, and no further into a silence."""

FULL_TERM: Final = timedelta(days=30)
"""One full term of consideration (59-ФЗ, ст. 12): until then a filling store makes every backlog grow."""

HALF_YEAR: Final = 26
"""Weeks that the usual week of a source is the median of."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Hold what the loads of a source tell: its newest event, and the last load, both by the city's clock."""

    newest: datetime
    loaded: datetime


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """Hold the whole days of a source, both inclusive; `is_material` says whether the city's numbers rest on it."""

    source: str
    first: date
    last: date
    is_material: bool = True

    @property
    def is_whole(self) -> bool:
        """Say whether there is a whole day at all."""
        return self.first <= self.last


@dataclass(frozen=True, slots=True)
class Coverage:
    """Hold the whole days of every source, sorted by source, and the last whole day of the city, `as_of`.

    `today` is the city's date. Without a whole day `as_of` is the newest day that has anything.
    """

    sources: tuple[SourceCoverage, ...]
    as_of: date
    today: date

    @property
    def first(self) -> date:
        """Give the first whole day of any source that matters; `as_of` where there is none."""
        return min((each.first for each in self.sources if each.is_material), default=self.as_of)

    def since(self, day: date) -> date:
        """Give the first day from which on the city's numbers rest on the same sources as on `day`."""
        edges = [edge for each in self.sources if each.is_material for edge in (each.first, each.last + DAY)]
        return max((edge for edge in edges if edge <= day), default=self.first)

    def holds(self, period: Period) -> bool:
        """Say whether every day of a period is whole, and rests on the same sources."""
        is_known = self.first <= period.start and period.end <= self.as_of < self.today
        return is_known and self.since(period.end) <= period.start

    def comparable(self, period: Period, other: Period) -> bool:
        """Say whether both periods are whole and rest on the same sources."""
        later, earlier = max(period, other), min(period, other)
        return self.holds(later) and self.since(later.end) <= earlier.start

    @property
    def behind(self) -> tuple[SourceCoverage, ...]:
        """List the sources that matter and do not reach the last whole day of the city."""
        return tuple(each for each in self.sources if each.is_material and each.last < self.as_of)

    def only(self, sources: Sequence[str]) -> "Coverage":
        """Keep the named sources: what a reader may be told of; the days all is counted by stay."""
        return Coverage(tuple(each for each in self.sources if each.source in sources), self.as_of, self.today)


def of_days(first: date, last: date) -> Coverage:
    """Make the coverage of one source that is whole from one day to another."""
    return Coverage((SourceCoverage("", first, last),), last, last + DAY)


def coverage(daily: pl.DataFrame, hours: pl.DataFrame, heard: Mapping[str, Heard], now: datetime) -> Coverage:
    """Find the whole days of every source.

    `daily` has one row per `source` and `day` with the `rows` received on it; `hours` one row per `source`, `weekday`
    (0 is Monday) and `hour` of the last `RECENT` with its `rows`. `heard` tells of the loads of each source, and `now`
    is the city's clock; a source without loads or rows is left out.
    """
    runs = {key: dict(own.select("day", "rows").iter_rows()) for (key,), own in _by_source(daily)}
    clocks = {key: _Clock.of(own) for (key,), own in _by_source(hours)}
    known = {key: run for key, run in sorted(runs.items()) if key in heard and run}
    ends = {key: _last_day(run, clocks.get(key, _Clock()), heard[key], now) for key, run in known.items()}
    spans = {key: (_first_day(run), ends[key]) for key, run in known.items()}
    material = _material(known, spans)
    sources = tuple(SourceCoverage(key, *span, is_material=key in material) for key, span in spans.items())
    return Coverage(sources, _as_of(sources, known, now.date()), now.date())


def is_settled(measure: Measure, period: Period, first: date) -> bool:
    """Say whether a measure means in a period what it will mean later, in data that begin on the day `first`.

    What came in is whole from the first day on. States, and what is counted by the day of an answer or of a deadline,
    need one full term: until then an empty store fills, every backlog grows, and only quick answers are known.
    """
    if measure.clock == "received_on":
        return period.start >= first
    return (period.end if measure.clock is None else period.start) >= first + FULL_TERM


def history(measure: Measure, period: Period, count: int, first: date) -> list[Period]:
    """List those of the `count` equal periods before one that a measure may be judged by, oldest first."""
    return [each for each in recent(period, count) if is_settled(measure, each, first)]


def _by_source(frame: pl.DataFrame) -> list[tuple[tuple[str], pl.DataFrame]]:
    return [((str(key[0]),), own) for key, own in frame.partition_by("source", as_dict=True).items()]


def _first_day(run: Mapping[date, int]) -> date:
    """Find the day from which on a source comes as it usually does."""
    days, rate = sorted(run), _usual_week(run) / WEEK_DAYS
    stretch = timedelta(days=max(LOW_DAYS, LOW_ROWS / rate))
    begun = max(_after_low(run, days, stretch, rate), default=days[0])
    usual = median(rows for day, rows in run.items() if begun <= day < begun + stretch)
    return next(day for day in days if day > begun - stretch and run[day] * 2 >= usual)


def _after_low(run: Mapping[date, int], days: Sequence[date], stretch: timedelta, rate: float) -> Iterator[date]:
    """List the days with rows before which, in the midst of the data, a long stretch brought next to nothing."""
    little = LOW_SHARE * rate * stretch.days
    within, oldest = 0, 0
    for before, day in pairwise(days):
        within += run[before]
        while days[oldest] < day - stretch:
            within -= run[days[oldest]]
            oldest += 1
        if within < little and day - stretch >= days[0]:
            yield day


def _usual_week(run: Mapping[date, int]) -> float:
    """Give the median week of the last half year that has rows; the mean one where most weeks have none."""
    last, weeks = max(run), Counter[int]()
    for day, rows in run.items():
        weeks[(last - day).days // WEEK_DAYS] += rows
    counted = [weeks[week] for week in range(min(max(weeks) + 1, HALF_YEAR))]
    return median(counted) or fmean(counted)


@dataclass(frozen=True, slots=True)
class _Clock:
    """Hold the rows of the last weeks by weekday and hour."""

    rows: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, hours: pl.DataFrame) -> "_Clock":
        return cls(
            {(weekday, hour): rows for weekday, hour, rows in hours.select("weekday", "hour", "rows").iter_rows()}
        )

    @property
    def tells_hours(self) -> bool:
        return any(hour for _, hour in self.rows)

    def after(self, moment: datetime) -> float:
        """Give the part of a day's rows that come in the hours after a moment."""
        own = {hour: rows for (weekday, hour), rows in self.rows.items() if weekday == moment.weekday()}
        return sum(rows for hour, rows in own.items() if hour > moment.hour) / (sum(own.values()) or 1)


def _last_day(run: Mapping[date, int], clock: _Clock, heard: Heard, now: datetime) -> date:
    """Find the last day that was over for a source when it was exported."""
    newest, loaded = min(heard.newest, now), min(heard.loaded, now).date()
    day, usual = newest.date(), _by_weekday(run, newest.date())
    # A source that tells days without hours may have been exported at any hour of the day of its load.
    end = min(loaded if clock.tells_hours else loaded - DAY, now.date() - DAY)
    expected = usual[day.weekday()] * clock.after(newest)
    while expected < SILENT and day <= end:
        day += DAY
        expected += usual[day.weekday()]
    return day - DAY


def _by_weekday(run: Mapping[date, int], last: date) -> list[float]:
    """Give the mean rows of every weekday in the weeks before a day, from Monday on."""
    sums, since = [0.0] * WEEK_DAYS, max(last - RECENT, min(run))
    for day, rows in run.items():
        sums[day.weekday()] += rows if since <= day < last else 0
    weeks = max((last - since).days / WEEK_DAYS, 1)
    return [each / weeks for each in sums]


def _material(runs: Mapping[str, Mapping[date, int]], spans: Mapping[str, tuple[date, date]]) -> set[str]:
    """Find the sources that bring a part worth mentioning of what came in their first or their last four weeks."""
    found = set()
    for key, (first, last) in spans.items():
        for start in (first, last - timedelta(days=LOW_DAYS - 1)):
            end = start + timedelta(days=LOW_DAYS - 1)
            own, every = _within(runs[key], start, end), sum(_within(run, start, end) for run in runs.values())
            if own >= max(MATERIAL * every, MATERIAL_ROWS):
                found.add(key)
    return found or set(spans)


def _within(run: Mapping[date, int], start: date, end: date) -> int:
    return sum(rows for day, rows in run.items() if start <= day <= end)


def _as_of(sources: Sequence[SourceCoverage], runs: Mapping[str, Mapping[date, int]], today: date) -> date:
    """Give the last day that is whole for every source that matters and is still loaded, the largest of them first."""
    newest = min(max((max(run) for run in runs.values()), default=today), today)
    whole = [each for each in sources if each.is_material and each.is_whole]
    if not whole:
        return newest
    main = max(whole, key=lambda each: _within(runs[each.source], newest - RECENT, newest)).last
    return min(min(each.last, main, newest + QUIET) for each in whole if each.last >= main - PATIENCE)
