from dataclasses import replace
from datetime import date

from analytics.norms import Norm, clashes, ranked

ANSWER = Norm(
    "answer",
    "Ответ",
    "answer",
    "received_at",
    30,
    "calendar_days",
    {},
    date(2020, 1, 1),
    date.max,
    "акт",
    official=True,
)
OLD = replace(ANSWER, key="old", valid_to=date(2025, 12, 31))
NEW = replace(ANSWER, key="new", valid_from=date(2026, 1, 1), amount=20)
FAST = replace(ANSWER, key="fast", applies={"is_fast_track": True})
PORTAL = replace(ANSWER, key="portal", applies={"source_system": "pos"})
PORTAL_FAST = replace(ANSWER, key="portal_fast", applies={"source_system": "pos", "is_fast_track": True})


def told(*norms: Norm) -> list[tuple[str, int, int]]:
    return [(clash.kind, clash.first, clash.second) for clash in clashes(norms)]


def test_norms_that_follow_each_other_day_by_day_do_not_clash():
    assert told(OLD, NEW) == []


def test_one_shared_day_is_an_overlap():
    assert told(OLD, replace(NEW, valid_from=date(2025, 12, 31))) == [("overlap", 0, 1)]


def test_one_missing_day_is_a_gap_whatever_the_order():
    assert told(replace(NEW, valid_from=date(2026, 1, 2)), OLD) == [("gap", 1, 0)]


def test_more_conditions_outrank_fewer():
    assert told(ANSWER, FAST, PORTAL_FAST) == []
    assert [norm.key for norm in ranked([ANSWER, PORTAL_FAST, FAST], "answer")] == ["portal_fast", "fast", "answer"]


def test_equal_ranks_that_one_case_can_fit_overlap():
    assert told(FAST, PORTAL) == [("overlap", 0, 1)]


def test_a_third_norm_that_outranks_both_settles_them():
    assert told(FAST, PORTAL, PORTAL_FAST) == []


def test_a_third_norm_settles_only_the_days_it_is_in_force():
    assert told(FAST, PORTAL, replace(PORTAL_FAST, valid_from=date(2021, 1, 1))) == [("overlap", 0, 1)]


def test_no_case_fits_two_values_of_one_column():
    assert told(PORTAL, replace(PORTAL, key="incident", applies={"source_system": "incident"})) == []


def test_different_events_never_clash():
    assert told(ANSWER, replace(ANSWER, key="reaction", event="reaction")) == []


def test_the_sentences_name_norms_and_days():
    (gap,) = clashes([OLD, replace(NEW, valid_from=date(2026, 2, 1))])
    assert gap.text == "Между нормами «old» и «new» нет срока с 01.01.2026 по 31.01.2026"
    (overlap,) = clashes([OLD, replace(NEW, valid_from=date(2025, 12, 1))])
    assert overlap.text == "Нормы «old» и «new» спорят за одни и те же случаи с 01.12.2025 по 31.12.2025"
    (forever,) = clashes([FAST, PORTAL])
    assert forever.text == "Нормы «fast» и «portal» спорят за одни и те же случаи с 01.01.2020"
