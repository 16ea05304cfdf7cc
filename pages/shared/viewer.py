"""Who is looking, and at which city. Until access control lands everyone on this machine sees the whole chosen city.

The scope is made here and nowhere else, anew on every run.
"""

from collections.abc import Sequence

from loaders import municipalities as cities
from loaders.scope import Scope
from pages.shared import readers


def scope(municipality: str) -> Scope:
    """Give what the present reader may see of one municipality."""
    return Scope.whole_city(municipality)


def municipalities() -> tuple[str, ...]:
    """List the municipalities that the present reader may choose from."""
    return cities.known(readers.store())


def chosen(asked: str, known: Sequence[str]) -> str:
    """Choose the municipality that was asked for if it may be seen, else the first, else the product's own."""
    if asked in known:
        return asked
    return known[0] if known else cities.HOME
