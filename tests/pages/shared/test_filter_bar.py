"""The lists of the shared filters: «Выбрать все» takes all, and from there some can be left out."""

from loaders.scope import Scope
from pages.shared import readers
from pages.shared.options import options
from tests.pages.people import CITY


def _list(app, key):
    return next((each for each in app.multiselect if each.key == key), None)


def test_all_chosen_are_no_limit_and_some_can_be_left_out(screen):
    app = screen()
    every = app.multiselect(key="filter-block").options
    keys = app.multiselect(key="filter-block")
    keys.set_value(_keys()).run()
    assert "block" not in app.query_params
    left_out = app.multiselect(key="filter-block-except")
    assert (left_out.label, left_out.value, left_out.options) == ("Блоки, все кроме", [], every)
    left_out.set_value(["roads", "energy"]).run()
    assert set(app.query_params["block"]) == set(_keys()) - {"roads", "energy"}
    assert app.multiselect(key="filter-block-except").value == ["energy", "roads"]
    app.multiselect(key="filter-block-except").set_value([]).run()
    assert "block" not in app.query_params
    assert _list(app, "filter-block") is not None


def test_a_link_of_most_values_names_those_left_out(screen):
    screen()
    every = _keys()
    app = screen(block=[key for key in every if key != "roads"])
    assert app.multiselect(key="filter-block-except").value == ["roads"]
    app = screen(block=every[:2])
    assert app.multiselect(key="filter-block").value == every[:2]


def _keys():
    """List the keys of the blocks that this reader may choose, as the readers know them."""
    scope = Scope.whole_city(CITY)
    return list(options(scope, readers.version(scope), CITY).of("blocks"))
