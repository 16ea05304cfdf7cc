"""Join the series that passed the threshold on one day into alarms about one thing each.

A topic and its territories are one thing. So is a block with its topics, where the block as a whole has risen and no
single topic tells half of it. What stands in no block is told by topic. An alarm is about a series that passed the
threshold itself: the whole city, or the territory that raised it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.surge_expected import Expected
from analytics.surge_scores import WINDOWS
from analytics.surge_series import LEAST_SEEN, Floats, Ints, Watched

MOST_OF_IT: Final = 0.5
"""Share of the excess from which a topic stands for its block, or a territory for the city."""

_BLOCK, _TOPIC, _TERRITORY = range(3)

Key = tuple[str | None, str | None, str | None]
"""Block, topic, territory of a series; null as in `surge_series.KEYS`."""


@dataclass(frozen=True)
class Line:
    """Hold one series over one window that ends on `day`: rows seen, rows expected, score."""

    line: int
    key: Key
    day: int
    days: int
    seen: int
    expected: float
    score: float

    @property
    def excess(self) -> float:
        """Count the rows above the expected."""
        return self.seen - self.expected


class Evidence:
    """Hold what was seen, expected and scored, and cut windows out of it.

    `limits` are the scores above which each series raises an alarm. All scores are brought to one `threshold`, that of
    the whole city, so that they can be compared.
    """

    def __init__(self, watched: Watched, expected: Expected, found: Floats, limits: Floats) -> None:
        self.counts, self.expected = watched.counts, expected
        self.threshold = float(limits.min(initial=np.inf))
        self.scale = self.threshold / limits
        self.found = found * self.scale[:, None]
        self.keys: list[Key] = watched.keys.rows()
        self.above: Ints = watched.above
        self.lines_of: defaultdict[Key, list[int]] = defaultdict(list)
        for line, key in enumerate(self.keys):
            self.lines_of[key[_BLOCK], None, None].append(line)
            if key[_TOPIC] is not None:
                self.lines_of[key[_BLOCK], key[_TOPIC], None].append(line)

    def cut(self, line: int, day: int, window: int) -> Line:
        """Give one series over one window."""
        days = WINDOWS[window]
        part = slice(max(0, day - days + 1), day + 1)
        seen, expected = int(self.counts[line, part].sum()), float(self.expected.mean[line, part].sum())
        return Line(line, self.keys[line], day, days, seen, expected, float(self.found[window, line, day]))

    def passing(self, day: int) -> list[Line]:
        """List the series above the threshold on a day, each over its most telling window, with enough rows in it."""
        best = self.found[:, :, day].max(axis=0)
        lines = np.flatnonzero(best > self.threshold).tolist()
        cut = [self.cut(line, day, int(np.argmax(self.found[:, line, day]))) for line in lines]
        return [line for line in cut if self.has_passed(line)]

    def has_passed(self, line: Line) -> bool:
        """Say whether a series over a window is above the threshold, with enough rows in it."""
        return line.score > self.threshold and line.seen >= LEAST_SEEN

    def daily_excess(self, line: Line) -> float:
        """Give the rows above the expected a day, over the window that shows most: others reach before the surge."""
        cut = (self.cut(line.line, line.day, window) for window in range(len(WINDOWS)))
        return max(each.excess / each.days for each in cut)

    def days_with_alarms(self, first: int) -> list[int]:
        """List the days from `first` on of which some series passed the threshold."""
        passed = (self.found[:, :, first:] > self.threshold).any(axis=(0, 1))
        return [first + int(day) for day in np.flatnonzero(passed)]


def alarms(evidence: Evidence, day: int) -> Iterator[Line]:
    """Yield what each alarm of a day is about: the block or topic, narrowed to the territory that tells most of it."""
    by_block: defaultdict[str, list[Line]] = defaultdict(list)
    for line in evidence.passing(day):
        by_block[line.key[_BLOCK] or f"\0{line.key[_TOPIC]}"].append(line)
    for lines in by_block.values():
        for subject in _subjects(evidence, lines):
            yield _narrowed(evidence, subject)


def _subjects(evidence: Evidence, lines: Sequence[Line]) -> list[Line]:
    """Say what the lines of one block are about: the block once, or each of its topics once."""
    topics: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        topic = line.key[_TOPIC]
        if topic is not None:
            topics[topic].append(line)
    whole = [line for line in lines if line.key[_TOPIC] is None]
    told = [_told_of(evidence, own) for own in topics.values()]
    if not whole:
        return told
    block = _told_of(evidence, whole)
    window = WINDOWS.index(block.days)
    enough = [each for each in told if evidence.cut(each.line, block.day, window).excess >= MOST_OF_IT * block.excess]
    return enough if len(enough) == len(told) == 1 else [block]


def _told_of(evidence: Evidence, lines: Sequence[Line]) -> Line:
    """Take the whole city where it passed the threshold itself, else the territory that did, the most telling one."""
    return max(lines, key=lambda line: (line.line == evidence.above[line.line], line.score, -line.line))


def _narrowed(evidence: Evidence, subject: Line) -> Line:
    """Give the territory that tells most of the excess instead of the city, where one does and passed itself."""
    inside = parts(evidence, subject, _TERRITORY)
    if inside and inside[0].excess >= MOST_OF_IT * max(subject.excess, 1.0) and evidence.has_passed(inside[0]):
        return inside[0]
    return subject


def parts(evidence: Evidence, subject: Line, by: int) -> list[Line]:
    """List what a subject is made of, the greatest excess first: its topics (`by` 1) or its territories (`by` 2).

    Only parts that are watched and have risen are listed, so they need not add up to the subject.
    """
    block, topic, territory = subject.key
    window = WINDOWS.index(subject.days)
    wanted = [
        line
        for line in evidence.lines_of[block, topic, None]
        if evidence.keys[line][by] is not None
        and (by == _TOPIC or evidence.keys[line][_TOPIC] == topic)
        and (by == _TERRITORY or evidence.keys[line][_TERRITORY] == territory)
    ]
    cut = [evidence.cut(line, subject.day, window) for line in wanted]
    return sorted((line for line in cut if line.excess > 0), key=lambda line: (-line.excess, line.line))
