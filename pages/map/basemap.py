"""The city's own base map under everything: a MapLibre style with what lies beside it, or tiles from an own address.

A style's relative addresses are files of its folder; `name.pmtiles/{z}/{x}/{y}` is a tile of an archive there. Another
host is asked only where the operator has named it (`MCU_MAP_HOSTS`): whatever else a style wants is refused in words.
"""

import gzip
import json
from collections.abc import Collection, Iterator
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from re import fullmatch
from typing import Any, Final
from urllib.parse import urlsplit

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType

from loaders.city_map import MapFiles
from loaders.errors import InputRefused, Place

STYLE: Final = "style.json"
"""Name under which the style is fetched, whatever its file is called."""

_SUFFIXES: Final = frozenset({".json", ".pbf", ".mvt", ".png", ".webp", ".jpg", ".geojson"})
_ADDRESSES: Final = ("url", "sprite", "glyphs")
_TILE_SIZE: Final = 256
_KINDS: Final = {
    TileType.MVT: "application/x-protobuf",
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
}

Answer = tuple[bytes, str]
"""Bytes and their media type."""


def style(files: MapFiles, hosts: Collection[str] = ()) -> dict[str, Any] | None:
    """Read the style of a city, None where it has none; raises `InputRefused` for a host that is not named."""
    found = _read(files.style) if files.style else _of_tiles(files.tiles) if files.tiles else None
    for address in _addresses(found or {}):
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        if urlsplit(address).scheme and origin not in hosts:
            what = f"Подложка карты обращается к адресу {origin}, который не разрешён"
            raise InputRefused("map_host", what, advice="Разрешите его в MCU_MAP_HOSTS или положите файлы рядом.")
    return found


def absolute(found: dict[str, Any], base: str) -> dict[str, Any]:
    """Give a style whose relative addresses begin with `base`, as MapLibre's workers need them."""

    def at(address: str) -> str:
        return address if urlsplit(address).scheme else f"{base}/{address.lstrip('/')}"

    sources = {
        name: source
        | {key: [at(tile) for tile in source[key]] for key in ("tiles",) if key in source}
        | {key: at(source[key]) for key in ("url", "data") if isinstance(source.get(key), str)}
        for name, source in found.get("sources", {}).items()
    }
    own = {key: at(found[key]) for key in ("sprite", "glyphs") if isinstance(found.get(key), str)}
    return found | own | {"sources": sources}


def fetch(files: MapFiles, path: str) -> Answer | None:
    """Give a file of the style's folder or a tile of an archive there; None where there is none."""
    if files.style is None:
        return None
    folder = files.style.parent.resolve()
    if tile := fullmatch(r"(.+\.pmtiles)/(\d{1,2})/(\d{1,7})/(\d{1,7})(?:\.\w+)?", path):
        archive = _within(folder, tile[1])
        return None if archive is None else _tile(archive, *(int(tile[at]) for at in (2, 3, 4)))
    file = _within(folder, path)
    if file is None or file.suffix not in _SUFFIXES:
        return None
    return file.read_bytes(), guess_type(file.name)[0] or "application/octet-stream"


def _within(folder: Path, path: str) -> Path | None:
    found = (folder / path).resolve()
    return found if found.is_relative_to(folder) and found.is_file() else None


def _tile(archive: Path, z: int, x: int, y: int) -> Answer | None:
    reader = _reader(archive, archive.stat().st_mtime_ns)
    header, body = reader.header(), reader.get(z, x, y)
    if body is None:  # beyond the archive's edge: an empty vector tile is a tile, an empty picture is none
        return (b"", _KINDS[TileType.MVT]) if header["tile_type"] == TileType.MVT else None
    packed = header["tile_compression"] == Compression.GZIP
    return gzip.decompress(body) if packed else body, _KINDS.get(header["tile_type"], "application/octet-stream")


@lru_cache(maxsize=8)
def _reader(archive: Path, _changed: int) -> Reader:
    """Map an archive into memory once per change of it."""
    with archive.open("rb") as file:
        return Reader(MmapSource(file))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputRefused("map_style", "Стиль карты — не JSON", place=Place(path.name)) from error
    if not isinstance(found, dict) or not isinstance(found.get("layers"), list):
        raise InputRefused("map_style", "Стиль карты — не стиль MapLibre: нет списка layers", place=Place(path.name))
    return found


def _of_tiles(address: str) -> dict[str, Any]:
    source = {"type": "raster", "tiles": [address], "tileSize": _TILE_SIZE}
    return {
        "version": 8,
        "sources": {"tiles": source},
        "layers": [{"id": "tiles", "type": "raster", "source": "tiles"}],
    }


def _addresses(found: dict[str, Any]) -> Iterator[str]:
    """List every address that a style names."""
    for part in (found, *found.get("sources", {}).values()):
        named = [part.get(key) for key in (*_ADDRESSES, "data")] + list(part.get("tiles", ()))
        yield from (address for address in named if isinstance(address, str))
