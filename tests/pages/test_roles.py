"""Every screen × role: the menu shows what opens, everything else says so in one way, and nothing foreign is drawn."""

import re
from dataclasses import MISSING, fields
from urllib.parse import parse_qs, urlsplit

import pytest
from google.protobuf import text_format
from google.protobuf.message import Message

from loaders.access import accounts, grants, journal, sessions
from loaders.access.roles import ROLES, Right, Role
from loaders.city import City
from loaders.scope import Scope
from loaders.store.engine import open_store
from loaders.store.tables import batches
from pages.shared import viewer
from pages.shared.address import HOME, SCREENS, Screen
from pages.shared.frame import NOT_OPEN
from tests.pages import people

NUMBERS = ("heat-map", "deadlines", "rating", "problems", "map")
"""Screens of numbers, which everybody has."""

ROWS = ("my-cases", "registry")
"""Screens of rows."""

OPENS = {
    Role.CURATOR: {*NUMBERS, *ROWS, "reports", "quality", "measures", "journal"},
    Role.COORDINATOR: {*NUMBERS, *ROWS, "reports", "quality", "measures"},
    Role.ADMINISTRATOR: set(SCREENS),
    Role.OPERATOR: {*NUMBERS, "intake", "quality", "measures", "journal", "access"},
    Role.BLOCK_ACCOUNTABLE: {*NUMBERS, *ROWS, "reports", "measures"},
    Role.BLOCK_HEAD: {*NUMBERS, *ROWS, "measures"},
    Role.MEDIA: {*NUMBERS, "measures"},
    Role.STAFF: {*NUMBERS, *ROWS, "intake", "quality", "measures"},
    Role.GUEST: {*NUMBERS, "measures"},
}
"""Written out by hand: what each role of the act opens."""


def words(app):
    return " ".join(element.proto.body for element in app.get("html"))


def everything(app):
    """Give everything a run sends about its elements: HTML, labels, options, captions, figures."""
    drawn = " ".join(
        text_format.MessageToString(proto, as_utf8=True)
        for proto in (getattr(node, "proto", None) for node in nodes(app._tree))
        if isinstance(proto, Message)
    )
    return re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), drawn)


def nodes(node):
    yield node
    for child in getattr(node, "children", {}).values():
        yield from nodes(child)


def menu(app):
    nav = re.search(r'<nav class="mcu-menu".*?</nav>', words(app), re.DOTALL)
    return {urlsplit(href).path.strip("/") or HOME for href in re.findall(r'href="([^"]+)"', nav[0])}


def folder(name):
    return name.replace("-", "_")


def test_a_screen_cannot_be_declared_without_its_need():
    needs = next(each for each in fields(Screen) if each.name == "needs")
    assert needs.default is MISSING
    assert needs.default_factory is MISSING
    assert all(each.needs in {*Right, "numbers", "quality"} for each in SCREENS.values())


def test_the_table_of_this_test_names_every_role():
    assert OPENS.keys() == ROLES.keys()


@pytest.mark.parametrize("role", OPENS)
def test_the_menu_shows_what_the_role_opens(screen, role):
    assert menu(screen(role=role)) == OPENS[role]


@pytest.mark.parametrize("role", OPENS)
def test_only_the_curator_reads_the_word_for_the_head(screen, role):
    said = words(screen(role=role, period="2026-11-09..2026-11-15"))
    assert ("для главы" in said) == (role is Role.CURATOR)
    assert ("Главное за период" in said) == (role is not Role.CURATOR)


def test_a_department_alone_has_no_rating_in_its_menu(screen, demo_url):
    one = people.session(demo_url, Role.BLOCK_HEAD, "one-body", departments=frozenset({"Дорожная служба"}))
    assert menu(screen(session=one)) == OPENS[Role.BLOCK_HEAD] - {"rating"}


@pytest.mark.parametrize("role", OPENS)
def test_the_bare_address_opens_the_first_screen_of_the_role(demo_url, role):
    session = people.session(demo_url, role)
    with open_store(demo_url) as store:
        opened = viewer.first_of_all(store, sessions.viewer(store, session))
    first = {Role.COORDINATOR: "my-cases", Role.BLOCK_ACCOUNTABLE: "my-cases", Role.BLOCK_HEAD: "my-cases"}
    assert opened == first.get(role, "heat-map")


def test_a_first_screen_that_does_not_open_leaves_the_home_screen(screen, demo_url):
    session = people.session(demo_url, Role.BLOCK_HEAD, "no-rows", rights=frozenset())
    with open_store(demo_url) as store:
        assert viewer.first_of_all(store, sessions.viewer(store, session)) == "heat-map"
    app = screen(session=session)
    assert 'href="/" aria-current="page">Тепловая карта' in words(app)


def test_the_home_screen_has_an_address_where_the_bare_one_opens_another(screen):
    app = screen(role=Role.BLOCK_HEAD)
    assert 'href="/heat-map" aria-current="page">Тепловая карта' in words(app)
    assert 'href="/" aria-current="page">Тепловая карта' in words(screen(role=Role.CURATOR))
    assert "Где горит" in words(screen("heat_map", role=Role.BLOCK_HEAD))


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("role", OPENS)
def test_a_screen_opens_to_its_roles_alone(screen, role, name):
    app = screen(folder(name), role=role)
    assert not app.exception
    assert not app.error
    said = words(app)
    assert (NOT_OPEN not in said) == (name in OPENS[role])
    assert ('class="mcu-header"' in said) == (name in OPENS[role])


@pytest.mark.parametrize("name", sorted(OPENS[Role.MEDIA] & OPENS[Role.OPERATOR]))
@pytest.mark.parametrize("role", [Role.MEDIA, Role.OPERATOR])
def test_no_link_leads_to_a_screen_that_does_not_open(screen, role, name):
    drawn = words(screen(folder(name), role=role, period="year"))
    screens = {urlsplit(href).path.strip("/") or HOME for href in re.findall(r'<a [^>]*href="([^"]*)"', drawn)}
    assert screens - {"password"} <= OPENS[role]
    assert "registry" not in screens
    assert 'href=""' not in drawn


def test_what_leads_nowhere_is_plain_words_for_keys_too(screen):
    assert '<a class="mcu-link mcu-tile" title=' in words(screen(role=Role.MEDIA))
    assert '<a class="mcu-link mcu-tile" href="/registry?' in words(screen(role=Role.CURATOR))


def test_a_refused_screen_is_journaled_once_for_all_its_reruns(screen, demo_url):
    login = "refused-once"
    app = screen("access", session=people.session(demo_url, Role.CURATOR, login))
    app.run()
    app.run()
    assert entries(demo_url, login, journal.REFUSED) == [{"page": "access"}]


def entries(url, login, action):
    import json

    with open_store(url) as store:
        rows, _ = journal.page(store, login=login, action=action)
    return [json.loads(detail) for detail in rows["detail"]]


def foreign_words():
    city = City.load("novoshakhtinsk").demo()
    return [block.short_title for block in city.blocks if block.key != "roads"]


@pytest.mark.parametrize(
    "name", ["heat-map", "my-cases", "deadlines", "rating", "problems", "map", "registry", "measures"]
)
@pytest.mark.parametrize(
    "query", [{}, {"period": "year"}, {"view": "departments"}, {"view": "work"}, {"order": "urgency"}]
)
def test_a_block_lead_is_shown_no_other_block(screen, name, query):
    app = screen(folder(name), role=Role.BLOCK_HEAD, **query)
    drawn = everything(app)
    assert "Дороги" in drawn
    assert [title for title in foreign_words() if re.search(rf"(?<!ГИС )\b{re.escape(title)}\b", drawn)] == []


def test_a_link_beyond_the_scope_shows_the_permitted_part_and_says_so(screen):
    app = screen("registry", role=Role.BLOCK_HEAD, period="year", block=["roads", "education"])
    assert "не учтено 1 значение" in " ".join(caption.value for caption in app.caption).replace("\u00a0", " ")
    blocks = {option for box in app.multiselect if box.label == "Блоки" for option in box.options}
    assert blocks <= {"Дороги"}


def test_the_totals_of_a_block_lead_are_those_of_the_blocks(screen, demo_url):
    from loaders import register
    from loaders.register import RegisterFilter

    with open_store(demo_url) as store:
        scope = Scope.of_blocks(people.CITY, frozenset({"roads"}))
        own = register.page(store, scope, RegisterFilter()).total
        whole = register.page(store, Scope.whole_city(people.CITY), RegisterFilter()).total
    said = words(screen("registry", role=Role.BLOCK_HEAD, period="all")).replace("\u00a0", "")
    assert re.search(rf"из {own}</b>", said)
    assert own < whole


def test_without_a_block_there_is_nothing_and_no_failure(screen, demo_url):
    session = people.session(demo_url, Role.BLOCK_HEAD, "sport-only", blocks=frozenset({"juvenile_affairs"}))
    for name in ("heat_map", "deadlines", "registry"):
        app = screen(name, session=session)
        assert not app.exception
        assert not app.error


@pytest.mark.parametrize("forged", ["", "x" * 64, "0" * 64, "../etc", "администратор"])
def test_a_forged_session_is_shown_nothing(screen, forged):
    said = words(screen("registry", session=forged))
    assert "Сеанс завершён" in said
    assert "mcu-menu" not in said
    assert "mcu-table" not in said


def test_without_any_session_nothing_is_drawn(screen):
    app = screen()
    app.user = {}
    app.run()
    assert "Сеанс завершён" in words(app)
    assert not app.sidebar.selectbox


def test_a_revoked_session_ends_the_open_screen_on_the_next_run(screen, demo_url):
    session = people.session(demo_url, Role.CURATOR, "revoked")
    app = screen("registry", session=session)
    assert "mcu-table" in words(app)
    with open_store(demo_url) as store:
        sessions.end_all(store, accounts.find(store, "revoked").account_id, people.CONSOLE)
    app.run()
    assert "Сеанс завершён" in words(app)
    assert "mcu-table" not in words(app)


def test_a_change_of_role_and_blocks_holds_on_the_next_run(screen, demo_url):
    session = people.session(demo_url, Role.ADMINISTRATOR, "changed")
    app = screen(session=session)
    assert "access" in menu(app)
    with open_store(demo_url) as store:
        number = accounts.find(store, "changed").account_id
        grants.give(store, number, people.grant(Role.BLOCK_HEAD), people.CONSOLE)
    app.run()
    assert menu(app) == OPENS[Role.BLOCK_HEAD]
    assert "Образование" not in everything(app)


def test_who_is_given_nothing_any_more_is_told(screen, demo_url):
    session = people.session(demo_url, Role.CURATOR, "emptied")
    app = screen(session=session)
    with open_store(demo_url) as store:
        grants.withdraw(store, accounts.find(store, "emptied").account_id, people.CITY, people.CONSOLE)
    app.run()
    assert "Вам не открыт ни один город" in words(app)
    assert "mcu-menu" not in words(app)


def test_the_foot_of_the_panel_says_who_it_is(screen, demo_url):
    said = words(screen(role=Role.BLOCK_HEAD))
    assert people.TITLES[Role.BLOCK_HEAD] in said
    assert "Руководитель блока · Дороги" in said
    assert "Сменить пароль" in said
    demo = words(screen(session=people.demo_session(demo_url, Role.CURATOR)))
    assert "Демонстрационный вход" in demo
    assert "Сменить роль" in demo
    assert "Сменить пароль" not in demo


def test_links_carry_the_place(screen, substitute):
    session, key = substitute
    app = screen(session=session, **{"as": key})
    nav = re.search(r'<nav class="mcu-menu".*?</nav>', words(app), re.DOTALL)[0]
    hrefs = re.findall(r'href="([^"]+)"', nav)
    assert all(parse_qs(urlsplit(href.replace("&amp;", "&")).query).get("as") == [key] for href in hrefs)


@pytest.fixture
def substitute(demo_url):
    """Let a block lead stand in for the curator; give the session and the key of the curator's place."""
    from datetime import UTC, datetime, timedelta

    with open_store(demo_url) as store:
        absent = people.account(store, Role.CURATOR, "absent")
        instead = people.account(store, Role.BLOCK_HEAD, "instead")
        now = datetime.now(UTC)
        number = grants.substitute(
            store, people.CITY, absent, instead, now - timedelta(days=1), now + timedelta(days=3), people.CONSOLE
        )
    yield people.session(demo_url, Role.BLOCK_HEAD, "instead"), str(absent)
    with open_store(demo_url) as store:
        rows = grants.all_substitutions(store, people.CITY)
        if rows.filter(rows["substitution_id"] == number)["end"][0] > datetime.now(UTC).replace(tzinfo=None):
            grants.end_substitution(store, people.CITY, number, people.CONSOLE)


def test_a_substitute_chooses_the_place_and_the_header_says_so(screen, substitute):
    session, key = substitute
    own = screen(session=session)
    assert menu(own) == OPENS[Role.BLOCK_HEAD]
    assert "за:" not in words(own)
    own.selectbox(key="filter-place").set_value(key).run()
    assert own.query_params["as"] in (key, [key])
    assert menu(own) == OPENS[Role.CURATOR]
    assert re.search(r"за: Куратор Проверкин, до \d\d\.\d\d\.\d{4}", words(own))


def test_an_unknown_place_is_the_own_one(screen, substitute):
    session, _ = substitute
    assert menu(screen(session=session, **{"as": "999"})) == OPENS[Role.BLOCK_HEAD]


def test_without_a_substitution_there_is_no_choice_of_a_place(screen):
    assert not [box for box in screen(role=Role.BLOCK_HEAD).selectbox if box.key == "filter-place"]


def test_a_city_of_others_is_not_offered_and_not_opened(screen, demo_url):
    app = screen("registry", role=Role.BLOCK_HEAD, city="novoshakhtinsk")
    assert not [box for box in app.selectbox if box.key == "filter-city"]
    assert "демо-город" in words(app)
    with open_store(demo_url) as store, store.reading(None) as connection:
        assert connection.execute(batches.select()).first() is not None
