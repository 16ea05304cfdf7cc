"""Decide what is told of a value that was not accepted: itself where it can only be a slip, else its kind and length.

Rejected rows, findings, screens, commands and refusals all tell values by this. A profile may name a column of free
text as a date or as a word; so nothing is told because of the column alone: the value has to look like what the
column was declared to hold, too.
"""

import re
from enum import Enum
from typing import Final

import polars as pl

from loaders import personal
from loaders.text import clean, over_unique, plural

LONGEST: Final = 40
"""Characters of a value that may still be a slip of a number, a date or a word."""

_MOST_WORDS: Final = 5
_MASK: Final = re.compile(r"\[([^]]+)\]")
_ADDRESS: Final = re.compile(r"\b(?:ул|пер|пр|пл|кв|дом|улиц\w*|переул\w*|проспект\w*|квартир\w*)\b", re.IGNORECASE)
_FIGURES: Final = re.compile(r"[+-]?\d[\d.,\s]*")


class Form(Enum):
    """Name what a column was declared to hold, with the pattern of what looks like it."""

    NUMBER = re.compile(r"(?=.*\d)(?:\d|[-№#/.,:+=_\"]|[^\W\d_]{1,4}(?![^\W\d_]))+")
    DATE = re.compile(
        r"(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4}|\d{1,2}\.\d{1,2}\.\d{2})"
        r"(?:[T, ]+\d{1,2}(?::\d{1,2}){1,2}(?:\.\d{1,9})?(?:\s?(?:[AaPp][Mm]|[Zz]|[+-]\d\d:?\d\d))?)?|\d{1,6}"
    )
    WORD = re.compile(r"№? ?[^\W\d_](?:[^\W\d]|[ ./()«»\"-])*|\d{1,4}")
    TEXT = re.compile(r"(?!)")


def told(values: pl.Series, form: Form) -> pl.Series:
    """Tell values that were not accepted in a column declared as `form`; null becomes empty."""
    distinct = values.unique()
    kept_back = set(distinct.filter(personal.is_personal(distinct)))
    return over_unique(values.fill_null(""), lambda value: _told(value, form, is_personal=value in kept_back))


def told_one(value: str, form: Form) -> str:
    """Tell one value that was not accepted."""
    return str(told(pl.Series([value]), form).item())


def _told(value: str, form: Form, *, is_personal: bool) -> str:
    shown = clean(value[: personal.LOOKED + 1])
    if not shown or (len(value) <= LONGEST and not is_personal and _looks_like(shown, form)):
        return shown
    return f"{_kind(shown)}, {len(value)} {plural(len(value), 'знак', 'знака', 'знаков')}"


def _looks_like(text: str, form: Form) -> bool:
    if not any(map(str.isalnum, text)):
        return True  # «-», «???»: signs say nothing of anybody
    return (
        form.value.fullmatch(text) is not None
        and len(text.split()) <= _MOST_WORDS
        and not _ADDRESS.search(text)
        and not personal.is_person(text)
        and personal.redact(text) == text
    )


def _kind(text: str) -> str:
    hidden = _MASK.fullmatch(personal.redact(text))
    if hidden:
        return hidden[1]
    if Form.DATE.value.fullmatch(text) and not text.isdigit():
        return "дата"
    return "число" if _FIGURES.fullmatch(text) else "текст"
