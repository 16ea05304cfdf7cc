"""Devices an account has signed in from: a signed word in a long-lived cookie, so that strangers bar nobody's owner.

The key is the account's own password hash with its random salt: no secret to keep beside the store, and every device
is forgotten with a change of the password.
"""

import hashlib
import hmac

import sqlalchemy as sa

from loaders.access.accounts import named
from loaders.store.access_tables import accounts
from loaders.store.engine import Store


def word(store: Store, login: str) -> str:
    """Give the word that marks a device of an account; empty for an account without a password, or none at all."""
    statement = sa.select(accounts.c.password_hash).where(named(login), accounts.c.is_active)
    with store.reading(None) as connection:
        known = connection.scalar(statement)
    return hmac.new(known.encode(), b"device", hashlib.sha256).hexdigest() if known else ""


def is_known(store: Store, login: str, given: str) -> bool:
    """Say whether a device carries the word of an account."""
    expected = word(store, login)
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
