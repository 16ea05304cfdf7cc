"""The password a new account starts with: told once, and changed at the first sign-in."""

import secrets
from typing import Final

_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Small letters and figures that nobody takes for one another: it is read out by telephone."""

_GROUPS: Final = 4
_IN_GROUP: Final = 4


def one_time_password() -> str:
    """Make a password of four groups of four signs, about 79 random bits: `k7pd-2mxa-…`."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
