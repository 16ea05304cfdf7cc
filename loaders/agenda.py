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


def filters(calendar: WorkCalendar, now: datetime, base: RegisterFilter) -> Mapping[str, RegisterFilter]:
    """Narrow `base` to each group of open cases at `now`, nearest first; the last one, `ALL`, holds all the others."""
    is_open = replace(base, status=_OPEN)
    dated: dict[str, RegisterFilter] = {
        each.key: replace(is_open, due_from=each.start, due_before=each.end) for each in agenda.groups(calendar, now)
    }
    return {**dated, NONE: replace(is_open, due_basis=(DueBasis.NONE.value,)), ALL: is_open}


def counts(store: Store, scope: Scope, groups: Mapping[str, RegisterFilter]) -> Mapping[str, int]:
    """Count the rows of every group in one state of the data."""
    return dict(zip(groups, register.totals(store, scope, list(groups.values())), strict=True))
