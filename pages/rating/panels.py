"""The panels of the screen «Рейтинг»: the table, the unit beside it, the funnel, places over months."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl
import streamlit as st

from analytics.criteria import INDICATORS
from analytics.funnel import Funnel, Zone
from analytics.rating import Rating
from analytics.tally import UNIT
from pages.rating import figures, league, reading, unit_panel, words
from pages.rating.league import Context
from pages.rating.view import View
from pages.shared import address, formats, frame, listing
from pages.shared.asked import Asked
from pages.shared.clicks import clicked
from pages.shared.run import Run
from pages.shared.text import href_to, html_text

_ORDER: Final = (
    "Порядок — по отклонению от середины в единицах собственной случайности, чтобы маленькие не занимали края таблицы; "
    "поэтому он может расходиться с порядком баллов."
)


def context(asked: Asked, view: View, run: Run) -> Context:
    """Put together what the panels share."""
    rating, chosen = reading.rating(asked, view.chosen), view.chosen
    told = [each.key for each in rating.told]
    return Context(
        chosen=chosen,
        city=run.city,
        indicator=view.indicator if view.indicator in told else told[0],
        selected=unit_panel.shown(rating, view.unit),
        standings=reading.standings(asked, chosen),
        palette=run.palette,
        unit_href=lambda unit: address.url("rating", run.filters, **view.query(unit=unit)),
        rows_href=lambda unit, number: listing.href(number, chosen.narrowed(run.filters, unit, run.city)),
    )


def table(rating: Rating, shared: Context, run: Run) -> None:
    """Draw the table with who is not rated and why."""
    note = f"{run.period_words}; {words.base(rating)}"
    with frame.panel("Кто как работает", note, key="rating-table"):
        st.html(league.table(rating, shared))
        left = "; ".join(words.excluded(rating, shared.chosen, run.city))
        notes = [
            _ORDER,
            words.clumps(rating),
            words.absent(rating),
            f"Не участвуют: {left}." if left else "",
        ]
        st.html("".join(f'<p class="mcu-note">{each}</p>' for each in notes if each))


def unit(rating: Rating, shared: Context, run: Run) -> None:
    """Draw the story of the selected unit."""
    with st.container(key="rating-unit", border=True):
        st.html(unit_panel.story(rating, shared, run.filters))


def funnel(asked: Asked, shared: Context, run: Run, view: View) -> None:
    """Draw the funnel of the chosen indicator; a clicked point leads to its unit."""
    each = INDICATORS[shared.indicator]
    note = f"{each.title.lower()}, доля по числу случаев; {run.period_words}"
    with frame.panel("Воронка: кто выходит за случайное", note, key="rating-funnel"):
        found = reading.in_funnel(asked, shared.chosen, shared.indicator)
        if found is None:
            st.html('<p class="mcu-note">За период нет ни одного случая для этого показателя.</p>')
            return
        figure = figures.funnel(found, lambda key: shared.chosen.title(key, run.city), shared.selected, run.palette)
        event = st.plotly_chart(
            figure, key="rating-points", theme=None, config={"displayModeBar": False}, alt=f"Воронка: {note}",
            on_select="rerun", selection_mode="points",
        )  # fmt: skip
        st.html(_pressed(clicked(event), found, shared, run, view))
        st.html(f'<p class="mcu-note">{_funnel_words(found, shared)}</p>')


def _pressed(data: Sequence[Any], found: Funnel, shared: Context, run: Run, view: View) -> str:
    """Lead from a clicked point to the unit and its rows; without one say that points lead somewhere."""
    if not data or str(data[0]) not in found.points[UNIT]:
        return '<p class="mcu-note">Нажмите на точку, чтобы перейти к её обращениям.</p>'
    key = str(data[0])
    title = html_text(shared.chosen.title(key, run.city))
    own = shared.chosen.narrowed(run.filters, key, run.city)
    measure = INDICATORS[shared.indicator].measure_key
    point = found.points.filter(pl.col(UNIT) == key).row(0, named=True)
    rows = href_to(listing.href(unit_panel.base(point, shared.indicator), own, measure))
    unit_href = href_to(address.url("rating", run.filters, **view.query(unit=key)))
    return (
        f'<p class="mcu-note"><b>{title}</b>: <a class="mcu-link"{rows}>показать записи</a> · '
        f'<a class="mcu-link"{unit_href}>из чего сложился балл</a></p>'
    )


def _funnel_words(found: Funnel, shared: Context) -> str:
    """Name who lies beyond the outer limits, count who lies beyond the inner, and say why the limits are wide."""
    named = [
        f"«{html_text(shared.chosen.title(key, shared.city))}» {words.ZONES[zone]}"
        for key, zone in found.points.filter(pl.col("zone").is_in(_FAR)).select(UNIT, "zone").iter_rows()
    ]
    near = found.points.filter(pl.col("zone").is_in(_NEAR)).height
    who = (
        f"За границами: {'; '.join(named)}." if named else "За 99,8 % никто не выходит: разница в пределах случайного."
    )
    some = f" Между границами 95 и 99,8 % — {formats.number(near)}: столько бывает и случайно." if near else ""
    return f"Все вместе — {formats.percent(found.centre)}. {who}{some}{_wide(found)}"


_FAR: Final = (Zone.VERY_LOW.value, Zone.VERY_HIGH.value)
_NEAR: Final = (Zone.LOW.value, Zone.HIGH.value)


def _wide(found: Funnel) -> str:
    reasons = [
        f"в {formats.number(factor**0.5, 1)} раза: {why}"
        for factor, why in (
            (found.clumping, "обращения идут пачками, и доли ходят от недели к неделе сильнее случайного"),
            (found.dispersion if found.is_widened else 1.0, "доли расходятся между собой сильнее, чем от случая"),
        )
        if factor > words.NOTABLE
    ]
    return f" Границы расширены {'; и ещё '.join(reasons)}." if reasons else ""
