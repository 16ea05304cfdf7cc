"""How restless each watched series is: the spread of what came around what was expected, beyond chance.

A disaster is not how a series usually varies: its days are left out, and what a single window adds is drawn in at four
deviations (P. J. Huber, Annals of Mathematical Statistics 35, 1964). Where a series has shown little, it is drawn
towards all of them, yet never further than what it has shown allows.
"""

from typing import Final

import numpy as np

from analytics.surge_scores import WINDOWS, rolling
from analytics.surge_series import WEEK, YEAR, Flags, Floats

GUARD: Final = 14
LEVEL: Final = 56
"""The last days that teach no level, and the days before them that do."""

YOUNG_GUARD: Final = 7
YOUNG_LEVEL: Final = 28
"""The same while there is no year of history to tell the season: nearer days follow it better."""

BURN_IN: Final = YOUNG_GUARD + YOUNG_LEVEL
"""Days before which nothing is judged."""

YOUNG: Final = BURN_IN + YOUNG_LEVEL
"""Days of history up to which the spread is learned in hindsight, from all of them."""

SEASON_REACH: Final = 14
"""Days to both sides that tell the season of a day."""

SEASONED: Final = YEAR + SEASON_REACH + GUARD + LEVEL
"""Days of history from which on the season is known for the whole of a level."""

DRAWN_IN: Final = 16.0
"""Times the usual square that a window adds at most: four deviations."""

CLUMP: Final = 10.0
"""Rows that one event brings at once in any city: so many more than expected are always a series' own unrest."""

PEERS: Final = 8.0
"""Windows that the spread of all series together counts for beside those of each."""

SURE: Final = 2.0
"""Standard errors of its own spread beyond which a series is not drawn towards the others."""

LEAST: Final = 1e-4
_TURNS: Final = 4
_LEAST_ROWS: Final = 1e-3


def spread(
    clean: Floats, mean: Floats, rows: Floats, factor: Floats, recent: int, is_usual: Flags | None = None
) -> Floats:
    """Estimate how much wider than Poisson each window varies, as a share of mean²: windows × series.

    `clean`, `mean`, `rows` and `factor` are series × days; the last `recent` days teach nothing, and those that are not
    `is_usual` (days). A young city is judged around its own level in hindsight, which lies nearer to the counts than
    any forecast: the squares are stretched by what that takes off them, and a standard error is added, for few weeks
    tell little. Days without a season are left out once there is half a year of others.
    """
    days = clean.shape[1]
    learned = max(days - recent, min(days, YOUNG))
    is_young, first = learned <= YOUNG, SEASONED if learned >= SEASONED + YEAR // 2 else BURN_IN
    kept = np.ones(len(WINDOWS))
    if is_young:
        first, mean, rows = 0, _in_hindsight(clean, factor), np.full_like(rows, np.inf)
        kept = np.array([1 - each / YOUNG_LEVEL - (each < WEEK) * WEEK / max(learned, 2 * WEEK) for each in WINDOWS])
    is_known = np.ones(days) if is_usual is None else is_usual.astype(np.float64)
    found = np.full((len(WINDOWS), len(clean)), LEAST)
    for place, window in enumerate(WINDOWS):
        step = (window + 1) // 2  # overlapping windows tell little more than these
        judged = slice(first + window - 1, learned, step)
        told = rolling(is_known[None], window)[0, judged] == window
        seen, due = (rolling(each, window)[:, judged][:, told] for each in (clean, mean))
        known = due + due**2 / rows[:, judged][:, told]
        error = (seen - due) ** 2 / kept[place]
        found[place] = np.maximum(_drawn(error, known, due**2, told.sum() * step / window, float(is_young)), LEAST)
    return found


def _in_hindsight(clean: Floats, factor: Floats) -> Floats:
    reach = YOUNG_LEVEL + 1
    ahead = -(reach // 2)
    level: Floats = rolling(clean, reach, ahead) / np.maximum(rolling(factor, reach, ahead), _LEAST_ROWS)
    return level * factor


def _drawn(error: Floats, known: Floats, square: Floats, independent: float, doubt: float) -> Floats:
    """Estimate the spread by moments, and draw it towards that of all series as far as its own windows allow.

    `doubt` is by how many of its standard errors it is raised.
    """
    told = np.maximum(square.sum(axis=1), _LEAST_ROWS)
    own = np.zeros(len(told))
    for _ in range(_TURNS):
        variance = known + own[:, None] * square
        extra = (np.minimum(error, np.maximum(DRAWN_IN * variance, CLUMP**2)) - known).sum(axis=1)
        own = np.maximum(extra / told, 0)
    usual = max(float(extra.sum()) / max(float(told.sum()), _LEAST_ROWS), 0)
    mixed = (independent * own + PEERS * usual) / (independent + PEERS)
    unsure = np.sqrt(2 / max(independent, 1)) * (known + own[:, None] * square).sum(axis=1) / told
    found: Floats = np.clip(mixed + doubt * unsure, own - SURE * unsure, own + SURE * unsure)
    return found
