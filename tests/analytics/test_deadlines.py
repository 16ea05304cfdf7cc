"""What a deadline rests on and when it is; all cases are small and worked out by hand."""

from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pytest

from analytics import schema
from analytics.deadlines import Rules, due_columns, norm_key, norm_moment
from analytics.norms import Norm
from analytics.work_calendar import work_calendar

FEDERAL = Norm(
    "appeal",
    "Рассмотрение",
    "answer",
    "registered_at",
    30,
    "calendar_days",
    {"kind": "appeal"},
    date(2006, 1, 1),
    date.max,
    "59-ФЗ",
    official=True,
)
OLD = replace(FEDERAL, key="old", applies={"kind": "message"}, amount=30, valid_to=date(2026, 6, 30))
NEW = replace(OLD, key="new", amount=20, valid_from=date(2026, 7, 1), valid_to=date.max)
FAST = replace(
    OLD,
    key="fast",
    applies={"kind": "message", "is_fast_track": True},
    amount=10,
    unit="working_days",
    valid_to=date.max,
)
HOURS = replace(
    OLD, key="hours", applies={"kind": "official_request"}, amount=9, unit="working_hours", since="received_at"
)
RULES = Rules((FEDERAL, OLD, NEW, FAST, replace(HOURS, valid_to=date.max)), work_calendar())
LAST_SECOND = {"hour": 23, "minute": 59, "second": 59}


def appeals(**columns: object) -> pl.DataFrame:
    """Make one row: a message received on Monday, 2 November 2026, at half past eleven at night."""
    blank = dict.fromkeys(schema.APPEAL)
    row = {**blank, "kind": "message", "status": "in_work", "received_at": datetime(2026, 11, 2, 23, 30), **columns}
    return pl.DataFrame([row], schema=schema.APPEAL)


def due(rules: Rules = RULES, **columns: object) -> dict[str, object]:
    return appeals(**columns).select(due_columns(rules)).row(0, named=True)


SOURCE, EXTENDED, POSTPONED = datetime(2026, 11, 20, 12), datetime(2026, 12, 20), datetime(2027, 1, 20)


@pytest.mark.parametrize(
    ("columns", "basis", "moment"),
    [
        ({"due_at": SOURCE}, "source", SOURCE),
        ({"due_at": SOURCE, "extended_until": EXTENDED}, "extended", EXTENDED),
        ({"due_at": SOURCE, "extended_until": EXTENDED, "postponed_until": POSTPONED}, "postponed", POSTPONED),
        ({"postponed_until": POSTPONED}, "postponed", POSTPONED),
        ({}, "norm", datetime(2026, 11, 22, **LAST_SECOND)),
        ({"kind": "official_request", "received_at": datetime(1999, 1, 1)}, "none", None),
    ],
)
def test_what_a_deadline_rests_on(columns, basis, moment):
    found = due(**columns)
    assert (found["due_basis"], found["deadline_at"]) == (basis, moment)


@pytest.mark.parametrize(
    ("columns", "norm", "moment"),
    [
        ({}, "new", datetime(2026, 11, 22, **LAST_SECOND)),
        ({"is_fast_track": True}, "fast", datetime(2026, 11, 17, **LAST_SECOND)),
        ({"is_fast_track": False}, "new", datetime(2026, 11, 22, **LAST_SECOND)),
        ({"kind": "appeal"}, "appeal", datetime(2026, 12, 2, **LAST_SECOND)),
        (
            {"kind": "appeal", "registered_at": datetime(2026, 11, 5, 0, 30)},
            "appeal",
            datetime(2026, 12, 5, **LAST_SECOND),
        ),
        ({"kind": "official_request"}, "hours", datetime(2026, 11, 5, 11)),
        ({"received_at": datetime(2026, 6, 30, 23, 30)}, "old", datetime(2026, 7, 30, **LAST_SECOND)),
        ({"received_at": datetime(2026, 7, 1, 0, 30)}, "new", datetime(2026, 7, 21, **LAST_SECOND)),
        (
            {"received_at": datetime(2026, 6, 30, 23, 30), "registered_at": datetime(2026, 7, 1, 0, 30)},
            "new",
            datetime(2026, 7, 21, **LAST_SECOND),
        ),
    ],
)
def test_the_norm_in_force_on_the_day_of_registration_decides(columns, norm, moment):
    found = due(**columns)
    assert (found["norm"], found["deadline_at"]) == (norm, moment)


def test_a_norm_on_a_day_off_moves_by_the_setting_and_a_sources_date_does_not():
    sunday = datetime(2026, 11, 22, **LAST_SECOND)
    assert due(replace(RULES, off_day="previous"))["deadline_at"] == datetime(2026, 11, 20, **LAST_SECOND)
    assert due(replace(RULES, off_day="next"))["deadline_at"] == datetime(2026, 11, 23, **LAST_SECOND)
    assert due(replace(RULES, off_day="next"), due_at=sunday)["deadline_at"] == sunday


@pytest.mark.parametrize(
    ("columns", "days"),
    [
        ({}, 20),
        ({"due_at": SOURCE}, 18),
        ({"due_at": SOURCE, "postponed_until": POSTPONED}, 18),
        ({"postponed_until": POSTPONED}, 20),
        ({"due_at": SOURCE, "registered_at": datetime(2026, 11, 4)}, 16),
        ({"due_at": datetime(2026, 11, 1)}, -1),
        ({"received_at": datetime(1999, 1, 1), "kind": "official_request"}, None),
    ],
)
def test_the_first_period_is_kept_when_a_deadline_moves(columns, days):
    assert due(**columns)["allotted_days"] == days


def test_a_norm_that_fits_but_has_no_answer_leaves_none_to_a_weaker_norm():
    small = replace(RULES, calendar=work_calendar("RU", 2020, 2020))
    assert due(small, is_fast_track=True)["deadline_at"] is None


def test_other_events_have_norms_of_their_own():
    registration = replace(FEDERAL, key="registration", event="registration", since="received_at", amount=3)
    rules = Rules([FEDERAL, registration], work_calendar())
    found = appeals(kind="appeal").select(
        at=norm_moment(rules, "registration"), key=norm_key(rules, "registration"), none=norm_key(rules, "transfer")
    )
    assert found.row(0) == (datetime(2026, 11, 5, **LAST_SECOND), "registration", None)


def test_a_whole_frame_keeps_its_rows():
    rows = pl.concat([appeals(), appeals(due_at=SOURCE), appeals(kind="appeal")])
    assert rows.select(due_columns(RULES))["due_basis"].to_list() == ["norm", "source", "norm"]
    assert rows.clear().select(due_columns(RULES)).is_empty()
