"""What is published is kept once, in turn, and every later table knows it; in both databases."""

import pytest

from analytics.facts import Window
from analytics.publications import Population
from loaders import imports, publications
from loaders.city import City
from loaders.errors import InputRefused
from loaders.publications import Draft
from loaders.scope import Scope
from loaders.store.engine import Store
from tests.loaders.made import day, intake, row

HOME = "novoshakhtinsk"
SCOPE = Scope.whole_city(HOME)
WINDOW = Window(day(1).date(), day(31).date(), day(31).date())
WHOLE = Population.of("appeals", WINDOW)
ROADS, TRADE = (Population.of("appeals", WINDOW, {"topic_block": [block]}) for block in ("roads", "trade"))


@pytest.fixture
def city(store: Store) -> Store:
    """Load three cases of roads and thirty of trade."""
    rows = [
        row(f"{block}-{number}", municipality=HOME, topic_block=block, received=1)
        for block, many in (("roads", 3), ("trade", 30))
        for number in range(many)
    ]
    imports.load(store, intake(rows), "generic", City.load(HOME))
    return store


def keep(store: Store, draft: Draft) -> None:
    with store.writing(HOME) as connection:
        publications.keep(connection, HOME, draft, file="123-456-789", numbers="0" * 16, title="таблица")


def test_a_later_table_knows_the_earlier(city: Store) -> None:
    first = publications.audit(city, SCOPE, [ROADS, WHOLE])
    assert (first.printed[ROADS], first.printed[WHOLE]) == (None, 33)
    keep(city, first)
    assert publications.last(city, SCOPE) == 1
    with pytest.raises(InputRefused, match="скрыть пришлось бы её всю"):  # 33 less 30 is the hidden 3
        publications.audit(city, SCOPE, [TRADE])
    again = publications.audit(city, SCOPE, [ROADS, WHOLE])
    assert again.printed == first.printed


def test_two_tables_at_once_are_kept_one_after_the_other(city: Store) -> None:
    one, other = (publications.audit(city, SCOPE, [each]) for each in (WHOLE, TRADE))
    keep(city, one)
    with pytest.raises(InputRefused, match="опубликована другая"):
        keep(city, other)
    assert publications.last(city, SCOPE) == 1


def test_numbers_of_a_half_are_no_publication(city: Store) -> None:
    """Whoever sees no rows is shown other numbers: they are set beside none of the exact ones."""
    keep(city, publications.audit(city, SCOPE, [ROADS, WHOLE]))
    assert publications.audit(city, Scope.whole_city(HOME, sees_rows=False), [WHOLE]).seen == 0
