"""Places at the door: rows at (0, 0), outside the city or without a place are counted and never drawn."""

from pathlib import Path

import polars as pl
import pytest

from analytics import hexagons, quality
from loaders import cells, imports, intake
from loaders.city import City
from loaders.profile import Profile
from loaders.progress import silent
from loaders.scope import Scope
from loaders.store.engine import Store

CITY = City.load("novoshakhtinsk")
ZERO, OUTSIDE, INSIDE, NONE = 4_264, 736, 4_000, 1_000


def _export(path: Path) -> Path:
    rows = [f"{n};15.05.2026 09:00;В работе;Дороги;0;0" for n in range(ZERO)]
    rows += [f"{ZERO + n};15.05.2026 09:00;В работе;Дороги;55,75;37,61" for n in range(OUTSIDE)]
    rows += [f"{ZERO + OUTSIDE + n};15.05.2026 09:00;В работе;Дороги;47,7612;39,9312" for n in range(INSIDE)]
    rows += [f"{ZERO + OUTSIDE + INSIDE + n};15.05.2026 09:00;В работе;Дороги;;" for n in range(NONE)]
    path.write_text("\n".join(["Номер;Дата поступления;Статус;Тема;Широта;Долгота", *rows]), encoding="utf-8")
    return path


def test_nothing_at_zero_is_drawn_and_all_of_it_is_counted(store: Store, tmp_path: Path) -> None:
    taken = intake.read([_export(tmp_path / "export.csv")], Profile.load("generic"), CITY, silent)
    assert taken.rows_in == ZERO + OUTSIDE + INSIDE + NONE == 10_000
    assert dict(taken.findings.filter(_is_place()).select("code", "rows").iter_rows()) == {
        "zero_coordinates": ZERO,
        "outside_box": OUTSIDE,
    }
    imports.load(store, taken, "generic", CITY)
    found = cells.load(store, Scope.whole_city(CITY.key), dimensions=("geo_cell", "territory"))
    counted = quality.located(found.lazy()).collect().row(0, named=True)
    assert counted == {"appeals": 10_000, "on_map": INSIDE, "territory_only": 0, "nowhere": ZERO + OUTSIDE + NONE}
    drawn = hexagons.ground(found["geo_cell"].drop_nulls().cast(pl.String))
    assert drawn.height == 1
    assert drawn.select("lat", "lon").row(0) == pytest.approx((47.761, 39.931), abs=0.003)


def _is_place() -> pl.Expr:
    return pl.col("code").is_in(["zero_coordinates", "outside_box", "bad_coordinates"])
