"""Conditions that several readers need: what a scope opens, what counts as finished, which words are asked for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from analytics import schema
from loaders.scope import Scope
from loaders.store import halves, policies, tables
from loaders.store.terms import Words

_ROWS: Final = tables.appeals.c


def bounds(scope: Scope) -> dict[str, frozenset[str]]:
    """Name the dimensions a scope is bounded by, and the words it opens of each; the whole city has none."""
    told = {column: getattr(scope, name) for name, column in policies.BOUNDS.items()}
    return {column: words for column, words in told.items() if words is not None}


def needed(scope: Scope) -> tuple[str, ...]:
    """Name the dimensions whose words the conditions of this module need."""
    return ("status", *bounds(scope))


def codes(words: Mapping[str, Words], scope: Scope) -> dict[str, list[int]]:
    """Name the codes a scope opens of each dimension it is bounded by; rows without a word are not among them."""
    return {
        column: sorted(code for code, word in words[column].by_code.items() if word in opened_words)
        for column, opened_words in bounds(scope).items()
    }


def opened(words: Mapping[str, Words], scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Bound a statement over appeals to what a scope opens; an empty set opens nothing.

    Whoever sees no rows is given a random half of the cases, whose rows count `Scope.weight` times.
    """
    city = _ROWS.municipality == scope.municipality
    half = [] if scope.sees_rows else [halves.kept()]
    return [city, *(_ROWS[column].in_(known) for column, known in codes(words, scope).items()), *half]


def is_finished(statuses: Words) -> sa.ColumnElement[bool]:
    """Say whether the city owes nothing more."""
    finished = {status.value for status in schema.FINISHED_STATUSES}
    return _ROWS.status.in_(sorted(code for code, word in statuses.by_code.items() if word in finished))


def one_of(column: sa.ColumnElement[Any], words: Words, wanted: Sequence[str | None]) -> sa.ColumnElement[bool]:
    """Ask for some words of a coded column; None asks for rows without one, an unknown word for no row."""
    known = words.codes
    codes = sorted(known[word] for word in wanted if word in known)
    # Written into the statement: a choice of tens of thousands is more than a store takes as parameters.
    asked = column.in_(sa.bindparam(None, codes, sa.Integer, expanding=True, literal_execute=True))
    return sa.or_(asked, column.is_(None)) if None in wanted else asked
