"""Every word of the data has a form of its own in an address, whatever signs stand in it."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import keys

words = st.none() | st.text(st.sampled_from("~|iа*. ,"), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        (None, "~"),
        ("~", "~~"),
        ("~~", "~~~~"),
        ("Отдел ЖКХ, связи и транспорта", "Отдел ЖКХ, связи и транспорта"),
        ("а|б", "а~iб"),
        ("~i", "~~i"),
    ],
)
def test_a_word_has_one_form(word: str | None, text: str) -> None:
    assert keys.written(word) == text
    assert keys.read(text) == word


@given(words)
def test_what_is_written_is_read_back(word: str | None) -> None:
    assert keys.read(keys.written(word)) == word


@given(words, words)
def test_a_cell_is_parted_where_its_words_meet(row: str | None, column: str | None) -> None:
    text = keys.written(row) + keys.SEPARATOR + keys.written(column)
    left, _, right = text.partition(keys.SEPARATOR)
    assert (keys.read(left), keys.read(right)) == (row, column)


@given(words)
def test_no_word_begins_as_a_folded_choice_does(word: str | None) -> None:
    assert not keys.written(word).startswith("~.")


@given(st.lists(words))
def test_a_column_is_written_as_its_words_are(column: list[str | None]) -> None:
    frame = pl.DataFrame({"word": pl.Series(column, dtype=pl.String)})
    assert frame.select(keys.column(pl.col("word"))).to_series().to_list() == [keys.written(word) for word in column]
