"""Turn canonical appeals into the form the store keeps, and give every row a hash of its content.

The hash decides whether a row that comes again is the same row or a correction, perhaps years and several versions
of every library later. So it is XXH3-64 over bytes laid out here and nowhere else: for each row 28 little-endian
64-bit words, in the order of `HASHED`: numbers as they are, words of the dictionary as XXH3-64 of their UTF-8 text, at
the end one word whose bit i says that column i has a value. A row that has a value of `LATER`, the columns a later
version of the product learned, goes on with those columns and their word, so a row without them keeps the hash it had.
Two different rows can therefore not look alike.
The identity is left out: hashes are only ever compared under the same identity.
"""

from typing import Any, Final

import numpy as np
import polars as pl
import xxhash

from analytics import schema
from loaders.store import tables

LATER: Final = ("coordination_at", "execution_at", "approval_at")
"""Columns learned after the first version, in the order of the hash; only the end grows."""

MOMENTS: Final = tuple(name for name in schema.MOMENTS if name not in (*schema.TRAIL, *LATER))

HASHED: Final = (*tables.DIMENSIONS, "lat", "lon", *MOMENTS, "marks", "reworks", "satisfaction")
"""Columns that make up the content of every row, in the order of the hash, which never changes."""

_SLICE: Final = 100_000


def encode(appeals: pl.DataFrame) -> pl.DataFrame:
    """Give the stored form of an appeals frame: one row per row, dimensions still as words.

    Columns: the identity, the dimensions, coordinates, moments in seconds, `marks` as bits, the trail.
    """
    return appeals.select(
        *schema.IDENTITY,
        *(pl.col(name).cast(pl.String) for name in tables.DIMENSIONS),
        *(pl.col(name) + 0.0 for name in ("lat", "lon")),  # turns -0.0 into 0.0
        *(seconds(name) for name in schema.MOMENTS),
        _marks(),
        "reworks",
        "satisfaction",
        "source_row",
    )


def decided(decisions: pl.DataFrame) -> pl.DataFrame:
    """Give the stored form of decided deadlines: seconds, the place of the basis in its vocabulary, whole days."""
    return decisions.select(
        seconds("deadline_at"), pl.col("due_basis").to_physical().cast(pl.Int16), pl.col("allotted_days")
    )


def fingerprints(appeals: pl.DataFrame) -> pl.DataFrame:
    """Give what rows are judged by: the identity, `received_at` and `changed_at` in seconds, and `row_hash`."""
    empty = encode(appeals.clear())
    stored = (encode(part) for part in appeals.iter_slices(_SLICE))  # by slices: the whole would be a second copy
    return pl.concat([_fingerprints(part) for part in (empty, *stored)])


def _fingerprints(stored: pl.DataFrame) -> pl.DataFrame:
    return stored.select(*schema.IDENTITY, "received_at", "changed_at", row_hashes(stored))


def seconds(moment: str) -> pl.Expr:
    """Count whole seconds since 1970-01-01 of the wall clock."""
    return pl.col(moment).dt.timestamp("ms").floordiv(1000).alias(moment)


def _marks() -> pl.Expr:
    """Pack the marks into bits; a source that does not mark says nothing, which counts as no."""
    bits = [pl.col(name).fill_null(value=False).cast(pl.Int16) * 2**bit for bit, name in enumerate(schema.MARKS)]
    return pl.sum_horizontal(bits).cast(pl.Int16).alias("marks")


def row_hashes(stored: pl.DataFrame) -> pl.Series:
    """Hash the content of every row; the result is signed, as both databases keep it."""
    words = {name: _word_hashes(stored[name]) for name in tables.DIMENSIONS}
    return pl.Series("row_hash", _digests(stored, words).view(np.int64))


def _word_hashes(column: pl.Series) -> dict[str, int]:
    return {word: xxhash.xxh3_64_intdigest(word.encode()) for word in column.drop_nulls().unique()}


def _digests(stored: pl.DataFrame, words: dict[str, dict[str, int]]) -> np.ndarray[Any, Any]:
    first, later = _record(stored.select(HASHED), words), _record(stored.select(LATER), words)
    has_later = later[:, -1] != 0
    digests = _hashes(first)
    if has_later.any():
        digests[has_later] = _hashes(np.hstack([first[has_later], later[has_later]]))
    return digests


def _record(part: pl.DataFrame, words: dict[str, dict[str, int]]) -> np.ndarray[Any, Any]:
    """Lay columns out as words, and at the end of each row the word that says which of them have a value."""
    record = np.zeros((part.height, part.width + 1), dtype="<u8")
    for place, column in enumerate(part.iter_columns()):
        record[:, place] = _bits(column, words.get(column.name))
        record[:, -1] |= column.is_not_null().to_numpy().astype("<u8") << np.uint64(place)
    return record


def _hashes(record: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    content, width = memoryview(record.tobytes()), record.itemsize * record.shape[1]
    digest = xxhash.xxh3_64_intdigest
    return np.fromiter((digest(content[at : at + width]) for at in range(0, len(content), width)), np.uint64)


def _bits(column: pl.Series, words: dict[str, int] | None) -> np.ndarray[Any, Any]:
    """Show a column as 64-bit words; null is zero, told apart by the last word of the record."""
    if words is not None:
        hashes = pl.Series(list(words.values()), dtype=pl.UInt64)
        places = column.cast(pl.Enum(list(words))).to_physical().cast(pl.UInt32)
        return hashes.gather(places).fill_null(0).to_numpy()
    dtype = pl.Float64() if column.dtype.is_float() else pl.Int64()
    numbers: np.ndarray[Any, Any] = column.cast(dtype).fill_null(0).to_numpy()
    return numbers.view(np.uint64)
