import re

import pytest

from loaders.access import journal
from loaders.access.roles import Role
from loaders.store.access_tables import journal as entries
from loaders.store.engine import open_store
from pages.gate import downloads
from tests.pages import people


def words(app):
    return " ".join(element.proto.body for element in app.get("html")).replace("\u00a0", " ")


def rows(app):
    return re.findall(r"<tr><td.*?</tr>", words(app))


@pytest.fixture
def told(demo_url):
    """Write sixty entries of one person; give the login."""
    with open_store(demo_url) as store:
        number = people.account(store, Role.STAFF, "writer")
        actor = people.Actor("writer", number, "x", "192.0.2.9")
        _, before = journal.page(store, login="writer", action=journal.UNDONE)
        for batch in range(before, 60):
            journal.record(store, actor, journal.UNDONE, municipality=people.CITY, detail={"batch": batch}, rows=batch)
    return "writer"


def test_entries_are_paged_and_filtered(screen, told):
    app = screen("journal", who=told, what=journal.UNDONE)
    assert len(rows(app)) == 50
    assert "1–50 из 60" in words(app)
    assert "Отмена загрузки · № 59 · 59 строк" in words(app)
    second = screen("journal", who=told, what=journal.UNDONE, page="2")
    assert len(rows(second)) == 10
    assert not set(rows(app)) & set(rows(second))


def test_choices_go_into_the_address_and_back_to_the_first_page(screen, told):
    app = screen("journal", page="2")
    app.selectbox(key="journal-what").set_value(journal.UNDONE).run()
    assert app.query_params["what"] in (journal.UNDONE, [journal.UNDONE])
    assert "page" not in app.query_params
    app.text_input(key="journal-who").set_value(told).run()
    assert app.query_params["who"] in (told, [told])
    assert len(rows(app)) == 50


def test_a_search_without_an_answer_says_so(screen):
    assert "Таких записей нет" in words(screen("journal", who="nobody-of-this-name"))


def test_a_whole_chain_is_shown_as_whole(screen):
    assert "Цепочка записей цела" in words(screen("journal"))


def test_a_changed_entry_is_shown(tmp_path, monkeypatch):
    from tests.pages import conftest

    url = f"sqlite:///{tmp_path / 'tampered.sqlite'}"
    session = people.session(url, Role.ADMINISTRATOR)
    with open_store(url) as store, store.writing() as connection:
        for name in [
            row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.execute(entries.update().where(entries.c.entry_no == 2).values(login="другой"))
    for opened in conftest.opened(url, monkeypatch):
        assert "Цепочка нарушена с записи № 2" in words(opened("journal", session=session))


def test_a_look_at_rows_is_journaled_once(screen, demo_url):
    session = people.session(demo_url, Role.CURATOR, "looker")
    app = screen("registry", session=session, period="year", number="А-1", block=["roads"])
    assert looks(demo_url) == []
    app = screen("registry", session=session, period="year", block=["roads"])
    app.run()
    app.run()
    assert len(looks(demo_url)) == 1
    assert '"filters": "блоки"' in looks(demo_url)[0]
    app.selectbox(key="register-measure").set_value("open").run()
    assert len(looks(demo_url)) == 2


def looks(url):
    with open_store(url) as store:
        found, _ = journal.page(store, login="looker", action=journal.ROWS_VIEWED)
    return list(found["detail"])


def test_a_searched_number_does_not_enter_the_journal(screen, demo_url):
    first = re.search(r"<tr><td[^>]*>([^<]+)</td>", words(screen("registry", period="year")))[1]
    screen("registry", session=people.session(demo_url, Role.CURATOR, "looker"), period="year", number=first)
    newest = looks(demo_url)[0]
    assert '"is_searched": true' in newest
    assert first not in newest


def test_a_file_is_offered_to_who_may_export_alone(screen):
    assert [button for button in screen("registry", period="year").button if button.label == "Скачать…"]
    lead = screen("registry", role=Role.BLOCK_HEAD, period="year")
    assert not [button for button in lead.button if button.label == "Скачать…"]


def test_the_file_of_the_journal_is_made_when_it_is_fetched(screen):
    from loaders.scope import Scope

    app = screen("journal", period="year")
    next(button for button in app.button if button.label == "Скачать файл…").click().run()
    key = re.search(r'href="/api/download/([^"]+)"', words(app))[1]
    ticket = downloads.tickets._kept[key]
    whole = ticket.make(Scope.whole_city(people.CITY))
    assert whole.body.startswith(b"\xef\xbb\xbf")
    assert whole.body.decode().count("\r\n") == whole.rows + 1
