"""Read dates and times in declared forms and bring them to the wall clock of the city."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

import polars as pl

from loaders.profile import NAIVE

EARLIEST: Final = datetime(1990, 1, 1)  # noqa: DTZ001 — wall clock of the city
"""Before it no system of appeals existed: such a date is a slip of the pen."""

DAY_END: Final = "86399s"
"""A term that names a day, alone or by its midnight, lasts to the end of that day."""

EPOCHS: Final = {"epoch_s": 1_000, "epoch_ms": 1}
"""Forms in which a moment is a number of seconds or milliseconds since 1970 in UTC."""

_MOMENT: Final = pl.Datetime("ms")
_OFFSET: Final = r"\s*(?:[Zz]|[+-]\d\d(?::?\d\d)?)$"
"""Regular expression of an offset at the end of a value."""

_MIDNIGHT: Final = time(0)
_OFFSET_FORM: Final = re.compile(r"\s*%[#:]*z$")


@dataclass(frozen=True)
class Clock:
    """Say in which forms dates come, in which zone values without an offset are, and what the city's zone is.

    `has_moments` says that a midnight is a moment like any other, not a day written with zeros.
    """

    formats: tuple[str, ...]
    source_zone: str
    city_zone: str
    has_moments: bool = False


def parse(values: pl.Series, clock: Clock, *, is_term: bool = False) -> pl.Series:
    """Return wall-clock moments to the second; null where a value is empty or fits no form.

    `is_term` puts values that name a day at the end of that day: those without a time, and those at exactly 00:00, as
    written or on the city's clock, unless the clock has moments.
    """
    result = pl.repeat(None, len(values), dtype=_MOMENT, eager=True)
    left = values.is_not_null()
    for form in _ordered(values, clock.formats):
        if not left.any():
            break
        part = values if left.all() else values.filter(left)
        found = _one_form(part, form, clock, is_term=is_term)
        if found.null_count() == len(found):
            continue
        result = found if len(found) == len(values) else result.scatter(left.arg_true(), found)
        left = values.is_not_null() & result.is_null()
    plausible = (result >= EARLIEST).fill_null(value=False)
    return result.set(~plausible, None).rename(values.name)


def _ordered(values: pl.Series, formats: Sequence[str]) -> list[str]:
    """Try the form first that the first value has; the order of the others stays."""
    first = values.drop_nulls().head(1)
    fits = [form for form in formats if len(first) and _raw(first, form).null_count() == 0]
    return [*fits, *(form for form in formats if form not in fits)]


def _raw(values: pl.Series, form: str) -> pl.Series:
    if form in EPOCHS:
        return (values.cast(pl.Float64, strict=False) * EPOCHS[form]).cast(pl.Int64, strict=False)
    zone = "UTC" if _has_offset(form) else None
    return values.str.to_datetime(form, time_unit="ms", time_zone=zone, strict=False)


def _one_form(values: pl.Series, form: str, clock: Clock, *, is_term: bool) -> pl.Series:
    found = _raw(values, form)
    on_city_clock = _on_city_clock(found, form, clock)
    if not is_term or (clock.has_moments and not _is_day(form)):
        return on_city_clock
    if _has_offset(form):
        bare = values.str.replace(_OFFSET, "")
        return _through_day(_raw(bare, _OFFSET_FORM.sub("", form)), on_city_clock)
    return _through_day(on_city_clock if form in EPOCHS else found, on_city_clock)


def _on_city_clock(found: pl.Series, form: str, clock: Clock) -> pl.Series:
    if form in EPOCHS:
        found = found.cast(pl.Datetime("ms", "UTC"))
    elif not _has_offset(form):
        if clock.source_zone in {NAIVE, clock.city_zone} or _is_day(form):
            return found.dt.truncate("1s").cast(_MOMENT)
        found = found.dt.replace_time_zone(clock.source_zone, ambiguous="earliest", non_existent="null")
    return found.dt.convert_time_zone(clock.city_zone).dt.replace_time_zone(None).dt.truncate("1s").cast(_MOMENT)


def _through_day(written: pl.Series, on_city_clock: pl.Series) -> pl.Series:
    """Move midnights to the end of their day; that of the day as written wins over the city's."""
    days = [each.dt.truncate("1s").cast(_MOMENT) for each in (written, on_city_clock)]
    begun = [pl.when(each.dt.time() == _MIDNIGHT).then(each.dt.offset_by(DAY_END)) for each in map(pl.lit, days)]
    return pl.select(pl.coalesce(*begun, on_city_clock)).to_series()


def _has_offset(form: str) -> bool:
    return form.endswith("z")


def _is_day(form: str) -> bool:
    return "%H" not in form and "%I" not in form and form not in EPOCHS
