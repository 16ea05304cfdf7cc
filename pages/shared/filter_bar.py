"""The widgets of the shared filters. They show what the address says and write back to it; they keep nothing."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

import streamlit as st

from analytics import periods
from analytics.periods import Period
from pages.shared import address, formats, readers
from pages.shared.filters import COMPARISONS, DIMENSIONS, Filters
from pages.shared.run import Run

_OWN: Final = "own"

_MOST_SHOWN: Final = 300
"""Values that a list draws one by one; thousands of them freeze a browser."""

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
            _several(run, name, label, all_of_them)
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


def _several(run: Run, name: str, label: str, all_of_them: str) -> None:
    """Draw one list; of more than half of the values it holds those left out, as after «Выбрать все»."""
    options, chosen = run.options, getattr(run.filters, name)
    is_except = 2 * len(chosen) > len(options.of(name)) or (not chosen and bool(st.session_state.get(_whole(name))))
    shown = _others(options.of(name), chosen) if is_except and chosen else list(chosen)
    if len(shown) > _MOST_SHOWN:
        _many(run, name, label)
        return
    widget = f"filter-{DIMENSIONS[name][0]}{'-except' if is_except else ''}"
    st.session_state[widget] = shown
    st.multiselect(
        f"{label}, все кроме" if is_except else label,
        options.of(name),
        format_func=options.words(name).__getitem__,
        key=widget,
        placeholder="без исключений" if is_except else all_of_them,
        on_change=lambda: _choose(run, name, st.session_state[widget], is_except=is_except),
        filter_mode="contains",
    )


def _many(run: Run, name: str, label: str) -> None:
    """Say how many values are chosen where they are too many to be drawn, and let go of them."""
    chosen, known = (formats.number(len(each)) for each in (getattr(run.filters, name), run.options.of(name)))
    st.caption(f"{label}: выбрано {chosen} из {known}")
    st.button(
        f"Снять: {label.lower()}", key=f"filter-{name}-off", on_click=_choose, args=(run, name, ()),
        kwargs={"is_except": False}, width="stretch",
    )  # fmt: skip


def _choose(run: Run, name: str, picked: Iterable[str], *, is_except: bool) -> None:
    """Write the chosen values; what a crafted message may have put there is cut to the options.

    All of them are no limit; that the reader came there by choosing all is remembered, so that he can leave some out.
    """
    options = run.options.of(name)
    known = set(options)
    chosen = _others(options, picked) if is_except else [value for value in dict.fromkeys(picked) if value in known]
    is_all = len(chosen) == len(options)
    st.session_state[_whole(name)] = is_all and not is_except
    numbers = readers.numbers(run.scope, run.version)
    address.write_filters(_present().replace(**{name: () if is_all else tuple(chosen)}), numbers)


def _others(options: Iterable[str], left_out: Iterable[str]) -> list[str]:
    without = set(left_out)
    return [value for value in options if value not in without]


def _whole(name: str) -> str:
    return f"filter-{name}-whole"
