"""Last year stands under the same weeks and months, and nowhere where the data begin later."""

from datetime import date, timedelta

from analytics.periods import Period
from analytics.year_ago import year_ago
from tests.analytics.cells import cells

WEEKS = [Period(date(2026, 11, 9), date(2026, 11, 15)), Period(date(2026, 11, 16), date(2026, 11, 18))]
YEAR = timedelta(weeks=52)
AS_OF = date(2026, 11, 18)
FIRST = date(2024, 1, 1)


def case(day: date, block: str = "roads", appeals: int = 1, **more: object) -> dict[str, object]:
    return {"received_on": day, "topic_block": block, "appeals": appeals, **more}


ROWS = [
    case(date(2026, 11, 10), appeals=9),
    case(WEEKS[0].start - YEAR, appeals=4),
    case(WEEKS[0].end - YEAR, "energy", appeals=2),
    case(WEEKS[1].end - YEAR, appeals=3),
    case(WEEKS[1].end - YEAR + timedelta(days=1), appeals=50),  # beyond the days that have passed this year
]


def test_weeks_meet_the_same_weekdays_and_as_many_of_them() -> None:
    found = year_ago(cells(ROWS), ["appeals"], WEEKS, AS_OF, FIRST)
    assert found == {"appeals": {(None, WEEKS[0].start): 6, (None, WEEKS[1].start): 3}}


def test_rows_of_a_dimension_and_counts_of_nothing() -> None:
    found = year_ago(
        cells(ROWS), ["appeals"], WEEKS, AS_OF, FIRST, dimension="topic_block", rows=("roads", "energy", "trade")
    )
    assert found["appeals"] == {
        ("roads", WEEKS[0].start): 4,
        ("roads", WEEKS[1].start): 3,
        ("energy", WEEKS[0].start): 2,
        ("energy", WEEKS[1].start): 0,
        ("trade", WEEKS[0].start): 0,
        ("trade", WEEKS[1].start): 0,
    }


def test_months_meet_months() -> None:
    month = Period(date(2026, 11, 1), date(2026, 11, 18))
    found = year_ago(cells([case(date(2025, 11, 18)), case(date(2025, 11, 19))]), ["appeals"], [month], AS_OF, FIRST)
    assert found["appeals"] == {(None, month.start): 1}


def test_what_the_data_do_not_cover_whole_is_not_told() -> None:
    found = year_ago(cells(ROWS), ["appeals"], WEEKS, AS_OF, WEEKS[0].start - YEAR + timedelta(days=1))
    assert found["appeals"] == {(None, WEEKS[1].start): 3}
    assert year_ago(cells(ROWS), ["appeals"], WEEKS, AS_OF, date(2026, 1, 1)) == {"appeals": {}}


def test_a_share_over_few_cases_is_not_told() -> None:
    day = WEEKS[0].start - YEAR
    rows = [case(day, is_repeat=True), case(day, is_repeat=False, appeals=3)]
    assert year_ago(cells(rows), ["repeat_share"], WEEKS[:1], AS_OF, FIRST, min_n=5) == {"repeat_share": {}}
    found = year_ago(cells(rows), ["repeat_share"], WEEKS[:1], AS_OF, FIRST, min_n=4)
    assert found == {"repeat_share": {(None, WEEKS[0].start): 0.25}}
