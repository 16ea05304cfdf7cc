"""The panel of places over months: every unit with its intervals, and only real changes named."""

from typing import Any, Final

import polars as pl
import streamlit as st

from analytics.rating import Rating
from analytics.tally import UNIT
from pages.rating import figures, reading
from pages.rating.league import Context, place_words
from pages.rating.reading import Moved
from pages.shared import formats, frame
from pages.shared.asked import Asked
from pages.shared.text import href_to, html_text

FEW: Final = 9
"""Units up to which their places stand below the table: a short table would leave half of the screen empty."""

LOW: Final = 34
HIGHEST: Final = 96
TOGETHER: Final = 500
"""Heights of the ribbons in pixels: of one among many, of one at most, and of a few together."""

Row = dict[str, Any] | None


def panel(asked: Asked, shared: Context, rating: Rating) -> None:
    """Draw the places of every unit over the last whole months; only real changes are named."""
    found = reading.moved(asked, shared.chosen)
    months = found.months
    span = f"{formats.month_short(months[0].start)} – {formats.month_short(months[-1].start)}" if months else ""
    note = f"{span}; полоса — место с вероятностью 95 %, первое вверху"
    with frame.panel("Кто сменил место", note if months else "", key="rating-places"):
        if found.history is None or found.lately is None or found.over_all is None:
            st.html('<p class="mcu-note">Целых месяцев меньше двух: сравнивать пока нечего.</p>')
            return
        history = found.history.partition_by(UNIT, as_dict=True)
        lately, over_all = (_by_unit(each) for each in (found.lately, found.over_all))
        is_tall = rating.table.height <= FEW
        height = min(HIGHEST, TOGETHER // rating.table.height) if is_tall else LOW
        rows = []
        for unit in rating.table[UNIT]:
            move = _move(lately.get(unit), over_all.get(unit), len(months))
            rows.append(_row(unit, history.get((unit,)), move, found, shared, height=height))
        few = f' mcu-few" style="--tall:{height}px' if is_tall else ""
        st.html(f'<div class="mcu-ribbons{few}">{"".join(rows)}</div><p class="mcu-note">{_note(found.over_all)}</p>')


def _by_unit(frame_of_moves: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row[UNIT]: row for row in frame_of_moves.iter_rows(named=True)}


def _note(over_all: pl.DataFrame) -> str:
    """Say how many really moved from the first month shown to the last."""
    whole = over_all.height
    if not whole:
        return "Первый месяц с последним не сравнить: источники сообщали о разных показателях."
    moved = formats.number(over_all["is_moved"].sum())
    return (
        f"С первого месяца по последний место действительно сменили {moved} из {formats.number(whole)}; остальное — "
        "случайные перестановки. Пробел — месяц, в котором обращений было слишком мало."
    )


def _row(unit: str, history: pl.DataFrame | None, move: str, found: Moved, shared: Context, *, height: int) -> str:
    by_start = {} if history is None else {row["start"]: row for row in history.iter_rows(named=True)}
    rows = [by_start.get(month.start) for month in found.months]
    picture = [None if row is None else (row["place"], row["place_low"], row["place_high"]) for row in rows]
    heard = ", ".join(
        f"{formats.month_year(month.start)}: {'нет' if row is None else place_words(row)}"
        for month, row in zip(found.months, rows, strict=True)
    )
    image = figures.ribbon(
        picture,
        max((row["of"] for row in rows if row is not None), default=1),
        f"место по месяцам — {heard}",
        shared.palette,
        height=height,
    )
    title, full = (html_text(name(unit, shared.city)) for name in (shared.chosen.title, shared.chosen.full_title))
    return (
        f'<div><a class="mcu-link"{href_to(shared.unit_href(unit))} title="{full}">{title}</a>{image}'
        f"<span>{move}</span></div>"
    )


def _move(lately: Row, over_all: Row, months: int) -> str:
    """Name a change of place that is one: over all the months, else over the last; else say that there is none."""
    for row, since in ((over_all, f"за {months} мес."), (lately, "за месяц")):
        if row is not None and row["is_moved"]:
            tone, mark = ("good", "▲") if row["gain"] > 0 else ("bad", "▼")
            then, now = row["place_before"], row["place"]
            moved = f"с {then}-го на {now}-е" if then != now else f"место то же, {now}-е,"
            gain = f"{formats.signed(row['gain'], 1)} балла против остальных"
            return f'<b class="mcu-{tone}">{mark} {moved} {since}</b><small>{gain}</small>'
    if over_all is None and lately is None:
        return '<span class="mcu-muted">○ сравнить нельзя</span>'
    return '<span class="mcu-muted">● без перемен</span>'
