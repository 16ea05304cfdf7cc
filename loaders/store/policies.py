"""The second wall: row-level security of PostgreSQL, which bounds every statement by the scope of its transaction.

`enter` tells the server whose eyes a transaction has: a JSON value in the setting `mcu.scope`, which ends with the
transaction. Policies read it and look its words up in the dictionary of the city by themselves, so a reader that forgot
a condition, or turned words into wrong codes, still sees no row that is not its own. Without a scope no row is seen.

Words of a dictionary that bound somebody are open to those who may see them; the other words of a city (topics,
territories) are open to all who see any of its rows, because a policy over them would have to count rows.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders.scope import Scope

SETTING: Final = "mcu.scope"

BOUNDS: Final[Mapping[str, str]] = {"blocks": "topic_block", "departments": "department", "channels": "channel"}
"""What a scope may be bounded by, and the dimension that holds its words."""


def as_json(scope: Scope) -> str:
    """Write what the policies read; null opens all of a dimension, and every key is there."""
    bounds = {name: None if (words := getattr(scope, name)) is None else sorted(words) for name in BOUNDS}
    return json.dumps({"municipality": scope.municipality, **bounds}, ensure_ascii=False)


def enter(connection: Connection, scope: Scope | None) -> None:
    """Bound the open transaction; None closes every table of a city. SQLite has nobody to be told."""
    if connection.dialect.name == "postgresql":
        told = "" if scope is None else as_json(scope)
        connection.execute(_ENTER, {"setting": SETTING, "told": told})


_ENTER: Final = sa.text("SELECT set_config(:setting, :told, true)")


@dataclass(frozen=True)
class Policy:
    """Hold one policy: its table, the command it is about, and the condition a row must meet."""

    table: str
    command: str
    condition: str

    @property
    def name(self) -> str:
        """Name the policy as the server keeps it."""
        return f"mcu_{self.command.lower()}"

    @property
    def statement(self) -> str:
        """Write the statement that makes the policy."""
        using = "" if self.command == "INSERT" else f" USING ({self.condition})"
        check = f" WITH CHECK ({self.condition})" if self.command in {"INSERT", "UPDATE"} else ""
        return f"CREATE POLICY {self.name} ON {self.table} FOR {self.command}{using}{check}"


_CITY: Final = "municipality = (SELECT mcu_municipality())"
_WHOLE: Final = " AND ".join((_CITY, *(f"(SELECT mcu_opens_all('{bound}'))" for bound in BOUNDS)))


def _rows() -> str:
    """Open a row when each bound holds its word; the sub-selects are worked out once per statement."""
    bounds = (
        f"((SELECT mcu_opens_all('{bound}')) OR {column} = ANY ((SELECT mcu_codes('{bound}', '{column}'))::integer[]))"
        for bound, column in BOUNDS.items()
    )
    return " AND ".join((_CITY, *bounds))


def _words() -> str:
    bounds = (
        f"(dimension <> '{column}' OR (SELECT mcu_opens_all('{bound}')) "
        f"OR value = ANY ((SELECT mcu_words('{bound}'))::text[]))"
        for bound, column in BOUNDS.items()
    )
    return " AND ".join((_CITY, *bounds))


_SEEN: Final[Mapping[str, str]] = {
    "appeals": _rows(),
    "history": _rows(),
    "amendments": _rows(),
    "terms": _words(),
    "partitions": _CITY,
    "publications": _CITY,
    "rejected_rows": _WHOLE,
    "findings": _WHOLE,
}
"""Which rows of each table of a city are seen. Remarks about a load have no block, so they are for the whole city; what
is published is open to all of it."""

WALLED: Final = tuple(_SEEN)
"""Tables that stand behind the wall."""

POLICIES: Final = tuple(
    Policy(table, command, seen if command == "SELECT" else _WHOLE)
    for table, seen in _SEEN.items()
    for command in ("SELECT", "INSERT", "UPDATE", "DELETE")
)
"""Every policy: whoever writes to a city, an import or an undo, has all of it open."""


@dataclass(frozen=True)
class Function:
    """Hold one function of the policies: its name with parameters, what it gives, and its one statement."""

    name: str
    parameters: str
    returns: str
    body: str

    @property
    def statement(self) -> str:
        """Write the statement that makes the function, or makes it anew."""
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}({self.parameters}) RETURNS {self.returns} "
            f"LANGUAGE sql STABLE PARALLEL SAFE AS $body${self.body}$body$"
        )


_SCOPE: Final = f"nullif(current_setting('{SETTING}', true), '')::jsonb"

FUNCTIONS: Final = (
    Function("mcu_municipality", "", "text", f"SELECT {_SCOPE} ->> 'municipality'"),
    Function(
        "mcu_opens_all",
        "bound text",
        "boolean",
        f"SELECT coalesce(jsonb_typeof({_SCOPE} -> bound) = 'null', false)",  # an absent key opens nothing
    ),
    Function(
        "mcu_words",
        "bound text",
        "text[]",
        "SELECT array(SELECT jsonb_array_elements_text("
        f"CASE jsonb_typeof({_SCOPE} -> bound) WHEN 'array' THEN {_SCOPE} -> bound ELSE '[]'::jsonb END))",
    ),
    Function(
        "mcu_codes",
        "bound text, named text",
        "integer[]",
        "SELECT array(SELECT code FROM terms "
        "WHERE municipality = mcu_municipality() AND dimension = named AND value = ANY (mcu_words(bound)))",
    ),
)
"""What the policies ask, in the order in which one needs another."""


def build(connection: Connection) -> None:
    """Raise the wall anew, as the owner of the tables, in the transaction that is open."""
    schema = str(connection.scalar(sa.text("SELECT quote_ident(current_schema())")))
    for table, name in connection.execute(_OURS, {"tables": list(WALLED)}):
        connection.exec_driver_sql(f'DROP POLICY "{name}" ON {table}')
    for function in FUNCTIONS:
        connection.exec_driver_sql(function.statement)
        # A temporary table of the same name must not stand in for ours.
        named = f"{function.name}({', '.join(part.split()[1] for part in function.parameters.split(', ') if part)})"
        connection.exec_driver_sql(f"ALTER FUNCTION {named} SET search_path = {schema}, pg_temp")
    for table in WALLED:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for policy in POLICIES:
        connection.exec_driver_sql(policy.statement)


_OURS: Final = sa.text(
    "SELECT tablename, policyname FROM pg_policies "
    "WHERE schemaname = current_schema() AND tablename = ANY (:tables) AND policyname LIKE 'mcu\\_%'"
)


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Let the owner see every row while a migration works, and nobody else: the wall stands again at its end."""
    forced = connection.scalars(_FORCED).all() if connection.dialect.name == "postgresql" else ()
    for table in forced:
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in forced:
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


_FORCED: Final = sa.text(
    "SELECT quote_ident(relname) FROM pg_class "
    "WHERE relnamespace = current_schema()::regnamespace AND relforcerowsecurity AND relkind IN ('r', 'p')"
)
