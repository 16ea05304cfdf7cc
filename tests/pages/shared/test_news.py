"""A screen says which state of the data it was drawn from, and a click draws it from the present one."""

import re

from loaders import cells, imports
from loaders.city import City
from loaders.scope import Scope
from loaders.store.engine import open_store
from tests.loaders.made import intake, row
from tests.pages import people


def drawn(app):
    """Give the city and the word that the screen carries."""
    texts = [text for each in app.get("html") if (text := each.proto.body) and "mcu-news" in text]
    assert len(texts) == 1
    return re.findall(r'data-city="([^"]*)" data-version="([^"]*)"', texts[0])[0]


def present(url):
    with open_store(url) as store:
        return people.CITY, cells.data_version(store, Scope.whole_city(people.CITY)).word


def test_a_click_draws_the_screen_from_the_present_data_with_its_filters(empty_screen, empty_url):
    app = empty_screen("registry", period="year")
    before = drawn(app)
    assert before == present(empty_url)
    with open_store(empty_url) as store:
        imports.load(
            store, intake([row("Н-1", municipality=people.CITY)]), "generic", City.load("novoshakhtinsk").demo()
        )
    assert drawn(app) == before != present(empty_url)
    app.button(key="news-yes").click().run()
    assert not app.exception
    assert drawn(app) == present(empty_url)
    assert app.query_params["period"] == "year"
    assert "Данных ещё нет" not in str([each.proto.body for each in app.get("html")])
