import pytest

from analytics.control import State
from analytics.headlines import HEADLINES, Headline, headlines
from analytics.periods import Period, previous
from tests.analytics.cells import cells, november
from tests.analytics.test_measures import ROWS
from tests.analytics.test_story import AS_OF, FIRST, HEAT, WEEK


def by_key(found: list[Headline]) -> dict[str, Headline]:
    return {each.measure.key: each for each in found}


def test_headlines_stand_in_their_order_with_change_and_companion() -> None:
    month = Period(november(1), november(22))
    found = headlines(cells(ROWS), month, previous(month), AS_OF, FIRST, targets={"on_time_share": 0.95})
    assert [each.measure.key for each in found] == list(HEADLINES)
    rows = {key: (each.value, each.n, each.share, each.before, each.change) for key, each in by_key(found).items()}
    assert rows == {
        "appeals": (18, 18, None, 1, 17),
        "new": (16, 16, None, 1, 15),
        "repeat": (2, 2, 2 / 18, 0, 2),
        "overdue_open": (3, 3, 0.5, 0, 3),
        "postponed": (2, 2, 2 / 6, 0, 2),
        "on_time_share": (6 / 11, 11, None, None, None),
    }


@pytest.mark.parametrize(("target", "reached"), [(0.95, False), (6 / 11, True), (0.5, True)])
def test_equality_reaches_the_target(*, target: float, reached: bool) -> None:
    month = Period(november(1), november(22))
    found = by_key(headlines(cells(ROWS), month, None, AS_OF, FIRST, targets={"on_time_share": target}))
    assert found["on_time_share"].is_reached is reached
    assert found["appeals"].is_reached is None


def test_fewer_is_better_where_the_measure_says_so() -> None:
    found = by_key(
        headlines(cells(ROWS), Period(november(1), november(22)), None, AS_OF, FIRST, targets={"postponed": 1})
    )
    assert found["postponed"].is_reached is False


def test_the_past_runs_up_to_this_period_and_is_judged() -> None:
    received = by_key(headlines(cells(HEAT), WEEK, previous(WEEK), AS_OF, FIRST))["appeals"]
    assert received.past[-3:] == (42, 61, 86)
    assert len(received.past) == 13
    assert received.judgement.state is State.ABOVE


def test_an_empty_city_has_headlines_of_nothing() -> None:
    found = headlines(cells([]), WEEK, previous(WEEK), AS_OF, FIRST)
    assert [each.value for each in found] == [0, 0, 0, 0, 0, None]
