"""Dialogs that change an account. Each resolves who is looking again, and asks for the right, before it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import polars as pl
import streamlit as st

from loaders.access import accounts, grants
from loaders.access.roles import Right
from loaders.access.viewer import Viewer
from loaders.errors import AccessDenied, InputRefused
from pages.access import grant_form
from pages.access.grant_form import Choices
from pages.access.one_time import one_time_password
from pages.shared import notices, readers, viewer
from pages.shared.text import html_text

_READ: Final = "password-read"
"""Key of the button under a password that was told."""


@contextmanager
def deed(person: Viewer, municipality: str) -> Iterator[None]:
    """Let a change be made by whoever keeps the access of a city; a refusal is told in its own words."""
    try:
        if person.is_demo:
            raise AccessDenied("Демонстрационный вход ничего не меняет", advice="Войдите по учётной записи.")
        viewer.demand(person, Right.ACCESS, municipality)
        yield
    except InputRefused as error:
        notices.refused(error)


@st.dialog("Новая учётная запись", on_dismiss="rerun")
@viewer.anew
def add(person: Viewer, choices: Choices) -> None:
    """Ask for a login, a post and what is given; then tell the password, once, and nothing else."""
    _close_when_told()
    form = st.empty()
    with form.container():
        login = st.text_input("Логин", max_chars=128, key="add-login")
        title = st.text_input("Должность: так человека назовут журнал и экраны", max_chars=200, key="add-title")
        has_password = st.toggle(
            "Вход по паролю", value=True, key="add-password", help="Без него — через службу входа города"
        )
        wanted = grant_form.draw(choices)
        if not st.button("Завести", type="primary", key="add-yes"):
            return
    with deed(person, choices.municipality):
        password = one_time_password() if has_password else None
        grants.admit(readers.store(), wanted, login=login, title=title, password=password, by=person.actor)
        form.empty()
        _told(accounts.normal(login), password)


def _close_when_told() -> None:
    """Close a dialog whose last word was read; the button stands only in the run that told it."""
    if st.session_state.get(_READ):
        st.rerun()


def _told(login: str, password: str | None) -> None:
    """Tell a password that nobody can see again, with a button to close the dialog."""
    if password is None:
        st.html(f"<p>«{html_text(login)}» входит через службу входа города.</p>")
    else:
        st.html(
            f'<div class="mcu-once mcu-data" translate="no"><p>Одноразовый пароль для «{html_text(login)}». Больше он '
            f"показан не будет: передайте его лично, при первом входе человек задаст свой.</p>"
            f"<code>{html_text(password)}</code></div>"
        )
    st.button("Готово", type="primary", key=_READ)


@st.dialog("Изменить доступ")
@viewer.anew
def change(person: Viewer, choices: Choices, account_id: int, login: str) -> None:
    """Ask what an account is given in place of what it has."""
    st.html(f"<p><b>{html_text(login)}</b></p>")
    wanted = grant_form.draw(choices, _present(choices.municipality, account_id))
    if st.button("Сохранить", type="primary", key="change-yes"):
        with deed(person, choices.municipality):
            grants.give(readers.store(), account_id, wanted, person.actor)
            st.rerun()


def _present(municipality: str, account_id: int) -> dict[str, Any] | None:
    """Read what an account is given now."""
    rows = accounts.all_accounts(readers.store(), municipality).filter(pl.col("account_id") == account_id)
    return None if rows.is_empty() else rows.row(0, named=True)


@st.dialog("Должность")
@viewer.anew
def rename(person: Viewer, municipality: str, account_id: int, title: str) -> None:
    """Ask for another post."""
    wanted = st.text_input("Должность", value=title, max_chars=200, key="rename-title")
    if st.button("Сохранить", type="primary", key="rename-yes"):
        with deed(person, municipality):
            accounts.rename(readers.store(), account_id, wanted, by=person.actor)
            st.rerun()


@st.dialog("Новый пароль?", on_dismiss="rerun")
@viewer.anew
def new_password(person: Viewer, municipality: str, account_id: int, login: str) -> None:
    """Ask once more, then tell a new one-time password."""
    _close_when_told()
    question = st.empty()
    with question.container():
        st.html(
            f"<p>Прежний пароль «{html_text(login)}» перестанет действовать, все сеансы завершатся. "
            "Новый будет показан один раз.</p>"
        )
        if not st.button("Задать новый пароль", type="primary", key="password-yes"):
            return
    with deed(person, municipality):
        password = one_time_password()
        accounts.set_password(readers.store(), account_id, password, by=person.actor)
        question.empty()
        _told(login, password)


@st.dialog("Служба входа")
@viewer.anew
def bind(person: Viewer, municipality: str, account_id: int, login: str) -> None:
    """Ask who an account is at the provider, in place of whom it is now; nobody unties it."""
    known = accounts.get(readers.store(), account_id)
    st.html(
        f"<p>Кто «{html_text(login)}» в службе входа города: строка «адрес службы|номер», которую человек видит, когда "
        "служба его не впустила; она же стоит в журнале. Сверьте её с человеком лично. Все его сеансы завершатся.</p>"
    )
    wanted = st.text_input(
        "Пользователь службы входа", value=(known and known.subject) or "", max_chars=1000, key="bind-subject"
    )
    if st.button("Связать" if wanted.strip() else "Снять связь", type="primary", key="bind-yes"):
        with deed(person, municipality):
            accounts.bind(readers.store(), account_id, wanted.strip() or None, by=person.actor)
            st.rerun()


@st.dialog("Отозвать доступ?")
@viewer.anew
def withdraw(person: Viewer, municipality: str, account_id: int, login: str) -> None:
    """Ask once more, then take back what is given in this city."""
    st.html(f"<p>«{html_text(login)}» больше ничего не увидит в этом городе. Учётная запись останется.</p>")
    if st.button("Да, отозвать", type="primary", key="withdraw-yes"):
        with deed(person, municipality):
            grants.withdraw(readers.store(), account_id, municipality, person.actor)
            st.rerun()


@st.dialog("Включить или выключить?")
@viewer.anew
def switch(person: Viewer, municipality: str, account_id: int, login: str, *, is_active: bool) -> None:
    """Ask once more, then switch an account on or off."""
    words = "снова сможет войти" if is_active else "не сможет войти, все сеансы завершатся сразу"
    st.html(f"<p>«{html_text(login)}» {words}.</p>")
    if st.button("Да, включить" if is_active else "Да, выключить", type="primary", key="switch-yes"):
        with deed(person, municipality):
            accounts.switch(readers.store(), account_id, is_active=is_active, by=person.actor)
            st.rerun()
