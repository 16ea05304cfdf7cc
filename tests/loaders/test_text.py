"""Texts are brought to one form; the fast road over a column and the plain one over a word agree."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.text import clean, cleaned, disguised

LETTERS = "aоoвйи\u0306\u0301\u0323 \u00a0\u200b\u200e\t\n\r-.1АA«ё"


@given(st.lists(st.text(alphabet=LETTERS, max_size=8), max_size=20))
def test_a_column_is_cleaned_as_its_words_are(texts: list[str]) -> None:
    assert cleaned(pl.Series(texts, dtype=pl.String)).to_list() == [clean(text) or None for text in texts]


@given(st.text(alphabet=LETTERS, max_size=12))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "is_disguised"),
    [
        ("дoрога", True),
        ("на дoро\u200bге", True),
        ("Дорога", False),
        ("road", False),
        ("дорога A", False),
        ("wi-fi в школе", False),
        ("Rдорога", False),
        (None, False),
    ],
)
def test_latin_letters_in_russian_words_are_found(text: str | None, is_disguised: object) -> None:
    assert disguised(pl.Series([text, "x"], dtype=pl.String)).to_list() == [is_disguised, False]
