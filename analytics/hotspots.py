"""Find places where more is seen than chance explains: where people write more often, and where it is worse.

Method. A place is looked at together with its neighbours (a disk of the H3 grid), so that a hot spot on a border
between two cells is not halved. Given how much there is to see in the disk (`base`), what is seen there is binomial
with the share of the whole city: for counts against a reference this is the conditional test of two Poisson counts
(Przyborowski and Wilenski 1940), which allows for the chance in the reference too. Cases come in clumps (one house
writes five times in a day), so counts are divided by how much more they vary over time within a place than
independent cases would (`dispersion`, Pearson's statistic by its degrees of freedom; McCullagh and Nelder 1989, 4.5).
Of all places tested, those are named whose false-discovery rate is below the limit (Benjamini and Hochberg 1995;
neighbouring disks share cases and so depend on each other positively, which the rate bears: Benjamini and Yekutieli
2001). Where nothing is going on, one city in twenty at most shows any spot at the limit of 0.05.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.special import betainc
from scipy.stats import false_discovery_control

from analytics import hexagons
from analytics.hexagons import PLACE

LIMIT: Final = 0.05
"""False discoveries among the places named, at most."""

LEAST_EXPECTED: Final = 1.0
"""Cases expected in a disk below which it is not tested: it could only be named for one house."""

ALONE: Final = 0.01
"""Chance of what a spot holds without its neighbours, at most: a quiet place beside a hot one is no spot."""

RINGS: Final = 1
"""Rings of neighbours that are looked at together with a place."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """Tell of places that touch and stand out together.

    In `places` there were `seen` cases where the city's own share would give `expected`. `foremost` is the place with
    the greatest excess, `q` the smallest false-discovery rate among them.
    """

    places: tuple[str, ...]
    seen: int
    expected: float
    q: float
    foremost: str

    @property
    def ratio(self) -> float:
        """Say how many times the expected was seen."""
        return self.seen / self.expected


@dataclass(frozen=True, eq=False)
class Excess:
    """Hold what was found.

    `places` has one row per place: `place`, `seen`, `expected`, `q` (null where it was not tested) and `spot`, the
    number of its hot spot from 1 or null. `spots` come with the greatest excess first. `tested` places were tested at
    `limit`, counts divided by `dispersion`.
    """

    places: pl.DataFrame
    spots: tuple[HotSpot, ...]
    tested: int
    dispersion: float
    limit: float


def more(counted: pl.DataFrame, dispersion: float = 1.0, *, rings: int = RINGS, limit: float = LIMIT) -> Excess:
    """Find where people write more often than a reference makes expect.

    `counted` has one row per place: `place`, `seen`, and `reference`: how much there is to expect from, in any unit
    — other cases, earlier cases, residents. The expected are the reference's share of all that was seen.
    """
    seen, reference = _column(counted, "seen"), _column(counted, "reference")
    rate = seen.sum() / reference.sum() if reference.sum() else 0.0
    return _excess(counted, seen, seen + reference, reference * rate, dispersion, rings, limit)


def worse(counted: pl.DataFrame, dispersion: float = 1.0, *, rings: int = RINGS, limit: float = LIMIT) -> Excess:
    """Find where what is bad is a greater share than in the city: `counted` has `place`, `seen` (bad) and `base`."""
    seen, base = _column(counted, "seen"), _column(counted, "base")
    rate = seen.sum() / base.sum() if base.sum() else 0.0
    return _excess(counted, seen, base, base * rate, dispersion, rings, limit)


def _column(counted: pl.DataFrame, name: str) -> Any:
    return counted[name].fill_null(0).cast(pl.Float64).to_numpy()


def _excess(
    counted: pl.DataFrame, seen: Any, base: Any, expected: Any, dispersion: float, rings: int, limit: float
) -> Excess:
    places = counted[PLACE].to_list()
    share = seen.sum() / base.sum() if base.sum() else 0.0
    disks = hexagons.disks(places, rings)
    tested = (disks @ (base * share) >= LEAST_EXPECTED) & (0 < share < 1)
    p = _tail(disks[tested] @ seen, disks[tested] @ base, share, dispersion)
    q = np.full(len(places), np.nan)
    q[tested] = false_discovery_control(p) if p.size else p
    named = (np.nan_to_num(q, nan=1.0) <= limit) & (seen > expected)
    numbers = pl.DataFrame({PLACE: places, "seen": seen.astype(int), "expected": expected, "q": q}).with_columns(
        pl.col("q").fill_nan(None)
    )
    groups = touching([place for place, is_named in zip(places, named, strict=True) if is_named], rings)
    whole = [group for group in groups if _alone(places, group, seen, base, share, dispersion) <= ALONE]
    spots = sorted(
        (_spot(numbers, group) for group in whole), key=lambda spot: (spot.expected - spot.seen, spot.places)
    )
    of_place = {place: number for number, spot in enumerate(spots, start=1) for place in spot.places}
    spot = pl.col(PLACE).replace_strict(of_place, default=None, return_dtype=pl.Int64).alias("spot")
    return Excess(numbers.with_columns(spot), tuple(spots), int(tested.sum()), dispersion, limit)


def _tail(seen: Any, base: Any, share: float, dispersion: float) -> Any:
    """Give the chance of seeing so many or more of `base`, the counts divided by the dispersion."""
    k, n = seen / dispersion, base / dispersion
    return np.where(k > 0, betainc(np.maximum(k, 1e-12), n - k + 1, share), 1.0)


def dispersion(over_time: pl.DataFrame) -> float:
    """Estimate how many times the variance of independent cases there is over time within places; at least 1.

    `over_time` has one row per `place` and moment of time (`slot`) with `seen` and `base`; moments without a base may
    be absent. Lasting differences between places do not count: every place is measured against its own share.
    """
    own = pl.col("seen").sum().over(PLACE) / pl.col("base").sum().over(PLACE)
    deviation = (pl.col("seen") - pl.col("base") * own) ** 2 / (pl.col("base") * own * (1 - own))
    told = over_time.filter(pl.col("base") > 0).filter(own > 0, own < 1)
    measured = told.select(deviation.sum().alias("chi2"), (pl.len() - pl.col(PLACE).n_unique()).alias("freedom")).row(0)
    chi2, freedom = measured
    return max(1.0, float(chi2) / int(freedom)) if freedom else 1.0


def _alone(places: list[str], group: list[str], seen: Any, base: Any, share: float, dispersion: float) -> float:
    """Give the chance of what the places of a group hold by themselves: a quiet place beside a spot is none."""
    own = np.isin(places, group)
    return float(_tail(seen[own].sum(), base[own].sum(), share, dispersion))


def _spot(numbers: pl.DataFrame, group: Iterable[str]) -> HotSpot:
    own = numbers.filter(pl.col(PLACE).is_in(list(group))).sort(pl.col("expected") - pl.col("seen"), PLACE)
    return HotSpot(
        tuple(sorted(own[PLACE])), own["seen"].sum(), own["expected"].sum(), float(own["q"].min()), own[PLACE][0]  # type: ignore[arg-type]  # a named place has a q
    )  # fmt: skip


def touching(places: Iterable[str], rings: int = RINGS) -> list[list[str]]:
    """Group places that touch, directly or over others; each group and the groups are sorted."""
    left = dict.fromkeys(sorted(places))
    groups = []
    while left:
        group, edge = [], [next(iter(left))]
        del left[edge[0]]
        while edge:
            place = edge.pop()
            group.append(place)
            near = [each for each in hexagons.around(place, rings) if each in left]
            for each in near:
                del left[each]
            edge += near
        groups.append(sorted(group))
    return groups
