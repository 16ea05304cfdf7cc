"""What accounts are given in each municipality, and who stands in for whom while someone is absent.

Nothing can be given beyond the role (`roles`), the blocks and departments of the city, and one's own post: nobody
raises the own rights. A substitution gives the absent one's grant as it is, until it ends; it is not passed on.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from analytics import natural
from loaders import municipalities
from loaders.access import accounts, common, journal, permits
from loaders.access.roles import RIGHTS, ROLES, Right, Role
from loaders.access.viewer import Actor, Grant
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store import access_tables, policies, tables
from loaders.store.access_tables import grants, substitutions
from loaders.store.engine import Store

_ROWS: Final = grants.c
_STANDS: Final = substitutions.c


def give(store: Store, account_id: int, grant: Grant, by: Actor) -> None:
    """Give an account something in a municipality, in place of what it had there.

    Raises `InputRefused` when the grant is wider than the role or names what the city does not have, when it is the
    giver's own, or when the municipality would stay without who keeps its access.
    """
    with common.changing(store, grant.municipality) as connection:
        permits.demand(connection, by, grant.municipality)
        _place(connection, account_id, grant, by)


def admit(
    store: Store, grant: Grant, *, login: str, title: str, password: str | None, by: Actor, must_change: bool = True
) -> int:
    """Make an account that is given something at once, both or neither, and return its number.

    Raises `InputRefused` as `accounts.add` and `give` do.
    """
    row = accounts.prepared(login, title, password, must_change=must_change)
    with common.changing(store, grant.municipality) as connection:
        permits.demand(connection, by, grant.municipality)
        number = accounts.insert(connection, row, by)
        _place(connection, number, grant, by)
    return number


def _place(connection: Connection, account_id: int, grant: Grant, by: Actor) -> None:
    account = permits.existing(connection, account_id)
    _refuse_own(by, account_id)
    check(connection, grant)
    kept = permits.keepers(connection)
    _delete(connection, account_id, grant.municipality)
    connection.execute(sa.insert(grants).values(account_id=account_id, **_columns(grant)))
    permits.refuse_loss(kept, permits.keepers(connection))
    detail = {"account": account["login"], **_told(grant)}
    journal.write(connection, by, journal.GRANT_CHANGED, municipality=grant.municipality, detail=detail)


def withdraw(store: Store, account_id: int, municipality: str, by: Actor) -> None:
    """Take back what an account is given in a municipality; raises `InputRefused` as `give` does."""
    with common.changing(store) as connection:
        permits.demand(connection, by, municipality)
        account = permits.existing(connection, account_id)
        _refuse_own(by, account_id)
        kept = permits.keepers(connection)
        if not _delete(connection, account_id, municipality):
            raise InputRefused("no_grant", f"В городе «{municipality}» этой учётной записи ничего не открыто")
        permits.refuse_loss(kept, permits.keepers(connection))
        detail = {"account": account["login"], "change": "права отозваны"}
        journal.write(connection, by, journal.GRANT_CHANGED, municipality=municipality, detail=detail)


def _refuse_own(by: Actor, account_id: int) -> None:
    if by.account_id == account_id:
        raise InputRefused("own_grant", "Свои права изменить нельзя", advice="Это делает другой администратор.")


def _delete(connection: Connection, account_id: int, municipality: str) -> int:
    given = sa.and_(_ROWS.account_id == account_id, _ROWS.municipality == municipality)
    return connection.execute(sa.delete(grants).where(given)).rowcount


def _columns(grant: Grant) -> dict[str, str | int | None]:
    return {
        "municipality": grant.municipality,
        "role": grant.role.value,
        "rights": common.as_text(right.value for right in grant.rights),
        "blocks": common.as_text(grant.blocks),
        "departments": common.as_text(grant.departments),
        "channels": common.as_text(grant.channels),
        "valid_until_utc": None if grant.valid_until is None else common.seconds(grant.valid_until),
    }


def _told(grant: Grant) -> dict[str, str]:
    words = {"blocks": grant.blocks, "departments": grant.departments, "channels": grant.channels}
    until = {} if grant.valid_until is None else {"valid_until": _moment(grant.valid_until)}
    return {
        "role": ROLES[grant.role].title,
        "rights": ", ".join(title for right, title in RIGHTS.items() if right in grant.rights) or "только показатели",
        **{name: ", ".join(sorted(chosen, key=natural.key)) for name, chosen in words.items() if chosen is not None},
        **until,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="minutes")


def of_row(row: "Row[tuple[object, ...]]", until: int | None = None) -> Grant:
    """Make the grant of a row of the table, cut short at `until` (seconds of UTC)."""
    ends = [second for second in (row.valid_until_utc, until) if second is not None]
    return Grant(
        municipality=row.municipality,
        role=Role(row.role),
        rights=frozenset(map(Right, common.as_words(row.rights) or ())),
        blocks=common.as_words(row.blocks),
        departments=common.as_words(row.departments),
        channels=common.as_words(row.channels),
        valid_until=common.moment(min(ends)) if ends else None,
    )


def check(connection: Connection, grant: Grant) -> None:
    """Raise `InputRefused` when a grant is wider than its role, endless, past, or names what the city lacks."""
    rule = ROLES[grant.role]
    if not rule.least <= grant.rights <= rule.most:
        names = ", ".join(RIGHTS[right] for right in sorted(grant.rights ^ rule.rights) if right in RIGHTS)
        raise InputRefused("rights", f"Роль «{rule.title}» даёт другие права: {names}")
    if rule.must_end and grant.valid_until is None:
        raise InputRefused("no_end", f"Роль «{rule.title}» дают только на срок", advice="Назовите последний день.")
    if grant.valid_until is not None and grant.valid_until <= common.now():
        raise InputRefused("past", "Срок доступа уже прошёл", advice="Назовите будущий день.")
    if rule.bound == "blocks" and not grant.blocks:
        raise InputRefused("no_blocks", f"Роли «{rule.title}» нужен хотя бы один блок", advice=_blocks(grant))
    if rule.bound == "channels" and not grant.channels:
        raise InputRefused("no_channels", f"Роли «{rule.title}» нужен хотя бы один канал")
    _check_words(connection, grant)


def _check_words(connection: Connection, grant: Grant) -> None:
    """Refuse words that the city does not have: a slip would look like an empty city."""
    policies.enter(connection, Scope.whole_city(grant.municipality))  # its dictionary stands behind the wall
    city = municipalities.describe(grant.municipality)
    _known("Блока", grant.blocks, [block.key for block in city.blocks], _blocks(grant))
    bodies = [department.title for department in city.departments]
    loaded = _loaded(connection, grant.municipality, "department")
    _known("Подразделения", grant.departments, [*bodies, *loaded], "")
    _known("Канала", grant.channels, _loaded(connection, grant.municipality, "channel"), "")


def _loaded(connection: Connection, municipality: str, dimension: str) -> list[str]:
    known = sa.select(tables.terms.c.value).where(
        tables.terms.c.municipality == municipality, tables.terms.c.dimension == dimension
    )
    return sorted(connection.scalars(known))


def _blocks(grant: Grant) -> str:
    city = municipalities.describe(grant.municipality)
    return f"Есть: {', '.join(f'{block.key} — {block.short_title}' for block in city.blocks)}."


def _known(what: str, words: Iterable[str] | None, known: list[str], advice: str) -> None:
    for word in sorted(words or ()):
        if word not in known:
            shown = journal.plain(word)
            listed = f"Есть: {', '.join(known)}." if known else "В загруженных данных их пока нет."
            raise InputRefused("unknown_word", f"{what} «{shown}» в этом городе нет", advice=advice or listed)


def substitute(
    store: Store, municipality: str, absent_id: int, substitute_id: int, start: datetime, end: datetime, by: Actor
) -> int:
    """Let one account look from the place of another from `start` to `end` (aware), and return the number.

    Raises `InputRefused` when both are one, the days are past or turned round, nothing is given to the absent one
    there, the substitute is switched off, or whoever appoints would stand in.
    """
    if absent_id == substitute_id:
        raise InputRefused("same_account", "Замещать самого себя нельзя")
    if end <= start or end <= common.now():
        raise InputRefused("period", "Замещение кончается раньше, чем начинается, или уже прошло")
    with common.changing(store) as connection:
        permits.demand(connection, by, municipality)
        _refuse_own(by, substitute_id)
        absent, instead = (permits.existing(connection, number) for number in (absent_id, substitute_id))
        if not instead["is_active"]:
            raise InputRefused("switched_off", f"Учётная запись «{instead['login']}» выключена")
        if not _is_given(connection, absent_id, municipality):
            raise InputRefused("no_grant", f"В городе «{municipality}» у «{absent['login']}» нет прав, замещать нечего")
        number = _next(connection, municipality)
        span = {"start_utc": common.seconds(start), "end_utc": common.seconds(end)}
        people = {"absent_id": absent_id, "substitute_id": substitute_id}
        row = {"municipality": municipality, "substitution_id": number, **people, **span}
        connection.execute(sa.insert(substitutions).values(**row))
        days = {"start": _moment(start), "end": _moment(end)}
        detail = {"absent": absent["login"], "substitute": instead["login"], **days}
        journal.write(connection, by, journal.SUBSTITUTION_ADDED, municipality=municipality, detail=detail)
    return number


def _is_given(connection: Connection, account_id: int, municipality: str) -> bool:
    given = sa.select(_ROWS.role).where(_ROWS.account_id == account_id, _ROWS.municipality == municipality)
    return connection.scalar(given) is not None


def _next(connection: Connection, municipality: str) -> int:
    last = sa.select(sa.func.max(_STANDS.substitution_id)).where(_STANDS.municipality == municipality)
    return (connection.scalar(last) or 0) + 1


def end_substitution(store: Store, municipality: str, substitution_id: int, by: Actor) -> None:
    """End a substitution now; one that has not begun never will. Raises `InputRefused` when it is over or unknown."""
    with common.changing(store) as connection:
        permits.demand(connection, by, municipality)
        named = sa.and_(_STANDS.municipality == municipality, _STANDS.substitution_id == substitution_id)
        row = connection.execute(sa.select(substitutions).where(named)).first()
        now = common.seconds()
        if row is None or row.end_utc <= now:
            raise InputRefused("no_substitution", "Такого замещения нет, или оно уже кончилось")
        end = max(row.start_utc, now)
        connection.execute(sa.update(substitutions).where(named).values(end_utc=end))
        people = {"absent": row.absent_id, "substitute": row.substitute_id}
        detail = {name: permits.existing(connection, number)["login"] for name, number in people.items()}
        journal.write(connection, by, journal.SUBSTITUTION_ENDED, municipality=municipality, detail=detail)


SUBSTITUTIONS: Final = pl.Schema(
    {
        "substitution_id": pl.Int64(),
        "absent_id": pl.Int64(),
        "absent": pl.String(),
        "substitute_id": pl.Int64(),
        "substitute": pl.String(),
        "start": pl.Datetime("ms"),
        "end": pl.Datetime("ms"),
    }
)
"""Columns of the list of substitutions; moments in UTC, people by their titles."""


def all_substitutions(store: Store, municipality: str) -> pl.DataFrame:
    """List the substitutions of a municipality, newest first: one row each, columns of `SUBSTITUTIONS`."""
    absent, instead = access_tables.accounts.alias(), access_tables.accounts.alias()
    people = substitutions.join(absent, absent.c.account_id == _STANDS.absent_id).join(
        instead, instead.c.account_id == _STANDS.substitute_id
    )
    statement = (
        sa.select(
            *(_STANDS.substitution_id, _STANDS.absent_id, absent.c.title, _STANDS.substitute_id),
            *(instead.c.title, _STANDS.start_utc, _STANDS.end_utc),
        )
        .select_from(people)
        .where(_STANDS.municipality == municipality)
        .order_by(_STANDS.start_utc.desc(), _STANDS.substitution_id.desc())
    )
    with store.reading(None) as connection:
        rows = [tuple(row) for row in connection.execute(statement)]
    read = pl.Schema({**SUBSTITUTIONS, "start": pl.Int64(), "end": pl.Int64()})
    return pl.DataFrame(rows, schema=read, orient="row").with_columns(
        pl.from_epoch(pl.col("start", "end"), time_unit="s").dt.cast_time_unit("ms")
    )
