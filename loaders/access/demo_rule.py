"""When a visitor may look around without a password, and what is opened then.

A store is a demo store as long as every city that was ever loaded into it is made up. An empty store counts only where
it is the project's own file: there the first start is making the demo city right now. Where a visitor sits is asked by
the gate.
"""

import os
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loaders import municipalities
from loaders.access.roles import ROLES, Role
from loaders.access.viewer import Grant
from loaders.city import DEMO_SUFFIX
from loaders.store import tables
from loaders.store.engine import URL_VARIABLE, Store

BLOCK: Final = "roads"
"""The block that the head of a block looks at in the demo."""

NETWORKS: Final = frozenset({"ВКонтакте", "Одноклассники", "Телеграм"})
"""The channels that whoever works with the media looks at in the demo."""


def is_demo_store(store: Store) -> bool:
    """Say whether a visitor may look around this store without a password."""
    with store.reading(None) as connection:
        return cities(connection) is not None


def cities(connection: Connection) -> tuple[str, ...] | None:
    """Name the made-up cities of a demo store, or None when it is no demo store; an undone load counts too."""
    loaded = sa.select(tables.batches.c.municipality).distinct()
    found = sorted(connection.scalars(loaded))
    if not found:
        return None if os.environ.get(URL_VARIABLE) else (municipalities.HOME + DEMO_SUFFIX,)
    return tuple(found) if all(key.endswith(DEMO_SUFFIX) for key in found) else None


def grant(municipality: str, role: Role) -> Grant:
    """Give a visitor what a role opens in a made-up city: the blocks of one group, the networks, or everything."""
    bound = ROLES[role].bound
    return Grant(
        municipality=municipality,
        role=role,
        rights=ROLES[role].rights,
        blocks=_blocks(municipality, role) if bound == "blocks" else None,
        channels=NETWORKS if bound == "channels" else None,
    )


def _blocks(municipality: str, role: Role) -> frozenset[str]:
    """Choose the block of roads, or the first where there is none; who is accountable has its whole group."""
    blocks = municipalities.describe(municipality).blocks
    shown = next((block for block in blocks if block.key == BLOCK), blocks[0])
    if role is Role.BLOCK_HEAD:
        return frozenset({shown.key})
    return frozenset(block.key for block in blocks if block.group == shown.group)
