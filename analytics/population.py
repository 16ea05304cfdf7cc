"""Which cases a number counts, declared once over the columns of a cell.

A condition is data: `expr` reads it as a Polars expression over cells, and `loaders.store.populations` reads the same
one as SQL over rows, so the list behind a number holds exactly what the number counted. Conditions have two values:
a comparison with what is not known is no, and its denial is yes.

>>> ROADS = Word("topic_block").is_in("roads") & ~(Column("answered_on") <= AS_OF)
>>> sorted(ROADS.names())
['answered_on', 'topic_block']
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import reduce
from operator import and_, ge, gt, le, lt, or_
from typing import Any, Final, Literal

import polars as pl

Sign = Literal["<", "<=", ">", ">="]

SIGNS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge}
"""Comparisons, as functions that Polars and SQLAlchemy both understand."""


class _Node(ABC):
    """Hold what terms and conditions share."""

    @abstractmethod
    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Read it as an expression over cells; `as_of` is the day it is seen from, ValueError where one is needed."""

    def names(self) -> set[str]:
        """Name the columns of a cell that it reads."""
        return {name for part in self._parts() for name in part.names()}

    def _parts(self) -> Iterator["_Node"]:
        for each in fields(self):  # type: ignore[arg-type]  # every node is a dataclass
            value = getattr(self, each.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, _Node):
                    yield part


class Term(_Node):
    """Be a day or a whole number that a row has or lacks."""

    def __lt__(self, other: "Value") -> "Compare":
        return Compare(self, "<", other)

    def __le__(self, other: "Value") -> "Compare":
        return Compare(self, "<=", other)

    def __gt__(self, other: "Value") -> "Compare":
        return Compare(self, ">", other)

    def __ge__(self, other: "Value") -> "Compare":
        return Compare(self, ">=", other)

    @property
    def is_known(self) -> "Known":
        """Ask for the rows that have it."""
        return Known(self)


class Condition(_Node):
    """Say yes or no of every row."""

    def __and__(self, other: "Condition") -> "Condition":
        return All((self, other))

    def __or__(self, other: "Condition") -> "Condition":
        return Either((self, other))

    def __invert__(self) -> "Condition":
        return Not(self)


Value = Term | date | int


@dataclass(frozen=True, slots=True)
class Column(Term):
    """Read a column of days or of whole numbers."""

    name: str

    def expr(self, as_of: date | None = None) -> pl.Expr:  # noqa: ARG002 — a column is the same on every day
        """Read the column."""
        return pl.col(self.name)

    def names(self) -> set[str]:
        """Name the column."""
        return {self.name}


@dataclass(frozen=True, slots=True)
class _AsOf(Term):
    def expr(self, as_of: date | None = None) -> pl.Expr:
        if as_of is None:
            message = "a condition that looks at the present day needs one"
            raise ValueError(message)
        return pl.lit(as_of)


AS_OF: Final = _AsOf()
"""The day from which everything is seen."""


@dataclass(frozen=True, slots=True)
class Later(Term):
    """Take the later of two days, `other` where `day` is not known."""

    day: Term
    other: Term

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Compare once: a tenth of the time of `pl.max_horizontal`."""
        day, other = self.day.expr(as_of), self.other.expr(as_of)
        return pl.when(day > other).then(day).otherwise(other)


@dataclass(frozen=True, slots=True)
class First(Term):
    """Take the first that is known."""

    terms: tuple[Term, ...]

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Coalesce."""
        return pl.coalesce(*(term.expr(as_of) for term in self.terms))


@dataclass(frozen=True, slots=True)
class When(Term):
    """Take a term where a condition holds; elsewhere it is not known."""

    condition: Condition
    term: Term

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Leave the rest null."""
        return pl.when(self.condition.expr(as_of)).then(self.term.expr(as_of))


@dataclass(frozen=True, slots=True)
class DaysBetween(Term):
    """Count the calendar days from one day to another; 0 is the same day."""

    first: Term
    last: Term

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Subtract whole numbers, Int32.

        Days are numbers underneath. A difference of dates as Polars spells it goes through milliseconds and takes
        thirty times as long.
        """
        return self.last.expr(as_of).to_physical() - self.first.expr(as_of).to_physical()


@dataclass(frozen=True, slots=True)
class Percent(Term):
    """Take so many percent of a whole number that is not negative, rounded down."""

    whole: Term
    percent: int

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Multiply before dividing: nothing is lost."""
        return self.whole.expr(as_of) * self.percent // 100


@dataclass(frozen=True, slots=True)
class Before(Term):
    """Go back from a day by a number of days; a negative one leads forward."""

    day: Term
    days: Term | int

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Subtract whole numbers, for the reason told in `DaysBetween`."""
        days = self.days.expr(as_of) if isinstance(self.days, Term) else self.days
        return (self.day.expr(as_of).to_physical() - days).cast(pl.Date)


@dataclass(frozen=True, slots=True)
class Word:
    """Name a column of words, to ask for some of them."""

    name: str

    def is_in(self, *words: str) -> "In":
        """Ask for rows with one of the words; a row without a word is none of them."""
        return In(self.name, words)


@dataclass(frozen=True, slots=True)
class In(Condition):
    """Ask whether a column of words has one of some."""

    name: str
    words: tuple[str, ...]

    def expr(self, as_of: date | None = None) -> pl.Expr:  # noqa: ARG002 — words are the same on every day
        """Look the words up."""
        return pl.col(self.name).is_in(self.words)

    def names(self) -> set[str]:
        """Name the column."""
        return {self.name}


@dataclass(frozen=True, slots=True)
class Flag(Condition):
    """Ask whether a mark is set; where nothing is known of it, it is not."""

    name: str

    def expr(self, as_of: date | None = None) -> pl.Expr:  # noqa: ARG002 — a mark is the same on every day
        """Read the column."""
        return pl.col(self.name)

    @property
    def is_known(self) -> "Known":
        """Ask for the rows of which it is known whether the mark is set."""
        return Known(self)

    def names(self) -> set[str]:
        """Name the column."""
        return {self.name}


@dataclass(frozen=True, slots=True)
class Known(Condition):
    """Ask whether a row has a day, a number or a mark."""

    of: Term | Flag

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Ask for what is not null."""
        return self.of.expr(as_of).is_not_null()


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    """Compare a day or a number with another one."""

    term: Term
    sign: Sign
    value: Value

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Compare; null is no."""
        value: Any = self.value.expr(as_of) if isinstance(self.value, Term) else self.value
        compared: pl.Expr = SIGNS[self.sign](self.term.expr(as_of), value)
        return compared


@dataclass(frozen=True, slots=True)
class All(Condition):
    """Ask for several things at once; of none of them everything is true."""

    conditions: tuple[Condition, ...]

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Join the conditions."""
        return reduce(and_, (each.expr(as_of) for each in self.conditions)) if self.conditions else pl.lit(value=True)


@dataclass(frozen=True, slots=True)
class Either(Condition):
    """Ask for one of several things."""

    conditions: tuple[Condition, ...]

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Join the conditions."""
        return reduce(or_, (each.expr(as_of) for each in self.conditions))


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """Deny a condition; where it says no because something is not known, this says yes."""

    condition: Condition

    def expr(self, as_of: date | None = None) -> pl.Expr:
        """Take null for no before denying it."""
        return ~self.condition.expr(as_of).fill_null(value=False)


def within(day: Term, start: date | None, end: date | None) -> list[Condition]:
    """Bound a day, both ends inclusive, None for no bound."""
    since = [day >= start] if start is not None else []
    until = [day <= end] if end is not None else []
    return [*since, *until]
