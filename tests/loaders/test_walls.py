"""PostgreSQL itself holds a reader within the scope, whatever statement it sends; the check knows a wall with a gap."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from loaders import cells, demo, imports, register
from loaders.__main__ import DONE, OUR_FAULT, REFUSED, main
from loaders.access import journal
from loaders.access.viewer import Actor
from loaders.city import City
from loaders.errors import StoreUnavailable
from loaders.scope import Scope
from loaders.store import application_role, bulk, migrations, policies, tables, walls
from loaders.store.engine import Store, open_store
from tests import postgresql
from tests.conftest import APPLICATION
from tests.loaders.made import CITY, KEY, intake, row

ALL = Scope.whole_city(KEY)

ROWS = [
    row("1", topic_block="roads", department="А", channel="portal", topic="Ямы"),
    row("2", topic_block="heat", department="Б", channel="letter", topic="Аварии"),
    row("3", department="А", channel="portal"),
    row("4", topic_block="roads", department="Б"),
]


@pytest.fixture
def app(application_url: str) -> Iterator[Store]:
    """Open a database behind the wall as the application, with rows in two versions."""
    with open_store(application_url) as store:
        imports.load(store, intake([{**each, "topic": "прежняя"} for each in ROWS], rejected=2), "generic", CITY)
        imports.load(store, intake(ROWS), "generic", CITY)
        yield store


@pytest.fixture
def owner(owner_url: str) -> Iterator[Store]:
    with open_store(owner_url) as store:
        yield store


def _of(**bounds: str) -> Scope:
    return Scope(
        KEY, sees_rows=True, may_export=True, **({"blocks": None} | {n: frozenset({w}) for n, w in bounds.items()})
    )


def _ids(store: Store, scope: Scope | None, table: str = "appeals") -> str:
    """Read the numbers of all cases that a bare statement is given."""
    with store.reading(scope) as connection:
        return "".join(connection.scalars(sa.text(f"SELECT source_id FROM {table} ORDER BY source_id")))  # noqa: S608


def _counts(store: Store, scope: Scope | None) -> dict[str, int]:
    with store.reading(scope) as connection:
        return {t: connection.scalar(sa.text(f"SELECT count(*) FROM {t}")) or 0 for t in policies.WALLED}  # noqa: S608


def test_the_wall_stands(app: Store) -> None:
    assert walls.problems(app) == []
    walls.check(app)


def test_sqlite_has_no_second_wall(sqlite_store: Store) -> None:
    walls.check(sqlite_store)


@pytest.mark.parametrize("scope", [None, Scope.whole_city("elsewhere"), Scope.whole_city("")])
def test_without_a_scope_of_the_city_nothing_is_seen(app: Store, scope: Scope | None) -> None:
    assert _counts(app, scope) == dict.fromkeys(policies.WALLED, 0)


SEEN = [
    (ALL, "1234"),
    (_of(blocks="roads"), "14"),
    (_of(blocks="heat"), "2"),
    (_of(departments="А"), "13"),
    (_of(channels="portal"), "13"),
    (_of(blocks="roads", departments="А"), "1"),
    (_of(blocks="heat", departments="А"), ""),
    (_of(blocks="unknown"), ""),
    (Scope.of_blocks(KEY, frozenset()), ""),
    (Scope.of_blocks(KEY, frozenset({"roads", "heat"})), "124"),
]


@pytest.mark.parametrize(("scope", "expected"), SEEN)
def test_a_bare_statement_gives_what_the_scope_opens(app: Store, scope: Scope, expected: str) -> None:
    assert _ids(app, scope) == expected
    assert _ids(app, scope, "history") == expected


@pytest.mark.parametrize(("scope", "expected"), SEEN)
def test_the_readers_agree_with_the_wall(app: Store, scope: Scope, expected: str) -> None:
    page = register.page(app, scope, register.RegisterFilter(), sort="source_id", descending=False)
    assert "".join(page.rows["source_id"]) == expected
    assert page.total == cells.load(app, scope)["appeals"].sum() == len(expected)


def test_words_that_bound_somebody_and_remarks_are_not_for_everyone(app: Store) -> None:
    words = sa.text("SELECT value FROM terms WHERE dimension IN ('topic_block', 'department') ORDER BY value")
    with app.reading(_of(blocks="roads")) as connection:
        assert connection.scalars(words).all() == ["roads", "А", "Б"]
    with app.reading(ALL) as connection:
        assert connection.scalars(words).all() == ["heat", "roads", "А", "Б"]
    narrow, whole = _counts(app, _of(blocks="roads")), _counts(app, ALL)
    assert (narrow["rejected_rows"], whole["rejected_rows"]) == (0, 2)
    assert narrow["findings"] == 0 < whole["findings"]


NAMES = [
    *("roads", "roads,heat", 'roads","heat', "'; DROP TABLE appeals; --", "100%", "a_b", "[]", "null", "\\", "\\u0000"),
    *("{roads}", '{"blocks": null}', "Дороги", "Дoроги", "дороги", "Дороги ", "й", "и\u0306", "a\nb", "$body$", ":x"),
]


def test_names_are_words_and_nothing_else(application_url: str) -> None:
    rows = [row(str(number), topic_block=name) for number, name in enumerate(NAMES)]
    with open_store(application_url) as store:
        imports.load(store, intake(rows), "generic", CITY)
        for number, name in enumerate(NAMES):
            assert _ids(store, _of(blocks=name)) == str(number)
            assert cells.load(store, _of(blocks=name))["appeals"].sum() == 1


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"municipality": KEY},
        {"municipality": KEY, "blocks": None, "departments": None},
        {"municipality": KEY, "blocks": "roads", "departments": None, "channels": None},
        {"municipality": KEY, "blocks": {}, "departments": None, "channels": None},
        {"municipality": None, "blocks": None, "departments": None, "channels": None},
        [KEY],
    ],
)
def test_a_scope_that_is_told_wrongly_opens_nothing(app: Store, told: Any) -> None:
    with app.reading(None) as connection:
        connection.execute(sa.text("SELECT set_config('mcu.scope', :told, true)"), {"told": json.dumps(told)})
        assert connection.scalar(sa.text("SELECT count(*) FROM appeals")) == 0


def test_one_pooled_connection_never_keeps_a_scope(app: Store) -> None:
    seen, servers = [], set()
    for turn in range(1_000):
        scope = (_of(blocks="roads"), _of(blocks="heat"), None)[turn % 3]
        with app.reading(scope) as connection:
            servers.add(connection.scalar(sa.text("SELECT pg_backend_pid()")))
            seen.append("".join(connection.scalars(sa.text("SELECT source_id FROM appeals ORDER BY source_id"))))
    assert len(servers) == 1
    assert seen == (["14", "2", ""] * 334)[:1_000]


def test_a_failed_transaction_leaves_no_scope_behind(app: Store) -> None:
    with pytest.raises(ZeroDivisionError), app.writing(KEY) as connection:
        1 / (4 - connection.scalar(sa.text("SELECT count(*) FROM appeals")))
    with app.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM appeals")) == 0


def test_writing_needs_the_city_it_writes_to(app: Store) -> None:
    for municipality in (None, "elsewhere"):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
            app.writing(municipality) as connection,
        ):
            connection.execute(sa.insert(tables.partitions).values(municipality=KEY, month=190001, version=1, rows=0))
        with app.writing(municipality) as connection:
            assert connection.execute(sa.delete(tables.appeals)).rowcount == 0
            assert connection.execute(sa.update(tables.terms).values(value="x")).rowcount == 0
    with app.writing(KEY) as connection:
        policies.enter(connection, _of(blocks="roads"))
        assert connection.execute(sa.delete(tables.appeals)).rowcount == 0
    assert _ids(app, ALL) == "1234"


FORBIDDEN = [
    "UPDATE journal SET login = 'x'",
    "DELETE FROM journal",
    "TRUNCATE journal",
    "TRUNCATE appeals",
    "ALTER TABLE appeals DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE appeals NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY mcu_select ON appeals",
    "CREATE POLICY mine ON appeals USING (true)",
    "ALTER FUNCTION mcu_municipality() OWNER TO CURRENT_USER",
    "CREATE OR REPLACE FUNCTION mcu_municipality() RETURNS text LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE mine (a integer)",
    "UPDATE schema_version SET version = 1",
    "SET ROLE postgres",
    "ALTER ROLE mcu_app BYPASSRLS",
    "ALTER TABLE journal DISABLE TRIGGER ALL",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_of_the_application_cannot(app: Store, statement: str) -> None:
    refused = r"permission denied|must be owner|InsufficientPrivilege"
    with pytest.raises(sa.exc.ProgrammingError, match=refused), app.writing() as connection:
        connection.exec_driver_sql(statement)


def test_a_table_of_the_same_name_does_not_stand_in_for_the_dictionary(app: Store) -> None:
    with app.writing() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE terms ON COMMIT DROP AS SELECT 1 AS code, 'heat' AS value")
        policies.enter(connection, _of(blocks="roads"))
        found = connection.scalars(sa.text("SELECT source_id FROM public.appeals ORDER BY source_id")).all()
    assert found == ["1", "4"]


def test_the_journal_grows(app: Store) -> None:
    numbers = [journal.record(app, Actor("a"), journal.SIGN_IN) for _ in range(2)]
    assert numbers[1] == numbers[0] + 1
    assert journal.verify(app) is None


def test_the_demo_city_comes_and_goes_under_the_role(application_url: str) -> None:
    city = City.load("novoshakhtinsk").demo()
    with open_store(application_url) as store:
        demo.load(store, demo.make(city, appeals=600, months=6), city)
        rows = cells.load(store, Scope.whole_city(city.key))["appeals"].sum()
        assert rows == register.page(store, Scope.whole_city(city.key), register.RegisterFilter()).total > 500
        assert demo.remove(store, city) == rows


def _breaks() -> list[tuple[str, str]]:
    """List every way to make a gap, and what the sentence must name."""
    dropped = [(f"DROP POLICY {p.name} ON {p.table}", f"{p.table}.{p.name}") for p in policies.POLICIES]
    changed = [
        (f"ALTER POLICY {p.name} ON {p.table} USING ({p.condition} OR true)", f"{p.table}.{p.name}")
        for p in policies.POLICIES
        if p.command == "SELECT"
    ]
    tables_ = [
        (f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY", f"выключена в таблицах {table}")
        for table in policies.WALLED
        for verb in ("DISABLE", "NO FORCE")
    ]
    functions = [
        (f"CREATE OR REPLACE FUNCTION {f.name}({f.parameters}) RETURNS {f.returns} LANGUAGE sql AS '{body}'", f.name)
        for f in policies.FUNCTIONS
        for body in [f"SELECT NULL::{f.returns}"]
    ]
    rights = [
        (f"GRANT UPDATE, DELETE ON journal TO {APPLICATION}", "менять записи журнала"),
        (f"GRANT TRUNCATE ON appeals TO {APPLICATION}", "лишние права на таблицы appeals"),
        (f"REVOKE SELECT ON appeals FROM {APPLICATION}", "прав на них: appeals"),  # noqa: S608 - our own names only
        ("CREATE POLICY guest ON terms USING (true)", "чужие правила terms.guest"),
    ]
    paths = [("ALTER FUNCTION mcu_codes(text, text) RESET search_path", "mcu_codes")]
    return [*dropped, *changed, *tables_, *functions, *paths, *rights]


def test_any_gap_is_found_and_the_command_closes_it(app: Store, owner: Store) -> None:
    for statement, named in _breaks():
        with owner.writing() as connection:
            connection.exec_driver_sql(statement.replace("%", "%%"))
        with pytest.raises(StoreUnavailable, match="database setup") as told:
            walls.check(app)
        assert named in str(told.value), statement
        with owner.writing() as connection:
            connection.exec_driver_sql("DROP POLICY IF EXISTS guest ON terms")
            policies.build(connection)
            application_role.prepare(connection, APPLICATION, None)
        walls.check(app)


def test_an_administrator_an_owner_or_one_who_bypasses_is_refused(
    postgresql_server: postgresql.Server, owner: Store, walled_database: str
) -> None:
    with pytest.raises(StoreUnavailable, match="администратор базы"):
        walls.check(owner)
    marks = {
        "CREATE ROLE {} LOGIN BYPASSRLS": "BYPASSRLS",
        "CREATE ROLE {} LOGIN CREATEROLE": "создавать роли",
        "CREATE ROLE {0} LOGIN; GRANT postgres TO {0}": "администратор базы",
        "CREATE ROLE {0} LOGIN; ALTER TABLE terms OWNER TO {0}": "владеет таблицами",
    }
    for number, (statement, named) in enumerate(marks.items()):
        role = f"wrong_{number}"
        with owner.writing() as connection:
            connection.exec_driver_sql(statement.format(role))
            connection.exec_driver_sql(f"GRANT SELECT ON schema_version TO {role}")
        with (
            open_store(postgresql_server.url(walled_database, role)) as store,
            pytest.raises(StoreUnavailable, match=named),
        ):
            walls.check(store)
        with owner.writing() as connection:
            connection.exec_driver_sql(f"REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.fixture
def own_city(postgresql_server: postgresql.Server) -> Iterator[tuple[str, str]]:
    """Give the addresses of an empty database of an ordinary owner: the owner's, and one for a role to be made."""
    name = postgresql_server.create()
    postgresql_server.execute("CREATE ROLE city_owner LOGIN CREATEROLE")
    postgresql_server.execute(f"ALTER DATABASE {name} OWNER TO city_owner")
    yield postgresql_server.url(name, "city_owner"), postgresql_server.url(name, "city_app:пароль ' \" $")
    postgresql_server.drop(name)
    for role in ("city_app", "city_owner"):
        postgresql_server.execute(f"DROP ROLE IF EXISTS {role}")


def _command(monkeypatch: pytest.MonkeyPatch, owner_url: str, app_url: str, action: str = "setup") -> int:
    monkeypatch.setenv("MCU_OWNER_URL", owner_url)
    monkeypatch.setenv("MCU_DATABASE_URL", app_url)
    return main(["database", action])


def test_an_ordinary_owner_prepares_a_database_with_one_command(
    own_city: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    owner_url, app_url = own_city
    assert _command(monkeypatch, owner_url, app_url) == DONE
    assert capsys.readouterr().out == "Роль приложения, правила строк и права на месте.\n"
    with open_store(app_url) as store:
        imports.load(store, intake(ROWS), "generic", CITY)
        assert _ids(store, _of(blocks="roads")) == "14"
    assert _command(monkeypatch, owner_url, app_url) == DONE  # and again, over a city with rows
    assert _command(monkeypatch, owner_url, app_url, "check") == DONE
    with open_store(owner_url) as store:
        assert _ids(store, None) == ""  # FORCE bounds the owner as well
        with store.writing() as connection:
            connection.exec_driver_sql("DROP POLICY mcu_select ON appeals")
    capsys.readouterr()
    assert _command(monkeypatch, owner_url, app_url, "check") == OUR_FAULT
    assert "appeals.mcu_select" in capsys.readouterr().err


def test_the_command_refuses_what_it_cannot_do(
    own_city: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_url: str
) -> None:
    owner_url, app_url = own_city
    assert _command(monkeypatch, owner_url, owner_url) == OUR_FAULT
    assert "совпадают" in capsys.readouterr().err
    for wrong in ((sqlite_url, app_url), (owner_url, sqlite_url), ("", app_url), (owner_url, "postgresql:///city")):
        assert _command(monkeypatch, *wrong) == REFUSED
        said = capsys.readouterr().err
        assert said.endswith(".\n")
        assert "пароль '" not in said
    assert _command(monkeypatch, "", sqlite_url, "check") == DONE
    assert "только сама программа" in capsys.readouterr().out


def test_before_it_is_prepared_the_role_is_told_the_command(
    own_city: tuple[str, str], postgresql_server: postgresql.Server
) -> None:
    owner_url, app_url = own_city
    postgresql_server.execute("CREATE ROLE city_app LOGIN")
    with pytest.raises(StoreUnavailable, match=r"не подготовлено.*database setup"):
        open_store(app_url)
    with open_store(owner_url) as owner, owner.writing() as connection:
        application_role.prepare(connection, "city_app", None)
    with open_store(app_url) as store, pytest.raises(StoreUnavailable, match=r"выключена.*database setup"):
        walls.check(store)


def test_the_role_never_migrates(app: Store, owner: Store, application_url: str) -> None:
    with owner.writing() as connection:
        connection.execute(sa.delete(tables.schema_version))
        connection.execute(tables.schema_version.insert().values(version=migrations.VERSION - 1, migrated_at_utc=0))
    with pytest.raises(StoreUnavailable, match=r"старой версии.*database setup"):
        open_store(application_url)
    with owner.writing() as connection:
        connection.execute(tables.schema_version.insert().values(version=migrations.VERSION + 1, migrated_at_utc=0))
    with pytest.raises(StoreUnavailable, match="более новой версией"):
        open_store(application_url)
    assert _ids(app, ALL) == "1234"


def test_a_migration_of_an_ordinary_owner_sees_every_row(
    own_city: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner_url, app_url = own_city
    assert _command(monkeypatch, owner_url, app_url) == DONE
    with open_store(app_url) as store:
        imports.load(store, intake(ROWS), "generic", CITY)
    seen: list[int] = []

    def step(connection: sa.Connection) -> None:
        seen.append(connection.scalar(sa.select(sa.func.count()).select_from(tables.appeals)) or 0)

    with open_store(owner_url) as owner:
        migrations.migrate(owner.engine, {migrations.VERSION + 1: step}, migrations.VERSION + 1)
        assert seen == [4]
        assert _ids(owner, None) == ""  # the wall stands again


def test_a_role_loses_the_rights_it_once_had(own_city: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    owner_url, app_url = own_city
    assert _command(monkeypatch, owner_url, app_url) == DONE
    with open_store(owner_url) as owner, owner.writing() as connection:
        connection.exec_driver_sql("GRANT ALL ON journal, appeals TO city_app")
        connection.exec_driver_sql("GRANT UPDATE ON journal TO PUBLIC")
    assert _command(monkeypatch, owner_url, app_url) == DONE


def test_bulk_writing_asks_the_policies(app: Store) -> None:
    foreign = [("elsewhere", "topic", 0, "чужое", 1)]
    names = ("municipality", "dimension", "code", "value", "batch_id")
    frame = pl.DataFrame(foreign, schema=names, orient="row")
    with pytest.raises(Exception, match="row-level security"), app.writing(KEY) as connection:
        bulk.write(connection, tables.terms, frame)
