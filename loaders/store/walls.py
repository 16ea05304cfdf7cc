"""Look whether the second wall stands: the application starts only behind it.

SQLite has no roles and no policies: whoever may read the file may read all of it, and only the program itself bounds
what a person sees.
"""

import re
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders.errors import StoreUnavailable
from loaders.store import access_tables, policies
from loaders.store.application_role import RIGHTS
from loaders.store.engine import Store

COMMAND: Final = "python -m loaders database setup"


def check(store: Store) -> None:
    """Raise `StoreUnavailable` when PostgreSQL would not hold a reader within a scope; the sentence says what to do."""
    found = problems(store)
    if found:
        raise StoreUnavailable(f"Защита строк в базе неполна: {'; '.join(found)}. Выполните команду: {COMMAND}.")


def problems(store: Store) -> list[str]:
    """Name everything that is wrong with the role, the policies and the rights; SQLite has nothing to be wrong."""
    if store.dialect == "sqlite":
        return []
    with store.reading(None) as connection:
        return _of_role(connection) or [
            problem for look in (_of_tables, _of_functions, _of_rights) for problem in look(connection)
        ]


_ROLE: Final = sa.text(
    """
    SELECT coalesce(bool_or(r.rolsuper), false), coalesce(bool_or(r.rolbypassrls), false),
           EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
                   AND c.relname = ANY (:tables) AND pg_has_role(c.relowner, 'MEMBER')),
           coalesce(bool_or(r.rolcreaterole), false)
    FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER')
    """
)
"""What the role is, or may become by SET ROLE."""

_ROLE_SENTENCES: Final = (
    "приложение подключено как администратор базы",
    "роль приложения обходит защиту строк (BYPASSRLS)",
    "роль приложения владеет таблицами",
    "роль приложения может создавать роли",
)
_OTHER_ROLE: Final = "укажите в MCU_DATABASE_URL отдельную роль, а владельца — в MCU_OWNER_URL"


def _of_role(connection: Connection) -> list[str]:
    is_super, bypasses, owns, creates = connection.execute(_ROLE, {"tables": list(RIGHTS)}).one()
    # A superuser is a member of every role: the first sentence says it all.
    marks = (True, False, False, False) if is_super else (False, bypasses, owns, creates)
    found = [sentence for mark, sentence in zip(marks, _ROLE_SENTENCES, strict=True) if mark]
    return [*found, _OTHER_ROLE] if found else []


_FORCED: Final = sa.text(
    "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
    "AND relname = ANY (:tables) AND relrowsecurity AND relforcerowsecurity"
)
_POLICIES: Final = sa.text(
    "SELECT tablename, policyname, cmd, permissive, roles::text[], coalesce(qual, ''), coalesce(with_check, '') "
    "FROM pg_policies WHERE schemaname = current_schema() AND tablename = ANY (:tables)"
)


def _of_tables(connection: Connection) -> list[str]:
    forced = set(connection.scalars(_FORCED, {"tables": list(policies.WALLED)}))
    bare = [table for table in policies.WALLED if table not in forced]
    kept = {_told(*row) for row in connection.execute(_POLICIES, {"tables": list(policies.WALLED)})}
    wanted = {_wanted(policy) for policy in policies.POLICIES}
    missing = sorted({f"{table}.{name}" for table, name, *_ in wanted - kept})
    strange = sorted({f"{table}.{name}" for table, name, *_ in kept - wanted} - set(missing))
    return [
        *([f"защита строк выключена в таблицах {', '.join(bare)}"] if bare else []),
        *([f"нет или изменены правила {', '.join(missing)}"] if missing else []),
        *([f"есть чужие правила {', '.join(strange)}; удалите их"] if strange else []),
    ]


Told = tuple[str, str, str, str, tuple[str, ...], str, str]


def _told(table: str, name: str, command: str, permissive: str, roles: list[str], *conditions: str) -> Told:
    using, check = map(_plain, conditions)
    return table, name, command, permissive, tuple(roles), using, check


def _wanted(policy: policies.Policy) -> Told:
    using = "" if policy.command == "INSERT" else _plain(policy.condition)
    check = _plain(policy.condition) if policy.command in {"INSERT", "UPDATE"} else ""
    return policy.table, policy.name, policy.command, "PERMISSIVE", ("public",), using, check


def _plain(condition: str) -> str:
    """Leave of a condition what the server does not spell in its own way, brackets, commas, casts and names aside."""
    return " ".join(_SPELLING.sub(" ", condition.casefold()).split())


_SPELLING: Final = re.compile(r"::[a-z]+(?:\[\])?| as mcu_\w+|[(),]")


_BODIES: Final = sa.text(
    "SELECT proname, prosrc, pg_has_role(proowner, 'MEMBER') OR prosecdef OR proconfig IS NULL FROM pg_proc "
    "WHERE pronamespace = current_schema()::regnamespace AND proname = ANY (:names)"
)


def _of_functions(connection: Connection) -> list[str]:
    wanted = {function.name: function.body for function in policies.FUNCTIONS}
    kept = {name: body for name, body, is_weak in connection.execute(_BODIES, {"names": list(wanted)}) if not is_weak}
    wrong = sorted(name for name, body in wanted.items() if kept.get(name) != body)
    return [f"нет или изменены функции {', '.join(wrong)}"] if wrong else []


_RIGHTS: Final = sa.text(
    "SELECT c.relname, r.name, has_table_privilege(c.oid, r.name) FROM pg_class c "
    "CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS r (name) "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY (:tables) AND c.relkind IN ('r', 'p')"
)


def _of_rights(connection: Connection) -> list[str]:
    held: dict[str, set[str]] = {}
    for table, right, has in connection.execute(_RIGHTS, {"tables": list(RIGHTS)}):
        held.setdefault(table, set()).update({right} if has else set())
    wanted = {table: set(rights.split(", ")) for table, rights in RIGHTS.items()}
    lacking = sorted(table for table, rights in wanted.items() if not rights <= held.get(table, set()))
    excess = sorted(table for table, rights in held.items() if rights - wanted[table])
    journal = access_tables.journal.name
    return [
        *([f"нет таблиц или прав на них: {', '.join(lacking)}"] if lacking else []),
        *(["роль приложения может менять записи журнала"] if journal in excess else []),
        *([f"лишние права на таблицы {', '.join(excess)}"] if excess and journal not in excess else []),
    ]
