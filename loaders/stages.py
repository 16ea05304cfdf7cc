"""Say of every row that enters the store where the beginnings of its stages come from."""

from typing import Final

import polars as pl

from analytics import schema

STARTS: Final = tuple(name for name in schema.STAGE_STARTS.values() if name != "received_at")
"""Moments at which stages began that follow receipt."""

BASES: Final = tuple(schema.StageBasis)


def told() -> pl.Expr:
    """Give `stage_basis` of rows whose source tells the beginning of any stage; null for all others."""
    is_told = pl.any_horizontal(pl.col(name).is_not_null() for name in STARTS)
    source = pl.lit(BASES.index(schema.StageBasis.SOURCE), pl.Int16)
    return pl.when(is_told).then(source).alias("stage_basis")
