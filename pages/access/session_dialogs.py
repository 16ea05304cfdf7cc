"""Dialogs that end sessions and appoint substitutes. Each resolves who is looking again before it writes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from loaders.access import grants, sessions
from loaders.access.viewer import Viewer
from pages.access.account_dialogs import deed
from pages.shared import readers, viewer
from pages.shared.text import html_text


@st.dialog("Завершить сеанс?")
@viewer.anew
def end(person: Viewer, municipality: str, session_id: str, name: str) -> None:
    """Ask once more, then end one session."""
    st.html(f"<p>{html_text(name)}</p><p>Открытый экран закроется в течение 30 секунд.</p>")
    if st.button("Да, завершить", type="primary", key="end-yes"):
        with deed(person, municipality):
            sessions.end(readers.store(), session_id, person.actor)
            st.rerun()


@st.dialog("Завершить все сеансы?")
@viewer.anew
def end_all(person: Viewer, municipality: str, account_id: int, login: str) -> None:
    """Ask once more, then end every session of an account."""
    st.html(f"<p>«{html_text(login)}» выйдет на всех устройствах и сможет войти снова.</p>")
    if st.button("Да, завершить все", type="primary", key="end-all-yes"):
        with deed(person, municipality):
            sessions.end_all(readers.store(), account_id, person.actor)
            st.rerun()


@st.dialog("Замещение")
@viewer.anew
def substitute(person: Viewer, municipality: str, names: Mapping[int, str], zone: ZoneInfo) -> None:
    """Ask who is absent, who stands in, and on which days."""
    absent = st.selectbox("Кого замещают", list(names), format_func=names.__getitem__, key="substitute-absent")
    others = [number for number in names if number != absent]
    instead = st.selectbox("Кто замещает", others, format_func=names.__getitem__, key="substitute-instead")
    today = datetime.now(zone).date()
    days = st.date_input(
        "Дни, оба включительно", (today, today + timedelta(days=13)), min_value=today, format="DD.MM.YYYY",
        key="substitute-days",
    )  # fmt: skip
    st.caption("Замещающий переключается на место отсутствующего в боковой панели. Права не складываются.")
    is_whole = isinstance(days, tuple) and len(days) == 2  # noqa: PLR2004 — until the second day is clicked there is one
    if st.button("Назначить", type="primary", key="substitute-yes", disabled=not is_whole):
        with deed(person, municipality):
            first, last = days
            start, after = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
            grants.substitute(readers.store(), municipality, absent, instead, start, after, person.actor)
            st.rerun()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


@st.dialog("Прекратить замещение?")
@viewer.anew
def end_substitution(person: Viewer, municipality: str, number: int) -> None:
    """Ask once more, then end a substitution now."""
    st.html("<p>Замещающий вернётся к своему месту при следующем щелчке.</p>")
    if st.button("Да, прекратить", type="primary", key="substitution-yes"):
        with deed(person, municipality):
            grants.end_substitution(readers.store(), municipality, number, person.actor)
            st.rerun()
