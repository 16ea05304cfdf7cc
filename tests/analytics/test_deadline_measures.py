from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
import pytest

from analytics import aggregation, schema
from analytics.deadline_measures import DEADLINE_MEASURES, needs, rule_75
from analytics.deadlines import DUE_BASIS
from analytics.declarations import MEASURES, Measure
from analytics.facts import Window
from tests.analytics.cells import BLANK, november

EXTRA = {
    "registered_on": pl.Date(),
    "interim_answered_on": pl.Date(),
    "reworks": pl.Int32(),
    "allotted_days": pl.Int32(),
    "due_basis": DUE_BASIS,
    **dict.fromkeys(("coordination_on", "execution_on", "approval_on"), pl.Date()),
    "stage_basis": pl.String(),
}
STAGE_DAYS = ("approval_on", "coordination_on", "execution_on", "stage_basis")
BY_KEY = {measure.key: measure for measure in DEADLINE_MEASURES}
NOVEMBER = Window(november(1), november(30), as_of=november(30))


def rich_cells(rows: Sequence[Mapping[str, object]]) -> pl.LazyFrame:
    blank = {**BLANK, **dict.fromkeys(EXTRA)}
    return pl.LazyFrame([{**blank, **row} for row in rows], schema={**schema.CELL, **EXTRA})


def value(
    measure: str | Measure, rows: Sequence[Mapping[str, object]], window: Window = NOVEMBER
) -> tuple[object, int]:
    part = (BY_KEY[measure] if isinstance(measure, str) else measure).part
    gathered = aggregation.gather_part(rich_cells(rows), [], part, window)
    return aggregation.settle(gathered, [], part).collect().row(0)


def answered(day: int, **rest: object) -> dict[str, object]:
    return {"status": "answered", "received_on": november(1), "answered_on": november(day), **rest}


def test_the_first_reaction_is_the_interim_answer_or_the_final_one():
    rows = [
        answered(11, interim_answered_on=november(3)),
        answered(9),
        answered(5, interim_answered_on=november(20)),
        answered(11, interim_answered_on=date(2026, 10, 1), appeals=9),  # before it was received: no length
        {"interim_answered_on": november(2)},  # not finished yet
    ]
    assert value("median_reaction_days", rows) == (4, 3)
    assert value("p90_reaction_days", rows) == (8, 3)


def test_days_in_a_stage_are_of_finished_cases_whose_stage_is_known():
    passed = {"coordination_on": november(2), "execution_on": november(4), "approval_on": november(9)}
    rows = [
        answered(11, **passed, appeals=2),
        answered(21, **{**passed, "execution_on": november(6)}),
        answered(21),
        answered(21, execution_on=november(9), approval_on=november(4), appeals=9),  # out of order: no length
        {**passed},  # not finished yet
    ]
    assert value("median_moderation_days", rows) == (1, 3)
    assert value("median_execution_days", rows) == (5, 3)
    assert value("p90_coordination_days", rows) == (4, 3)
    assert value("median_approval_days", rows) == (17, 12)


def test_days_to_registration():
    rows = [
        {"registered_on": november(2)},
        {"registered_on": november(4), "appeals": 2},
        {"registered_on": november(1)},
        {"registered_on": None},
    ]
    assert value("median_registration_days", rows) == (2, 3)


def test_rework_is_a_share_of_those_whose_source_tells_of_it():
    rows = [answered(5, reworks=0, appeals=3), answered(5, reworks=2), answered(5, appeals=10), {"reworks": 4}]
    assert value("reworked_share", rows) == (0.25, 4)
    assert value("reworked", rows)[0] == 1
    assert value("in_rework", [{"status": "returned_for_rework", "appeals": 2}, {}])[0] == 2


def test_shares_of_extended_and_of_deadlines_by_norm():
    assert value("extended_share", [{"is_extended": True}, {"appeals": 3}]) == (0.25, 4)
    rows = [{"due_basis": "norm"}, {"due_basis": "source", "due_on": november(5)}, {"due_basis": "none", "appeals": 2}]
    assert value("due_by_norm_share", rows) == (0.25, 4)
    assert value("no_due", rows)[0] == 3


POSTPONED = {"is_postponed": True, "status": "postponed", "received_on": november(1), "allotted_days": 40}


@pytest.mark.parametrize(
    ("day", "base", "fired"),
    [(14, "original", 0), (15, "original", 1), (16, "original", 1), (11, "postponed", 0), (12, "postponed", 1)],
)
def test_the_75_percent_rule_fires_on_equality(day, base, fired):
    # Due on 15 December, 44 days after receipt: 30 of 40 days are left on 15 November, 33 of 44 on 12 November.
    rows = [{**POSTPONED, "due_on": date(2026, 12, 15)}]
    count, share = rule_75(base)
    window = Window(None, None, as_of=november(day))
    assert value(count, rows, window)[0] == fired
    assert value(share, rows, window) == (fired, 1)


def test_the_rule_looks_at_postponed_and_open_cases_only():
    due = {"due_on": november(20), "allotted_days": 30}
    rows = [due, {**POSTPONED, **due, "status": "answered", "answered_on": november(9)}, {**POSTPONED, "due_on": None}]
    assert value("rule_75", rows)[0] == 0


def test_keys_are_new_and_columns_needed_are_named():
    assert not set(BY_KEY) & set(MEASURES)
    assert {key: needs(measure) for key, measure in BY_KEY.items()} == {
        "extended_share": (),
        "rule_75": ("allotted_days",),
        "rule_75_share": ("allotted_days",),
        **{f"{name}_moderation_days": STAGE_DAYS for name in ("median", "p90")},
        **{f"{name}_coordination_days": STAGE_DAYS for name in ("median", "p90")},
        **{f"{name}_execution_days": ("approval_on", "execution_on", "stage_basis") for name in ("median", "p90")},
        **{f"{name}_approval_days": ("approval_on", "stage_basis") for name in ("median", "p90")},
        "median_reaction_days": ("interim_answered_on",),
        "p90_reaction_days": ("interim_answered_on",),
        "median_registration_days": ("registered_on",),
        "reworked": ("reworks",),
        "reworked_share": ("reworks",),
        "in_rework": (),
        "no_due": (),
        "due_by_norm_share": ("due_basis",),
    }
    assert needs(rule_75("postponed")[0]) == ("registered_on",)
    assert all(needs(measure) == () for measure in MEASURES.values())


def test_bases_named_are_measures():
    known = {**MEASURES, **BY_KEY}
    assert all(measure.base_key is None or measure.base_key in known for measure in DEADLINE_MEASURES)
