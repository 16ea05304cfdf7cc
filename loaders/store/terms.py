"""The dictionary of one city: words are kept once, rows carry their codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from analytics import schema
from loaders.store import bulk, tables

_TERMS: Final = tables.terms.c

VOCABULARIES: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(dtype.categories) for name in tables.DIMENSIONS if isinstance(dtype := schema.APPEAL[name], pl.Enum)
}
"""Closed vocabularies: their frames know every value, whether the city has met it or not."""


@dataclass(frozen=True)
class Words:
    """Hold the words of one dimension of one city in both directions."""

    dimension: str
    by_code: Mapping[int, str]

    @property
    def codes(self) -> dict[str, int]:
        """Map each word to its code."""
        return {word: code for code, word in self.by_code.items()}

    @property
    def size(self) -> int:
        """Return a number above every code."""
        return max(self.by_code, default=-1) + 1

    @property
    def categories(self) -> Sequence[str]:
        """List the words in the order of their codes, or the whole closed vocabulary in its own order."""
        return VOCABULARIES.get(self.dimension) or tuple(self.by_code[code] for code in sorted(self.by_code))

    def decode(self, codes: pl.Series) -> pl.Series:
        """Turn codes into a `pl.Enum` over `categories`; null stays null."""
        categories = self.categories
        place = {word: number for number, word in enumerate(categories)}
        places = pl.Series([place.get(self.by_code.get(code, "")) for code in range(self.size)], dtype=pl.UInt32)
        physical = codes if self.is_plain else places.gather(codes.cast(pl.UInt32))
        return physical.cast(pl.UInt32).cat.to(pl.Enum(categories)).alias(codes.name)

    @property
    def is_plain(self) -> bool:
        """Say whether codes are already places in `categories`, so that decoding costs a cast."""
        return all(self.by_code.get(code) == word for code, word in enumerate(self.categories))

    def encode(self, words: pl.Series) -> pl.Series:
        """Turn words into codes; every word must be known."""
        known = list(self.by_code.values())
        codes = pl.Series(list(self.by_code), dtype=pl.Int32)
        places = words.cast(pl.Enum(known)).to_physical().cast(pl.UInt32)
        return codes.gather(places).alias(words.name)


DUE_BASIS: Final = Words("due_basis", dict(enumerate(basis.value for basis in schema.DueBasis)))
STAGE_BASIS: Final = Words("stage_basis", dict(enumerate(basis.value for basis in schema.StageBasis)))
FIXED: Final[Mapping[str, Words]] = {words.dimension: words for words in (DUE_BASIS, STAGE_BASIS)}
"""Words of a vocabulary that never grows: rows carry places in it, and no city has a dictionary of its own."""


def load(connection: Connection, municipality: str, dimensions: Iterable[str] = tables.DIMENSIONS) -> dict[str, Words]:
    """Read the words of the named dimensions."""
    names = list(dimensions)
    rows = connection.execute(
        sa.select(_TERMS.dimension, _TERMS.code, _TERMS.value)
        .where(_TERMS.municipality == municipality, _TERMS.dimension.in_(names))
        .order_by(_TERMS.dimension, _TERMS.code)
    )
    found: dict[str, dict[int, str]] = {name: {} for name in names}
    for dimension, code, value in rows:
        found[dimension][code] = value
    return {name: Words(name, by_code) for name, by_code in found.items()}


def extend(connection: Connection, municipality: str, batch_id: int, rows: pl.DataFrame) -> dict[str, Words]:
    """Add the words of `rows` that the city has not met, in the order of the rows, and return all its words."""
    known = load(connection, municipality)
    fresh = {name: _unknown(rows[name], words) for name, words in known.items()}
    added = [
        (municipality, name, known[name].size + number, word, batch_id)
        for name, words in fresh.items()
        for number, word in enumerate(words)
    ]
    if added:
        schema_ = ("municipality", "dimension", "code", "value", "batch_id")
        bulk.write(connection, tables.terms, pl.DataFrame(added, schema=schema_, orient="row"))
    return {
        name: Words(name, dict(words.by_code) | dict(enumerate(fresh[name], words.size)))
        for name, words in known.items()
    }


def _unknown(column: pl.Series, words: Words) -> list[str]:
    known = set(words.by_code.values())
    return [word for word in column.drop_nulls().unique(maintain_order=True) if word not in known]


def forget(connection: Connection, municipality: str, batch_id: int) -> None:
    """Take back the words that `batch_id` brought: those in use go to the first batch that uses them, the rest go."""
    mine = sa.and_(_TERMS.municipality == municipality, _TERMS.batch_id == batch_id)
    dimensions = connection.scalars(sa.select(_TERMS.dimension).where(mine).distinct()).all()
    later = _has_later(connection, municipality, batch_id)
    for dimension in dimensions if later else ():
        _hand_over(connection, municipality, batch_id, dimension)
    connection.execute(sa.delete(tables.terms).where(mine))


def _has_later(connection: Connection, municipality: str, batch_id: int) -> bool:
    batches = tables.batches.c
    later = (batches.municipality == municipality, batches.batch_id > batch_id, batches.state == "loaded")
    return connection.scalar(sa.select(sa.exists().where(*later))) or False


def _hand_over(connection: Connection, municipality: str, batch_id: int, dimension: str) -> None:
    uses = sa.union_all(
        *(
            sa.select(table.c[dimension].label("code"), table.c.batch_id).where(table.c.municipality == municipality)
            for table in (tables.appeals, tables.history)
        )
    ).subquery()
    heirs = connection.execute(
        sa.select(uses.c.code, sa.func.min(uses.c.batch_id))
        .join(
            tables.terms,
            sa.and_(
                _TERMS.municipality == municipality,
                _TERMS.dimension == dimension,
                _TERMS.code == uses.c.code,
                _TERMS.batch_id == batch_id,
            ),
        )
        .group_by(uses.c.code)
    ).all()
    if heirs:
        connection.execute(
            sa.update(tables.terms).where(
                _TERMS.municipality == municipality,
                _TERMS.dimension == dimension,
                _TERMS.code == sa.bindparam("used"),
            ),
            [{"used": code, "batch_id": heir} for code, heir in heirs],
        )
