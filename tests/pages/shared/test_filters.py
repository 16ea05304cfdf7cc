from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import periods
from analytics.keys import ABSENT
from loaders.conform import MAX_TEXT
from pages.shared.filters import COMPARISONS, DEFAULT_PERIOD, DIMENSIONS, Filters, Options

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20)
chosen = st.lists(words, max_size=4, unique=True).map(tuple)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
own = st.tuples(days, days).map(lambda pair: periods.format_period(periods.Period(*sorted(pair))))
filters = st.builds(
    Filters,
    period=st.sampled_from(list(periods.PRESETS)) | own,
    comparison=st.sampled_from(list(COMPARISONS)),
    **dict.fromkeys(DIMENSIONS, chosen),
)


def as_lists(query):
    return {name: [value] if isinstance(value, str) else value for name, value in query.items()}


@given(filters)
def test_an_address_restores_every_state(state):
    assert Filters.parse(as_lists(state.query())) == state


@given(st.dictionaries(st.sampled_from(["period", "compare", "block", "kind", "x"]), st.lists(words, max_size=3)))
def test_any_address_is_read(query):
    assert isinstance(Filters.parse(query).query(), dict)


def test_defaults_leave_no_trace_in_the_address():
    assert Filters().query() == {}


@pytest.mark.parametrize("text", ["", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01", "вчера", "..", "own"])
def test_a_period_that_cannot_be_read_is_the_default(text):
    assert Filters.parse({"period": [text]}).period == Filters().period


def test_an_address_is_read_whole():
    parsed = Filters.parse({"block": [str(i) for i in range(10_000)], "department": ["x" * MAX_TEXT, ""]})
    assert len(parsed.blocks) == 10_000
    assert parsed.departments == ("x" * MAX_TEXT,)


def test_all_the_options_are_no_limit():
    options = Options(keys=(("departments", ("А", "Б", "~")), ("kinds", ("appeal",))))
    narrowed, dropped = Filters(departments=("~", "Б", "А"), kinds=("appeal",)).narrowed(options)
    assert (narrowed.departments, narrowed.kinds, dropped) == ((), ("appeal",), 0)


def test_what_is_not_among_the_options_is_dropped_and_counted():
    options = Options(keys=(("blocks", ("roads",)), ("kinds", ("appeal",))))
    narrowed, dropped = Filters(blocks=("roads", "secret"), kinds=("message",)).narrowed(options)
    assert (narrowed.blocks, narrowed.kinds, dropped) == (("roads",), (), 2)


def test_where_keeps_the_chosen_cells():
    cells = pl.DataFrame(
        {"topic_block": ["roads", "trade", None], "department": ["А", "Б", "А"]},
        schema={"topic_block": pl.Enum(["roads", "trade"]), "department": pl.String},
    )
    kept = [
        cells.filter(Filters(**chosen).where()).rows()
        for chosen in ({}, {"blocks": ("roads", ABSENT)}, {"blocks": ("absent",)}, {"departments": ("Б",)})
    ]
    assert kept == [
        [("roads", "А"), ("trade", "Б"), (None, "А")],
        [("roads", "А"), (None, "А")],
        [],
        [("trade", "Б")],
    ]


def test_a_department_called_by_the_sign_of_absence_is_a_department():
    cells = pl.DataFrame({"department": ["~", None, "А|Б"]})
    kept = [cells.filter(Filters(departments=(text,)).where())["department"].to_list() for text in ("~", "~~", "А~iБ")]
    assert kept == [[None], ["~"], ["А|Б"]]


def test_comparison_periods():
    march = periods.Period(date(2026, 3, 1), date(2026, 3, 31))
    compared = [Filters(comparison=key).wished(march) for key in COMPARISONS]
    assert compared == [
        periods.Period(date(2026, 2, 1), date(2026, 2, 28)),
        periods.Period(date(2025, 3, 1), date(2025, 3, 31)),
        None,
    ]


@pytest.mark.parametrize("days", ["0001-01-01..2026-01-01", "2026-01-01..9999-12-31", "1989-12-31..2026-01-01"])
def test_days_at_the_edges_of_the_calendar_count_as_no_period(days: str):
    parsed = Filters.parse({"period": [days]})
    assert parsed.period == DEFAULT_PERIOD
    assert parsed.wished(parsed.span(date(2026, 1, 31), date(2026, 1, 1)))


def test_the_oldest_and_the_farthest_days_can_be_compared():
    period = Filters.parse({"period": ["1990-01-01..2100-12-31"]}).span(date(2026, 1, 31), date(2026, 1, 1))
    for comparison in COMPARISONS:
        Filters(comparison=comparison).wished(period)
    assert period == periods.Period(date(1990, 1, 1), date(2026, 1, 31))
