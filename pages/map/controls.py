"""The choices above the map: what the ground is divided into, what the colour tells, limits, weeks."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import streamlit as st

from analytics import measures
from pages.heat_map.view import COLOURS
from pages.map.view import LAYERS, SHOWS, WORSE, View, week_gaps, weeks
from pages.shared import address, formats, limits
from pages.shared.gaps import STAR
from pages.shared.run import Run

_USUAL: Final = "Сейчас на каждый цвет приходится поровну мест."
_WHOLE: Final = "весь период"


def draw(view: View, run: Run) -> None:
    """Draw all choices in one row."""
    with st.container(key="map-controls", horizontal=True, gap="small", vertical_alignment="center"):
        _segments("layer", "Деление города", LAYERS, view.layer)
        _segments("show", "О чём говорит цвет", SHOWS, view.show)
        if view.show in {"measure", "worse"}:
            _measure(view)
        with st.popover("Границы и недели", key="map-popover", width="content"):
            if view.show == "measure":
                limits.field("map-limits", view.scale, measures.find(view.measure).unit, _USUAL)
            _week(view, run)


def _segments(name: str, label: str, titles: Mapping[str, str], value: str) -> None:
    st.session_state[f"map-{name}"] = value
    st.segmented_control(
        label, list(titles), format_func=titles.__getitem__, key=f"map-{name}", on_change=_choose,
        args=(name, next(iter(titles))), label_visibility="collapsed", width="content",
    )  # fmt: skip


def _measure(view: View) -> None:
    keys = COLOURS if view.show == "measure" else WORSE
    st.session_state["map-colour"] = view.measure
    st.selectbox(
        "Показатель", keys, format_func=lambda key: measures.find(key).short_title, key="map-colour",
        on_change=_choose, args=("colour", keys[0]), filter_mode=None, width=170, label_visibility="collapsed",
    )  # fmt: skip


def _choose(name: str, default: str) -> None:
    """Write a choice into the address; other ground has other places."""
    value = str(st.session_state[f"map-{name}"] or default)
    address.set_param(name, None if value == default else value)
    if name == "layer":
        address.set_param("place", None)


def _week(view: View, run: Run) -> None:
    """Let the reader move over the weeks of half a year, by hand or by themselves."""
    mondays = weeks(run.as_of, run.first)
    options: list[Any] = [None, *mondays]
    st.session_state["map-week"] = view.week if view.week in mondays else None
    gaps = week_gaps(mondays, run.as_of, run.first)
    st.select_slider(
        "Неделя вместо периода", options, format_func=lambda day: week_words(day) + gaps.star(day), key="map-week",
        on_change=_pick_week, help=f"{STAR} неделя, которую данные не покрывают целиком" if gaps.part else None,
    )  # fmt: skip
    playing = bool(st.session_state.get("map-playing"))
    st.button("Остановить" if playing else "▶ По неделям", key="map-play", on_click=_play, args=(mondays, not playing))


def week_words(monday: date | None) -> str:
    """Name a week of the player."""
    return _WHOLE if monday is None else f"с {formats.day(monday)}"


def _pick_week() -> None:
    monday = st.session_state["map-week"]
    st.session_state["map-playing"] = False
    address.set_param("week", monday.isoformat() if isinstance(monday, date) else None)


def _play(mondays: tuple[date, ...], on: bool) -> None:  # noqa: FBT001 — the one thing it is about
    st.session_state["map-playing"] = on
    if on and mondays:
        address.set_param("week", mondays[0].isoformat())


def next_week(view: View, run: Run) -> date | None:
    """Give the week after the one shown, None where the player is still or at its end."""
    mondays = weeks(run.as_of, run.first)
    if not st.session_state.get("map-playing") or view.week not in mondays:
        return None
    later = mondays[mondays.index(view.week) + 1 :]
    if not later:
        st.session_state["map-playing"] = False
    return later[0] if later else None
