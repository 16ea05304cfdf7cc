"""Screen «Мои дела»: what is overdue and what runs out today and this week in the own blocks, with its rows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import streamlit as st

from analytics import keys
from loaders.register import RegisterPage
from pages.my_cases import reading, tables, words
from pages.my_cases.reading import Agenda
from pages.my_cases.view import View
from pages.registry import seen
from pages.registry import tables as register
from pages.registry.query import PAGE_ROWS
from pages.shared import address, formats, frame, listing, notices, readers, remaining
from pages.shared.address import Value
from pages.shared.asked import Asked
from pages.shared.options import absent
from pages.shared.run import Run
from pages.shared.table import pager

_SCREEN: Final = "my-cases"


def _draw(run: Run) -> None:
    view, asked = View.parse(address.query()), Asked.by(run)
    found = reading.read(asked, view.rows.topics, reading.clock(run.city))
    body, rows = reading.worst(asked, view.rows.topics, found.now)
    name, href = _titles(run)["department"].get(body or "", body or ""), _href(run, view, body=body, group="overdue")
    st.html(f'<div class="mcu-say" role="status">{words.sentence(found, name, rows, href)}</div>')
    chosen = view.chosen(found.counts)
    view = replace(view, group=chosen)
    st.html(tables.groups(found, chosen, lambda key: _href(run, view, group=key)))
    with frame.panel(key="my-cases"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="my-cases-head"):
            count = formats.appeals(found.counts[chosen])
            title, note = words.title(chosen, found.days), words.advice(chosen, found)
            st.html(f'<div class="mcu-panel-title"><h2>{title}: {count}</h2><span>{note}</span></div>')
            _topics(run, view)
        _list(run, view, found, chosen)


def _topics(run: Run, view: View) -> None:
    """Draw the choice of topics: those that stand open, and those that a link asks for."""
    counted = reading.topics(Asked.by(run))
    options = list(dict.fromkeys([*counted, *view.rows.topics]))
    st.session_state["my-cases-topics"] = list(view.rows.topics)
    st.multiselect(
        "Темы",
        options,
        format_func=lambda topic: f"{absent('topic', topic)} · {formats.number(counted.get(topic, 0))}",
        key="my-cases-topics",
        placeholder="все темы",
        label_visibility="collapsed",
        on_change=lambda: _choose([topic for topic in st.session_state["my-cases-topics"] if topic in options]),
        width=320,
    )


def _choose(topics: list[str]) -> None:
    """Write the topics into the address; another list begins on its first page."""
    address.set_param("topic", topics)
    address.set_param("page", None)


def _list(run: Run, view: View, found: Agenda, chosen: str) -> None:
    """Draw one page of the group's rows and the ways to the others."""
    total, first = found.counts[chosen], (view.rows.page - 1) * PAGE_ROWS
    if not total:
        notices.empty("В этой группе нет ни одного обращения", "Остальные группы — в строке чисел выше.")
        return
    page = reading.page(run.scope, found.filters[chosen], view)
    readers.unchanged(run.scope, run.version)  # numbers and rows are of one state of the data
    named = [words.title(chosen, found.days).lower(), *(["темы"] if view.rows.topics else [])]
    seen.write(run, (chosen, view), page.rows.height, {"page": _SCREEN}, named)
    if first >= total:
        notices.empty("На этой странице строк уже нет", f"Всего {formats.appeals(total)}: вернитесь к началу.")
    _rows(run, view, found, page)
    last = -(-total // PAGE_ROWS)
    ways = {"« В начало": 1, "‹ Назад": view.rows.page - 1, "Дальше ›": view.rows.page + 1, "В конец »": last}
    hrefs = {
        title: _href(run, view, page=number) if 1 <= number <= last and number != view.rows.page else ""
        for title, number in ways.items()
    }
    shown = f"{formats.number(first + 1)}–{formats.number(first + page.rows.height)} из {formats.number(total)}"
    st.html(pager(shown, hrefs, "Страницы списка"))


def _rows(run: Run, view: View, found: Agenda, page: RegisterPage) -> None:
    shown = tables.columns(of_one_block=Asked.by(run).is_of_one_block)
    rows, calendar = remaining.with_units(page.rows, run.city.rules), run.city.rules.calendar
    titles = _titles(run)
    drawn = tables.rows(
        rows, shown, view, found, calendar, titles, _links(run, view), lambda s: _href(run, view, sort=s)
    )
    st.html(drawn)


def _titles(run: Run) -> Mapping[str, Mapping[str, str]]:
    """Give the words of coded values, departments by their short titles: the list is read, not filed."""
    bodies = {body.title: body.short_title for body in run.city.departments}
    return register.words(run.city, readers.source_titles()) | {"department": bodies}


def _links(run: Run, view: View) -> Mapping[str, Callable[[str], str]]:
    """Lead from a number to its card in the register, from a topic or a department to the same list of it alone."""
    return {
        "source_id": lambda number: listing.href(None, run.filters, number=number),
        "topic": lambda topic: _href(run, view, topic=(topic,)),
        "department": lambda body: _href(run, view, body=body),
    }


def _href(run: Run, view: View, *, body: str | None = "", **changed: Value) -> str:
    """Give the address of this list with something changed, of one department where `body` names one or None."""
    filters = run.filters if body == "" else run.filters.replace(departments=(keys.written(body),))
    return address.url(_SCREEN, filters, **view.query(**changed))


def _span(run: Run) -> str:
    limit = timedelta(hours=run.city.thresholds.stale_hours)
    return words.span(run.freshness.newest_event_at, reading.clock(run.city), limit)


frame.header("Мои дела", span=_span(frame.current()))
with notices.told():
    _draw(frame.current())
