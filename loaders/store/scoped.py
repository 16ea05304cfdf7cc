"""Conditions that several readers need: what a scope opens, what counts as finished, which words are asked for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from analytics import schema
from loaders.scope import Scope
from loaders.store import tables
from loaders.store.terms import Words

_ROWS: Final = tables.appeals.c

NEEDED: Final = ("topic_block", "status")
"""Dimensions whose words the conditions of this module need."""


def block_codes(words: Mapping[str, Words], scope: Scope) -> list[int] | None:
    """Name the codes of the blocks a scope opens; None opens all, rows without a block included."""
    if scope.blocks is None:
        return None
    return sorted(code for code, word in words["topic_block"].by_code.items() if word in scope.blocks)


def opened(words: Mapping[str, Words], scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Bound a statement over appeals to what a scope opens; an empty set of blocks opens nothing."""
    codes = block_codes(words, scope)
    city = _ROWS.municipality == scope.municipality
    return [city] if codes is None else [city, _ROWS.topic_block.in_(codes)]


def is_finished(statuses: Words) -> sa.ColumnElement[bool]:
    """Say whether the city owes nothing more."""
    finished = {status.value for status in schema.FINISHED_STATUSES}
    return _ROWS.status.in_(sorted(code for code, word in statuses.by_code.items() if word in finished))


def is_put_off(statuses: Words) -> sa.ColumnElement[bool]:
    """Say whether the answer was put off: to a date that is known, or by the word of the source alone."""
    words = [code for code, word in statuses.by_code.items() if word == schema.Status.POSTPONED.value]
    return sa.or_(_ROWS.postponed_until.is_not(None), _ROWS.status.in_(words))


def one_of(column: sa.ColumnElement[Any], words: Words, wanted: Sequence[str | None]) -> sa.ColumnElement[bool]:
    """Ask for some words of a coded column; None asks for rows without one, an unknown word for no row."""
    known = words.codes
    codes = sorted(known[word] for word in wanted if word in known)
    asked = column.in_(codes)
    return sa.or_(asked, column.is_(None)) if None in wanted else asked
