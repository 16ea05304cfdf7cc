"""«Доступ»: every change by its dialog, none by a demo visitor, and the right asked again when the change is made."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from loaders.access import accounts, grants, sessions
from loaders.access.roles import Right, Role
from loaders.store.engine import URL_VARIABLE, open_store
from pages.access import tables
from tests.pages import people


def words(app):
    return " ".join(element.proto.body for element in app.get("html")).replace("\u00a0", " ")


def errors(app):
    return " ".join(error.value for error in app.error)


@pytest.fixture
def url(tmp_path, monkeypatch):
    """Make a store with an administrator, a curator and a lead, and let the application open it."""
    address = f"sqlite:///{tmp_path / 'access.sqlite'}"
    with open_store(address) as store:
        for role in (Role.ADMINISTRATOR, Role.CURATOR, Role.BLOCK_HEAD):
            people.account(store, role)
    monkeypatch.setenv(URL_VARIABLE, address)
    st.cache_resource.clear()
    yield address
    st.cache_resource.clear()


def dialog(name, session, *arguments):
    """Give a run of one dialog alone, as Streamlit reruns it: without pages/main.py."""

    def script(name, arguments):
        from zoneinfo import ZoneInfo

        from pages.access import account_dialogs, session_dialogs
        from pages.access.grant_form import Choices

        choices = Choices(
            "novoshakhtinsk-demo", ZoneInfo("Europe/Moscow"), (("roads", "Дороги"), ("sport", "Спорт")), (), ()
        )
        part = getattr(account_dialogs, name, None) or getattr(session_dialogs, name)
        given = [
            choices if each == "choices" else ZoneInfo("Europe/Moscow") if each == "zone" else each
            for each in arguments
        ]
        named = {"is_active": given.pop()} if name == "switch" else {}
        part(*given, **named)

    app = AppTest.from_function(script, default_timeout=60, args=(name, list(arguments)))
    app.user = {"session": session}
    return app.run()


def admin(url):
    return people.session(url, Role.ADMINISTRATOR)


def number(url, role):
    with open_store(url) as store:
        return accounts.find(store, role.value).account_id


def click(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def test_the_screen_lists_accounts_and_sessions(url):
    from tests.pages.conftest import MAIN

    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.user = {"session": admin(url)}
    app.run().switch_page("access/page.py").run()
    assert not app.exception
    assert not app.error
    said = words(app)
    assert "Куратор Проверкин" in said
    assert "Руководитель блока" in said
    assert "192.0.2.7" in said
    assert "Файрфокс" in said
    assert "это вы" in said


def test_an_account_is_added_and_its_password_told_once(url):
    app = dialog("add", admin(url), "choices")
    app.text_input(key="add-login").set_value("Новый")
    app.text_input(key="add-title").set_value("Начальник отдела")
    app.multiselect(key="grant-blocks").set_value(["roads"])
    click(app, "Завести")
    password = re.search(r"<code>([^<]+)</code>", words(app))[1]
    assert [button.label for button in app.button] == ["Готово"]
    assert not app.text_input
    assert not app.multiselect
    with open_store(url) as store:
        account = accounts.find(store, "новый")
        assert account.must_change_password
        assert accounts.check_password(store, "новый", password) == account.account_id
        row = accounts.all_accounts(store, people.CITY).filter(login="новый").row(0, named=True)
    assert (row["role"], row["blocks"], row["rights"]) == ("block_head", ["roads"], ["rows"])
    click(app, "Готово")
    assert password not in words(app)


def test_files_of_a_block_lead_are_a_decision_that_the_form_names(url):
    app = dialog("change", admin(url), "choices", number(url, Role.BLOCK_HEAD), "block_head")
    box = app.checkbox(key="grant-block_head-export")
    assert (box.label, box.value) == ("Выгружает файлы, по решению администратора", False)
    box.check().run()
    click(app, "Сохранить")
    assert not app.error
    with open_store(url) as store:
        row = accounts.all_accounts(store, people.CITY).filter(login="block_head").row(0, named=True)
    assert row["rights"] == ["export", "rows"]


def test_who_signs_in_elsewhere_is_told_so_without_a_password(url):
    app = dialog("add", admin(url), "choices")
    app.text_input(key="add-login").set_value("новый")
    app.text_input(key="add-title").set_value("Начальник отдела")
    app.toggle(key="add-password").set_value(False)
    app.multiselect(key="grant-blocks").set_value(["roads"])
    click(app, "Завести")
    assert [button.label for button in app.button] == ["Готово"]
    assert "<code>" not in words(app)
    assert "входит через службу входа" in words(app)


def test_an_account_and_its_grant_are_made_at_once_or_not_at_all(url):
    app = dialog("add", admin(url), "choices")
    app.text_input(key="add-login").set_value("новый")
    app.text_input(key="add-title").set_value("Начальник отдела")
    click(app, "Завести")
    assert "нужен хотя бы один блок" in errors(app)
    with open_store(url) as store:
        assert accounts.find(store, "новый") is None


def test_an_impossible_account_is_refused_in_words(url):
    app = dialog("add", admin(url), "choices")
    app.text_input(key="add-login").set_value("x")
    click(app, "Завести")
    assert "Логин" in errors(app)


def test_role_and_rights_are_changed(url):
    app = dialog("change", admin(url), "choices", number(url, Role.CURATOR), "curator")
    assert app.selectbox(key="grant-role").value is Role.CURATOR
    app.checkbox(key="grant-curator-export").uncheck().run()
    click(app, "Сохранить")
    assert not app.error
    with open_store(url) as store:
        row = accounts.all_accounts(store, people.CITY).filter(login="curator").row(0, named=True)
    assert set(row["rights"]) == {"rows", "journal"}


def test_an_account_is_switched_off_and_its_sessions_end(url):
    session = people.session(url, Role.CURATOR)
    app = dialog("switch", admin(url), people.CITY, number(url, Role.CURATOR), "curator", False)
    click(app, "Да, выключить")
    assert not app.error
    with open_store(url) as store:
        assert sessions.viewer(store, session) is None
        assert not accounts.find(store, "curator").is_active


def test_an_account_is_tied_to_a_person_at_the_provider_and_untied(url):
    session, curator = people.session(url, Role.CURATOR), number(url, Role.CURATOR)
    app = dialog("bind", admin(url), people.CITY, curator, "curator")
    app.text_input(key="bind-subject").set_value(" https://id.example.ru|7 ").run()
    click(app, "Связать")
    assert not app.error
    with open_store(url) as store:
        assert accounts.find_subject(store, "https://id.example.ru|7").account_id == curator
        row = accounts.all_accounts(store, people.CITY).filter(login="curator").row(0, named=True)
        assert "<dt>Служба входа</dt><dd>https://id.example.ru|7</dd>" in tables.card(
            row, {}, ZoneInfo("Europe/Moscow")
        )
        assert sessions.viewer(store, session) is None
    app = dialog("bind", admin(url), people.CITY, curator, "curator")
    assert app.text_input(key="bind-subject").value == "https://id.example.ru|7"
    app.text_input(key="bind-subject").set_value("7").run()
    click(app, "Связать")
    assert "Это не пользователь службы входа" in errors(app)
    app.text_input(key="bind-subject").set_value("").run()
    click(app, "Снять связь")
    with open_store(url) as store:
        assert accounts.get(store, curator).subject is None


def test_a_new_password_replaces_the_old_one(url):
    app = dialog("new_password", admin(url), people.CITY, number(url, Role.CURATOR), "curator")
    click(app, "Задать новый пароль")
    password = re.search(r"<code>([^<]+)</code>", words(app))[1]
    with open_store(url) as store:
        assert accounts.check_password(store, "curator", password) is not None


@pytest.mark.parametrize(
    ("name", "label", "gone"), [("end_all", "Да, завершить все", True), ("withdraw", "Да, отозвать", False)]
)
def test_sessions_end_and_grants_are_taken_back(url, name, label, gone):
    session = people.session(url, Role.CURATOR)
    arguments = (people.CITY, number(url, Role.CURATOR), "curator")
    app = dialog(name, admin(url), *arguments)
    click(app, label)
    assert not app.error
    with open_store(url) as store:
        found = sessions.viewer(store, session)
    assert (found is None) == gone
    assert found is None or found.municipalities() == ()


def test_one_session_ends(url):
    session = people.session(url, Role.CURATOR)
    click(dialog("end", admin(url), people.CITY, session, "№ 1"), "Да, завершить")
    with open_store(url) as store:
        assert sessions.viewer(store, session) is None


def test_a_post_is_renamed(url):
    app = dialog("rename", admin(url), people.CITY, number(url, Role.CURATOR), "Куратор Проверкин")
    app.text_input(key="rename-title").set_value("Глава города")
    click(app, "Сохранить")
    with open_store(url) as store:
        assert accounts.find(store, "curator").title == "Глава города"


def test_a_substitute_is_appointed_and_recalled(url):
    names = {number(url, role): role.value for role in (Role.CURATOR, Role.BLOCK_HEAD)}
    app = dialog("substitute", admin(url), people.CITY, names, "zone")
    app.selectbox(key="substitute-absent").set_value(number(url, Role.CURATOR)).run()
    click(app, "Назначить")
    assert not app.error
    with open_store(url) as store:
        row = grants.all_substitutions(store, people.CITY).row(0, named=True)
    assert (row["absent_id"], row["substitute_id"]) == (number(url, Role.CURATOR), number(url, Role.BLOCK_HEAD))
    assert row["end"] - row["start"] == timedelta(days=14)
    click(dialog("end_substitution", admin(url), people.CITY, row["substitution_id"]), "Да, прекратить")
    with open_store(url) as store:
        assert grants.all_substitutions(store, people.CITY)["end"][0] <= datetime.now(UTC).replace(tzinfo=None)


DEEDS = [
    ("switch", "Да, выключить", (False,)),
    ("new_password", "Задать новый пароль", ()),
    ("withdraw", "Да, отозвать", ()),
    ("end_all", "Да, завершить все", ()),
]


@pytest.mark.parametrize(("name", "label", "more"), DEEDS)
@pytest.mark.parametrize("role", [Role.CURATOR, Role.BLOCK_HEAD])
def test_a_dialog_that_was_got_hold_of_changes_nothing_without_the_right(url, name, label, more, role):
    with open_store(url) as store:
        people.account(store, Role.COORDINATOR)
    session = people.session(url, Role.COORDINATOR)
    app = dialog(name, people.session(url, role), people.CITY, number(url, Role.COORDINATOR), "x", *more)
    click(app, label)
    assert "Это вам не открыто" in errors(app)
    with open_store(url) as store:
        assert sessions.viewer(store, session).may(Right.ROWS, people.CITY)


def test_a_right_taken_while_the_dialog_is_open_is_gone_at_the_click(url):
    session = people.session(url, Role.ADMINISTRATOR, "second")
    app = dialog("switch", session, people.CITY, number(url, Role.CURATOR), "curator", False)
    with open_store(url) as store:
        grants.give(store, accounts.find(store, "second").account_id, people.grant(Role.CURATOR), people.CONSOLE)
    click(app, "Да, выключить")
    assert "Это вам не открыто" in errors(app)
    with open_store(url) as store:
        assert accounts.find(store, "curator").is_active


def test_the_last_administrator_stays(url):
    session = people.session(url, Role.OPERATOR, "operator")
    with open_store(url) as store:
        grants.withdraw(store, number(url, Role.OPERATOR), people.CITY, people.CONSOLE)
    assert session
    app = dialog("switch", admin(url), people.CITY, number(url, Role.ADMINISTRATOR), "administrator", False)
    click(app, "Да, выключить")
    assert "нельзя" in errors(app)
    with open_store(url) as store:
        assert accounts.find(store, "administrator").is_active


def test_a_demo_visitor_sees_the_screen_and_changes_nothing(screen, demo_url):
    app = screen("access", session=people.demo_session(demo_url, Role.ADMINISTRATOR))
    assert not app.error
    assert "ничего здесь не меняет" in words(app)
    assert not app.info
    ending = {"Завести учётную запись…", "Завершить…", "Назначить замещение…"}
    assert {button.label for button in app.button if button.disabled} >= ending


def test_a_demo_visitor_who_forges_the_dialog_is_told_why(screen, demo_url):
    with open_store(demo_url) as store:
        victim = people.account(store, Role.COORDINATOR, "victim")
    screen()
    session = people.demo_session(demo_url, Role.ADMINISTRATOR)
    click(app := dialog("switch", session, people.CITY, victim, "victim", False), "Да, выключить")
    assert "Демонстрационный вход ничего не меняет" in errors(app)
    with open_store(demo_url) as store:
        assert accounts.find(store, "victim").is_active
