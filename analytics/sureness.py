"""How sure chances may be: what forecasts of the past were told with, against what came true.

Days that a whole department loses, or wins, make single chances too sure: they lie nearer to never and to always than
what comes true does. All are drawn towards one half by one factor of their logarithmic odds (D. R. Cox, Biometrika 45,
1958), learned from chances whose due day is over, older ones fading, and drawn itself towards 1, no correction.
"""

from typing import Final

import numpy as np

from analytics.pace import Floats
from analytics.work_line import Ints

HALF_LIFE_DAYS: Final = 90
"""Days after which a due day of the past counts half."""

REPEATS: Final = 8.0
"""Mornings on which one case is foretold: they tell of one outcome."""

WIDTH: Final = 0.4
"""Logarithmic odds that are kept together."""

FURTHEST: Final = 9.0
"""Logarithmic odds beyond which chances are not told apart."""

ROUNDS: Final = 6


class Sureness:
    """Keep cases, misses and odds of the forecasts of a span of days, by due day and by bands of odds."""

    def __init__(self, first: int, last: int, prior: float) -> None:
        self._first = first
        self._prior = prior
        self._bands = round(2 * FURTHEST / WIDTH) + 1
        self._cases, self._missed, self._odds = (np.zeros((last - first + 1, self._bands)) for _ in range(3))

    def note(self, due: Ints, chance: Floats, missed: Floats, cases: Floats) -> None:
        """Keep forecasts to be learned from when their due day is over; those due outside the span are left out."""
        odds = np.clip(_odds(chance), -FURTHEST, FURTHEST)
        at = (due - self._first) * self._bands + np.round((odds + FURTHEST) / WIDTH).astype(np.int64)
        inside = (due >= self._first) & (due - self._first < len(self._cases))
        weight = cases[inside] / REPEATS
        self._cases += self._table(at[inside], weight)
        self._missed += self._table(at[inside], weight * missed[inside])
        self._odds += self._table(at[inside], weight * odds[inside])

    def factor(self, morning: int) -> float:
        """Learn the factor from what was due before a morning."""
        over = morning - self._first
        faded = 0.5 ** (np.arange(over, 0, -1) / HALF_LIFE_DAYS)
        cases, missed, odds = (faded @ each[:over] for each in (self._cases, self._missed, self._odds))
        odds = odds / np.maximum(cases, 1e-9)
        factor = 1.0
        for _ in range(ROUNDS):
            chance = 1 / (1 + np.exp(-factor * odds))
            slope = (odds * (missed - cases * chance)).sum() / self._prior - (factor - 1)
            bend = (odds**2 * cases * chance * (1 - chance)).sum() / self._prior + 1
            factor = float(np.clip(factor + slope / bend, 0.2, 1.0))
        return factor

    def _table(self, at: Ints, weight: Floats) -> Floats:
        counted: Floats = np.bincount(at, weight, self._cases.size).astype(np.float64).reshape(self._cases.shape)
        return counted


def drawn(chance: Floats, factor: float) -> Floats:
    """Draw chances towards one half; never and always stay what they are."""
    likely, unlikely = chance**factor, (1 - chance) ** factor
    found: Floats = likely / (likely + unlikely)
    return found


def _odds(chance: Floats) -> Floats:
    kept = np.clip(chance, 1e-6, 1 - 1e-6)
    found: Floats = np.log(kept / (1 - kept))
    return found
