"""Read which files the map of a city is made of: the table [map] of the city's file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from loaders.toml_file import TomlTable

LAYERS: Final = ("outline", "territories", "streets", "buildings")
"""Files of the map that are GeoJSON, from the ground up."""


@dataclass(frozen=True, slots=True)
class MapFiles:
    """Name the files of the map, every one of them there; None where the city gives none.

    `title_key` is the property of a territory that holds its title, `attribution` what must be said on the map. `style`
    is a MapLibre style drawn under everything, its folder served with it; `tiles` is the address of raster tiles
    instead.
    """

    outline: Path | None = None
    territories: Path | None = None
    streets: Path | None = None
    buildings: Path | None = None
    style: Path | None = None
    title_key: str = "name"
    tiles: str = ""
    attribution: str = ""

    def with_made_up(self, demo: "MapFiles") -> "MapFiles":
        """Put the made-up territories in the place of the real ones, and say of both what they are."""
        notes = " · ".join(note for note in (self.attribution, demo.attribution) if note)
        return replace(self, territories=demo.territories, title_key=demo.title_key, attribution=notes)


def read(file: TomlTable, folders: Sequence[Path]) -> MapFiles:
    """Read [map]; raise `InputRefused` with the line where a file is not there."""
    row = file.table("map")
    files = {key: _path(row, key, folders) for key in (*LAYERS, "style")}
    found = MapFiles(
        **files,
        title_key=row.take("title_key", str, "name"),
        tiles=_tiles(row),
        attribution=row.take("attribution", str, ""),
    )
    row.close()
    return found


def _tiles(row: TomlTable) -> str:
    """Read the address of raster tiles."""
    address = row.take("tiles", str, "")
    if address and not (address.startswith(("https://", "http://")) and all(f"{{{key}}}" in address for key in "xyz")):
        row.refuse("tiles", f"Адрес тайлов «{address}»", at="tiles", advice="Нужен вид https://узел/{z}/{x}/{y}.png.")
    return address


def _path(row: TomlTable, key: str, folders: Sequence[Path]) -> Path | None:
    """Find the file that a key names, looking in the folders in turn."""
    name = row.maybe(key, str)
    if name is None:
        return None
    paths = [folder / name for folder in folders if (folder / name).is_file()]
    if not paths:
        advice = "Путь считается от папки файла города."
        row.refuse("not_readable", f"Файла «{name}» нет", at=key, advice=advice)
    return paths[0]
