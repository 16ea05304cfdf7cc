"""Who is looking, from whose place, and at which city: resolved anew on every run, kept nowhere.

The gate puts the session's id where only it can write (`st.user`); account, rights, blocks and substitutions are read
from the store by it. Parts of a screen that Streamlit runs without pages/main.py resolve the viewer again by `anew`.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import streamlit as st

from loaders import municipalities as cities
from loaders.access import journal, sessions
from loaders.access.roles import Right
from loaders.access.viewer import Grant, Place, Viewer
from loaders.errors import AccessDenied
from loaders.scope import Scope
from loaders.store.engine import Store
from pages.shared import address, readers
from pages.shared.address import Need

_P = ParamSpec("_P")
_R = TypeVar("_R")


class NoSession(Exception):
    """Tell that nobody is signed in any more: the session ended, was revoked, or never was."""


def viewer() -> Viewer:
    """Give who is looking, as the store knows them now; raises `NoSession` when nobody is."""
    session = st.user.get("session")
    found = sessions.viewer(readers.store(), session) if isinstance(session, str) and session else None
    if found is None:
        raise NoSession
    return found


def place(person: Viewer) -> Place:
    """Give the place the address asks for, else the own one: an unknown key opens nothing.

    Who is given nothing of their own stands where they stand in.
    """
    asked = person.place(address.param(address.PLACE))
    return asked if asked.grants else next((each for each in person.places if each.grants), asked)


def municipalities(person: Viewer) -> tuple[str, ...]:
    """List the municipalities that may be chosen from: those with data first, in the order of the store."""
    granted = person.municipalities(place(person).key)
    loaded = [key for key in cities.known(readers.store()) if key in granted]
    return (*loaded, *(key for key in granted if key not in loaded))


def chosen(asked: str, known: Sequence[str]) -> str:
    """Choose the municipality asked for if it may be seen, else the first; raises `AccessDenied` without any."""
    if not known:
        raise AccessDenied("Вам не открыт ни один город", advice="Обратитесь к администратору.")
    return asked if asked in known else known[0]


def scope(person: Viewer, municipality: str) -> Scope:
    """Give the bounds of every read in one municipality; raises `AccessDenied` when nothing is open or it has ended."""
    bounds = person.scope(municipality, place(person).key)
    bounds.check()
    return bounds


def may(person: Viewer, right: Right, municipality: str) -> bool:
    """Say whether a right is held here; a substitute holds those of the absent one while standing there."""
    return person.may(right, municipality, place(person).key)


def demand(person: Viewer, right: Right, municipality: str) -> None:
    """Raise `AccessDenied` unless a right is held here; ask before every act, whatever was drawn."""
    if not may(person, right, municipality):
        raise AccessDenied


def opens(person: Viewer, need: Need, municipality: str) -> bool:
    """Say whether what a screen needs is held here."""
    if isinstance(need, Right):
        return may(person, need, municipality)
    sees_values = may(person, Right.ROWS, municipality) or may(person, Right.IMPORT, municipality)
    return need == "numbers" or (scope(person, municipality).is_whole_city and sees_values)


def first_screen(person: Viewer, municipality: str, key: str) -> str:
    """Give the screen that the bare address opens to somebody at a place, home where the role's own does not open."""
    screen = address.FIRST.get(person.grant(municipality, key).role, address.HOME)
    need = address.SCREENS[screen].needs
    return screen if not isinstance(need, Right) or person.may(need, municipality, key) else address.HOME


def first_of_all(store: Store, person: Viewer) -> str:
    """Give the screen that the bare address opens to somebody who has chosen neither a place nor a city."""
    start = next((each for each in person.places if each.grants), None)
    if start is None:
        return address.HOME
    granted = person.municipalities(start.key)
    loaded = [key for key in cities.known(store) if key in granted]
    return first_screen(person, (*loaded, *granted)[0], start.key)


def grant(person: Viewer, municipality: str) -> Grant:
    """Give what is granted at the present place in a municipality."""
    return person.grant(municipality, place(person).key)


def refuse(person: Viewer, municipality: str, screen: str) -> None:
    """Journal that a screen was asked for and not opened; once, however often the same refusal is drawn anew."""
    asked = (screen, municipality, place(person).key)
    if st.session_state.get("refused") != asked:
        journal.record(
            readers.store(), person.actor, journal.REFUSED, municipality=municipality, detail={"page": screen}
        )
        st.session_state["refused"] = asked


def anew(part: Callable[Concatenate[Viewer, _P], _R]) -> Callable[_P, _R]:
    """Hand a fragment or a dialog the viewer of the moment as its first argument; without one, draw the whole anew.

    Streamlit runs such a part alone: what pages/main.py found out minutes ago may hold no longer.
    """

    @wraps(part)
    def resolved(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            person = viewer()
        except NoSession:
            st.rerun()
        return part(person, *args, **kwargs)

    return resolved
