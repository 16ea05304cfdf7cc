"""Cells of the ground: finer ones make up coarser ones, edges sum only what is there."""

import h3
import numpy as np
import polars as pl
import pytest

from analytics import hexagons
from analytics.hexagons import PLACE

CENTRE = h3.latlng_to_cell(47.76, 39.93, 9)
PARENT = h3.cell_to_parent(CENTRE, 8)
ELSEWHERE = h3.latlng_to_cell(47.70, 39.80, 9)


def _cells() -> pl.LazyFrame:
    own = h3.cell_to_children(PARENT, 9)[:2]
    words = pl.Enum([*own, ELSEWHERE, CENTRE])
    return pl.LazyFrame({"geo_cell": pl.Series([*own, ELSEWHERE, None], dtype=words), "appeals": [1, 2, 4, 8]})


def test_cells_are_counted_under_the_coarser_cell_around_them() -> None:
    counted = hexagons.at(_cells(), 8).group_by(PLACE).agg(pl.col("appeals").sum()).collect()
    assert dict(counted.with_columns(pl.col(PLACE).cast(pl.String)).iter_rows()) == {
        PARENT: 3,
        h3.cell_to_parent(ELSEWHERE, 8): 4,
        None: 8,
    }


def test_a_finer_resolution_than_the_citys_is_the_citys() -> None:
    assert hexagons.at(_cells(), 12).collect()[PLACE].cast(pl.String).to_list()[2] == ELSEWHERE


def test_inside_keeps_what_lies_in_a_cell() -> None:
    assert hexagons.inside(_cells(), PARENT).collect()["appeals"].to_list() == [1, 2]
    assert hexagons.inside(_cells(), ELSEWHERE).collect()["appeals"].to_list() == [4]
    assert hexagons.inside(_cells(), h3.latlng_to_cell(69.0, 33.0, 8)).collect().is_empty()


def test_the_finer_cells_of_a_cell_and_of_one_that_no_map_shows() -> None:
    assert set(hexagons.finer(PARENT, 9)) == set(h3.cell_to_children(PARENT, 9))
    assert hexagons.finer(CENTRE, 9) == (CENTRE,)
    continent = h3.cell_to_parent(CENTRE, 0)
    assert hexagons.finer(continent, 9) == (continent,)  # forty million cells are no question


@pytest.mark.parametrize("text", ["", "Центральный", "892d45d89b3ff", "892D45D89B3FFFF", "ffffffffffffffff", "0" * 15])
def test_what_is_no_cell(text: str) -> None:
    assert not hexagons.is_cell(text)


def test_disks_sum_a_place_with_the_neighbours_that_are_there() -> None:
    near, far = h3.grid_ring(CENTRE, 1)[0], h3.grid_ring(CENTRE, 3)[0]
    places = [CENTRE, near, far, "Центральный"]
    sums = hexagons.disks(places, 1) @ np.array([1.0, 2.0, 4.0, 8.0])
    assert sums.tolist() == [3.0, 3.0, 4.0, 8.0]


def test_rings_are_closed_and_within_a_metre() -> None:
    ring = hexagons.ring(CENTRE)
    assert ring[0] == ring[-1]
    assert len(ring) == 7
    corners = h3.cell_to_boundary(CENTRE)
    assert max(abs(ring[0][0] - corners[0][1]), abs(ring[0][1] - corners[0][0])) < 1e-5
