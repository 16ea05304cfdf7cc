"""Ten thousand chosen words fit into an address, and come back as they were or are said to be lost."""

from types import MappingProxyType
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared.folding import NO_NUMBERS, Numbers, fold, unfold

WORDS = tuple(f"Управляющая организация № {number}" for number in range(10_000))
NUMBERS = Numbers(MappingProxyType({"~": 0} | {word: number + 1 for number, word in enumerate(WORDS)}))


@pytest.mark.parametrize("size", [2, 100, 101, 5_000, 9_999, 10_000])
def test_any_part_of_ten_thousand_words_is_short_and_whole(size: int) -> None:
    chosen = tuple(sorted(WORDS, key=lambda word: crc32(word.encode()))[:size])
    written = fold(chosen, NUMBERS)
    assert len("".join(written)) < 2_000
    found, lost = unfold(written, NUMBERS)
    assert (set(found), len(found), lost) == (set(chosen), size, 0)


def test_a_few_words_stay_readable() -> None:
    assert fold(WORDS[:3], NUMBERS) == WORDS[:3]


def test_words_without_numbers_stay_words() -> None:
    assert fold(WORDS, NO_NUMBERS) == WORDS
    assert fold((*WORDS, "другое"), NUMBERS) == (*WORDS, "другое")


def test_no_word_is_one_of_the_choices() -> None:
    chosen = ("~", *WORDS[:200])
    assert set(unfold(fold(chosen, NUMBERS), NUMBERS)[0]) == set(chosen)


def test_whoever_sees_less_gets_what_he_sees_and_the_number_of_the_others() -> None:
    narrow = Numbers({word: NUMBERS.of[word] for word in WORDS[:50]})
    assert unfold(fold(WORDS[40:300], NUMBERS), narrow) == (WORDS[40:50], 250)


def test_numbers_that_mean_other_words_now_are_not_believed() -> None:
    moved = Numbers({word: number + 1 for number, word in enumerate(reversed(WORDS))})
    assert unfold(fold(WORDS[:300], NUMBERS), moved) == ((), 300)


@given(st.text(max_size=40))
def test_what_anybody_writes_is_read_or_counted(text: str) -> None:
    found, lost = unfold((f"~.{text}",), NUMBERS)
    assert set(found) <= NUMBERS.of.keys()
    assert found or lost
