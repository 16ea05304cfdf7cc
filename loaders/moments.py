"""Read dates and times in declared forms and bring them to the wall clock of the city."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from loaders.profile import NAIVE

EARLIEST: Final = datetime(1990, 1, 1)  # noqa: DTZ001 — wall clock of the city
"""Before it no system of appeals existed: such a date is a slip of the pen."""

DAY_END: Final = "86399s"
"""A term named as a date lasts to the end of that day."""

EPOCHS: Final = {"epoch_s": 1_000, "epoch_ms": 1}
"""Forms in which a moment is a number of seconds or milliseconds since 1970 in UTC."""

_MOMENT: Final = pl.Datetime("ms")


@dataclass(frozen=True)
class Clock:
    """Say in which forms dates come, in which zone values without an offset are, and what the city's zone is."""

    formats: tuple[str, ...]
    source_zone: str
    city_zone: str


def parse(values: pl.Series, clock: Clock, *, is_term: bool = False) -> pl.Series:
    """Return wall-clock moments to the second; null where a value is empty or fits no form.

    `is_term` puts values that name a day alone at the end of that day.
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
    if form in EPOCHS:
        found = found.cast(pl.Datetime("ms", "UTC"))
    elif not _has_offset(form):
        if is_term and _is_day(form):
            found = found.dt.offset_by(DAY_END)
        if clock.source_zone in {NAIVE, clock.city_zone} or _is_day(form):
            return found.dt.truncate("1s").cast(_MOMENT)
        found = found.dt.replace_time_zone(clock.source_zone, ambiguous="earliest", non_existent="null")
    return found.dt.convert_time_zone(clock.city_zone).dt.replace_time_zone(None).dt.truncate("1s").cast(_MOMENT)


def _has_offset(form: str) -> bool:
    return form.endswith("z")


def _is_day(form: str) -> bool:
    return "%H" not in form and "%I" not in form and form not in EPOCHS
