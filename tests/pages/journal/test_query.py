from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pages.journal.query import Asked, format_days

TODAY = date(2026, 11, 22)


def test_by_itself_the_last_thirty_days():
    assert Asked.parse({}, TODAY) == Asked(date(2026, 10, 24), TODAY)


def test_everything_is_read():
    query = {"days": ["2026-11-01..2026-11-02"], "who": [" ivanov "], "what": ["refused"], "page": ["3"]}
    assert Asked.parse(query, TODAY) == Asked(date(2026, 11, 1), date(2026, 11, 2), "ivanov", "refused", 3)


@pytest.mark.parametrize(
    "query",
    [
        {"days": ["2026-13-01..x"]},
        {"days": ["0001-01-01..9999-12-31"]},
        {"what": ["<script>"]},
        {"page": ["-7"]},
        {"page": ["²"]},
        {"days": [""]},
    ],
)
def test_nonsense_counts_as_absent(query):
    assert Asked.parse(query, TODAY) == Asked.parse({}, TODAY)


def test_days_turned_round_are_turned_back():
    assert Asked.parse({"days": ["2026-11-09..2026-11-01"]}, TODAY).start == date(2026, 11, 1)


def test_days_are_those_of_the_city():
    asked = Asked(date(2026, 11, 22), date(2026, 11, 22))
    since, until = asked.bounds(ZoneInfo("Europe/Moscow"))
    assert since.astimezone(UTC) == datetime(2026, 11, 21, 21, tzinfo=UTC)
    assert until.astimezone(UTC) == datetime(2026, 11, 22, 21, tzinfo=UTC)


def test_days_as_they_stand_in_the_address():
    text = format_days(date(2026, 11, 1), TODAY)
    assert text == "2026-11-01..2026-11-22"
    assert Asked.parse({"days": [text]}, TODAY) == Asked(date(2026, 11, 1), TODAY)
