"""Keys of a dimension in writing: one form for addresses, cells of a matrix, places of the map and the command line.

`~` alone stands for no word. Inside a word it is doubled, so that a word of the data may be that very sign, and `|`,
which parts the row from the column of a cell, becomes `~i`. Every other beginning with `~` is free for other uses.
"""

import re
from datetime import date
from typing import Final

import polars as pl

ABSENT: Final = "~"
"""Stands for a row without a word: an unmapped topic, a department that is not named."""

SEPARATOR: Final = "|"
"""Parts the row of a cell from its column."""

_WRITTEN: Final = {"~": "~~", SEPARATOR: "~i"}
_READ: Final = {escape: sign for sign, escape in _WRITTEN.items()}
_TABLE: Final = str.maketrans(_WRITTEN)
_ESCAPE: Final = re.compile("~[~i]")


def written(key: str | date | None) -> str:
    """Write a key: a word, no word, or the first day of a bucket.

    >>> written(None), written("~"), written("ЖКХ|связь"), written(date(2026, 11, 16))
    ('~', '~~', 'ЖКХ~iсвязь', '2026-11-16')
    """
    if key is None:
        return ABSENT
    return key.isoformat() if isinstance(key, date) else key.translate(_TABLE)


def read(text: str) -> str | None:
    """Read what `written` wrote of a word; a sign that escapes nothing stands for itself.

    >>> read("~"), read("~~"), read("ЖКХ~iсвязь")
    (None, '~', 'ЖКХ|связь')
    """
    return None if text == ABSENT else _ESCAPE.sub(lambda found: _READ[found[0]], text)


def column(words: pl.Expr) -> pl.Expr:
    """Write every word of a column."""
    text = words.cast(pl.String)
    for sign, escape in _WRITTEN.items():
        text = text.str.replace_all(sign, escape, literal=True)
    return text.fill_null(ABSENT)
