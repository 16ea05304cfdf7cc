"""Making the demo city anew leaves what accounts are given and the journal where they are."""

from loaders import demo, imports
from loaders.access import accounts, console, journal
from loaders.access.roles import Role
from loaders.city import City
from loaders.store.engine import Store
from tests.loaders.access.people import CITY, grant, person
from tests.loaders.made import intake, row

DEMO = f"{CITY}-demo"


def test_clearing_the_demo_city_is_told_of_and_touches_no_account(store: Store) -> None:
    person(store, "curator", grant(Role.CURATOR, DEMO))
    made = intake([row("1", municipality=DEMO), row("2", municipality=DEMO)])
    imports.load(store, made, "generic", City.load(DEMO))
    assert demo.remove(store, City.load(CITY)) == 2
    assert demo.remove(store, City.load(CITY)) == 0
    assert accounts.all_accounts(store, DEMO)["login"].to_list() == ["curator"]
    entry = journal.page(store)[0].row(0, named=True)
    assert (entry["action"], entry["municipality"], entry["login"]) == ("undone", DEMO, console.actor().login)
    assert journal.told(entry["detail"]) == "изменение: демо-город очищен, убрано: 2"
    assert journal.page(store, action=journal.UNDONE)[1] == 1
    assert journal.verify(store) is None


def test_no_name_of_a_file_enters_the_journal(store: Store) -> None:
    imports.load(store, intake([row("1", municipality=DEMO)]), "generic", City.load(DEMO))
    entry = journal.page(store)[0].row(0, named=True)
    assert "a.csv" not in entry["detail"]
    assert journal.told(entry["detail"]).startswith("загрузка: 1, система: generic, файлов: 1, новых: 1")
