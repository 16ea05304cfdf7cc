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
        "overdue_open": (4, 4, 4 / 6, 0, 4),
        "postponed": (2, 2, 2 / 6, 0, 2),
        "on_time_share": (6 / 12, 12, None, None, None),
    }


@pytest.mark.parametrize(("target", "reached"), [(0.95, False), (0.5, True), (0.4, True)])
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


def test_a_share_of_too_few_is_not_shown_and_reaches_nothing() -> None:
    month, target = Period(november(1), november(22)), {"on_time_share": 0.5}
    enough, few = (
        by_key(headlines(cells(ROWS), month, previous(month), AS_OF, FIRST, targets=target, min_n=least))
        for least in (12, 13)
    )
    assert (enough["on_time_share"].value, enough["on_time_share"].is_reached) == (0.5, True)
    share = few["on_time_share"]
    assert (share.value, share.n, share.is_reached, share.past[-1]) == (None, 12, None, None)
    assert share.judgement.state is State.SMALL_BASE
    assert (few["overdue_open"].value, few["overdue_open"].share) == (4, None)  # of six open cases
    assert (few["repeat"].value, few["repeat"].share) == (2, 2 / 18)


def test_the_past_runs_up_to_this_period_and_is_judged() -> None:
    received = by_key(headlines(cells(HEAT), WEEK, previous(WEEK), AS_OF, FIRST))["appeals"]
    assert received.past[-3:] == (42, 61, 86)
    assert len(received.past) == 13
    assert received.judgement.state is State.ABOVE


def test_an_empty_city_has_headlines_of_nothing() -> None:
    found = headlines(cells([]), WEEK, previous(WEEK), AS_OF, FIRST)
    assert [each.value for each in found] == [0, 0, 0, 0, 0, None]
