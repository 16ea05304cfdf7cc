"""Open cases by when they have to be done: every group of an agenda is one filter of the register, counted and listed.

The groups tell the present state of the newest data: unlike the measures of a period they do not wait for whole days.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from analytics import agenda
from analytics.schema import FINISHED_STATUSES, DueBasis, Status
from analytics.work_calendar import WorkCalendar
from loaders import register
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store.engine import Store

ALL: Final = "all"
NONE: Final = "none"
"""Keys of the groups without a day: everything open, and open cases without a deadline."""

_OPEN: Final = tuple(status.value for status in Status if status not in FINISHED_STATUSES)


def is_open(base: RegisterFilter) -> RegisterFilter:
    """Narrow a filter to cases that the city still owes an answer, as the newest data tell."""
    return replace(base, status=_OPEN)


def filters(calendar: WorkCalendar, now: datetime, base: RegisterFilter) -> Mapping[str, RegisterFilter]:
    """Narrow `base` to each group of open cases at `now`, nearest first; the last one, `ALL`, holds all the others."""
    whole = is_open(base)
    dated: dict[str, RegisterFilter] = {
        each.key: replace(whole, due_from=each.start, due_before=each.end) for each in agenda.groups(calendar, now)
    }
    return {**dated, NONE: replace(whole, due_basis=(DueBasis.NONE.value,)), ALL: whole}


def counts(store: Store, scope: Scope, groups: Mapping[str, RegisterFilter]) -> Mapping[str, int]:
    """Count the rows of every group in one state of the data."""
    return dict(zip(groups, register.totals(store, scope, groups[ALL], list(groups.values())), strict=True))
