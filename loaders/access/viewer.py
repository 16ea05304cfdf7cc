"""Who is looking: an account with what it may see in each municipality, resolved anew on every run."""

from dataclasses import dataclass
from datetime import datetime

from loaders.access.roles import ROLES, Right, Role
from loaders.errors import AccessDenied
from loaders.scope import Scope

OWN = ""
"""Key of one's own place, beside the places of people one stands in for."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Hold what one account is given in one municipality; None opens all of a dimension. `valid_until` is UTC."""

    municipality: str
    role: Role
    rights: frozenset[Right]
    blocks: frozenset[str] | None = None
    departments: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    valid_until: datetime | None = None

    def scope(self) -> Scope:
        """Give the bounds of every read under this grant; a role bounded by blocks never opens the rest by omission."""
        bound = ROLES[self.role].bound
        return Scope(
            municipality=self.municipality,
            blocks=self.blocks if bound != "blocks" or self.blocks is not None else frozenset(),
            sees_rows=Right.ROWS in self.rights,
            may_export=Right.EXPORT in self.rights,
            departments=self.departments,
            channels=self.channels if bound != "channels" or self.channels is not None else frozenset(),
            valid_until=self.valid_until,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Hold one place a person may look from: the own one (`key` is OWN) or that of someone absent, with its title."""

    key: str
    title: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Name who does something, for the journal: an account, a demo visitor or the console of the machine."""

    login: str
    account_id: int | None = None
    session_id: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Hold a signed-in person as of this run.

    `places` begins with the own place. `stamp` is an opaque word that changes whenever anything of this changes.
    """

    actor: Actor
    title: str
    is_demo: bool
    places: tuple[Place, ...]
    stamp: str

    def place(self, key: str = OWN) -> Place:
        """Give the place of a key, else the own one: an unknown key opens nothing new."""
        return next((place for place in self.places if place.key == key), self.places[0])

    def municipalities(self, place: str = OWN) -> tuple[str, ...]:
        """List the municipalities open from a place."""
        return tuple(grant.municipality for grant in self.place(place).grants)

    def grant(self, municipality: str, place: str = OWN) -> Grant:
        """Give what is granted in a municipality; raises `AccessDenied` when nothing is."""
        for grant in self.place(place).grants:
            if grant.municipality == municipality:
                return grant
        raise AccessDenied

    def scope(self, municipality: str, place: str = OWN) -> Scope:
        """Give the bounds of every read in a municipality; raises `AccessDenied` when nothing is open there."""
        return self.grant(municipality, place).scope()

    def may(self, right: Right, municipality: str, place: str = OWN) -> bool:
        """Say whether a right is held in a municipality."""
        try:
            grant = self.grant(municipality, place)
            grant.scope().check()
        except AccessDenied:
            return False
        return right in grant.rights

    def demand(self, right: Right, municipality: str, place: str = OWN) -> None:
        """Raise `AccessDenied` unless a right is held in a municipality."""
        if not self.may(right, municipality, place):
            raise AccessDenied
