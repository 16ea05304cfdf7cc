from hypothesis import given
from hypothesis import strategies as st

from pages.gate.quota import WINDOW, Quota


def test_room_comes_back_after_the_window():
    now = [0.0]
    quota = Quota(files=2, total=100, clock=lambda: now[0])
    assert [quota.take("a", 10) for _ in range(3)] == [0, 0, int(WINDOW)]
    assert quota.take("b", 100) == 0
    now[0] = WINDOW / 2
    assert quota.take("a", 1) == WINDOW / 2
    now[0] = WINDOW
    assert quota.take("a", 100) == 0
    assert quota.take("a", 101) > 0


@given(st.lists(st.tuples(st.floats(0, 500), st.integers(0, 60)), max_size=40))
def test_no_window_ever_holds_more_than_the_quota(asked):
    now, taken = [0.0], []
    quota = Quota(files=5, total=100, clock=lambda: now[0])
    for step, size in asked:
        now[0] += step
        if quota.take("a", size) == 0:
            taken.append((now[0], size))
    for start, _ in taken:
        inside = [size for at, size in taken if start <= at < start + WINDOW]
        assert len(inside) <= 5
        assert sum(inside) <= 100
