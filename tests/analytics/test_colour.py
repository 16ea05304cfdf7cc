import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.colour import STEPS, scale


def test_even_steps_for_counts_begin_at_zero() -> None:
    assert scale(pl.Series([8, 80]), whole=True).edges == (0, 10, 20, 30, 40, 50, 60, 70, 80)


def test_few_values_give_few_steps() -> None:
    found = scale(pl.Series([0, 1, 2]), whole=True)
    assert found.edges == (0, 1, 2)
    assert found.step_of(pl.Series([0, 1, 2, None])).to_list() == [0, 1, 1, None]


def test_quantiles_put_as_many_values_into_each_step() -> None:
    values = pl.Series(range(800))
    steps = scale(values, method="quantile").step_of(values)
    assert all(95 <= count <= 105 for count in steps.value_counts()["count"])


def test_the_reader_sets_the_limits() -> None:
    found = scale(pl.Series([0.5, 0.97]), limits=(0.8, 0.9, 0.95))
    assert found.edges == (0.5, 0.8, 0.9, 0.95, 0.97)
    assert found.step_of(pl.Series([0.79, 0.8, 0.9, 0.95, 1.0])).to_list() == [0, 1, 2, 3, 3]


@pytest.mark.parametrize("limits", [(2, 1), (1, 1), (1, float("nan")), tuple(range(8))])
def test_limits_that_make_no_scale_are_refused(limits: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="Пределы"):
        scale(pl.Series([1]), limits=limits)


def test_nothing_to_colour_gives_one_step() -> None:
    found = scale(pl.Series([None, None], dtype=pl.Float64))
    assert (found.edges, found.steps) == ((0.0, 1.0), 1)


@given(
    values=st.lists(st.integers(0, 1000), min_size=1),
    method=st.sampled_from(["linear", "quantile"]),
    whole=st.booleans(),
)
def test_every_value_has_a_step_and_larger_values_no_lower_one(*, values: list[int], method: str, whole: bool) -> None:
    found = scale(pl.Series(values), method=method, whole=whole)
    steps = found.step_of(pl.Series(sorted(values))).to_list()
    assert steps == sorted(steps)
    assert 0 <= steps[0] <= steps[-1] < found.steps <= STEPS
    assert list(found.edges) == sorted(set(found.edges))
