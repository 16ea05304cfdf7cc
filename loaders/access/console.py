"""Who acts when no screen does: somebody at the machine itself, or the session that a screen started a command for."""

import getpass
import os
from typing import Final

from loaders.access import permits, sessions
from loaders.access.roles import Right
from loaders.access.viewer import OWN, Actor
from loaders.errors import AccessDenied
from loaders.scope import Scope
from loaders.store.engine import Store

SESSION_VARIABLE: Final = "MCU_SESSION"
"""Holds the number of the session that started a command; without it the console does."""

PLACE_VARIABLE: Final = "MCU_PLACE"
"""Holds the key of the place that session looks from: its own, or that of somebody it stands in for."""


def actor() -> Actor:
    """Name the person at the machine by the user of its system."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        user = str(os.getuid())
    return Actor(f"{permits.CONSOLE}: {user}".casefold())


def acting(store: Store, right: Right, municipality: str) -> Actor:
    """Name who a command acts for: the session of MCU_SESSION, if it holds the right there now, else the console.

    The right is asked for from the place of MCU_PLACE; one that is not open any more is the own one. Raises
    `AccessDenied` when the session has ended or lacks the right.
    """
    number = os.environ.get(SESSION_VARIABLE)
    if not number:
        return actor()
    viewer = sessions.viewer(store, number)
    if viewer is None:
        raise AccessDenied("Сеанс окончен", advice="Войдите ещё раз.")
    viewer.demand(right, municipality, os.environ.get(PLACE_VARIABLE, OWN))
    return viewer.actor


def scope(store: Store, municipality: str) -> Scope:
    """Give what a command may read: all of a city at the console, the bounds of its session where one started it."""
    number = os.environ.get(SESSION_VARIABLE)
    if not number:
        return Scope.whole_city(municipality)
    viewer = sessions.viewer(store, number)
    if viewer is None:
        raise AccessDenied("Сеанс окончен", advice="Войдите ещё раз.")
    found = viewer.scope(municipality, os.environ.get(PLACE_VARIABLE, OWN))
    found.check()
    return found
