"""Bring words to one form: how text is kept, and how headers, values and numbers are compared."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

import polars as pl

BROKEN: Final = "\ufffd"
"""The character that stands where a decoder gave up; no value that holds it is kept."""

DASHES: Final = ("-", "–", "—")
"""What stands in a cell that is empty on purpose."""

_LOOK_ALIKE: Final = dict(zip("aceopxykABCEHKMOPTXYkm", "асеорхукАВСЕНКМОРТХУкм", strict=True))
_UNMASKED: Final = str.maketrans(_LOOK_ALIKE)
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_LATIN: Final = re.compile("[A-Za-z]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ODD: Final = re.compile("[^ -~А-яЁё№«»–—]")
_SPACES: Final = re.compile(r"[\s\u00a0\u2007\u202f\u2060]+")
_EDGES: Final = " \t:*★☆\"'«»"

_MIXED: Final = "[A-Za-z].*[\u0400-\u052f]|[\u0400-\u052f].*[A-Za-z]"

NEEDS_CARE: Final = rf"[^ -~А-яЁё№«»–—]|^ | $|  |{_MIXED}"
"""Regular expression, in Rust's dialect, of texts that `clean` may change; all others are clean already."""


def clean(text: str) -> str:
    """Compose (NFC), drop control and invisible characters, join spaces, unmask Latin letters in Cyrillic words."""
    tidy = _tidy(text)
    return _WORD.sub(_unmask, tidy) if _LATIN.search(tidy) and _CYRILLIC.search(tidy) else tidy


def _tidy(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", _ODD.sub(_visible, composed)).strip()


def name_key(name: str) -> str:
    """Bring a column name to the form in which names are compared: case, ё, spaces, underscores do not matter."""
    return value_key(clean(name).replace("_", " ").strip(_EDGES))


def value_key(value: str) -> str:
    """Bring a value to the form in which values are compared."""
    return _SPACES.sub(" ", value).strip().casefold().replace("ё", "е")


def over_unique(values: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """Apply a function of one text to a series, calling it once per distinct value; null stays null."""
    distinct = values.drop_nulls().unique()
    changed = pl.Series([change(value) for value in distinct], dtype=pl.String)
    return values.replace_strict(distinct, changed, default=None, return_dtype=pl.String)


def plural(n: int, one: str, few: str, many: str) -> str:
    """Choose the word form that Russian puts after a number.

    >>> [plural(n, "строка", "строки", "строк") for n in (1, 2, 5, 11, 21, 112)]
    ['строка', 'строки', 'строк', 'строк', 'строка', 'строк']
    """
    last_two, last = abs(n) % 100, abs(n) % 10
    if last == 1 and last_two != 11:  # noqa: PLR2004 — the rule of the language: 11 is an exception
        return one
    if last in {2, 3, 4} and last_two not in {12, 13, 14}:
        return few
    return many


def cleaned(values: pl.Series) -> pl.Series:
    """Clean a series; empty texts become null. Values that are clean already cost one look each."""
    careful = values.filter(values.str.contains(NEEDS_CARE)).drop_nulls().unique()
    changed = pl.Series([clean(value) for value in careful], dtype=pl.String)
    result = values.replace(careful, changed) if len(careful) else values
    return result.set(result == "", None).rename(values.name)


def disguised(values: pl.Series) -> pl.Series:
    """Mark texts in which Latin letters stand inside Russian words, where `clean` puts Russian ones in their place."""
    mixed = values.filter(values.str.contains(_MIXED)).unique()
    masked = [value for value in mixed if clean(value) != _tidy(value)]
    if not masked:
        return pl.repeat(value=False, n=len(values), eager=True)
    return values.is_in(masked).fill_null(value=False)


def look_alike_key(values: pl.Series) -> pl.Series:
    """Bring texts to one form in which letter case and Latin letters that look Cyrillic do not matter."""
    lower = {latin: cyrillic for latin, cyrillic in _LOOK_ALIKE.items() if latin.islower() and cyrillic.islower()}
    upper = {latin.lower(): cyrillic.lower() for latin, cyrillic in _LOOK_ALIKE.items() if latin.isupper()}
    table = {**upper, **lower}
    return values.str.to_lowercase().str.replace_many(list(table), list(table.values()))


_MARKS: Final = range(0x300, 0x370)
"""Marks over letters, as that of stress: no part of a word; where one makes another letter, NFC has joined them."""


def _visible(found: re.Match[str]) -> str:
    letter = found[0]
    category = unicodedata.category(letter)
    if category == "Cc":
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn"} or ord(letter) in _MARKS else letter


def _unmask(found: re.Match[str]) -> str:
    word = found[0]
    latin = _LATIN.findall(word)
    if latin and _CYRILLIC.search(word) and all(letter in _LOOK_ALIKE for letter in latin):
        return word.translate(_UNMASKED)
    return word
