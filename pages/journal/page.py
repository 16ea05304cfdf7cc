"""Журнал: who did what, when and from where, over a chain that shows whether an entry was changed."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from loaders.access import journal
from loaders.access.roles import Right
from pages.journal import file, tables
from pages.journal.query import DAYS, PAGE_ROWS, Asked, format_days
from pages.journal.sentences import Names
from pages.shared import address, export, formats, frame, notices, readers, viewer
from pages.shared.options import title_map
from pages.shared.run import Run
from pages.shared.table import pager

_CHECK_EVERY: Final = 30
"""Seconds for which a walk along the chain stands: it reads every entry."""

_OWN: Final = ("days", "who", "what", "page")


def draw(run: Run) -> None:
    """Draw the state of the chain, the filters, one page of entries, and the way to the other pages."""
    frame.header(
        "Журнал", "Кто, когда, откуда и что сделал. Записи только добавляются; личных данных граждан в них нет."
    )
    zone = ZoneInfo(run.city.time_zone)
    asked = Asked.parse(address.query(), datetime.now(UTC).astimezone(zone).date())
    with notices.told():
        st.html(tables.chain(_broken(readers.store().identity)))
    with frame.panel(key="journal"), notices.told():
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="journal-controls"):
            _controls(asked)
            export.button(run, file.offered(run.scope.municipality, asked, _names(run)))
        _entries(run, asked, zone)


@st.cache_data(ttl=_CHECK_EVERY, show_spinner=False)
def _broken(identity: str) -> int | None:  # noqa: ARG001 — the store is the key
    """Walk along the chain of a store: the number of the first entry that is not as it was written."""
    return journal.verify(readers.store())


def _names(run: Run) -> Names:
    """Name what the journal keeps as keys."""
    systems = readers.source_titles()
    return Names(title_map(run.city, "topic_block"), systems, ZoneInfo(run.city.time_zone), run.scope.sees_rows)


def _controls(asked: Asked) -> None:
    st.session_state["journal-days"] = (asked.start, asked.end)
    st.date_input(
        "Дни",
        key="journal-days",
        format="DD.MM.YYYY",
        on_change=_choose_days,
        width=230,
    )
    st.session_state["journal-who"] = asked.who
    st.text_input("Кто: логин", key="journal-who", max_chars=128, on_change=_choose_who, width=190)
    st.session_state["journal-what"] = asked.what or ""
    st.selectbox(
        "Что",
        ["", *journal.ACTIONS],
        format_func=lambda key: journal.ACTIONS.get(key, "любое событие"),
        key="journal-what",
        on_change=_choose_what,
        filter_mode=None,
        width=230,
    )


def _set(name: str, value: address.Value) -> None:
    """Write a parameter; another set of entries begins on its first page."""
    address.set_param("page", None)
    address.set_param(name, value)


def _choose_days() -> None:
    chosen = st.session_state["journal-days"]
    if isinstance(chosen, tuple) and len(chosen) == 2:  # noqa: PLR2004 — until the second day is clicked there is one
        _set("days", format_days(*sorted(chosen)))


def _choose_who() -> None:
    _set("who", str(st.session_state["journal-who"]).strip())


def _choose_what() -> None:
    chosen = str(st.session_state["journal-what"])
    _set("what", chosen if chosen in journal.ACTIONS else None)


def _entries(run: Run, asked: Asked, zone: ZoneInfo) -> None:
    # Asked again beside the read: the rule of the screen is no wall of its reader.
    viewer.demand(run.viewer, Right.JOURNAL, run.scope.municipality)
    first = (asked.page - 1) * PAGE_ROWS
    rows, total = file.read(run.scope.municipality, asked, zone, first, PAGE_ROWS)
    if not total:
        what_to_do = "Расширьте дни или снимите часть отборов."
        notices.empty("Таких записей нет", what_to_do, link=f"Последние {DAYS} дней", href=_href(run, is_reset=True))
        return
    st.html(tables.entries(rows, _names(run)))
    last = -(-total // PAGE_ROWS)
    links = {"« В начало": 1, "‹ Назад": asked.page - 1, "Дальше ›": asked.page + 1, "В конец »": last}
    hrefs = {
        title: _href(run, page=number) if 1 <= number <= last and number != asked.page else ""
        for title, number in links.items()
    }
    shown = f"{formats.number(first + 1)}–{formats.number(first + rows.height)} из {formats.number(total)}"
    st.html(pager(shown, hrefs, "Страницы журнала"))


def _href(run: Run, *, is_reset: bool = False, **changed: address.Value) -> str:
    """Give the address of the journal with something changed, or without any choice."""
    kept = {} if is_reset else {name: address.params(name) for name in _OWN if name not in changed}
    return address.url("journal", run.filters, **kept, **changed)


draw(frame.current())
