"""The tables of the screen «Сроки»: who will miss, where work stands, what is put off, departments, norms."""

from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from analytics import breach
from analytics.keys import written
from analytics.norms import Norm
from pages.deadlines import bars, reading
from pages.deadlines.bars import Names
from pages.shared import formats, frame, listing, take
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.layers import too_early
from pages.shared.run import Run
from pages.shared.table import Heading, Link, table

_BODY_HEADS: Final = ("В срок", "Сроков", "Нарушено", "Просрочено", "Отложено", "Реакция", "Ответ", "Возвраты")

NORM_HEADS: Final = ("Норма", "Что", "Срок", "Действует", "Источник")

_EVENTS: Final = {
    "registration": "регистрация",
    "transfer": "передача по компетенции",
    "reaction": "первая реакция",
    "answer": "ответ",
    "extension": "продление",
}
_UNITS: Final = {
    "calendar_days": ("календарный день", "календарных дня", "календарных дней"),
    "working_days": ("рабочий день", "рабочих дня", "рабочих дней"),
    "working_hours": ("рабочий час", "рабочих часа", "рабочих часов"),
}


def soon(asked: Asked, run: Run) -> None:
    """Write at whom deadlines will be missed in the next working days."""
    found = reading.forecast(asked)
    note = f"на утро {formats.day(reading.morning(asked))}: сколько, вероятно, не успеют из истекающих за эти дни"
    with frame.panel("Что нарушится следующим", note, key="soon"):
        if found.is_empty():
            st.html('<p class="mcu-note">В ближайшие рабочие дни сроки не истекают.</p>')
            return
        names = Names.of(run.city)
        ahead = [f"{days} раб. {formats.plural(days, 'день', 'дня', 'дней')}" for days in breach.HORIZONS]
        headings = (Heading("Подразделение", is_wide=True), *(Heading(title, is_number=True) for title in ahead))
        st.html(table(headings, _forecast_rows(found, names, run), "Ожидаемые нарушения сроков"))
        if found["expected"].has_nulls():
            st.html(f'<p class="mcu-note">Числа — сколько сроков истекает; {too_early(found["decided"].max())}.</p>')
            return
        st.html(
            '<p class="mcu-note">«5 из 14»: истекают 14 сроков, из них, судя по тому, как это подразделение и блок '
            "завершали такие же дела за последний год, не успеют около 5. Если меньше одного — «<1». "
            "Точность прогноза измерена на прошлых днях.</p>"
        )


def _forecast_rows(found: pl.DataFrame, names: Names, run: Run) -> list[list[str | Link]]:
    """Write the city first, then the departments with most expected misses; each number leads to what falls due."""
    by_body: dict[tuple[bool, str | None], dict[int, tuple[int, float | None]]] = {}
    for is_city, department, days, due, expected in found.select(
        "is_city", "department", "ahead", "open", "expected"
    ).iter_rows():
        by_body.setdefault((is_city, department), {})[days] = (due, expected)
    furthest = breach.HORIZONS[-1]
    ordered = sorted(
        by_body.items(), key=lambda item: (item[0][0], item[1].get(furthest, (0, None))[1] or 0.0), reverse=True
    )
    day = reading.moment(Asked.by(run))
    spans = {days: reading.until(run.city.rules.calendar, day, days) for days in breach.HORIZONS}
    rows: list[list[str | Link]] = []
    for (is_city, department), ahead in ordered[: bars.MOST_ROWS]:
        filters = run.filters if is_city else _of_body(run, department)
        cells = (_of(ahead.get(days), filters, spans[days]) for days in breach.HORIZONS)
        rows.append(["Всего" if is_city else names.title(department), *cells])
    return rows


def _of_body(run: Run, department: str | None) -> Filters:
    """Put a department into the shared filters."""
    return run.filters.replace(departments=(written(department),))


def _of(counts: tuple[int, float | None] | None, filters: Filters, days: str) -> str | Link:
    """Write expected misses, where they can be foretold, out of what falls due on some days."""
    if counts is None:
        return formats.DASH
    due, expected = counts
    if expected is None:
        return Link(formats.number(due), listing.href(due, filters, "open", due=days))
    few = "<1" if 0 < expected < 0.5 else formats.number(expected)  # noqa: PLR2004 — rounds to none
    return Link(f"{few} из {formats.number(due)}", listing.href(due, filters, "open", due=days))


def put_off(asked: Asked, run: Run) -> None:
    """Write at whom cases are put off, and which of them need their executors now."""
    found, rule, names = reading.put_off(asked), run.city.rest_rule, Names.of(run.city)
    of_what = "первоначального срока" if rule.base == "original" else "времени от регистрации до новой даты"
    note = f"пора назначить исполнителей: осталось не больше {rule.percent} % {of_what}"
    with frame.panel(f"Отложенные и правило {rule.percent} %", note, key="put-off"):
        if found.is_empty():
            none = "Отложенных в работе нет." if reading.ever_puts_off(asked) else "Источники не сообщают об отсрочках."
            st.html(f'<p class="mcu-note">{none}</p>')
            return
        headings = (Heading("Подразделение", is_wide=True), Heading("Отложено", True), Heading("Пора назначить", True))
        rows = [_put_off(row, names, run) for row in found.head(bars.MOST_ROWS).iter_rows(named=True)]
        st.html(table(headings, rows, "Отложенные по подразделениям") + take.rest(bars.MOST_ROWS, found.height))


def _put_off(row: dict[str, Any], names: Names, run: Run) -> list[str | Link]:
    filters = _of_body(run, row["department"])
    counts = [_linked(row[name], filters, key) for name, key in (("put_off", "postponed"), ("fired", "rule_75"))]
    return [names.title(row["department"]), *counts]


def _linked(number: Any, filters: Filters, measure: str) -> str | Link:
    return Link(formats.number(number), listing.href(number, filters, measure)) if number else formats.DASH


def bodies(asked: Asked, run: Run) -> None:
    """Write the departments as a table."""
    names = Names.of(run.city)
    span = formats.span(run.period.start, run.period.end)
    with frame.panel("Подразделения", f"{span}; доля не показана, где основание мало", key="bodies"):
        headings = (
            Heading("Подразделение", is_wide=True),
            *(Heading(title, is_number=True) for title in _BODY_HEADS),
        )
        rows = [_body(row, names, run, asked.min_n) for row in reading.by_department(asked).iter_rows(named=True)]
        st.html(table(headings, rows, "Сроки по подразделениям"))
        st.html(
            '<p class="mcu-note">Реакция — за сколько дней половина получила промежуточный или окончательный ответ в '
            "системах, которые сообщают о промежуточных; где таких нет, стоит прочерк: реакцией был бы сам ответ.</p>"
        )


def _body(row: dict[str, float | str | None], names: Names, run: Run, least: int) -> list[str | Link]:
    department = None if row["department"] is None else str(row["department"])
    filters = _of_body(run, department)
    n = int(row["on_time_share_n"] or 0)
    counts = [_linked(row[name], filters, name) for name in ("missed", "overdue_open", "postponed")]
    share = formats.share(row["on_time_share"], n, least)
    days = (formats.measure(row[name], "days") for name in ("median_reaction_days", "median_answer_days"))
    returned = formats.share(row["reworked_share"], int(row["reworked_share_n"] or 0), least)
    return [
        names.title(department),
        share,
        formats.number(n),
        *counts,
        *days,
        returned,
    ]


def norms(asked: Asked, run: Run) -> None:
    """Write the norms in force with their sources."""
    with frame.panel("Нормы", "по каналу, виду и категории; с датами действия", key="norms"):
        if not run.city.rules.norms:
            st.html('<p class="mcu-note">Норм в файле города нет: учитываются только сроки, названные источником.</p>')
            return
        headings = tuple(Heading(title, is_wide=True) for title in NORM_HEADS)
        st.html(table(headings, [norm(each, asked.as_of) for each in run.city.rules.norms], "Нормы сроков"))


def norm(norm: Norm, as_of: date) -> list[str]:
    """Write a norm: what it is about, how long it is, since when, by which act."""
    amount = formats.counted(norm.amount, *_UNITS[norm.unit])
    valid = formats.span(norm.valid_from if norm.valid_from.year > 1900 else None, None)  # noqa: PLR2004 — no beginning
    ended = "" if norm.valid_to.year > as_of.year + 50 else f" по {formats.day(norm.valid_to)}"
    source = norm.source if norm.official else f"{norm.source} (настройка города)"
    return [norm.title, _EVENTS.get(norm.event, norm.event), amount, f"{valid}{ended}", source]
