"""The city's own base map: files of one folder, tiles of an archive, and no host that the operator has not named."""

import gzip
import json
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from loaders.city_map import MapFiles
from loaders.errors import InputRefused
from pages.map import basemap

BASE = "https://mcu.example/api/ground/abc"


def _style(folder: Path, **source: object) -> MapFiles:
    style = {
        "version": 8,
        "sources": {"city": {"type": "vector", **source}},
        "layers": [],
        "glyphs": "fonts/{fontstack}/{range}.pbf",
    }
    (folder / "own.json").write_text(json.dumps(style), encoding="utf-8")
    return MapFiles(style=folder / "own.json")


def _archive(path: Path) -> None:
    with path.open("wb") as file:
        writer = Writer(file)
        writer.write_tile(zxy_to_tileid(3, 4, 2), gzip.compress(b"tile"))
        edges = dict.fromkeys(
            ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7", "center_lon_e7", "center_lat_e7"), 0
        )
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_zoom": 3,
            "max_zoom": 3,
            "center_zoom": 3,
        }
        writer.finalize(header | edges, {})


def test_relative_addresses_of_a_style_are_files_beside_it(tmp_path: Path) -> None:
    files = _style(tmp_path, tiles=["city.pmtiles/{z}/{x}/{y}"])
    style = basemap.style(files)
    assert style is not None
    told = basemap.absolute(style, BASE)
    assert told["sources"]["city"]["tiles"] == [f"{BASE}/city.pmtiles/{{z}}/{{x}}/{{y}}"]
    assert told["glyphs"] == f"{BASE}/fonts/{{fontstack}}/{{range}}.pbf"


def test_tiles_of_an_archive_are_served_one_by_one(tmp_path: Path) -> None:
    files = _style(tmp_path, tiles=["city.pmtiles/{z}/{x}/{y}"])
    _archive(tmp_path / "city.pmtiles")
    assert basemap.fetch(files, "city.pmtiles/3/4/2") == (b"tile", "application/x-protobuf")
    assert basemap.fetch(files, "city.pmtiles/3/0/0") == (b"", "application/x-protobuf")  # beyond the edge of the city
    assert basemap.fetch(files, "other.pmtiles/3/4/2") is None


def test_only_files_of_a_map_in_its_folder_are_served(tmp_path: Path) -> None:
    folder = tmp_path / "map"
    folder.mkdir()
    files = _style(folder)
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (folder / "notes.toml").write_text("", encoding="utf-8")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "sprite.png").write_bytes(b"png")
    assert basemap.fetch(files, "sprite.png") == (b"png", "image/png")
    for path in ("../secret.json", "notes.toml", "link.json", "nothing.json", "/etc/hostname", ""):
        assert basemap.fetch(files, path) is None


@pytest.mark.parametrize(
    "source",
    [
        {"tiles": ["https://tiles.example/{z}/{x}/{y}"]},
        {"url": "https://tiles.example/t.json"},
        {"data": "https://tiles.example/g"},
    ],
)
def test_a_host_is_asked_only_where_the_operator_named_it(tmp_path: Path, source: dict[str, object]) -> None:
    files = _style(tmp_path, **source)
    with pytest.raises(InputRefused, match=r"обращается к адресу https://tiles\.example"):
        basemap.style(files)
    assert basemap.style(files, ["https://tiles.example"]) is not None


def test_an_address_of_tiles_needs_no_style() -> None:
    files = MapFiles(tiles="https://tiles.example/{z}/{x}/{y}.png")
    style = basemap.style(files, ["https://tiles.example"])
    assert style is not None
    assert basemap.absolute(style, BASE)["sources"]["tiles"]["tiles"] == ["https://tiles.example/{z}/{x}/{y}.png"]
    assert basemap.fetch(files, "style.json") is None


@pytest.mark.parametrize(
    ("text", "said"), [("{", "не JSON"), ("[]", "не стиль MapLibre"), ('{"version": 8}', "не стиль MapLibre")]
)
def test_a_style_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused, match=said):
        basemap.style(MapFiles(style=tmp_path / "own.json"))
