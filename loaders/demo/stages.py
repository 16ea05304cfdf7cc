"""Say when each case of the demo city passed from one stage of its handling to the next."""

from typing import Final

import numpy as np
import polars as pl

from analytics.schema import Stage
from loaders.demo.arrivals import DAY, Arrivals, Calendar
from loaders.demo.dice import Ints
from loaders.demo.handling import ABSENT, HOUR, Handling, moments
from loaders.demo.outcomes import ALMOST_DONE, STAGES, Outcomes

QUICK: Final = 2 * DAY
SLOW: Final = 5 * DAY
"""Moderation and coordination last at most so long."""


def beginnings(
    rng: np.random.Generator, calendar: Calendar, arrivals: Arrivals, handling: Handling, outcomes: Outcomes
) -> dict[str, pl.Series]:
    """Give `coordination_at`, `execution_at` and `approval_at`, each in office hours and none after the last moment.

    A finished case has passed all three; an open one those up to the stage it stands in.
    """
    rows = len(arrivals)
    is_finished = outcomes.answered != ABSENT
    end = np.where(is_finished, outcomes.answered, calendar.moment)
    way = np.maximum(np.where(is_finished, end, handling.answered).clip(max=end + 30 * DAY) - arrivals.received, 1)
    accepted = arrivals.received + np.minimum(way * rng.uniform(0.01, 0.08, rows), rng.uniform(0, QUICK, rows))
    given = accepted + np.minimum(way * rng.uniform(0.02, 0.12, rows), rng.uniform(0, SLOW, rows))
    drafted = arrivals.received + way * rng.uniform(ALMOST_DONE - 0.2, ALMOST_DONE + 0.1, rows)
    last = np.where(is_finished, STAGES.index(Stage.APPROVAL), outcomes.stage)
    found: dict[str, pl.Series] = {}
    before = arrivals.received
    for stage, planned in ((Stage.COORDINATION, accepted), (Stage.EXECUTION, given), (Stage.APPROVAL, drafted)):
        before = np.minimum(np.maximum(_at_work(calendar, planned.astype(np.int64)), before), end)
        found[f"{stage.value}_at"] = moments(np.where(last >= STAGES.index(stage), before, ABSENT))
    return found


def _at_work(calendar: Calendar, moment: Ints) -> Ints:
    """Move moments outside office hours into those of the nearest working day."""
    day = calendar.after(moment // DAY)
    of_day = np.where(day == moment // DAY, moment % DAY, 9 * HOUR + moment % HOUR)
    moved: Ints = day * DAY + of_day.clip(9 * HOUR, 18 * HOUR - 1)
    return moved
