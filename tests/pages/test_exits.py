"""One measure, period and filter has one value over all exits: screens, map, papers, register, command."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from analytics import keys, measures, periods
from analytics.periods import Period, format_period
from loaders import register
from loaders.__main__ import main
from pages.deadlines import reading as deadlines
from pages.heat_map import reading as home
from pages.map import reading as ground
from pages.map.reading import AREAS
from pages.problems import reading as problems
from pages.registry.query import Asked as Query
from pages.registry.query import register_filter
from pages.reports import svodka
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.options import options
from tests.pages.paper.conftest import city  # noqa: F401 — a fixture

MEASURES = ("appeals", "repeat", "overdue_open", "postponed", "missed", "on_time_share", "open")
EXACT = 12
"""Draws for whoever sees all cases; those that follow are for whoever counts a half of them twice."""

FIRST, LAST = date(2024, 2, 1), date(2026, 11, 22)


def drawn(seed: int, scope) -> Asked:
    """Draw a period and filters of the demo city."""
    dice = random.Random(seed)  # noqa: S311 — a seeded draw, no secret
    start = FIRST + timedelta(days=dice.randrange((LAST - FIRST).days))
    end = min(start + timedelta(days=dice.choice((0, 6, 13, 27, 90, 364))), LAST)
    period = dice.choice((format_period(Period(start, end)), *periods.PRESETS))
    asked, _ = Asked.of(scope, Filters(period=period))
    known = options(scope, asked.version, scope.municipality)
    chosen = {
        name: tuple(dice.sample(known.of(name), min(dice.randint(1, 4), len(known.of(name)))))
        for name in dice.sample(("blocks", "departments", "channels", "kinds"), dice.randint(0, 2))
    }
    return Asked.of(scope, Filters(period=period, **chosen))[0]


def exits(asked: Asked) -> dict[str, dict[str, float | None]]:
    """Ask every exit for what it shows of the measures it has; shares whose base is small are left out."""
    window = asked.period.window(asked.as_of)
    cells = asked.measured(min(asked.period.start, asked.begun))
    whole = measures.aggregate(cells, [], MEASURES, window).collect().row(0, named=True)
    sizes = {key: whole.get(f"{key}_n", asked.min_n) or 0 for key in MEASURES}
    told = {
        "measures": {key: whole[key] for key in MEASURES},
        "tiles": {each.measure.key: each.value for each in home.headlines(asked) if not each.is_absent},
        "matrix": {key: home.matrix(asked, "departments", key, "given").total["value"][0] for key in MEASURES},
        "edges": dict(zip(home.BESIDE, home.beside(asked, "topic_block")[1], strict=False)),
        "deadlines": dict(deadlines.whole(asked)),
        "problems": {key: problems.whole(asked).total[key][0] for key in ("repeat", "overdue_open", "postponed")
                     if key in problems.whole(asked).total.columns},
        "map": {"appeals": ground.counted(asked, "appeals", AREAS)["n"].sum()},
        "summary": dict(svodka._counted(asked)[svodka._WHOLE][0]),
        "register": {key: _listed(asked, key) for key in MEASURES if measures.find(key).additive},
    }  # fmt: skip
    return {
        name: {key: value for key, value in found.items() if key in MEASURES and sizes[key] >= asked.min_n}
        for name, found in told.items()
    }


def _listed(asked: Asked, key: str) -> int:
    wanted = register_filter(asked.filters, Query(measure=key), asked.period, asked.as_of, asked.city.rest_rule)
    return register.counted(readers.store(), asked.scope, wanted)[1]


@pytest.mark.parametrize(("seed", "sees_rows"), [(seed, seed < EXACT) for seed in range(EXACT + 8)])
def test_all_exits_show_one_value(city, seed, sees_rows):  # noqa: F811 — the fixture above
    """Whoever sees no rows has numbers of their own; the map shows them where they are not small."""
    asked = drawn(seed, replace(city, sees_rows=sees_rows))
    found = exits(asked)
    if not sees_rows:
        found.pop("map")
    for name, values in found.items():
        for key, value in values.items():
            assert value == pytest.approx(found["measures"][key]), (name, key, asked.filters)


def test_the_map_shows_whoever_sees_no_rows_the_numbers_of_the_matrix(city):  # noqa: F811 — the fixture above
    asked = Asked.of(replace(city, sees_rows=False), Filters(period="2026-01-01..2026-10-31"))[0]
    shown = ground.counted(asked, "appeals", AREAS).filter(~pl.col("is_masked"))
    by_place = measures.aggregate(
        asked.measured(asked.period.start), ["territory"], ["appeals"], asked.period.window(asked.as_of)
    ).collect()
    counted = dict(by_place.with_columns(keys.column(pl.col("territory"))).iter_rows())
    assert shown.height > 3
    assert dict(shown.select("place", "value").iter_rows()) == {place: counted[place] for place in shown["place"]}


def test_the_command_counts_as_the_screens(city, capsys):  # noqa: F811 — the fixture above
    asked, _ = Asked.of(city, Filters(period="four_weeks"))
    window = asked.period.window(asked.as_of)
    whole = measures.aggregate(asked.measured(asked.period.start), [], MEASURES, window).collect().row(0, named=True)
    days = ["--from", asked.period.start.isoformat(), "--to", asked.period.end.isoformat()]
    asked_for = ["--city", city.municipality, "--by", "", "--measures", ",".join(MEASURES), "--format", "json"]
    assert main(["aggregate", *asked_for, *days]) == 0
    said = capsys.readouterr()
    assert "Посчитано по 22.11.2026 включительно" in said.err
    row = json.loads(said.out)[0]
    assert {key: row[key] for key in MEASURES} == {key: pytest.approx(whole[key]) for key in MEASURES}
