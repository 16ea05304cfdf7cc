"""The widgets of the shared filters. They show what the address says and write back to it; they keep nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import streamlit as st

from analytics import periods
from analytics.periods import Period
from pages.shared import address, formats
from pages.shared.filters import COMPARISONS, DIMENSIONS, Filters, Options
from pages.shared.run import Run

_OWN: Final = "own"

_LABELS: Final = {
    "blocks": ("Блоки", "все блоки"),
    "departments": ("Подразделения", "все подразделения"),
    "channels": ("Каналы", "все каналы"),
    "kinds": ("Вид", "обращения и сообщения"),
    "territories": ("Территории", "все территории"),
}


def draw(run: Run) -> None:
    """Draw all shared filters into the present container."""
    filters, options = run.filters, run.options
    if address.SCREENS[run.screen].has_period:
        _period(run)
        _choice("compare", "Сравнить", filters.comparison, list(COMPARISONS), COMPARISONS.__getitem__, _compare)
    for name, (label, all_of_them) in _LABELS.items():
        if len(options.of(name)) > 1:
            _several(filters, options, name, label, all_of_them)
    if filters != Filters():
        st.button("Сбросить фильтры", on_click=address.write_filters, args=(Filters(),), width="stretch")


def _present() -> Filters:
    """Read the filters from the address as it is now: a callback runs before the script does."""
    return Filters.parse(address.query())


def _choice(
    key: str, label: str, value: str, keys: list[str], title: Callable[[str], str], change: Callable[[str], None]
) -> None:
    """Draw one selectbox whose value is set from the address on every run."""
    widget = f"filter-{key}"
    st.session_state[widget] = value
    st.selectbox(
        label,
        keys,
        format_func=title,
        key=widget,
        on_change=lambda: change(str(st.session_state[widget])),
        filter_mode=None,
    )


def _period(run: Run) -> None:
    filters, period = run.filters, run.period
    value = _OWN if filters.has_own_dates else filters.period
    titles = {**periods.PRESETS, _OWN: "Свои даты"}
    # The key keeps the widget the same although its label follows the days.
    label = f"Период · {formats.span(period.start, period.end)}"
    _choice("period", label, value, list(titles), titles.__getitem__, lambda key: _choose_period(key, period))
    if not filters.has_own_dates:
        return
    widget = "filter-days"
    st.session_state[widget] = (period.start, period.end)
    st.date_input(
        "Дни",
        key=widget,
        min_value=min(run.first, period.start),
        max_value=max(run.as_of, period.end) + timedelta(days=366),
        format="DD.MM.YYYY",
        on_change=_choose_days,
        label_visibility="collapsed",
    )


def _choose_period(key: str, shown: Period) -> None:
    text = periods.format_period(shown) if key == _OWN else key
    address.write_filters(_present().replace(period=text))


def _choose_days() -> None:
    chosen = st.session_state["filter-days"]
    if isinstance(chosen, tuple) and len(chosen) == 2:  # noqa: PLR2004 — until the second day is clicked there is one
        start, end = sorted(chosen)
        address.write_filters(_present().replace(period=periods.format_period(Period(start, end))))


def _compare(key: str) -> None:
    address.write_filters(_present().replace(comparison=key if key in COMPARISONS else "previous"))


def _several(filters: Filters, options: Options, name: str, label: str, all_of_them: str) -> None:
    parameter = DIMENSIONS[name][0]
    widget = f"filter-{parameter}"
    st.session_state[widget] = list(getattr(filters, name))
    st.multiselect(
        label,
        options.of(name),
        format_func=lambda key: options.title(name, key),
        key=widget,
        placeholder=all_of_them,
        on_change=lambda: _choose(name, widget, options),
    )


def _choose(name: str, widget: str, options: Options) -> None:
    """Write the chosen values; what a crafted message may have put there is cut to the options."""
    chosen = [value for value in st.session_state[widget] if value in options.of(name)]
    address.write_filters(_present().replace(**{name: tuple(chosen)}))
