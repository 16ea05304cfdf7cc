"""Multiply what came to topics for some days, and see what the radar finds of it and what could be found at all.

The bound is a detector by likelihood ratio (J. Neyman and E. S. Pearson, 1933) that knows more than the radar may: how
many times as much comes, for how many days at most, how restless each topic is in hindsight, and the ratio that lets
one topic a week pass. It looks at topics in the whole city alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics import surge_disasters, surge_expected
from analytics.surge_groups import Evidence
from analytics.surge_scores import rolling
from analytics.surge_series import WEEK, Flags, Floats, Watched

APART = 14
"""Days between two surges that are planted at once."""


@dataclass(frozen=True)
class Surge:
    """Say how many times the usual comes, and for how many days."""

    times: float
    days: int


DOUBLING, FOURFOLD, HALF_MORE = Surge(2, 3), Surge(4, 3), Surge(1.5, 7)


def topics(watched: Watched) -> np.ndarray:
    """Give the lines of topics in the whole city."""
    is_topic = watched.keys["topic"].is_not_null() & watched.keys["territory"].is_null()
    return np.flatnonzero(is_topic.to_numpy())


def planted(counts: Floats, surge: Surge, judged: int) -> Iterator[tuple[Floats, list[int]]]:
    """Yield counts with surges from every day of the last `judged` on, many at a time, and the days they start on."""
    days = counts.shape[1]
    for first in range(days - judged + WEEK, days - judged + WEEK + APART):
        starts = list(range(first, days - surge.days + 1, APART))
        changed = counts.copy()
        for start in starts:
            changed[:, start : start + surge.days] *= surge.times
        rounding = np.random.default_rng(first).random(changed.shape)
        yield np.floor(changed + (rounding if surge.times % 1 else 0)), starts


def found(watched: Watched, evidence: Evidence, surge: Surge, judged: int) -> float:
    """Give the share of surges of a topic that the radar tells while they last, where it told nothing before."""

    def passes(counts: Floats) -> Flags:
        over = (
            surge_expected.scores(counts, evidence.expected).max(axis=0) * evidence.scale[:, None] > evidence.threshold
        )
        every = np.unique(watched.above)
        return surge_disasters.of_families(over, watched.above)[np.searchsorted(every, topics(watched))] > 0

    return _share(watched.counts, passes, surge, judged)


def bound(watched: Watched, evidence: Evidence, surge: Surge, judged: int, is_usual: Flags) -> float:
    """Give the same share for the detector that knows the surge, and the spread and bar of the days that are usual."""
    mean, counts = evidence.expected.mean[topics(watched)], watched.counts[topics(watched)]
    lengths = range(1, surge.days + 1)
    spread = [_spread(rolling(counts, n)[:, is_usual], rolling(mean, n)[:, is_usual]) for n in lengths]

    def ratio(changed: Floats) -> Floats:
        found = [log_ratio(changed, mean, own, surge.times, n) for own, n in zip(spread, lengths, strict=True)]
        return np.max(found, axis=0)

    known = ratio(counts)[:, is_usual]
    weeks = known.shape[1] // WEEK
    best = known[:, -weeks * WEEK :].reshape(len(counts), weeks, WEEK).max(axis=2)
    bar = np.sort(best, axis=None)[::-1][min(weeks, best.size - 1)]
    return _share(counts, lambda changed: ratio(changed) > bar, surge, judged)


def _spread(seen: Floats, due: Floats) -> Floats:
    extra = ((seen - due) ** 2 - due).sum(axis=1)
    return np.maximum(extra / np.maximum((due**2).sum(axis=1), 1e-9), 1e-4)


def log_ratio(counts: Floats, mean: Floats, spread: Floats, times: float, days: int) -> Floats:
    """Compare how likely the last `days` are when `times` the usual comes and when nothing happens."""
    seen, due, size = rolling(counts, days), rolling(mean, days) + 1e-3, 1 / spread[:, None]
    return seen * np.log(times) - (seen + size) * np.log((times * due + size) / (due + size))


def _share(counts: Floats, passes, surge: Surge, judged: int) -> float:
    """Share the surges that pass on one of their days, of those before which nothing passed for a week."""
    before = passes(counts)
    hits = []
    for changed, starts in planted(counts, surge, judged):
        after = passes(changed)
        for start in starts:
            is_quiet = ~before[:, start - WEEK : start + surge.days].any(axis=1)
            hits.append(after[is_quiet, start : start + surge.days].any(axis=1))
    return float(np.mean(np.concatenate(hits)))
