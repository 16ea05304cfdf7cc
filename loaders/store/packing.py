"""Pack many small numbers of a row into few large ones, so that a group-by compares and carries little.

A field takes a known number of values; null is one more. Fields are digits of a number in a mixed base, as many in one
64-bit word as fit. A group-by over two words instead of sixteen columns takes a third of the time in SQLite,
and a million groups reach Python as two numbers each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

_LIMIT: Final = 2**62


@dataclass(frozen=True)
class Field:
    """Describe one number: its name, the expression that gives it, and how many values it takes (0 … size - 1).

    The values must lie in that range: a larger one would spill into the next field.
    """

    name: str
    expression: sa.ColumnElement[Any]
    size: int


@dataclass(frozen=True)
class Place:
    """Say where a field stands: in which word, above which smaller digits."""

    field: Field
    word: int
    scale: int

    @property
    def packed(self) -> sa.ColumnElement[Any]:
        """Return the field's share of its word; null is the digit 0."""
        digit = sa.func.coalesce(self.field.expression + sa.literal_column("1", sa.Integer), sa.literal_column("0"))
        return digit * sa.cast(sa.literal_column(str(self.scale)), sa.BigInteger)

    @property
    def unpacked(self) -> pl.Expr:
        """Return the field from its word."""
        digit = pl.col(f"word_{self.word}") // self.scale % (self.field.size + 1)
        return pl.when(digit > 0).then(digit - 1).alias(self.field.name)


def places(fields: Sequence[Field]) -> list[Place]:
    """Give every field a place, in order, in as few words as that order allows."""
    placed: list[Place] = []
    word, scale = 0, 1
    for field in fields:
        if scale * (field.size + 1) > _LIMIT:
            word, scale = word + 1, 1
        placed.append(Place(field, word, scale))
        scale *= field.size + 1
    return placed


def words(placed: Sequence[Place]) -> list[sa.Label[Any]]:
    """Return the expressions of all words, named `word_0`, `word_1` and so on."""
    return [
        sum((place.packed for place in placed if place.word == word), sa.literal_column("0")).label(f"word_{word}")
        for word in range(max((place.word for place in placed), default=0) + 1)
    ]
