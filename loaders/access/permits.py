"""Who may change access, asked inside the transaction that changes it.

The console of the machine may do everything: whoever is there owns the store. A demo visitor may do nothing. Anybody
else must keep the access (`Right.ACCESS`) of every municipality that the change touches, at this very moment.
"""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from loaders.access import common
from loaders.access.roles import Right
from loaders.access.viewer import Actor
from loaders.errors import AccessDenied, InputRefused
from loaders.store.access_tables import accounts, grants, substitutions

_GRANTS: Final = grants.c


CONSOLE: Final = "консоль"
"""Begins the name of whoever works at the machine itself."""


def is_console(actor: Actor) -> bool:
    """Say whether somebody works at the machine itself: no visitor and no unknown caller passes for that."""
    return actor.account_id is None and not actor.session_id and actor.login.startswith(CONSOLE)


def kept_by(connection: Connection, actor: Actor) -> frozenset[str] | None:
    """Name the municipalities whose access an actor keeps now, standing in for others included; None means all."""
    if is_console(actor):
        return None
    now = common.seconds()
    absent = sa.select(substitutions.c.municipality, substitutions.c.absent_id).where(
        substitutions.c.substitute_id == actor.account_id,
        substitutions.c.start_utc <= now,
        substitutions.c.end_utc > now,
    )
    is_own = _GRANTS.account_id == actor.account_id
    stands_in = sa.tuple_(_GRANTS.municipality, _GRANTS.account_id).in_(absent)
    statement = _valid(now).where(sa.or_(is_own, stands_in))
    if not connection.scalar(sa.select(accounts.c.is_active).where(accounts.c.account_id == actor.account_id)):
        return frozenset()
    return frozenset(row.municipality for row in connection.execute(statement) if _keeps(row.rights))


def _valid(now: int) -> sa.Select[tuple[str, int, str, int | None]]:
    """Select what active accounts are given now."""
    return (
        sa.select(_GRANTS.municipality, _GRANTS.account_id, _GRANTS.rights, _GRANTS.valid_until_utc)
        .join(accounts, accounts.c.account_id == _GRANTS.account_id)
        .where(accounts.c.is_active, sa.or_(_GRANTS.valid_until_utc.is_(None), _GRANTS.valid_until_utc > now))
    )


def _keeps(rights: str) -> bool:
    return Right.ACCESS.value in (common.as_words(rights) or ())


def demand(connection: Connection, actor: Actor, municipality: str) -> None:
    """Raise `AccessDenied` unless an actor keeps the access of a municipality."""
    kept = kept_by(connection, actor)
    if kept is not None and municipality not in kept:
        raise AccessDenied


def demand_any(connection: Connection, actor: Actor) -> None:
    """Raise `AccessDenied` unless an actor keeps the access of some municipality."""
    kept = kept_by(connection, actor)
    if kept is not None and not kept:
        raise AccessDenied


def demand_over(connection: Connection, actor: Actor, account_id: int) -> RowMapping:
    """Give the row of an account, if the actor keeps the access of every municipality it is given something in.

    Otherwise whoever keeps one city could enter another by setting a password. Raises `AccessDenied`, and
    `InputRefused` when there is no such account.
    """
    kept = kept_by(connection, actor)
    theirs = connection.scalars(sa.select(_GRANTS.municipality).where(_GRANTS.account_id == account_id)).all()
    if kept is not None and (not kept or not kept.issuperset(theirs)):
        raise AccessDenied
    return existing(connection, account_id)


def existing(connection: Connection, account_id: int) -> RowMapping:
    """Give the row of an account; raises `InputRefused` when there is none."""
    row = connection.execute(sa.select(accounts).where(accounts.c.account_id == account_id)).mappings().first()
    if row is None:
        raise InputRefused("no_account", "Такой учётной записи нет")
    return row


def own(connection: Connection, actor: Actor) -> RowMapping:
    """Give the row of the actor's own account; raises `AccessDenied` when it is switched off."""
    row = existing(connection, actor.account_id or 0)
    if not row["is_active"]:
        raise AccessDenied
    return row


def keepers(connection: Connection) -> Mapping[str, int]:
    """Count by municipality the active accounts that keep its access without a last day."""
    counts: dict[str, int] = {}
    for row in connection.execute(_valid(common.seconds())):
        if row.valid_until_utc is None and _keeps(row.rights):
            counts[row.municipality] = counts.get(row.municipality, 0) + 1
    return counts


def refuse_loss(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Raise `InputRefused` when a municipality that had somebody to keep its access has nobody left."""
    lost = sorted(name for name in before if name not in after)
    if lost:
        what = f"Это последний, кто ведёт доступ города «{lost[0]}»"
        raise InputRefused("last_administrator", what, advice="Сначала дайте это право другому.")
