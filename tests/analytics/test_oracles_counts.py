"""Oracles of speed, delay, charts and hiding: figures of public test suites and textbooks that ours agree with.

Data and figures are facts, typed here with their source.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from typing import Final

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from analytics import control, settling, survival
from analytics.disclosure_system import Role, System, hidden
from analytics.dispersion import count_above, count_below, share_above
from tests.analytics.cells import cells

FIRST: Final = date(2020, 1, 1)

# R package survival, `lung`: days to death, and days until last seen alive.
DIED: Final = """
5 11 11 11 12 13 13 15 26 30 31 53 53 54 59 60 60 61 62 65 65 71 79 81 81 88 88 92 93 95 95 105 107 107 110 116 118 122
131 132 132 135 142 144 145 145 147 153 156 156 163 163 163 166 166 167 170 175 176 177 179 179 180 181 181 182 183 186
189 194 197 199 201 201 202 207 208 210 212 218 222 223 226 229 230 239 239 245 246 267 268 269 270 283 284 285 285 286
288 291 293 301 303 305 306 310 310 320 329 337 340 345 348 350 351 353 353 361 363 363 364 371 371 387 390 394 426 428
429 433 442 444 450 455 457 460 473 477 519 520 524 524 533 550 558 567 574 583 613 624 641 643 654 655 687 689 705 707
728 731 735 765 791 814 883
"""
LIVED: Final = """
92 105 173 174 175 177 185 188 191 192 196 197 202 203 211 221 222 224 225 225 235 237 240 243 252 259 266 269 272 276
279 284 292 292 296 300 301 303 315 332 356 364 376 382 384 404 413 444 458 511 511 529 543 551 559 588 740 806 821 840
965 1010 1022
"""


def lung() -> pl.LazyFrame:
    """Make a case of every patient: received so long before the last day as it was followed."""
    last = FIRST + timedelta(days=1022)
    died = [{"received_on": last - timedelta(days=1022), "answered_on": last - timedelta(days=1022 - int(days))}
            for days in DIED.split()]  # fmt: skip
    lived = [{"received_on": last - timedelta(days=int(days))} for days in LIVED.split()]
    return cells([*({**row, "status": "answered"} for row in died), *lived])


def test_the_share_still_open_is_that_of_survfit() -> None:
    """`survfit(Surv(time, status) ~ 1, lung, conf.type = "log-log")` of R: 228 patients, 165 deaths."""
    curve = survival.curve(lung(), [], FIRST + timedelta(days=1022))
    assert curve.select(pl.col("finished", "censored").sum()).row(0) == (165, 63)
    at = curve.filter(pl.col("day") == 310).select("open_share", "lower", "upper").row(0)
    assert at == pytest.approx((0.49502429318, 0.42424407278, 0.5617959791), abs=1e-9)
    assert survival.medians(curve, []).row(0) == (228, 310, 284, 361)


# RAA, the triangle of T. Mack, ASTIN Bulletin 23, 1993: what was paid by the end of each year of development.
RAA: Final = (
    (5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834),
    (106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704),
    (3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466),
    (5655, 11555, 15766, 21266, 23425, 26083, 27067),
    (1092, 9565, 15836, 22169, 25955, 26180),
    (1513, 6445, 11702, 12935, 15852),
    (557, 4020, 10946, 12314),
    (1351, 6947, 13112),
    (3133, 5395),
    (2063,),
)


def test_what_is_still_to_come_is_that_of_the_chain_ladder() -> None:
    """Ultimates of the package chainladder: 213,122 in all, 52,135 of it still to come."""
    as_of = FIRST + timedelta(days=9)
    days = [FIRST + timedelta(days=at) for at in range(10)]
    rows = [
        {"received_on": day, "first_loaded_on": day + timedelta(days=lag), "appeals": now - before}
        for day, paid in zip(days, RAA, strict=True)
        for lag, (before, now) in enumerate(pairwise((0, *paid)))
    ]
    arrived = settling.arrival(pl.LazyFrame(rows), as_of)
    counts = pl.DataFrame({"day": days, "value": [paid[-1] for paid in RAA]})
    found = settling.settled(counts, arrived, as_of)["estimate"]
    ultimates = [18834, 16858, 24083, 28703, 28927, 19501, 17749, 24019, 16045, 18402]
    assert [round(each) for each in found] == ultimates
    assert round(found.sum()) == 213122
    assert round(found.sum() - counts["value"].sum()) == 52135


# D. Montgomery, "Introduction to Statistical Quality Control", as the tests of package qicharts2 have it.
COSTS: Final = (310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304)
LATER: Final = (305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328)
CANS: Final = (
    12,
    15,
    8,
    10,
    4,
    7,
    16,
    9,
    14,
    10,
    5,
    6,
    17,
    12,
    22,
    8,
    10,
    5,
    13,
    11,
    20,
    18,
    24,
    15,
    9,
    12,
    7,
    13,
    9,
    6,
)
ORDERS: Final = (
    (12, 100), (8, 80), (6, 80), (9, 100), (10, 110), (12, 110), (11, 100), (16, 100), (10, 90), (6, 90), (20, 110),
    (15, 120), (9, 120), (8, 120), (6, 110), (8, 80), (10, 80), (7, 80), (5, 90), (8, 100), (5, 100), (8, 100),
    (10, 100), (6, 90), (9, 90),
)  # fmt: skip
BOARDS: Final = (21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15)


THREE_DEVIATIONS: Final = 0.00135
"""Chance of lying further than three deviations to one side."""


def test_limits_of_single_values_are_those_of_example_6_5() -> None:
    found = control.amount_corridor(COSTS)
    # The book and the package write 3 / 1.128 where NHS England has 2.66: they differ in the fourth digit.
    assert (found.centre, found.lower, found.upper) == pytest.approx((300.5, 279.78331, 321.21669), abs=5e-3)
    assert [at for at, cost in enumerate(LATER, 21) if not found.holds(cost)] == [39, 40]


def stretch(shares: Sequence[float], bases: Sequence[int], centre: float) -> float:
    """Give D. Laney's σz: how much more neighbours differ than binomial shares would."""
    scores = [(share - centre) / sqrt(centre * (1 - centre) / n) for share, n in zip(shares, bases, strict=True)]
    return float(np.mean(np.abs(np.diff(scores)))) / 1.128


def test_limits_of_shares_are_those_of_the_p_chart_times_what_neighbours_differ() -> None:
    """Example 7.1: 0.215 (0.0407028; 0.3892972), signals 15, 21, 23. Batches differ, which a p chart takes for signals.

    Ours is Laney's p′ chart: the same limits where neighbours differ by chance, here 1.47 times as wide.
    """
    shares = [cans / 50 for at, cans in enumerate(CANS, 1) if at not in {15, 23}]
    found = control.share_corridor(shares, [50] * 28, 50)
    assert found.centre == pytest.approx(0.215)
    assert [at for at, cans in enumerate(CANS, 1) if not 0.0407028 < cans / 50 < 0.3892972] == [15, 21, 23]
    widened = stretch(shares, [50] * 28, found.centre)
    assert widened == pytest.approx(1.47, abs=5e-3)
    assert found.upper - found.centre == pytest.approx(widened * (0.3892972 - 0.215), rel=2e-3)
    assert [at for at, cans in enumerate(CANS, 1) if not found.holds(cans / 50)] == [23]


def test_where_neighbours_differ_by_chance_only_limits_of_shares_are_those_of_exact_chance() -> None:
    """Table 7.4: centre 0.0955102, upper limits 0.1836857 (n = 100) and 0.1940934 (n = 80), signal 11.

    Chance goes beyond these limits of the normal curve more than twice as often as three deviations say; ours are
    wider by it, and the signal, which chance alone makes once in 300 points, is none.
    """
    shares, bases = [k / n for k, n in ORDERS], [n for _, n in ORDERS]
    assert stretch(shares, bases, sum(k for k, _ in ORDERS) / sum(bases)) < 1
    for n, upper in ((100, 0.1836857), (80, 0.1940934)):
        found = control.share_corridor(shares, bases, n)
        assert found.centre == pytest.approx(0.0955102, abs=1e-7)
        assert upper == pytest.approx(found.centre + 3 * sqrt(found.centre * (1 - found.centre) / n), abs=1e-7)
        beyond = np.ceil(n * np.array([upper, found.upper]))
        theirs, ours = share_above(beyond, np.full(2, float(n)), found.centre)
        assert theirs > 2 * THREE_DEVIATIONS
        assert ours < THREE_DEVIATIONS
    outside = [at for at, (k, n) in enumerate(ORDERS, 1) if not control.share_corridor(shares, bases, n).holds(k / n)]
    assert outside == []


def test_counts_beyond_three_deviations_are_those_of_the_c_chart() -> None:
    """Example 7.3: 19.6667 (6.362532; 32.970801), signals 6 and 20; tails of the same chance tell the same two."""
    own = [boards for at, boards in enumerate(BOARDS, 1) if at not in {6, 20}]
    mean = float(np.mean(own))
    assert control.count_corridor(own).centre == pytest.approx(19.6667, abs=5e-5)
    assert (mean - 3 * sqrt(mean), mean + 3 * sqrt(mean)) == pytest.approx((6.362532, 32.970801), abs=1e-6)
    seen, expected = np.array(BOARDS, dtype=float), np.full(len(BOARDS), mean)
    rare = (count_above(seen, expected) < THREE_DEVIATIONS) | (count_below(seen, expected) < THREE_DEVIATIONS)
    assert (np.flatnonzero(rare) + 1).tolist() == [6, 20]


def test_the_hidden_cells_are_the_cheapest_four() -> None:
    """Package sdcTable, `microdata1`: of regions A to D by sex, (A, female) is small; A and C of both are optimal."""
    cells = np.array([[2, 18], [19, 14], [10, 12], [14, 11]])
    own, of_region, of_sex = np.eye(8), np.repeat(np.eye(4), 2, axis=1), np.tile(np.eye(2), 4)
    forms = np.vstack([own, of_region, of_sex, np.ones((1, 8))])
    system = System(sparse.csr_array(forms), cells.ravel().astype(float), np.full(len(forms), Role.NEW))
    found = hidden(system, 5)
    assert np.argwhere(found[:8].reshape(4, 2)).tolist() == [[0, 0], [0, 1], [2, 0], [2, 1]]
    assert not found[8:].any()
