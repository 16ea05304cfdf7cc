"""A city as data: blocks, bodies, territories, rules of deadlines, thresholds and rubricator, read from one TOML file.

The files of the product stand in `loaders/reference`; a city of one's own is a file of the same form anywhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from analytics.criteria import RatingRules
from analytics.deadlines import Rules
from loaders import city_file, city_map, city_rating, city_rules
from loaders.city_map import MapFiles
from loaders.city_parts import Block, Department, KnownChange, RestRule, SurgeRules, Territory, Thresholds, topic_key
from loaders.errors import InputRefused, Place
from loaders.toml_file import TomlTable

__all__ = [
    "Block",
    "City",
    "Department",
    "KnownChange",
    "MapFiles",
    "RestRule",
    "SurgeRules",
    "Territory",
    "Thresholds",
    "available",
    "topic_key",
]

REFERENCE: Final = Path(__file__).parent / "reference"
"""Where the product's own cities stand."""

DEMO_SUFFIX: Final = "-demo"
"""Ends the key of a city's made-up twin, so that real and made-up rows never share a municipality."""


@dataclass(frozen=True, eq=False)
class City:
    """Describe one municipality; `box` is (south, west, north, east) in degrees.

    A city is loaded once and is equal to itself alone, so it can stand in a cache key.

    `rules` is what deadlines are counted by: norms, working calendar, days off; `rest_rule` says when a case put off
    needs its executors; `rating` says how departments are rated, `problem_weights` weigh the counts of the index of
    problem spheres, `home_colour` is what the matrix of the home screen opens in, `surges` hold the budget of the
    radar, `changes` are those after which numbers are judged anew, and `map` names the files of the map. `topics` leads
    from `topic_key` of a topic to the key of its block, `classifier` from the beginning of a classifier code.
    `classifier_titles` names the codes. Territories, extra departments and map of the demo city stand in
    `demo_territories`, `demo_departments` and `demo_map` and enter the city only in its made-up twin.
    """

    key: str
    title: str
    time_zone: str
    population: int | None
    box: tuple[float, float, float, float] | None
    coordinate_decimals: int
    geo_resolution: int
    is_demo: bool
    blocks: tuple[Block, ...]
    departments: tuple[Department, ...]
    territories: tuple[Territory, ...]
    rules: Rules
    rest_rule: RestRule
    rating: RatingRules
    problem_weights: Mapping[str, float]
    home_colour: str
    surges: SurgeRules
    map: MapFiles
    thresholds: Thresholds
    changes: tuple[KnownChange, ...]
    topics: Mapping[str, str]
    classifier: Mapping[str, str]
    classifier_titles: Mapping[str, str]
    demo_departments: tuple[Department, ...]
    demo_territories: tuple[Territory, ...]
    demo_map: MapFiles

    @classmethod
    def load(cls, key_or_path: str | Path) -> "City":
        """Read a city by key or from a file; raise `InputRefused` with the line where the file is wrong.

        A key that ends in `-demo` gives the made-up twin of the city.
        """
        text = str(key_or_path)
        if isinstance(key_or_path, Path) or text.endswith(".toml"):
            return _read(Path(text))
        city = _read(_shipped(text.removesuffix(DEMO_SUFFIX)))
        return city.demo() if text.endswith(DEMO_SUFFIX) else city

    def demo(self) -> "City":
        """Turn into the made-up twin: a municipality of its own with the demo's departments and territories."""
        return self if self.is_demo else _twin(self)

    def block(self, topic: str | None, classifier_code: str | None) -> str | None:
        """Find the key of a block by topic, then by the longest known beginning of the classifier code."""
        found = self.topics.get(topic_key(topic)) if topic else None
        code = classifier_code or ""
        beginnings = (code[:end] for end in range(len(code), 0, -1)) if found is None else ()
        return found or next((self.classifier[part] for part in beginnings if part in self.classifier), None)

    def accountable(self, dimension: str, key: str | None) -> tuple[str, ...]:
        """Name the posts that answer for a block by its key, or for a department by the blocks that it leads."""
        return _once(block.accountable_post for block in self._led(dimension, key))

    def leading(self, dimension: str, key: str | None) -> tuple[str, ...]:
        """Name the posts that lead a block by its key, or the blocks that a department leads."""
        return _once(block.head_post for block in self._led(dimension, key))

    def _led(self, dimension: str, key: str | None) -> list[Block]:
        named = {"topic_block": "key", "department": "department"}.get(dimension)
        return [block for block in self.blocks if named and getattr(block, named) == key]


def _once(posts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(post for post in posts if post))


def available() -> list[City]:
    """List the cities that come with the product, by key."""
    return [City.load(path) for path in sorted(REFERENCE.glob("*.toml"))]


def _shipped(key: str) -> Path:
    known = {path.stem: path for path in REFERENCE.glob("*.toml")}
    if key not in known:
        advice = f"Есть: {', '.join(sorted(known))}. Свой город — путь к файлу .toml."
        raise InputRefused("unknown_city", f"Города «{key}» нет", advice=advice)
    return known[key]


def _read(path: Path) -> City:
    try:
        return _cached(path.resolve(), path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise InputRefused("not_readable", "Файл города не найден", place=Place(path.name)) from error


@lru_cache(maxsize=32)
def _twin(city: City) -> City:
    """Make the made-up twin of a city once."""
    return replace(
        city,
        key=city.key + DEMO_SUFFIX,
        title=f"{city.title} · демо-город",
        is_demo=True,
        departments=city.departments + city.demo_departments,
        territories=city.demo_territories,
        map=city.map.with_made_up(city.demo_map),
    )


@lru_cache(maxsize=32)
def _cached(path: Path, _changed: int) -> City:
    """Read a file once per change of it."""
    file = TomlTable.read(path)
    head, demo = file.table("city"), file.table("demo")
    bodies = city_file.departments(file)
    made_up = city_file.departments(demo, bodies)
    blocks = city_file.blocks(file, bodies)
    folders = (path.parent, REFERENCE)
    classifier, titles = city_file.classifier(city_file.beside(head, "classifier", folders), blocks)
    rules, rest_rule = city_rules.read(file, head, city_file.beside(head, "norms", folders))
    city = City(
        key=city_file.key(head),
        title=head.take("title", str),
        time_zone=city_file.time_zone(head),
        population=head.maybe("population", int),
        box=city_file.box(head),
        coordinate_decimals=city_file.within(head, "coordinate_decimals", 0, 4),
        geo_resolution=city_file.within(head, "geo_resolution", 5, 10),
        is_demo=False,
        blocks=blocks,
        departments=bodies,
        territories=city_file.territories(file),
        rules=rules,
        rest_rule=rest_rule,
        rating=city_rating.read(file, (*bodies, *made_up)),
        problem_weights=city_rules.problem_weights(file),
        home_colour=city_rules.home_colour(file),
        surges=city_rules.surges(file),
        map=city_map.read(file, folders),
        thresholds=city_file.thresholds(file),
        changes=city_file.changes(file),
        topics=city_file.topics(file, city_file.beside(head, "rubricator", folders), blocks),
        classifier=classifier,
        classifier_titles=titles,
        demo_departments=made_up,
        demo_territories=city_file.territories(demo),
        demo_map=city_map.read(demo, folders),
    )
    for table in (head, demo, file):
        table.close()
    return city
