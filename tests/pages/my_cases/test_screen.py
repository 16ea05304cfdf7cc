"""«Мои дела»: every number opens exactly its rows, nearest first, in the words of the reader's role."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from loaders import imports
from loaders.access import journal
from loaders.access.roles import Right, Role
from loaders.city import City
from loaders.store.engine import open_store
from tests.loaders.made import intake, row
from tests.pages import people
from tests.pages.conftest import opened

ROLES = [Role.CURATOR, Role.COORDINATOR, Role.ADMINISTRATOR, Role.BLOCK_ACCOUNTABLE, Role.BLOCK_HEAD, Role.STAFF]
"""Roles that see rows."""

CITY = City.load("novoshakhtinsk").demo()
NUMBER = r"([\d\u00a0]+)"


def words(app):
    return " ".join(element.proto.body for element in app.get("html"))


def query(href):
    return parse_qs(urlsplit(href.replace("&amp;", "&")).query)


def number(text):
    return int(text.replace("\u00a0", ""))


def groups(app):
    """Give the numbers of the groups with the addresses of their rows, by title."""
    found = re.findall(
        rf'<a class="mcu-link" href="([^"]+)"[^>]*><span>([^<]+)</span><b[^>]*>(?:<span[^>]*>▲</span> )?{NUMBER}</b>',
        re.search(r'<nav class="mcu-facts.*?</nav>', words(app), re.DOTALL)[0],
    )
    return {title: (number(count), href) for href, title, count in found}


def listed(app):
    """Give how many rows are listed on all pages."""
    found = re.search(rf"из {NUMBER}</b>", words(app))
    return number(found[1]) if found else 0


def column(app, title):
    return [
        re.sub(r"<[^>]+>|▲", "", cell).strip() for cell in re.findall(rf'data-title="{title}">(.*?)</td>', words(app))
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_number_opens_exactly_its_rows(screen, role):
    app = screen("my_cases", role=role)
    assert not app.exception
    assert not app.error
    found = groups(app)
    assert next(iter(found)) == "Просрочено"
    assert [*found][-2:] == ["Без срока", "Все в работе"]
    for count, href in found.values():
        assert listed(screen("my_cases", role=role, **query(href))) == count
    *parts, whole = (count for count, _ in found.values())
    assert sum(parts) == whole > 0


def test_it_opens_on_what_is_overdue_the_longest_overdue_first(screen):
    app = screen("my_cases", role=Role.BLOCK_HEAD)
    assert groups(app)["Просрочено"][0] == listed(app) > 1
    due = [datetime.strptime(text[:10], "%d.%m.%Y") for text in column(app, "Срок")]  # noqa: DTZ007
    assert due == sorted(due)
    assert all("просрочено" in left for left in column(app, "Осталось"))
    assert 'aria-sort="ascending"' in words(app)


def test_a_topic_narrows_numbers_and_rows_alike(screen):
    app = screen("my_cases", role=Role.CURATOR, group="all")
    topic = app.multiselect(key="my-cases-topics").options[0].rsplit(" · ", 1)
    app.multiselect(key="my-cases-topics").set_value([topic[0]]).run()
    assert app.query_params["topic"] in (topic[0], [topic[0]])
    assert groups(app)["Все в работе"][0] == listed(app) == number(topic[1])
    assert set(column(app, "Тема")) == {topic[0]}


def test_a_word_of_a_row_narrows_the_list_to_it(screen):
    app = screen("my_cases", role=Role.CURATOR, group="all")
    href, body = re.search(
        r'<td class="w" data-title="Подразделение"><a class="mcu-link" href="([^"]+)">([^<]+)', words(app)
    ).groups()
    assert query(href)["group"] == ["all"]
    assert set(column(screen("my_cases", role=Role.CURATOR, **query(href)), "Подразделение")) == {
        body.replace("&quot;", '"')
    }


def test_the_number_of_a_row_opens_the_row_in_the_register(screen):
    app = screen("my_cases", role=Role.BLOCK_HEAD, group="all")
    href = re.search(r'data-title="Номер"><a class="mcu-link" href="(/registry[^"]+)"', words(app))[1]
    assert listed(screen("registry", role=Role.BLOCK_HEAD, **query(href))) == 1


def test_it_tells_of_the_present_and_offers_no_period(screen):
    app = screen("my_cases", role=Role.BLOCK_HEAD)
    assert "на 23.11.2026 04:36; завершённое позже ещё стоит как открытое · сегодня" in words(app)
    assert not [box for box in app.selectbox if box.key in {"filter-period", "filter-compare"}]
    assert [box for box in app.multiselect if box.label == "Подразделения"]


def test_a_block_lead_is_told_of_no_other_block(screen):
    lead, curator = screen("my_cases", role=Role.BLOCK_HEAD), screen("my_cases", role=Role.CURATOR)
    assert groups(lead)["Все в работе"][0] < groups(curator)["Все в работе"][0]
    assert 'data-title="Блок"' not in words(lead)
    assert 'data-title="Блок"' in words(curator)


def test_files_are_offered_to_a_block_lead_by_decision_only(screen, demo_url):
    offers = [button for button in screen("my_cases", role=Role.BLOCK_HEAD).button if button.label == "Скачать…"]
    assert not offers
    decided = people.session(demo_url, Role.BLOCK_HEAD, "decided", rights=frozenset({Right.ROWS, Right.EXPORT}))
    assert [button for button in screen("my_cases", session=decided).button if button.label == "Скачать…"]


def test_a_look_at_rows_stands_in_the_journal_once(screen, demo_url):
    session = people.session(demo_url, Role.BLOCK_HEAD, "looks-once")
    app = screen("my_cases", session=session)
    app.run()
    with open_store(demo_url) as store:
        rows, _ = journal.page(store, login="looks-once", action=journal.ROWS_VIEWED)
    assert rows["detail"].to_list() == ['{"filters": "просрочено", "page": "my-cases"}']
    assert rows["rows"].to_list() == [listed(app)]


@pytest.fixture
def due(tmp_path, monkeypatch):
    """Give screens over a city with three open cases: due long ago, two minutes ago, and in a year."""
    url = f"sqlite:///{tmp_path / 'due.sqlite'}"
    now = datetime.now(UTC).astimezone(ZoneInfo(CITY.time_zone)).replace(tzinfo=None, microsecond=0)
    common = {
        "municipality": CITY.key,
        "topic_block": "roads",
        "department": "Общий отдел",
        "received_at": now - timedelta(days=2),
    }
    moments = {"past": now - timedelta(minutes=2), "far": now + timedelta(days=365)}
    rows = [row(name, due_at=moment, **common) for name, moment in moments.items()]
    rows += [
        row(
            "late",
            due_at=now - timedelta(days=40),
            **(common | {"received_at": now - timedelta(days=60), "department": None}),
        )
    ]
    with open_store(url) as store:
        imports.load(store, intake(rows), "generic", CITY)
    yield from opened(url, monkeypatch)


def test_a_deadline_that_has_just_passed_is_overdue_already(due):
    app = due("my_cases", role=Role.BLOCK_HEAD)
    found = {title: count for title, (count, _) in groups(app).items() if count}
    assert found == {"Просрочено": 2, "Позже": 1, "Все в работе": 3}
    assert column(app, "Номер") == ["late", "past"]
    assert "Просрочено <b>2</b>: больше всего — " in words(app)


def test_an_empty_group_says_so(screen):
    assert "В этой группе нет ни одного обращения" in words(screen("my_cases", role=Role.CURATOR, group="none"))


def test_an_empty_city_says_so(empty_screen):
    assert "Данных ещё нет" in words(empty_screen("my_cases"))
