"""Read what the deadlines of a city are counted by: norms, working calendar, and the city's own settings.

A city names a file of norms that it shares with others, and its own `[[norms]]` add to them. A norm of the city takes
the place of every shared one with its key. Norms that leave a case undecided are refused with their line.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Final, get_args

import polars as pl

from analytics import measures, schema
from analytics.clock import OffDay
from analytics.deadlines import Base, Rules
from analytics.due_states import PERCENT
from analytics.norms import Event, Norm, NormUnit, clashes
from analytics.problems import COUNTS, EQUAL, checked
from analytics.work_calendar import RUSSIA, DayKind, Hours, WorkCalendar, work_calendar
from loaders.city_file import key, within
from loaders.city_parts import RestRule, SurgeRules
from loaders.toml_file import TomlTable

WORDS: Final = ("kind", "appeal_type", "source_system", "channel", "topic_block", "topic_group", "topic")
FLAGS: Final = (*schema.MARKS, "interim_answered_at")
"""Columns of an appeal that a norm may depend on; of a moment it asks whether it has come."""

MOST_ALARMS: Final = 50
"""False alarms a week beyond which a radar tells nothing."""

HOME_COLOUR: Final = "overdue_open"
"""What the matrix of a city opens in that names nothing: what is bad, and not what is large."""

SURPRISE: Final = "surprise"

_DAYS: Final = {"off": DayKind.OFF, "short": DayKind.SHORT, "full": DayKind.FULL}

Row = tuple[Norm, TomlTable]
"""A norm and the table it was read from, which knows its line."""


def read(file: TomlTable, head: TomlTable, shared: TomlTable | None) -> tuple[Rules, RestRule]:
    """Read the norms, the calendar of the city's country with the city's days, and the settings of deadlines."""
    own = _norms(file)
    taken = {norm.key for norm, _ in own}
    common = [row for row in _norms(shared) if row[0].key not in taken] if shared else []
    if shared:
        shared.close()
    settings = file.table("deadlines")
    off_day: OffDay = settings.choice("off_day", get_args(OffDay), "keep")
    base: Base = settings.choice("rest_base", get_args(Base), "original")
    percent = within(settings, "rest_percent", 1, 100) if settings.has("rest_percent") else PERCENT
    settings.close()
    return Rules(_without_clashes([*common, *own]), _calendar(file, head), off_day), RestRule(base, percent)


def problem_weights(file: TomlTable) -> Mapping[str, float]:
    """Read the weights of the four counts in the index of problem spheres; a count that is not named weighs one."""
    table = file.table("problems")
    words = {count: count.removesuffix("_open") for count in COUNTS}
    weights = {count: table.take(word, float, EQUAL[count]) for count, word in words.items()}
    try:
        checked(weights)
    except ValueError as error:
        table.refuse("weights", str(error))
    table.close()
    return weights


def home_colour(file: TomlTable) -> str:
    """Read what colours the matrix that the home screen opens with: a measure, or how surprising a number is."""
    table = file.table("home")
    colour = table.take("colour", str, HOME_COLOUR)
    if colour not in {SURPRISE, *measures.EVERY}:
        advice = f"Например: {HOME_COLOUR}, on_time_share, appeals, {SURPRISE}."
        table.refuse("unknown_measure", f"Показателя «{colour}» нет", at="colour", advice=advice)
    table.close()
    return colour


def surges(file: TomlTable) -> SurgeRules:
    """Read the table [surges]; where it is not written, one false alarm a week and a report on the same day."""
    table = file.table("surges")
    usual = SurgeRules()
    alarms = table.take("alarms_a_week", float, usual.alarms_a_week)
    if not 0 < alarms <= MOST_ALARMS:
        what = f"Ключ «alarms_a_week» — число больше 0 и не больше {MOST_ALARMS}"
        table.refuse("out_of_range", what, at="alarms_a_week")
    days = within(table, "report_days", 0, 30) if table.has("report_days") else usual.report_days
    table.close()
    return SurgeRules(alarms, days)


def _without_clashes(rows: Sequence[Row]) -> tuple[Norm, ...]:
    norms = tuple(norm for norm, _ in rows)
    for clash in clashes(norms):
        _, table = rows[clash.first if clash.second is None else clash.second]
        if clash.kind == "gap":
            table.refuse("norm_gap", clash.text, at="valid_from", advice="Закройте промежуток нормой или датами.")
        table.refuse("overlapping_norms", clash.text, at="key", advice="Уточните applies или даты действия.")
    return norms


def _norms(file: TomlTable) -> list[Row]:
    return [(_norm(row), row) for row in file.tables("norms")]


def _norm(row: TomlTable) -> Norm:
    norm = Norm(
        key=key(row),
        title=row.take("title", str),
        event=row.choice("event", get_args(Event)),
        since=row.choice("since", schema.MOMENTS),
        amount=within(row, "amount", 1, 3650),
        unit=row.choice("unit", get_args(NormUnit)),
        applies=_conditions(row),
        valid_from=row.take("valid_from", date, date.min),
        valid_to=row.take("valid_to", date, date.max),
        source=row.take("source", str),
        official=row.take("official", bool, default=True),
    )
    if norm.valid_from > norm.valid_to:
        row.refuse("dates", "Срок кончается раньше, чем начинается", at="valid_to")
    row.close()
    return norm


def _conditions(row: TomlTable) -> dict[str, str | bool]:
    applies = row.table("applies")
    found: dict[str, str | bool] = {name: applies.take(name, bool) for name in FLAGS if applies.has(name)}
    for name in WORDS:
        if applies.has(name):
            dtype = schema.APPEAL[name]
            known = tuple(dtype.categories) if isinstance(dtype, pl.Enum) else ()
            found[name] = applies.choice(name, known) if known else applies.take(name, str)
    applies.close()
    return found


def _calendar(file: TomlTable, head: TomlTable) -> WorkCalendar:
    country = head.take("country", str, RUSSIA)
    table = file.table("calendar")
    days = [(day, kind) for name, kind in _DAYS.items() for day in table.values(name, date)]
    if len({day for day, _ in days}) < len(days):
        table.refuse("duplicate", "Один и тот же день назван дважды")
    hours = _hours(table)
    table.close()
    try:
        return work_calendar(country, overrides=dict(days), hours=hours)
    except NotImplementedError:
        head.refuse("country", f"Календарь страны «{country}» не известен", at="country", advice="Пример: RU.")


def _hours(table: TomlTable) -> Hours:
    usual = Hours()
    try:
        return Hours(
            start=table.take("start", time, usual.start),
            full=timedelta(hours=table.take("full_hours", float, usual.full / timedelta(hours=1))),
            short=timedelta(hours=table.take("short_hours", float, usual.short / timedelta(hours=1))),
            lunch_at=table.maybe("lunch_at", time),
            lunch=timedelta(minutes=table.take("lunch_minutes", int, 60)),
        )
    except ValueError as error:
        table.refuse("hours", str(error), at="start")
