"""The story beside the matrix: what one cell is made of, how it moved, where it stands, and the way to its rows."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from analytics import schema
from analytics.control import State
from analytics.heat_map import OTHERS
from analytics.keys import written
from analytics.periods import format_period
from analytics.status import assurance, reached
from analytics.story import Story
from pages.heat_map.grid import Words, usual
from pages.heat_map.trend import NO_YEAR, trend
from pages.heat_map.view import Cell, Matrix
from pages.shared import formats, listing
from pages.shared.asked import Asked
from pages.shared.filters import DIMENSIONS, Filters
from pages.shared.layers import Verdict, aim_mark, assured, backlog, standing
from pages.shared.options import absent
from pages.shared.palette import Palette
from pages.shared.posts import who
from pages.shared.run import Run
from pages.shared.text import href_to, html_text

MOST_PLACES: Final = 4

_RISES: Final = {2: "Второй рост подряд", 3: "Третий рост подряд", 4: "Четвёртый рост подряд"}
_FALLS: Final = {2: "Второе снижение подряд", 3: "Третье снижение подряд", 4: "Четвёртое снижение подряд"}

_FINISHED: Final = frozenset(status.value for status in schema.FINISHED_STATUSES)
_WAITING: Final = frozenset({schema.Status.POSTPONED.value, schema.Status.EXTENDED.value})


def draw(told: Story, matrix: Matrix, cell: Cell, run: Run, last_year: Mapping[date, float]) -> None:
    """Draw the story of a cell of the matrix, with the values of last year by the first days of its periods."""
    answers = html_text(who(run.city, matrix.rows, None if cell.row is None else str(cell.row)))
    title = _title(told, matrix, cell, Words(run.city))
    show(told, title, _rows_of(told, matrix, cell, run), run, last_year, answers)


def show(
    told: Story, title: str, rows: str, run: Run, last_year: Mapping[date, float] = NO_YEAR, answers: str = ""
) -> None:
    """Draw a story under its escaped title; `rows` is the address of the rows behind the number.

    `answers` is the escaped sentence of who answers.
    """
    target = Asked.by(run).targets.get(told.measure.key)
    posts = f'<p class="who">{answers}.</p>' if answers else ""
    st.html(f'<div class="mcu-story"><h2>{title}</h2>{posts}<p>{_lead(told, target)}</p></div>')
    tone = Verdict(told.measure, told.judgement).tone
    colour = run.palette.accent if tone == "muted" else run.palette.tone(tone)
    figure = trend(told.trend, told.measure, told.judgement.corridor, colour, run.palette, last_year)
    st.plotly_chart(
        figure, key="story-trend", theme=None, config={"displayModeBar": False},
        alt=f"Динамика: {told.measure.title.lower()}, последние {len(told.trend)} равных периодов",
    )  # fmt: skip
    below = (
        _then(told, last_year),
        _parts(told, run.palette),
        _statuses(told, run.palette),
        _places(told),
        _link(told, rows),
    )
    st.html(f'<div class="mcu-story">{"".join(below)}</div>')


def _then(told: Story, last_year: Mapping[date, float]) -> str:
    """Explain the thin line, and say what it ends with."""
    value = last_year.get(told.period.start)
    if value is None:
        return ""
    counted = formats.measure(value, told.measure.unit)
    change = "" if told.value is None else f", изменение {formats.change(told.value - value, told.measure.unit)}"
    return f'<p class="mcu-note">Тонкая линия — те же периоды год назад: <b>{counted}</b>{change}.</p>'


def _title(told: Story, matrix: Matrix, cell: Cell, words: Words) -> str:
    names = [words.full(matrix.rows, cell.row)]
    if not cell.is_row and not isinstance(cell.column, date):
        names.append(words.full(matrix.columns, cell.column))
    return html_text(f"{' · '.join(names)} · {formats.span(told.period.start, told.period.end)}")


def _lead(told: Story, target: float | None) -> str:
    """Say the number, what was expected, how it has been moving, and how it stands to its target."""
    unit = told.measure.unit
    first = f"{told.measure.title}: <b>{formats.measure(told.value, unit)}</b>"
    if unit != "count":
        first += f" из {formats.number(told.n)}"
    usual_ = "" if told.judgement.is_trend else _expected(told)
    parts = (_backlog(told), first, _run(told), usual_, _aim(told, target))
    return ". ".join(part for part in parts if part) + "."


def _backlog(told: Story) -> str:
    """Put a growing backlog before whatever else is told."""
    tone, said = ("muted", "") if told.measure.key == "overdue_open" else backlog(*told.overdue)
    mark = '<span aria-hidden="true">▲</span> ' if tone == "bad" else ""
    return f'<span class="mcu-{tone}">{mark}{said}</span>' if said else ""


def _aim(told: Story, target: float | None) -> str:
    """Say whether the target is reached now, and whether it is always, never, or now and then."""
    is_reached = reached(told.value, told.measure.good, target)
    if is_reached is None:
        return ""
    said = assured(assurance(told.judgement.corridor, told.measure.good, target))
    now = f"{aim_mark(is_reached)} {'достигнута' if is_reached else 'не достигнута'}"
    return f"Цель {formats.percent(target, 0)}: {now}{f' · {said}' if said else ''}"


def _expected(told: Story) -> str:
    corridor, unit = told.judgement.corridor, told.measure.unit
    if corridor is None:
        return {
            State.SHORT_HISTORY: "Истории пока мало, чтобы сказать, много это или мало",
            State.SMALL_BASE: "Случаев слишком мало, чтобы судить",
        }.get(told.judgement.state, "")
    inside = ", <b>это за пределами обычного</b>" if told.judgement.left_corridor else ", это в пределах обычного"
    return f"Обычно {usual(corridor, unit)} (полоса на графике){inside}"


def _run(told: Story) -> str:
    """Name a run of moves in one direction where it is a trend, or where the number left its usual range."""
    if told.judgement.is_trend:
        return f"<b>{standing(told.judgement).capitalize()}</b>, случайностью этого не объяснить"
    if not told.judgement.left_corridor:
        return ""
    return _RISES.get(told.judgement.rises, "") or _FALLS.get(told.judgement.falls, "")


def _parts(told: Story, palette: Palette) -> str:
    frame = told.parts["topic"]
    if told.comparison is None or frame.is_empty():
        return _bars("Темы", [(_key(row, "topic"), row[1], None) for row in _rows(frame)], palette.accent, palette)
    whole = formats.signed(frame["change"].sum())
    against = formats.span(told.comparison.start, told.comparison.end)
    of_what = "" if told.driver is told.measure else f" показателя «{told.driver.short_title}»"
    head = f"Из чего сложилось изменение{of_what}: {whole} к {against}"
    rows = [(_key(row, "topic"), row[3], formats.signed(row[3])) for row in _rows(frame) if row[3]]
    return _bars(head, rows, palette.accent, palette)


def _statuses(told: Story, palette: Palette) -> str:
    counted = [(key, value) for key, value, _, _ in _rows(told.statuses) if value > 0]
    total = sum(value for _, value in counted) or 1
    rows = []
    for key, value in counted:
        colour = palette.good if key in _FINISHED else palette.warn if key in _WAITING else palette.accent
        rows.append(_bar(schema.TITLES.get(key or "", "не указано"), value / total, formats.number(value), colour))
    return f"<h3>Состояние</h3>{''.join(rows)}" if rows else ""


def _places(told: Story) -> str:
    rows = [row for row in _rows(told.places) if row[1] > 0]
    shown = rows if len(rows) <= MOST_PLACES + 1 else rows[:MOST_PLACES]
    lines = [
        f"<div><span>{html_text(_key(row, 'territory'))}</span><b>{formats.number(row[1])}</b></div>" for row in shown
    ]
    rest = sum(row[1] for row in rows[len(shown) :])
    if rest:
        lines.append(f"<div><span>остальные</span><b>{formats.number(rest)}</b></div>")
    return f'<h3>Где</h3><div class="lines">{"".join(lines)}</div>' if lines else ""


def _rows(frame: pl.DataFrame) -> list[tuple[str | None, int, int | None, int | None]]:
    # Columns one by one: a selection is a query of its own, and this runs at every click.
    return list(zip(*(frame[name].to_list() for name in ("key", "value", "before", "change")), strict=True))


def _key(row: tuple[str | None, int, int | None, int | None], dimension: str) -> str:
    key = row[0]
    if key == OTHERS:
        return "остальные"
    return absent(dimension, key)


def _bars(head: str, rows: list[tuple[str, int | None, str | None]], colour: str, palette: Palette) -> str:
    most = max((abs(value or 0) for _, value, _ in rows), default=0) or 1
    drawn = [
        _bar(
            name, abs(value or 0) / most, text or formats.number(value), colour if (value or 0) >= 0 else palette.muted
        )
        for name, value, text in rows
    ]
    return f"<h3>{html_text(head)}</h3>{''.join(drawn)}" if drawn else ""


def _bar(name: str, share: float, text: str, colour: str) -> str:
    width = max(round(share * 100), 1)
    return (
        f'<div class="bar"><div><span>{html_text(name)}</span><b>{text}</b></div>'
        f'<i><i style="width:{width}%;background:{colour}"></i></i></div>'
    )


def _rows_of(told: Story, matrix: Matrix, cell: Cell, run: Run) -> str:
    """Give the address of the rows behind the number."""
    filters = _narrowed(run.filters, matrix, cell).replace(period=format_period(told.period))
    status = cell.column if matrix.columns == "status" and not cell.is_row else None
    topic = written(cell.row) if matrix.rows == "topic" else None
    return listing.href(told.n, filters, told.measure.key, status=status, topic=topic)


def _link(told: Story, rows: str) -> str:
    """Lead to the rows behind the number: the count itself, or the base of a share."""
    return f'<a class="mcu-link button"{href_to(rows)}>Показать записи: {formats.number(told.n)}</a>'


def _narrowed(filters: Filters, matrix: Matrix, cell: Cell) -> Filters:
    """Put the row and the column of a cell into the shared filters."""
    fields = {column: name for name, (_, column) in DIMENSIONS.items()}
    keys = {matrix.rows: cell.row} | ({} if cell.is_row else {matrix.columns: cell.column})
    return filters.replace(**{fields[column]: (written(key),) for column, key in keys.items() if column in fields})
