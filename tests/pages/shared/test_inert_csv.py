import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared.inert_csv import inert_csv

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "|", "%", "＝", "＋", "－", "＠")


def read(body):
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_table():
    body = inert_csv(["Номер", "Тема"], [["А-1", "Ямы; «лужи»"], [7, None]])
    assert body.startswith(b"\xef\xbb\xbf")
    assert read(body) == [["Номер", "Тема"], ["А-1", "Ямы; «лужи»"], ["7", ""]]


@pytest.mark.parametrize("start", FORMULAS)
@pytest.mark.parametrize("blanks", ["", " ", "\u00a0"])
def test_what_begins_like_a_formula_is_shown_as_text(start, blanks):
    assert read(inert_csv(["x"], [[f"{blanks}{start}1+1"]]))[1:] == [[f"'{blanks}{start}1+1"]]


def test_numbers_stay_numbers():
    assert read(inert_csv(["x"], [[-5], [1.5]])) == [["x"], ["-5"], ["1,5"]]


@given(st.text())
def test_no_text_begins_like_a_formula(text):
    (_, (cell,)) = read(inert_csv(["x"], [[text + "."]]))
    assert not cell.lstrip(" \u00a0").startswith(FORMULAS)
