"""What a cell may be cut by: each dimension as a small number in a statement and as a column of a frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from analytics import schema
from loaders.store import calendar, tables
from loaders.store.packing import Field
from loaders.store.terms import Words

_ROWS: Final = tables.appeals.c
Number = sa.ColumnElement[Any]

LONGEST_ALLOTTED: Final = 2**15
"""No period is that many days long; a longer one is a slip of the source and no period at all, like one below zero."""

REGISTERED_AT: Final[Number] = sa.func.coalesce(_ROWS.registered_at, _ROWS.received_at)
"""Moment that periods are counted from: registration, or receipt where none is known."""

_LOADED: Final[Number] = sa.cast(_ROWS.first_loaded_on, sa.BigInteger) * sa.literal_column("86400", sa.BigInteger)


@dataclass(frozen=True)
class Dimension:
    """Describe one dimension: the expression over a row, how many values it takes, and the type of its column.

    `moment` marks days, which follow the grain; a dimension of words has size None and takes it from the dictionary.
    """

    expression: Number
    dtype: pl.DataType
    size: int | None = None
    moment: bool = False


def _days(moment: Number) -> Dimension:
    return Dimension(moment, pl.Date(), moment=True)


def _flag(expression: Number) -> Dimension:
    return Dimension(expression, pl.Boolean(), size=2)


def _is_set(column: Number) -> Number:
    return sa.case((column.is_not(None), sa.literal_column("1")), else_=sa.literal_column("0"))


def _mark(name: str) -> Number:
    bit = 2 ** schema.MARKS.index(name)
    return _ROWS.marks.bitwise_and(sa.literal_column(str(bit))) // sa.literal_column(str(bit), sa.Integer)


_IS_LATE: Final[Number] = sa.case(
    (_ROWS.answered_at > _ROWS.deadline_at, sa.literal_column("1")),
    (_ROWS.answered_at <= _ROWS.deadline_at, sa.literal_column("0")),
)
ALLOTTED: Final[Number] = sa.case(
    (
        _ROWS.allotted_days.between(sa.literal_column("0"), sa.literal_column(str(LONGEST_ALLOTTED - 1))),
        _ROWS.allotted_days,
    )
)

FIXED: Final = ("due_basis", "stage_basis")
"""Dimensions whose words the product itself gives: the same in every city, and in no dictionary."""

DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "received_on": _days(_ROWS.received_at),
    "registered_on": _days(_ROWS.registered_at),
    "due_on": _days(_ROWS.deadline_at),
    "interim_answered_on": _days(_ROWS.interim_answered_at),
    "answered_on": _days(_ROWS.answered_at),
    "transferred_on": _days(_ROWS.transferred_at),
    "coordination_on": _days(_ROWS.coordination_at),
    "execution_on": _days(_ROWS.execution_at),
    "approval_on": _days(_ROWS.approval_at),
    "first_loaded_on": _days(_LOADED),
    **{name: Dimension(_ROWS[name], pl.String()) for name in ("source_system", *tables.DIMENSIONS)},
    **{name: _flag(_mark(name)) for name in schema.MARKS},
    "is_postponed": _flag(_is_set(_ROWS.postponed_until)),
    "is_extended": _flag(_is_set(_ROWS.extended_until)),
    "is_late": _flag(_IS_LATE),
    **{name: Dimension(_ROWS[name], pl.String()) for name in FIXED},
    "allotted_days": Dimension(ALLOTTED, pl.Int32(), size=LONGEST_ALLOTTED),
    "reworks": Dimension(_ROWS.reworks, pl.Int32(), size=2**31),
    "satisfaction": Dimension(_ROWS.satisfaction, pl.Int32(), size=6),
}
"""Every dimension a caller may ask for."""

RECEIVED: Final = "received_on"
BASE: Final = "base"
"""Parameter of a statement that asks for days received: the cut of the first moment of its month."""

_NO_SYSTEM: Final[Number] = sa.cast(sa.null(), sa.Integer)

SYSTEM: Final = "source_system"
"""The one dimension whose words stand in the rows themselves, as part of the identity."""


def fields(names: tuple[str, ...], words: Mapping[str, Words], grain: calendar.Grain) -> list[Field]:
    """Describe the named dimensions as numbers of a known size."""
    return [_field(name, words, grain) for name in names]


def _field(name: str, words: Mapping[str, Words], grain: calendar.Grain) -> Field:
    declared = DIMENSIONS[name]
    if name == RECEIVED:  # a read is one month: counted from its beginning, the day needs few digits
        in_month = calendar.cut(declared.expression, grain) - sa.bindparam(BASE, type_=sa.BigInteger)
        return Field(name, in_month, calendar.OF_A_MONTH[grain])
    if declared.moment:
        return Field(name, calendar.cut(declared.expression, grain), calendar.LAST[grain] + 1)
    if name == SYSTEM:  # a scope without a system has no row either
        code = sa.case(words[name].codes, value=declared.expression) if words[name].size else _NO_SYSTEM
        return Field(name, code, words[name].size)
    return Field(name, declared.expression, declared.size or words[name].size)


def columns(names: tuple[str, ...], grain: calendar.Grain, base: int) -> list[pl.Expr]:
    """Turn unpacked numbers into days, flags and numbers; words stay codes, for the dictionary to decode.

    `base` is the cut of the first moment of the month that was read: the value of the parameter `BASE`.
    """
    return [_column(name, grain, base) for name in names]


def _column(name: str, grain: calendar.Grain, base: int) -> pl.Expr:
    declared = DIMENSIONS[name]
    if declared.moment:
        number = pl.col(name) + base if name == RECEIVED else pl.col(name)
        return calendar.first_day(number, grain).alias(name)
    if declared.dtype == pl.String:
        return pl.col(name).cast(pl.UInt32)
    return pl.col(name).cast(pl.Int32).cast(declared.dtype)
