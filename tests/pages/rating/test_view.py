"""What stands in an address is read into valid choices, and written back the same."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.criteria import INDICATORS
from loaders.city import City
from pages.rating.view import HEAVIEST, Chosen, View, parse_weights, written
from pages.rating.words import tenths
from pages.shared.filters import Filters

CITY = City.load("novoshakhtinsk")


@given(st.dictionaries(st.sampled_from(list(INDICATORS)), st.integers(1, 1000).map(lambda n: n / 10), min_size=1))
def test_weights_come_back_from_the_address(weights: dict[str, float]) -> None:
    assert dict(parse_weights(written(weights)) or ()) == weights


@given(st.text())
def test_any_text_is_read_or_counts_as_absent(text: str) -> None:
    found = parse_weights(text)
    assert found is None or all(0 <= weight <= HEAVIEST for _, weight in found)


def test_weights_of_the_city_are_not_the_readers_own() -> None:
    assert View.parse("", written(CITY.rating.weights), "", "", CITY).chosen == Chosen()


def test_senseless_choices_count_as_absent() -> None:
    view = View.parse("mayors", "", "luck", "x" * 500, CITY)
    assert (view.chosen.who, view.indicator, len(view.unit)) == ("departments", "on_time", 500)
    assert View.parse("posts", "", "on_time", "", CITY).query() == {
        "who": "posts", "weights": None, "indicator": None, "unit": None,
    }  # fmt: skip


def test_a_post_stands_for_its_blocks_within_the_filters() -> None:
    chosen = Chosen("posts")
    post = next(block.accountable_post for block in CITY.blocks if block.key == "roads")
    own = {block.key for block in CITY.blocks if block.accountable_post == post}
    assert set(chosen.narrowed(Filters(), post, CITY).blocks) == own
    assert chosen.narrowed(Filters(blocks=("roads", "education")), post, CITY).blocks == ("roads",)


@given(st.lists(st.floats(0, 60), min_size=1, max_size=6))
def test_rounded_parts_add_up_and_stay_near(parts: list[float]) -> None:
    total = sum(parts)
    shown = tenths(parts, total)
    assert round(sum(shown), 1) == round(round(10 * total) / 10, 1)
    assert all(abs(mine - part) < 0.2 for mine, part in zip(shown, parts, strict=True))
