"""Cells of the ground: the H3 grid, coarser cells made of finer ones, their shapes and areas.

A cell of H3 is named by its index; seven cells of one resolution make about one of the next coarser. Cells of one
resolution differ in area by up to a fifth within a country, so what is counted is compared per square kilometre.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import h3
import polars as pl
from scipy import sparse

PLACE: Final = "place"
"""Column with the index of the cell at the chosen resolution."""

LATITUDE, LONGITUDE, SQUARE_KM = "lat", "lon", "square_km"

COARSEST: Final = 4
"""Steps of resolution between cells that are counted together; each step is seven times as many."""

_INDEX: Final = re.compile(r"[0-9a-f]{15}")


def at(cells: pl.LazyFrame, resolution: int) -> pl.LazyFrame:
    """Add `PLACE`, the cell of `resolution` around each `geo_cell`; null where there is no place on the map."""
    known = _known(cells)
    coarse = [h3.cell_to_parent(cell, min(resolution, h3.get_resolution(cell))) for cell in known]
    words = pl.Enum(sorted(set(coarse)))
    place = pl.col("geo_cell").replace_strict(known, pl.Series(coarse, dtype=words), return_dtype=words, default=None)
    return cells.with_columns(place.alias(PLACE))


def inside(cells: pl.LazyFrame, place: str) -> pl.LazyFrame:
    """Keep the cells whose `geo_cell` is `place` or lies in it."""
    resolution = h3.get_resolution(place)
    own = [
        cell for cell in _known(cells) if h3.get_resolution(cell) >= resolution
        and h3.cell_to_parent(cell, resolution) == place
    ]  # fmt: skip
    return cells.filter(pl.col("geo_cell").is_in(own) if own else pl.lit(value=False))


def finer(place: str, resolution: int) -> tuple[str, ...]:
    """Name the cells of `resolution` that make up a cell: itself where it is no coarser, or coarser than any map's."""
    if not 0 < resolution - h3.get_resolution(place) <= COARSEST:
        return (place,)
    return tuple(h3.cell_to_children(place, resolution))


def is_cell(text: str) -> bool:
    """Say whether a text is the index of a cell, as people and addresses write it.

    >>> is_cell("892d45d89b3ffff"), is_cell("Центральный")
    (True, False)
    """
    return bool(_INDEX.fullmatch(text)) and h3.is_valid_cell(text)


def resolution(place: str) -> int:
    """Say how fine a cell is: 0 is a continent, 15 a square metre.

    >>> resolution("892d45d89b3ffff")
    9
    """
    return int(h3.get_resolution(place))


def centre(place: str) -> tuple[float, float]:
    """Give the latitude and longitude of the middle of a cell, in degrees."""
    latitude, longitude = h3.cell_to_latlng(place)
    return float(latitude), float(longitude)


def ground(places: Iterable[str]) -> pl.DataFrame:
    """Measure cells: one row per cell with `PLACE`, its centre in degrees, and its area in square kilometres."""
    names = list(places)
    centres = [centre(place) for place in names]
    return pl.DataFrame(
        {
            PLACE: names,
            LATITUDE: [latitude for latitude, _ in centres],
            LONGITUDE: [longitude for _, longitude in centres],
            SQUARE_KM: [h3.cell_area(place, "km^2") for place in names],
        },
        schema={PLACE: pl.String(), LATITUDE: pl.Float64(), LONGITUDE: pl.Float64(), SQUARE_KM: pl.Float64()},
    )


def ring(place: str) -> list[list[float]]:
    """Give the corners of a cell as a closed ring of [longitude, latitude], to a metre."""
    corners = [[round(longitude, 5), round(latitude, 5)] for latitude, longitude in h3.cell_to_boundary(place)]
    return [*corners, corners[0]]


def _known(cells: pl.LazyFrame) -> list[str]:
    """List the cells that stand in a frame, from the dictionary of the column where it has one."""
    kind = cells.collect_schema()["geo_cell"]
    if isinstance(kind, pl.Enum):
        return kind.categories.to_list()
    return cells.select(pl.col("geo_cell").drop_nulls().unique().sort()).collect().to_series().to_list()


def around(place: str, rings: int) -> list[str]:
    """Name a cell and its neighbours up to so many rings away; of what is no cell, itself."""
    return list(h3.grid_disk(place, rings)) if is_cell(place) else [place]


def disks(places: Sequence[str], rings: int) -> sparse.csr_array:
    """Make the matrix that sums places over their disks: row and column per place, 1 where the column is in the disk.

    Neighbours that are not among `places` are left out, of the seen and of the expected alike: edges need no
    correction.
    """
    number = {place: at for at, place in enumerate(places)}
    pairs = [(row, number[near]) for row, place in enumerate(places) for near in around(place, rings) if near in number]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    return sparse.csr_array(([1.0] * len(pairs), (rows, columns)), shape=(len(places), len(places)))
