"""Turn coordinates of the source into the precision the city allows, and into cells of the map."""

from dataclasses import dataclass

import h3
import polars as pl

from loaders.city import City


@dataclass(frozen=True)
class Located:
    """Hold rounded coordinates and H3 cells, row by row, and marks of the rows whose coordinates were not used."""

    lat: pl.Series
    lon: pl.Series
    geo_cell: pl.Series
    unreadable: pl.Series
    zero: pl.Series
    outside: pl.Series


def locate(lat: pl.Series, lon: pl.Series, city: City) -> Located:
    """Read coordinates in degrees; (0, 0), unreadable ones and points outside the city's box are no location."""
    frame = pl.DataFrame({"lat": _number(lat), "lon": _number(lon)})
    given = lat.is_not_null() | lon.is_not_null()
    readable = (frame["lat"].abs() <= 90) & (frame["lon"].abs() <= 180)  # noqa: PLR2004 — degrees
    readable = readable.fill_null(value=False)
    zero = (readable & (frame["lat"] == 0) & (frame["lon"] == 0)).fill_null(value=False)
    inside = _inside(frame, city) & readable & ~zero
    rounded = frame.select(pl.when(inside).then(pl.col("lat", "lon").round(city.coordinate_decimals)))
    return Located(
        lat=rounded["lat"],
        lon=rounded["lon"],
        geo_cell=_cells(rounded, city.geo_resolution),
        unreadable=given & ~readable,
        zero=zero,
        outside=readable & ~zero & ~inside,
    )


def _number(values: pl.Series) -> pl.Series:
    """Read a number with a point or a comma; spaces inside do not matter, NaN and infinity are no numbers."""
    plain = values.str.replace_all(r"[\s\u{a0}\u{202f}]", "").str.replace(",", ".", literal=True)
    number = plain.cast(pl.Float64, strict=False)
    return number.set(~number.is_finite().fill_null(value=True), None)


def _inside(frame: pl.DataFrame, city: City) -> pl.Series:
    if city.box is None:
        return pl.repeat(value=True, n=frame.height, eager=True)
    south, west, north, east = city.box
    return frame["lat"].is_between(south, north) & frame["lon"].is_between(west, east)


def _cells(rounded: pl.DataFrame, resolution: int) -> pl.Series:
    """Find the H3 cell of every point; once per distinct rounded pair."""
    pairs = rounded.drop_nulls().unique()
    cells = [h3.latlng_to_cell(lat, lon, resolution) for lat, lon in pairs.iter_rows()]
    known = pairs.with_columns(pl.Series("geo_cell", cells, dtype=pl.String))
    return rounded.join(known, on=["lat", "lon"], how="left", maintain_order="left")["geo_cell"]
