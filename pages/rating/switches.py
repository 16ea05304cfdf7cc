"""The choices of the screen «Рейтинг»: who is rated, by which weights, which indicator is looked at closely."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from analytics import acts
from analytics.criteria import CRITERION_TITLES, INDICATORS, Criterion, Indicator
from analytics.rating import Rating
from pages.rating import words
from pages.rating.view import HEAVIEST, WHO, View, written
from pages.shared import address
from pages.shared.run import Run
from pages.shared.text import href_to, html_text

_FORGOTTEN: Final = {"who": ("unit",), "indicator": ()}
"""Choices that make no sense any more once another one changes."""


def draw(view: View, kinds: Sequence[str], rating: Rating, run: Run) -> None:
    """Draw all choices in one row, and what the score is made of; `kinds` are those that can be compared."""
    with st.container(key="rating-switches", horizontal=True, gap="small", vertical_alignment="center"):
        if len(kinds) > 1:
            _who(view, kinds)
        _indicator(view, rating.told)
        with st.popover("Веса", key="rating-weights", width="content"):
            _weights(view, rating, run)
        st.html(_made(view, rating, run))


def _who(view: View, kinds: Sequence[str]) -> None:
    st.session_state["rating-who"] = view.chosen.who
    st.segmented_control(
        "Кого сравнить", list(kinds), format_func=lambda key: WHO[key].title, key="rating-who", on_change=_choose,
        args=("who", next(iter(WHO))), label_visibility="collapsed", width="content",
    )  # fmt: skip


def _indicator(view: View, told: Sequence[Indicator]) -> None:
    keys = [each.key for each in told] or [view.indicator]
    st.session_state["rating-indicator"] = view.indicator if view.indicator in keys else keys[0]
    st.selectbox(
        "Показатель воронки и перемен", keys, format_func=lambda key: INDICATORS[key].title, key="rating-indicator",
        on_change=_choose, args=("indicator", "on_time"), filter_mode=None, width=230, label_visibility="collapsed",
    )  # fmt: skip


def _choose(name: str, default: str) -> None:
    """Write a choice into the address."""
    value = st.session_state[f"rating-{name}"]
    address.set_param(name, None if value in {None, default} else value)
    for other in _FORGOTTEN[name]:
        address.set_param(other, None)


def _weights(view: View, rating: Rating, run: Run) -> None:
    """Let the reader weigh the indicators; own weights stand in the link."""
    st.html(
        f'<p class="mcu-explanation">Важны только соотношения. Три критерия называет {acts.CENTRE}, прил. 1, '
        "п. 4.2 (5), весов оно не даёт: эти — настройка города. Ваши остаются в ссылке.</p>"
    )
    for criterion in Criterion:
        st.html(f'<p class="mcu-criterion">{html_text(CRITERION_TITLES[criterion])}</p>')
        with st.container(key=f"weights-{criterion.value}", horizontal=True, gap="small"):
            for key, each in INDICATORS.items():
                if each.criterion is criterion:
                    _weight(each, rating.rules.weights.get(key, 0.0))
    if view.chosen.weights:
        href = address.url("rating", run.filters, **view.query(weights=None))
        st.html(f'<a class="mcu-link"{href_to(href)}>Вернуть веса города</a>')


def _weight(each: Indicator, value: float) -> None:
    widget = f"weight-{each.key}"
    st.session_state[widget] = min(float(value), HEAVIEST)
    st.number_input(
        each.title, min_value=0.0, max_value=HEAVIEST, step=5.0, format="%g", key=widget, help=each.definition,
        on_change=_weigh, width=190,
    )  # fmt: skip


def _weigh() -> None:
    """Write all weights into the address; with none above zero the city's come back."""
    address.set_param("weights", written({key: float(st.session_state[f"weight-{key}"]) for key in INDICATORS}))


def _made(view: View, rating: Rating, run: Run) -> str:
    """Say what the score is made of, whose weights these are, and the way back."""
    made = words.weights(rating.rules, rating.told)
    if not view.chosen.weights:
        return f'<p class="mcu-note">Балл: {made}. Веса города, неофициальные.</p>'
    href = href_to(address.url("rating", run.filters, **view.query(weights=None)))
    return (
        f'<p class="mcu-note">Балл: {made}. <span class="mcu-warn">■ Веса изменены вами</span> · '
        f'<a class="mcu-link"{href}>вернуть веса города</a></p>'
    )
