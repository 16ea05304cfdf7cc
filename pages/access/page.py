"""Доступ: accounts with roles and rights, open sessions, substitutions; and every change of them."""

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from loaders.access import accounts, grants, sessions
from loaders.access.roles import Right
from pages.access import account_dialogs, session_dialogs, tables
from pages.access.grant_form import Choices
from pages.shared import address, formats, frame, notices, readers, viewer
from pages.shared.options import title_map
from pages.shared.run import Run

_ACCOUNT: Final = "account"
"""Parameter with the number of the account whose card is open."""

_DEMO: Final = "Демонстрационный вход показывает этот экран, но ничего здесь не меняет: войдите по учётной записи."


def draw(run: Run) -> None:
    """Draw the numbers, the accounts with the card of one, the sessions and the substitutions."""
    frame.header(
        "Доступ",
        "Кто может войти и что ему открыто. Каждое изменение действует со следующего щелчка и попадает в журнал.",
    )
    with notices.told():
        # Asked again beside the reads: the rule of the screen is no wall of its readers.
        viewer.demand(run.viewer, Right.ACCESS, run.scope.municipality)
        _draw(run)


def _draw(run: Run) -> None:
    store, city, now = readers.store(), run.scope.municipality, datetime.now(UTC).replace(tzinfo=None)
    people, running = accounts.all_accounts(store, city), sessions.listed(store, city)
    standing, zone = grants.all_substitutions(store, city), ZoneInfo(run.city.time_zone)
    if run.viewer.is_demo:
        st.html(f'<p class="mcu-note">{_DEMO}</p>')
    st.html(tables.facts(people, running, standing, now))
    with frame.panel("Учётные записи", run.city.title, key="accounts"), notices.told():
        _accounts(run, people, zone, now)
    with (
        frame.panel("Открытые сеансы", "завершаются сразу, открытый экран — в течение 30 секунд", key="sessions"),
        notices.told(),
    ):
        _sessions(run, running, zone)
    with frame.panel("Замещения", "на дни отсутствия, права не складываются", key="substitutions"), notices.told():
        _substitutions(run, people, standing, zone, now)


def _accounts(run: Run, people: pl.DataFrame, zone: ZoneInfo, now: datetime) -> None:
    blocks = title_map(run.city, "topic_block")
    if people.is_empty():
        notices.empty("В этом городе ещё нет учётных записей", "Заведите первую.")
    else:
        st.html(tables.accounts(people, blocks, zone, lambda number: _href(run, number), now))
    choices = Choices.of(run)
    if st.button("Завести учётную запись…", key="account-add", disabled=run.viewer.is_demo, type="primary"):
        account_dialogs.add(choices)
    asked = address.param(_ACCOUNT, [str(number) for number in people["account_id"]])
    if asked:
        row = people.row(by_predicate=pl.col("account_id") == int(asked), named=True)
        _card(run, row, choices, zone)


def _href(run: Run, number: int) -> str:
    return address.url("access", run.filters, account=number)


def _card(run: Run, row: dict[str, Any], choices: Choices, zone: ZoneInfo) -> None:
    """Draw one account with everything that can be done to it."""
    own = row["account_id"] == run.viewer.actor.account_id
    with frame.panel(row["title"], row["login"], key="account-card"):
        st.html(tables.card(row, title_map(run.city, "topic_block"), zone))
        if own:
            st.html('<p class="mcu-note">Это вы. Свои права меняет другой администратор.</p>')
        off = run.viewer.is_demo
        number, login, is_active = row["account_id"], row["login"], row["is_active"]
        with st.container(horizontal=True, gap="small", key="account-deeds"):
            if st.button("Изменить доступ…", key="account-grant", disabled=off or own):
                account_dialogs.change(choices, number, login)
            if st.button("Должность…", key="account-title", disabled=off):
                account_dialogs.rename(choices.municipality, number, row["title"])
            if st.button("Новый пароль…", key="account-password", disabled=off or own):
                account_dialogs.new_password(choices.municipality, number, login)
            if st.button("Служба входа…", key="account-bind", disabled=off or own):
                account_dialogs.bind(choices.municipality, number, login)
            if st.button("Завершить сеансы…", key="account-sessions", disabled=off):
                session_dialogs.end_all(choices.municipality, number, login)
            if st.button("Отозвать доступ…", key="account-withdraw", disabled=off or own):
                account_dialogs.withdraw(choices.municipality, number, login)
            if st.button("Выключить…" if is_active else "Включить…", key="account-switch", disabled=off or own):
                account_dialogs.switch(choices.municipality, number, login, is_active=not is_active)


def _sessions(run: Run, running: pl.DataFrame, zone: ZoneInfo) -> None:
    if running.is_empty():
        notices.empty("Открытых сеансов нет")
        return
    st.html(tables.sessions(running, zone, run.viewer.actor.session_id))
    rows = list(running.iter_rows(named=True))
    names = {row["session_id"]: tables.session_title(number, row) for number, row in enumerate(rows, start=1)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="undo"):
        chosen = st.selectbox(
            "Завершить сеанс", list(names), format_func=names.__getitem__, key="session", filter_mode=None, width=420
        )
        if st.button("Завершить…", key="session-end", disabled=run.viewer.is_demo):
            session_dialogs.end(run.scope.municipality, chosen, names[chosen])


def _substitutions(run: Run, people: pl.DataFrame, standing: pl.DataFrame, zone: ZoneInfo, now: datetime) -> None:
    if standing.is_empty():
        notices.empty("Замещений не было", "Замещающий смотрит от имени отсутствующего, пока не кончатся дни.")
    else:
        st.html(tables.substitutions(standing, zone, now))
    active = people.filter("is_active")
    names = {row["account_id"]: f"{row['title']} ({row['login']})" for row in active.iter_rows(named=True)}
    with st.container(horizontal=True, vertical_alignment="bottom", key="substitution-deeds"):
        if st.button("Назначить замещение…", key="substitute", disabled=run.viewer.is_demo or len(names) < 2):  # noqa: PLR2004 — one for another
            session_dialogs.substitute(run.scope.municipality, names, zone)
        for row in standing.filter(pl.col("end") > now).iter_rows(named=True):
            number = row["substitution_id"]
            label = f"Прекратить № {formats.number(number)}…"
            if st.button(label, key=f"substitution-end-{number}", disabled=run.viewer.is_demo):
                session_dialogs.end_substitution(run.scope.municipality, number)


draw(frame.current())
