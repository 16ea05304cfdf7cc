"""Find clusters in space and time: places and last days in which more came together than chance explains.

Method: the prospective space-time permutation scan (Kulldorff, Heffernan, Hartman, Assunção and Mostashari, PLoS Med
2, 2005, e59), as New York watches its diseases with. Within each stratum (a topic block) cylinders of growing disks
of cells over the last 1 … `LAST_DAYS` days are compared with what place and day together make expect, so that
neither a busy place nor a busy Monday counts. The likelihood ratio of a cylinder is compared with the greatest of
any stratum when the days are dealt out anew over the places; the tail of that greatest is taken as Gumbel's (Abrams,
Kulldorff and Kleinman, Int J Health Geogr 9, 2010, 61).

Dealt out anew, cases are independent; in a dense city they come in clumps, and something would stand out every day. So
the greatest ratio is also compared with those of this city's own days of the past, each seen as it was then, the last
`LAST_DAYS` left out. Whichever way a cluster is more common counts. The reciprocal of the chance is the recurrence
interval: in how many days of looking at the whole city chance alone would show such a cluster.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Self

import numpy as np
import polars as pl
from scipy import sparse
from scipy.stats import gumbel_r

from analytics import facts, hexagons
from analytics.hexagons import PLACE
from analytics.surges import Alarm

STUDY_DAYS: Final = 84
"""Days whose places and days make the expected: twelve of every weekday."""

LAST_DAYS: Final = 14
"""Days that a cluster may have lasted at most."""

PAST_DAYS: Final = 112
"""Days before the last ones on which it is looked how great the ratios of this city are by themselves."""

LEAST_PAST: Final = 28
"""Fewest days of the past to learn from."""

LEAST_STUDY: Final = 56
"""Days of study, at least, behind a day of the past."""

MOST_PAST: Final = STUDY_DAYS + LAST_DAYS + PAST_DAYS
"""Days of cases that are looked at in all."""

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
    known = counted.filter(
        pl.col("received_on").is_between(as_of - timedelta(days=MOST_PAST - 1), as_of), pl.col("appeals") > 0
    ).sort("stratum", PLACE, "received_on")
    if known.filter(pl.col("received_on") > as_of - timedelta(days=STUDY_DAYS)).is_empty():
        return ()
    days = known.select(facts.days_between(pl.col("received_on"), pl.lit(as_of)).max()).item() + 1
    grounds = [_Ground.of(own, as_of, days) for own in known.partition_by("stratum", maintain_order=True)]
    rarity = _Rarity.of(grounds, days, shuffles)
    found = (each for ground in grounds for each in ground.told(rarity, as_of))
    return tuple(sorted(found, key=lambda each: (-each.recurrence_days, each.centre)))[:MOST_CLUSTERS]


@dataclass(frozen=True, slots=True)
class _Rarity:
    """Hold what the greatest ratio of a day is by chance: when days are dealt out anew, and on days of the past."""

    tails: tuple[Any, ...]

    @classmethod
    def of(cls, grounds: Sequence["_Ground"], days: int, shuffles: int) -> Self:
        rng = np.random.default_rng(_SEED)
        dealt = np.max([ground.shuffled(rng, shuffles) for ground in grounds], axis=0)
        past = range(LAST_DAYS, min(LAST_DAYS + PAST_DAYS, days - LEAST_STUDY + 1))
        if len(past) < LEAST_PAST:
            return cls((_gumbel(dealt),))
        seen = np.array([max(ground.highest(back) for ground in grounds) for back in past])
        return cls((_gumbel(dealt), _gumbel(seen)))

    def days(self, ratio: float) -> float:
        """Say in how many days of looking such a ratio is seen by chance, whichever way it is more common."""
        return min(1 / max(*(float(tail.sf(ratio)) for tail in self.tails), 1 / MOST_DAYS), MOST_DAYS)


def _gumbel(highest: Any) -> Any:
    """Fit Gumbel's distribution by its mean and standard deviation."""
    scale = float(max(highest.std(ddof=1), 1e-9) * np.sqrt(6) / np.pi)
    return gumbel_r(float(highest.mean() - np.euler_gamma * scale), scale)


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
    """Hold the cases of a stratum: `daily` by place and day up to the last one, and the disks around each place.

    Row `i` of `disks` is the disk `i % places` of `i // places` rings.
    """

    stratum: str | None
    names: list[str]
    daily: Any
    disks: sparse.csr_array

    @classmethod
    def of(cls, own: pl.DataFrame, as_of: date, days: int) -> "_Ground":
        names = own[PLACE].cast(pl.String).unique().sort()
        daily = np.zeros((len(names), days), dtype=np.int64)
        age = facts.days_between(pl.col("received_on"), pl.lit(as_of))
        at = (
            names.search_sorted(own[PLACE].cast(pl.String)).to_numpy(),
            days - 1 - own.select(age).to_series().to_numpy(),
        )
        np.add.at(daily, at, own["appeals"].to_numpy())
        disks = [hexagons.disks(names.to_list(), rings) for rings in range(MOST_RINGS + 1)]
        return cls(own["stratum"][0], names.to_list(), daily, sparse.vstack(disks, format="csr"))

    def study(self, back: int = 0) -> Any:
        """Give the days whose places and days make the expected, as seen `back` days ago."""
        end = self.daily.shape[1] - back
        return self.daily[:, max(end - STUDY_DAYS, 0) : end]

    def highest(self, back: int) -> float:
        """Give the greatest ratio of any cylinder as seen `back` days ago."""
        return float(self.ratios(*_last(self.study(back)))[0].max())

    def shuffled(self, rng: np.random.Generator, times: int) -> Any:
        """Give the greatest ratios after the days were dealt out anew over the places, so many times."""
        study = self.study()
        place, day = (np.repeat(at, study.ravel()) for at in np.indices(study.shape).reshape(2, -1))
        dealt = (np.bincount(rng.permutation(place) * study.shape[1] + day, minlength=study.size) for _ in range(times))
        return np.array([self.ratios(*_last(each.reshape(study.shape)))[0].max() for each in dealt])

    def ratios(self, last: Any, by_place: Any, by_age: Any) -> tuple[Any, Any]:
        """Give the log likelihood ratio of every cylinder and its expected cases: a row per disk, a column per days."""
        total = by_place.sum()
        inside = self.disks @ last.cumsum(axis=1)
        expected = np.outer(self.disks @ by_place, by_age.cumsum()) / max(total, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            within = inside * np.log(inside / expected)
            without = (total - inside) * np.log((total - inside) / (total - expected))
        is_excess = (inside > expected) & (expected > 0)
        return np.where(is_excess, np.nan_to_num(within) + np.nan_to_num(without), 0.0), expected

    def told(self, rarity: "_Rarity", as_of: date) -> Iterator[Cluster]:
        """Take cylinders from the most telling down while they are rare and share no place with one taken before."""
        last, by_place, by_age = _last(self.study())
        ratios, expected = self.ratios(last, by_place, by_age)
        taken: set[str] = set()
        for at in np.argsort(ratios, axis=None)[::-1]:
            disk, days = (int(each) for each in np.unravel_index(at, ratios.shape))
            recurrence = rarity.days(ratios[disk, days])
            if recurrence < RARE_DAYS:
                return
            own = self.disks.indices[self.disks.indptr[disk] : self.disks.indptr[disk + 1]]
            places = tuple(sorted(self.names[each] for each in own))
            seen = int(last[own, : days + 1].sum())
            if seen >= LEAST_SEEN and not taken.intersection(places):
                taken.update(places)
                centre, since = self.names[disk % len(self.names)], as_of - timedelta(days=days)
                usual = float(expected[disk, days])
                yield Cluster(self.stratum, centre, places, since, as_of, seen, usual, recurrence)


def _last(study: Any) -> tuple[Any, Any, Any]:
    """Count the last days by place and age, all days by place, and all places by age."""
    last = study[:, : -LAST_DAYS - 1 : -1]
    return last, study.sum(axis=1), last.sum(axis=0)
