"""Tables for the public: small numbers hidden, and so many others that none can be computed back from the totals."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics import disclosure, measures
from loaders.errors import InputRefused

TOTAL: Final = "всего"
"""Stands for the sum over a dimension."""

HIDDEN: Final = "скрыто"
_DIMENSIONS: Final = 2


def protected(answer: pl.DataFrame, by: Sequence[str], asked: Sequence[str], limit: int) -> pl.DataFrame:
    """Turn an answer into one that may be published: a row per cell and per total, each number as text or `HIDDEN`.

    Raises `InputRefused` unless one or two dimensions and counts that add up were asked for: of a share or a median
    nobody could say what it gives away.
    """
    _check(by, asked)
    wide = [*by, *(["_"] if len(by) < _DIMENSIONS else [])]
    frame = answer.with_columns(pl.col(name).cast(pl.String) for name in by).with_columns(
        pl.lit(TOTAL).alias(name) for name in wide if name not in by
    )
    tables = [_table(frame, wide, name, limit) for name in asked]
    joined = tables[0]
    for each in tables[1:]:
        joined = joined.join(each, on=wide, how="full", coalesce=True, nulls_equal=True, maintain_order="left")
    return joined.unique(by, maintain_order=True).select(*by, *asked) if len(by) < _DIMENSIONS else joined


def _check(by: Sequence[str], asked: Sequence[str]) -> None:
    if not 1 <= len(by) <= _DIMENSIONS:
        raise InputRefused(
            "public", "Для публики нужны одно или два измерения", advice="Пример: --by topic_block,status."
        )
    uncounted = [name for name in asked if not measures.find(name).additive]
    if uncounted:
        what = f"Показатель «{uncounted[0]}» для публики не выводится: скрыть малые числа можно только в счёте"
        raise InputRefused("public", what, advice="Пример: --measures appeals,new,repeat.")


def _table(frame: pl.DataFrame, by: Sequence[str], name: str, limit: int) -> pl.DataFrame:
    """Lay one count out as a table with its totals, protect it, and write it as rows again."""
    rows, columns = (frame[each].unique(maintain_order=True).to_list() for each in by)
    counts = {(row, column): value or 0 for row, column, value in frame.select(*by, name).iter_rows()}
    matrix = [[counts.get((row, column), 0) for column in columns] for row in rows]
    found = disclosure.table(matrix, limit)
    written = [
        (row, column, HIDDEN if found.hidden[at, place] else str(int(found.shown[at, place])))
        for at, row in enumerate([*rows, TOTAL])
        for place, column in enumerate([*columns, TOTAL])
    ]
    return pl.DataFrame(written, schema=[*by, name], orient="row")
