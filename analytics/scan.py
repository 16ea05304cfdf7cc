"""Find clusters in space and time: places and last days in which more came together than chance explains.

Method: the prospective space-time permutation scan (Kulldorff, Heffernan, Hartman, Assunção and Mostashari, PLoS Med
2, 2005, e59), as New York watches its diseases with. Within each stratum (a topic block) cylinders of growing disks
of cells over the last 1 … `LAST_DAYS` days are compared with what place and day together make expect, so that
neither a busy place nor a busy Monday counts. The likelihood ratio of a cylinder is compared with the greatest of
any stratum when the days are dealt out anew over the places; the tail of that greatest is taken as Gumbel's (Abrams,
Kulldorff and Kleinman, Int J Health Geogr 9, 2010, 61). The reciprocal of the chance is the recurrence interval: in
how many days of looking at the whole city chance alone would show such a cluster.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from scipy import sparse
from scipy.stats import gumbel_r

from analytics import hexagons
from analytics.hexagons import PLACE
from analytics.surges import Alarm

STUDY_DAYS: Final = 84
"""Days whose places and days make the expected: twelve of every weekday."""

LAST_DAYS: Final = 14
"""Days that a cluster may have lasted at most."""

MOST_RINGS: Final = 2
"""Rings of the largest disk: some four kilometres across at resolution 8."""

SHUFFLES: Final = 199
"""Times that the days are dealt out anew: enough for two moments of Gumbel's distribution."""

RARE_DAYS: Final = 100
"""Recurrence interval from which a cluster is told: one false one in a hundred days of looking."""

MOST_DAYS: Final = 10_000
"""Longest recurrence interval that is told: beyond it the tail is a guess."""

LEAST_SEEN: Final = 5
"""Cases of a cluster that is told, at least."""

MOST_CLUSTERS: Final = 5

_SEED: Final = 20_050_219


@dataclass(frozen=True, slots=True)
class Cluster:
    """Tell of one cluster: in `places`, from `since` to `until`, `seen` cases of `stratum` where `expected` were usual.

    `recurrence_days` is in how many days of looking chance alone would show one like it; `centre` is the middle place.
    """

    stratum: str | None
    centre: str
    places: tuple[str, ...]
    since: date
    until: date
    seen: int
    expected: float
    recurrence_days: float


def clusters(counted: pl.DataFrame, as_of: date, *, shuffles: int = SHUFFLES) -> tuple[Cluster, ...]:
    """Find the clusters that end on `as_of`, the most telling first; those of one stratum share no place.

    `counted` has one row per `stratum` (null: none), `place` and `received_on` with `appeals`; days before the study
    and after `as_of` are left out. The same cases give the same answer: the shuffles are seeded.
    """
    study = counted.filter(
        pl.col("received_on").is_between(as_of - timedelta(days=STUDY_DAYS - 1), as_of), pl.col("appeals") > 0
    ).sort("stratum", PLACE, "received_on")
    grounds = [_Ground.of(own, as_of) for own in study.partition_by("stratum", maintain_order=True)]
    if not grounds:
        return ()
    rng = np.random.default_rng(_SEED)
    highest = [max(ground.ratios(ground.shuffled(rng)).max() for ground in grounds) for _ in range(shuffles)]
    chance = gumbel_r(*_gumbel(np.array(highest)))
    found = (each for ground in grounds for each in ground.told(chance, as_of))
    return tuple(sorted(found, key=lambda each: (-each.recurrence_days, each.centre)))[:MOST_CLUSTERS]


def _gumbel(highest: Any) -> tuple[float, float]:
    """Fit Gumbel's distribution by its mean and standard deviation: location and scale."""
    scale = float(max(highest.std(ddof=1), 1e-9) * np.sqrt(6) / np.pi)
    return float(highest.mean() - np.euler_gamma * scale), scale


def linked(cluster: Cluster, topics: Collection[str], territory: str | None, alarms: Iterable[Alarm]) -> list[Alarm]:
    """Name the alarms of the surge radar that tell of the same: of its block, in its territory or in the whole city.

    `topics` are those that the cluster is mostly made of; the alarm's days must overlap the cluster's.
    """
    return [
        alarm
        for alarm in alarms
        if alarm.topic_block == cluster.stratum
        and alarm.topic in {None, *topics}
        and alarm.territory in {None, territory}
        and alarm.day >= cluster.since
        and alarm.since <= cluster.until
    ]


@dataclass(frozen=True, eq=False)
class _Ground:
    """Hold the cases of a stratum: `place` and `age` (days before the last) of each, and the disks around each place.

    `seen` counts the last days by place and age. Row `i` of `disks` is the disk `i % places` of `i // places` rings.
    """

    stratum: str | None
    names: list[str]
    place: Any
    age: Any
    seen: Any
    disks: sparse.csr_array
    expected: Any

    @classmethod
    def of(cls, study: pl.DataFrame, as_of: date) -> "_Ground":
        names = study[PLACE].cast(pl.String).unique().sort().to_list()
        number = {name: at for at, name in enumerate(names)}
        weights = study["appeals"].to_numpy()
        place = np.repeat([number[name] for name in study[PLACE]], weights)
        age = np.repeat([(as_of - day).days for day in study["received_on"]], weights)
        disks = sparse.vstack([hexagons.disks(names, rings) for rings in range(MOST_RINGS + 1)], format="csr")
        by_place = np.bincount(place, minlength=len(names))
        by_age = np.bincount(age, minlength=STUDY_DAYS)[:LAST_DAYS]
        expected = np.outer(disks @ by_place, by_age.cumsum()) / len(place)
        return cls(study["stratum"][0], names, place, age, _count(place, age, len(names)), disks, expected)

    def shuffled(self, rng: np.random.Generator) -> Any:
        """Count the last days after the days were dealt out anew over the places."""
        return _count(rng.permutation(self.place), self.age, len(self.names))

    def ratios(self, seen: Any) -> Any:
        """Give the log likelihood ratio of every cylinder: one row per disk, one column per number of last days."""
        total, expected = len(self.place), self.expected
        inside = self.disks @ seen.cumsum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            within = inside * np.log(inside / expected)
            without = (total - inside) * np.log((total - inside) / (total - expected))
        is_excess = (inside > expected) & (expected > 0)
        return np.where(is_excess, np.nan_to_num(within) + np.nan_to_num(without), 0.0)

    def told(self, chance: Any, as_of: date) -> Iterator[Cluster]:
        """Take cylinders from the most telling down while they are rare and share no place with one taken before."""
        ratios = self.ratios(self.seen)
        taken: set[str] = set()
        for at in np.argsort(ratios, axis=None)[::-1]:
            disk, last = np.unravel_index(at, ratios.shape)
            recurrence = min(1 / max(float(chance.sf(ratios[disk, last])), 1e-12), MOST_DAYS)
            if recurrence < RARE_DAYS:
                return
            cluster = self._cluster(int(disk), int(last), recurrence, as_of)
            if cluster.seen >= LEAST_SEEN and not taken.intersection(cluster.places):
                taken.update(cluster.places)
                yield cluster

    def _cluster(self, disk: int, last: int, recurrence: float, as_of: date) -> Cluster:
        start, end = self.disks.indptr[disk], self.disks.indptr[disk + 1]
        own = self.disks.indices[start:end]
        return Cluster(
            stratum=self.stratum,
            centre=self.names[disk % len(self.names)],
            places=tuple(sorted(self.names[at] for at in own)),
            since=as_of - timedelta(days=last),
            until=as_of,
            seen=int(self.seen[own, : last + 1].sum()),
            expected=float(self.expected[disk, last]),
            recurrence_days=recurrence,
        )


def _count(place: Any, age: Any, places: int) -> Any:
    """Count cases by place and age of at most `LAST_DAYS`."""
    is_late = age < LAST_DAYS
    return np.bincount(place[is_late] * LAST_DAYS + age[is_late], minlength=places * LAST_DAYS).reshape(
        places, LAST_DAYS
    )
