"""Say of each topic whether the radar would notice its doubling within three days, by the topic's own spread."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from analytics.surge_groups import Evidence
from analytics.surge_scores import WINDOWS, above, limit
from analytics.surge_series import LEAST_SEEN, WEEK
from analytics.surge_spread import LEAST

RATIO: Final = 2.0
"""How many times the usual is asked about."""

DAYS: Final = 3
_UNEVEN: Final = 0.5
ENOUGH: Final = 0.8
"""Share of such surges from which they are noticed: four of five."""


class Sight(StrEnum):
    """Say whether a doubling is noticed, and why not."""

    NOTICED = "noticed"
    UNEVEN = "uneven"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Seen:
    """Tell of a topic: `usual` rows in three days, from how many on it is an alarm, and what becomes of a doubling."""

    topic_block: str | None
    topic: str
    usual: float
    alarm_from: int
    chance: float
    sight: Sight


def sights(evidence: Evidence) -> tuple[Seen, ...]:
    """Tell of every topic in the whole city, those with most rows first.

    The usual is that of the week before the last one, whose rows are here.
    """
    lines = {line: topic for line, (_, topic, territory) in enumerate(evidence.keys) if topic and territory is None}
    at = list(lines)
    usual = np.maximum(evidence.expected.mean[at, -2 * WEEK : -WEEK].sum(axis=1) * DAYS / WEEK, LEAST)
    rows, spread = evidence.expected.rows[at, -1], evidence.expected.spread[WINDOWS.index(DAYS), at]
    needed = np.maximum(limit(usual, 1 / (spread + 1 / rows), evidence.threshold) + 1, LEAST_SEEN)
    told = zip(
        lines.items(),
        usual.tolist(),
        needed.astype(np.int64).tolist(),
        above(needed, RATIO * usual, 1 / spread).tolist(),
        (spread * usual).tolist(),
        strict=True,
    )
    found = [
        Seen(evidence.keys[line][0], topic, mean, least, chance, _sight(chance, variance))
        for (line, topic), mean, least, chance, variance in told
    ]
    return tuple(sorted(found, key=lambda each: (-each.usual, each.topic)))


def _sight(chance: float, variance: float) -> Sight:
    """Blame unevenness where it adds half as much again to what chance alone does."""
    return Sight.NOTICED if chance >= ENOUGH else Sight.UNEVEN if variance > _UNEVEN else Sight.FEW
