"""Who is looking, and at which city. Until access control lands everyone on this machine sees the whole chosen city.

The scope is made here and nowhere else, anew on every run.
"""

from collections.abc import Sequence

from loaders.scope import Scope


def scope(municipality: str) -> Scope:
    """Give what the present reader may see of one municipality."""
    return Scope.whole_city(municipality)
