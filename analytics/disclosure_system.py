"""Hide so many numbers of what is published that no reader can work the small ones out, whatever sums tie them.

Everything published counts some of the same *groups* of rows: groups that no published number tells apart. A number is
the sum of its groups; the whole system is one matrix. A reader knows the numbers that are shown, that a hidden one is
at least 1 (zeros are shown), and that no group is negative. He may also guess which of the hidden are hidden for being
small, and so below the limit. Either way he must be left in doubt, in whole numbers: by the limit at least without the
guess, between two values at least with it. Where he is not, the cheapest others are hidden that leave him so.

Sources: A. Hundepool and others, "Statistical Disclosure Control", Wiley 2012, ch. 4; J. Castro, "Recent advances in
optimization techniques for statistical tabular data protection", European Journal of Operational Research 216 (2012),
257-269 (which numbers to hide is a linear program, whose price is the change of what is shown).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

PATIENCE: Final = 60.0
"""Seconds of work that an audit may take."""

_SLACK: Final = 1e-6
_OUT_OF_TIME: Final = 1
_NEAR: Final = 1.0
"""Share by which a solution in whole numbers may cost more than the cheapest."""
_GLANCES: Final = 8
_NEAR_BY: Final = (300, 1_200)
"""Groups that may move at first, and then."""
_CENTRES: Final = 5
_ATTEMPTS: Final = 4
"""Prices of moves that are tried for whole numbers before they are demanded, which takes long."""
_MOVE: Final = 0.01
"""Price of moving a group by one, beside which the change of a shown number costs the logarithm of its size."""


class TooLong(Exception):
    """Tell that an audit did not end in its time: nothing may be published by it."""


class Role(IntEnum):
    """Say what a number of the system is to its reader."""

    NEW = 0
    """Is about to be published, shown or hidden."""
    SHOWN = 1
    """Has been published as it is."""
    HIDDEN = 2
    """Has been published as hidden."""
    REST = 3
    """Is printed nowhere, but a difference of others: too small to be told."""


@dataclass(frozen=True, eq=False)
class System:
    """Hold numbers as sums of groups: `forms` is a matrix, a row per number and a column per group.

    `sizes` are the true sizes of the groups, whole numbers; `roles` is a `Role` per number.
    """

    forms: sparse.csr_array
    sizes: Any
    roles: Any

    @property
    def values(self) -> Any:
        """Give every number, whole."""
        return np.rint(self.forms @ self.sizes).astype(np.int64)


def hidden(system: System, limit: int, patience: float = PATIENCE) -> Any:
    """Say which numbers stay unknown: those hidden before, and of the new ones what is small and what guards it.

    A mask in the order of the rows. The same system has the same answer. What the numbers shown before tell by
    themselves no mask can take back, and is no reason to hide more. Raises `TooLong` after `patience` seconds.
    """
    until = time.thread_time() + patience
    values = system.values
    mask = _unknown(system, values, limit)
    for rows, columns in _parts(system, mask):
        own = System(system.forms[rows][:, columns], system.sizes[columns], system.roles[rows])
        search = _Search(own, mask[rows], limit, until)
        search.run()
        mask[rows] = search.mask
    return mask


def bounds(system: System, mask: Any, row: int, *, most: int | None = None) -> tuple[int, int]:
    """Bound a hidden number in whole numbers as a reader can; `most` bounds every hidden one from above.

    Groups are looked for as far as they are from empty to a hundred more than they are.
    """
    search = _Search(system, mask, 100, time.thread_time() + PATIENCE, most=most)
    for sign in (1, -1):
        while search.moved(row, sign, 0, np.arange(system.forms.shape[1])):
            pass
    return int(search.low[0, row]), int(search.high[0, row])


def _unknown(system: System, values: Any, limit: int) -> Any:
    small = (values > 0) & (values < limit)
    before = (system.roles == Role.HIDDEN) & (values > 0)
    return before | (system.roles == Role.REST) | ((system.roles == Role.NEW) & small)


def _parts(system: System, mask: Any) -> Iterator[tuple[Any, Any]]:
    """Part the system into those that have no group in common, and leave out those where nothing is hidden."""
    height = system.forms.shape[0]
    _, labels = connected_components(sparse.block_array([[None, system.forms], [system.forms.T, None]]), directed=False)
    for label in np.unique(labels[:height][mask]):
        yield np.flatnonzero(labels[:height] == label), np.flatnonzero(labels[height:] == label)


@dataclass(eq=False)
class _Search:
    """Look for doubt: `low` and `high` are the least and the greatest value that a reader was shown to hold possible.

    The first row of both is of the reader who guesses nothing, the second of the one who guesses what is small.
    """

    system: System
    mask: Any
    limit: int
    until: float
    most: int | None = None
    low: Any = field(init=False)
    high: Any = field(init=False)

    def __post_init__(self) -> None:
        self.values = self.system.values
        self.low, self.high = np.tile(self.values, (2, 1)), np.tile(self.values, (2, 1))
        is_printed = self.system.roles != Role.REST
        self.is_small = self.mask & is_printed & (self.values < self.limit)
        self.floor = np.where(is_printed, 1, -np.inf)
        self.price = np.log1p(np.maximum(self.values, 0))
        self.random = np.random.default_rng(0)
        self._columns = sparse.csc_array(self.system.forms)
        self._heights = np.diff(self._columns.indptr)

    def run(self) -> None:
        """Hide until every hidden number is in doubt."""
        self._glance()
        done: set[int] = set()
        while waiting := [row for row in np.flatnonzero(self.mask).tolist() if row not in done]:
            for row in waiting:
                self._guard(row, guesses=0, need=self.limit)
                if self.limit > 2:  # noqa: PLR2004 — below 2 there is 1 alone
                    self._guard(row, guesses=1, need=1)
                done.add(row)

    def _glance(self) -> None:
        """Go as far as can be in a few directions at once: in a plain table they show most numbers to be in doubt."""
        sizes = self.system.sizes
        if len(sizes) > _NEAR_BY[-1]:
            return
        box = Bounds(np.minimum(sizes, 0), np.maximum(sizes, 0) + self.limit)
        for glance in range(2 * _GLANCES):
            known = LinearConstraint(self.system.forms, *self._sides(glance % 2))
            weights = np.where(self.mask, self.random.normal(size=len(self.mask)), 0.0)
            found = self._solve(self.system.forms.T @ weights, [known], box, 0)
            if found is None or np.abs(found - np.rint(found)).max(initial=0) > _SLACK:
                return
            self._witness(np.rint(found))

    def _width(self, row: int, guesses: int) -> int:
        return int(self.high[guesses, row] - self.low[guesses, row])

    def _guard(self, row: int, guesses: int, need: int) -> None:
        """Leave a number in doubt by `need`; where that cannot be, by one; where that cannot be, it was told before."""
        for columns in self._near(row):
            for sign in (1, -1):
                self._stretch(row, sign, guesses, need, columns)
            if self._width(row, guesses) >= need:
                return
        for least in dict.fromkeys((need, 1)):
            missing = least - self._width(row, guesses)
            if missing <= 0 or self._hide_for(row, guesses, missing):
                return

    def _stretch(self, row: int, sign: int, guesses: int, need: int, columns: Any) -> None:
        """Look how far a number may lie beyond what it was seen to be, as far as is needed."""
        while (missing := need - self._width(row, guesses)) > 0:
            steps = dict.fromkeys((missing, 1)) if self._width(row, guesses) else (1,)
            if not any(self.moved(row, sign * by, guesses, columns) for by in steps):
                return

    def moved(self, row: int, by: int, guesses: int, columns: Any) -> bool:
        """Look for a state of the groups in which a number lies so far beyond what it was seen to be; note it."""
        found = self._change(row, by, guesses, np.empty(0, dtype=np.int64), columns)
        return found is not None and self._witness(found[1])

    def _near(self, row: int) -> Iterator[Any]:
        """Choose which groups may move: those most like some of the number's own, then more, and then all of them.

        Who may move less holds less for possible: what is found in doubt among a few is in doubt among all.
        """
        forms, width = self._columns, self.system.forms.shape[1]
        own = self.system.forms[[row]].indices
        centre = forms[:, own[np.argsort(-self.system.sizes[own], kind="stable")[:_CENTRES]]]
        both = (forms.T @ centre).toarray()
        unlike = (
            (self._heights[:, None] + both.max(axis=0)[None] - 2 * both).min(axis=1) if both.size else np.zeros(width)
        )
        order = np.argsort(unlike, kind="stable")
        yield from (np.sort(order[:most]) for most in (*(few for few in _NEAR_BY if few < width), width))

    def _hide_for(self, row: int, guesses: int, missing: int) -> bool:
        """Hide the cheapest numbers that let this one be more, or less, by what is missing."""
        free = np.flatnonzero(~self.mask & (self.system.roles == Role.NEW) & (self.values > 0))
        for columns in self._near(row):
            both = [self._change(row, sign * missing, guesses, free, columns) for sign in (1, -1)]
            found = [change for change in both if change is not None]
            if found:
                break
        else:
            return False
        _, groups = min(found, key=lambda each: each[0])
        self.mask = self.mask | (np.abs(self.system.forms @ groups - self.values) > _SLACK)
        self._witness(groups)
        return True

    def _sides(self, guesses: int) -> tuple[Any, Any]:
        """Give what a reader knows of every number: at least and at most so much."""
        low = np.where(self.mask, self.floor, self.values)
        high = np.where(self.mask, np.inf if self.most is None else self.most, self.values).astype(float)
        if guesses:
            high = np.where(self.is_small, self.limit - 1, high)
        return low, high

    def _change(self, row: int, by: int, guesses: int, free: Any, columns: Any) -> tuple[float, Any] | None:
        """Find the cheapest state in which a number lies so far beyond what it was seen to be: its price and groups.

        Only the groups in `columns` move. The numbers `free` may change, at a price; the others are as a reader knows
        them. The fewer groups move, the better: then a linear program nearly always finds whole numbers.
        """
        forms, width = self.system.forms[:, columns], len(columns)
        eye = sparse.csr_array((np.ones(len(free)), (free, np.arange(len(free)))), shape=(len(self.mask), len(free)))
        matrix = sparse.csr_array(sparse.hstack([forms, -forms, -eye, eye]))
        low, high = self._sides(guesses)
        touched = np.flatnonzero(np.diff(matrix.indptr))
        known = LinearConstraint(matrix[touched], (low - self.values)[touched], (high - self.values)[touched])
        target = (self.high if by > 0 else self.low)[guesses, row] + by - self.values[row]
        own = sparse.hstack([forms[[row]], -forms[[row]], sparse.csr_array((1, 2 * len(free)))])
        beyond = LinearConstraint(own, *((target, np.inf) if by > 0 else (-np.inf, target)))
        sizes = self.system.sizes[columns]
        most = [np.full(width, self.limit), np.maximum(sizes, 0), np.full(len(free), np.inf), self.values[free] - 1]
        box = Bounds(0, np.concatenate(most))
        # All groups in whole numbers take seconds: they are asked for only where something is to be hidden.
        for attempt in range(_ATTEMPTS + (len(free) > 0 or width <= _NEAR_BY[-1])):
            moves = self.random.uniform(_MOVE, 2 * _MOVE, size=2 * width)
            price = np.concatenate([moves, self.price[free], self.price[free]])
            found = self._solve(price, [known, beyond], box, 2 * width if attempt == _ATTEMPTS else 0)
            if found is None:
                return None
            moved = found[:width] - found[width : 2 * width]
            if np.abs(moved - np.rint(moved)).max(initial=0) < _SLACK:
                groups = self.system.sizes.copy()
                groups[columns] += np.rint(moved)
                return float(price @ found), groups
        return None

    def _solve(self, goal: Any, constraints: list[LinearConstraint], box: Bounds, whole: int) -> Any:
        """Solve a program whose first variables are whole; None where it has no solution."""
        left = self.until - time.thread_time()
        if left <= 0:
            raise TooLong
        integrality = (np.arange(len(goal)) < whole).astype(int)
        options = {"time_limit": left, "mip_rel_gap": _NEAR}
        solved = milp(goal, integrality=integrality, bounds=box, constraints=constraints, options=options)
        if solved.status == _OUT_OF_TIME:
            raise TooLong
        return solved.x

    def _witness(self, groups: Any) -> bool:
        """Note what a state of the groups makes of every number; say whether a reader holds it possible."""
        seen = self.system.forms @ groups
        is_possible = False
        for guesses in (0, 1):
            low, high = self._sides(guesses)
            if ((seen >= low - _SLACK) & (seen <= high + _SLACK)).all():
                self.low[guesses] = np.minimum(self.low[guesses], seen)
                self.high[guesses] = np.maximum(self.high[guesses], seen)
                is_possible = True
        return is_possible
