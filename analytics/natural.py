"""The order in which people look names up: 2 before 10, Ё beside Е, capitals beside small letters."""

import re
from typing import Final

import polars as pl

_WIDTH: Final = 20
"""Digits to which a number inside a name is filled up; of a longer one the last digits count."""

_NUMBER: Final = re.compile(r"[0-9]+")


def key(name: str | None) -> tuple[bool, str, str]:
    """Give the place of a name for `sorted`; no name comes last.

    >>> sorted(["Школа 10", "Ёлочная", "школа 2", None, "Ель"], key=key)
    ['Ёлочная', 'Ель', 'школа 2', 'Школа 10', None]
    """
    text = name or ""
    return name is None, _NUMBER.sub(lambda found: found[0].rjust(_WIDTH, "0")[-_WIDTH:], _letters(text)), text


def order(column: str) -> list[pl.Expr]:
    """Give the places of a column of names for `sort`, as `key` does; say there whether no name comes last."""
    text = pl.col(column).cast(pl.String)
    filled = (
        text.str.to_lowercase()
        .str.replace_all("ё", "е", literal=True)
        .str.replace_all(_NUMBER.pattern, "0" * _WIDTH + "${0}")
        .str.replace_all(f"[0-9]*([0-9]{{{_WIDTH}}})", "${1}")
    )
    return [filled.alias("natural"), text]


def _letters(text: str) -> str:
    return text.lower().replace("ё", "е")
