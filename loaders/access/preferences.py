"""What a person chose for the own screens and finds again at the next sign-in: no right hangs on it."""

import sqlalchemy as sa

from loaders.access import common
from loaders.store.access_tables import accounts
from loaders.store.engine import Store


def home_colour(store: Store, account_id: int | None) -> str | None:
    """Give what the person coloured the home screen by last; None for a visitor and for whoever never chose."""
    if account_id is None:
        return None
    with store.reading(None) as connection:
        chosen = sa.select(accounts.c.home_colour).where(accounts.c.account_id == account_id)
        found: str | None = connection.scalar(chosen)
        return found


def keep_home_colour(store: Store, account_id: int | None, colour: str) -> None:
    """Remember it; a visitor without an account is not remembered, and neither is a choice while a load writes."""
    if account_id is not None:
        own = accounts.c.account_id == account_id
        common.at_once(store, sa.update(accounts).where(own).values(home_colour=colour))
