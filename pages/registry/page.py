"""Реестр: which ones exactly? Rows without personal data, filtered, sorted and paged in the store."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import streamlit as st

from analytics import schema
from loaders import register
from loaders.profile import available
from loaders.register import RegisterPage
from pages.registry import seen, tables
from pages.registry.query import LISTED, PAGE_ROWS, USUAL, Asked, days_of, is_state, register_filter, title
from pages.shared import address, formats, frame, notices, readers, remaining
from pages.shared.filters import FIRST_DAY, LAST_DAY
from pages.shared.run import Run
from pages.shared.table import pager
from pages.shared.text import html_text

_OWN = ("measure", "status", "stage", "topic", "place", "number", "due", "sort", "page", "columns")


def draw(run: Run) -> None:
    """Draw the filters of the register, one page of rows, and the way to the other pages."""
    asked = Asked.parse(address.query())
    read = cache(lambda: _page(run, asked))
    frame.header("Реестр", is_empty=lambda: not read().total)
    with frame.panel(key="register"), notices.told():
        controls = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="register-controls")
        with controls:
            _controls(asked)
        _links(asked)
        page = read()
        seen.note(run, asked, page.rows.height)
        _rows(run, asked, page)


def _page(run: Run, asked: Asked) -> RegisterPage:
    wanted = register_filter(
        run.filters, asked, run.period, run.as_of, run.city.rest_rule, finest=run.city.geo_resolution
    )
    return register.page(
        readers.store(),
        run.scope,
        wanted,
        sort=asked.sort,
        descending=asked.descending,
        offset=(asked.page - 1) * PAGE_ROWS,
        limit=PAGE_ROWS,
    )


def _controls(asked: Asked) -> None:
    _measure(asked)
    _several("status", "Статусы", [status.value for status in schema.Status], asked.statuses, "все статусы")
    _due(asked)
    _number(asked)
    _columns()


def _links(asked: Asked) -> None:
    """Say what a link from another screen asked for beyond the fields, and let it be taken away."""
    if asked.stages:
        with st.container(horizontal=True, vertical_alignment="center", key="register-stages"):
            said = ", ".join(schema.TITLES[stage] for stage in asked.stages)
            st.html(f'<p class="mcu-explanation">Этап: {said}</p>')
            st.button("Убрать этап", on_click=_set, args=("stage", None), key="register-stage-off")
    if asked.place:
        with st.container(horizontal=True, vertical_alignment="center", key="register-place"):
            st.html('<p class="mcu-explanation">Место: одна ячейка карты</p>')
            st.button("Убрать место", on_click=_set, args=("place", None), key="register-place-off")
    if asked.topics:
        with st.container(horizontal=True, vertical_alignment="center", key="register-topics"):
            st.html(f'<p class="mcu-explanation">Тема: {tables.topics(asked.topics)}</p>')
            st.button("Убрать тему", on_click=_set, args=("topic", None), key="register-topic-off")


def _set(name: str, value: address.Value) -> None:
    """Write a parameter of the register; another set of rows begins on its first page."""
    address.set_param("page", None)
    address.set_param(name, value)


def _measure(asked: Asked) -> None:
    st.session_state["register-measure"] = asked.measure
    st.selectbox(
        "Показаны",
        LISTED if asked.measure in LISTED else (*LISTED, asked.measure),
        format_func=title,
        key="register-measure",
        on_change=lambda: _choose(str(st.session_state["register-measure"])),
        filter_mode=None,
        width=330,
    )


def _choose(measure: str) -> None:
    _set("measure", None if measure == USUAL else measure)


def _several(name: str, label: str, keys: list[str], values: tuple[str, ...], nothing: str) -> None:
    widget = f"register-{name}"
    st.session_state[widget] = list(values)
    st.multiselect(
        label,
        keys,
        format_func=lambda key: schema.TITLES[key],
        key=widget,
        placeholder=nothing,
        on_change=lambda: _set(name, [key for key in st.session_state[widget] if key in keys]),
        width=190,
    )


def _due(asked: Asked) -> None:
    """Draw the days between which deadlines come; either may stay open, and together they take the period's place."""
    for side, (words, day) in enumerate(zip(("Срок с", "Срок по"), asked.due or (None, None), strict=True)):
        widget = f"register-due-{side}"
        st.session_state[widget] = day
        st.date_input(
            words,
            key=widget,
            min_value=min(day or FIRST_DAY, FIRST_DAY),
            max_value=max(day or LAST_DAY, LAST_DAY),
            format="DD.MM.YYYY",
            on_change=_set_due,
            width=124,
        )


def _set_due() -> None:
    """Write the days of both fields; two of the wrong order change places."""
    first, last = (st.session_state[f"register-due-{side}"] for side in (0, 1))
    if first and last and last < first:
        first, last = last, first
    written = "..".join(day.isoformat() if day else "" for day in (first, last))
    _set("due", written if first or last else None)


def _number(asked: Asked) -> None:
    st.session_state["register-number"] = asked.source_id
    st.text_input(
        "Номер в источнике",
        key="register-number",
        max_chars=128,
        on_change=lambda: _set("number", str(st.session_state["register-number"]).strip()),
        width=130,
    )


def _shown() -> tuple[str, ...]:
    chosen = [name for name in address.params("columns") if name in tables.COLUMNS]
    return tuple(name for name in tables.COLUMNS if name in chosen) or tables.DEFAULT


def _columns() -> None:
    with st.popover("Столбцы"):
        st.session_state["register-columns"] = list(_shown())
        st.pills(
            "Столбцы",
            list(tables.COLUMNS),
            selection_mode="multi",
            format_func=tables.COLUMNS.__getitem__,
            key="register-columns",
            on_change=lambda: address.set_param(
                "columns", [c for c in st.session_state["register-columns"] if c in tables.COLUMNS]
            ),
            label_visibility="collapsed",
        )


def _rows(run: Run, asked: Asked, page: RegisterPage) -> None:
    first = (asked.page - 1) * PAGE_ROWS
    if not page.total:
        notices.empty("Таких обращений нет", "Расширьте период или снимите часть фильтров слева.")
        return
    if first >= page.total:
        notices.empty("На этой странице строк уже нет", f"Всего {formats.appeals(page.total)}: вернитесь к началу.")
    now = datetime.now(UTC).astimezone(ZoneInfo(run.city.time_zone)).replace(tzinfo=None)
    st.html(f'<p class="mcu-explanation"><b>{formats.appeals(page.total)}</b>, показаны: {_what(run, asked)}</p>')
    moment = min(now, datetime.combine(run.as_of + timedelta(days=1), datetime.min.time()))
    rows, calendar = remaining.with_units(page.rows, run.city.rules), run.city.rules.calendar
    words = tables.words(run.city, {profile.key: profile.title for profile in available()})
    st.html(tables.rows(rows, _shown(), asked, lambda order: _href(run, sort=order), words, calendar, moment))
    last = -(-page.total // PAGE_ROWS)
    links = {"« В начало": 1, "‹ Назад": asked.page - 1, "Дальше ›": asked.page + 1, "В конец »": last}
    hrefs = {
        title: _href(run, page=number) if 1 <= number <= last and number != asked.page else ""
        for title, number in links.items()
    }
    shown = f"{formats.number(first + 1)}–{formats.number(first + page.rows.height)} из {formats.number(page.total)}"
    st.html(pager(shown, hrefs, "Страницы реестра"))


def _what(run: Run, asked: Asked) -> str:
    """Say which cases the register lists, and on which days or at the end of which."""
    due = f", срок {formats.span(*asked.due)}" if asked.due else ""
    if asked.source_id and asked.measure == USUAL:
        return f"с этим номером, когда бы ни поступили{due}"
    days = days_of(run.filters, asked.measure, run.period)
    moment = formats.day(min(run.period.end, run.as_of))
    when = moment if is_state(asked.measure) else formats.span(days.start, days.end)
    shown = title(asked.measure)
    return f"{html_text(shown[:1].lower() + shown[1:])}, {when}{due}"


def _href(run: Run, **changed: address.Value) -> str:
    """Give the address of this register with something changed; another order begins on the first page."""
    kept = {
        name: address.params(name)
        for name in _OWN
        if name not in changed and not (name == "page" and "sort" in changed)
    }
    return address.url("registry", run.filters, **kept, **changed)


draw(frame.current())
