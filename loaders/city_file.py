"""Read the parts of a city from its TOML file and check what only a whole file can show."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from analytics.disclosure import LIMIT
from loaders.city_parts import Block, Department, KnownChange, Territory, Thresholds, topic_key
from loaders.toml_file import TomlTable

POLE: Final = 90.0
MERIDIAN: Final = 180.0

_KEY: Final = re.compile(r"[a-z0-9_]{1,56}(-[a-z0-9_]+)*")
_CODE: Final = re.compile(r"\d{4}(\.\d{4}){0,4}")


def key(row: TomlTable) -> str:
    """Read the key of a row: small Latin letters, digits, underscore."""
    word = row.take("key", str)
    if not _KEY.fullmatch(word):
        row.refuse("key", f"Ключ «{word}»: нужны маленькие латинские буквы, цифры и подчёркивание", at="key")
    return word


def time_zone(head: TomlTable) -> str:
    """Read the name of the time zone and see that it exists."""
    name = head.take("time_zone", str)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        head.refuse("time_zone", f"Часового пояса «{name}» нет", at="time_zone", advice="Пример: Europe/Moscow.")
    return name


def box(head: TomlTable) -> tuple[float, float, float, float] | None:
    """Read the city's box as (south, west, north, east); None where it is not given."""
    if not head.has("box"):
        return None
    table = head.table("box")
    south, west, north, east = (table.take(side, float) for side in ("south", "west", "north", "east"))
    table.close()
    if not (-POLE <= south < north <= POLE and -MERIDIAN <= west < east <= MERIDIAN):
        head.refuse("box", "Границы города: юг должен быть меньше севера, запад — востока", at="box")
    return south, west, north, east


def within(head: TomlTable, key: str, low: int, high: int) -> int:
    """Read an integer that must lie between two limits."""
    value = head.take(key, int)
    if not low <= value <= high:
        head.refuse("out_of_range", f"Ключ «{key}» — число от {low} до {high}", at=key)
    return value


def departments(file: TomlTable, known: Iterable[Department] = ()) -> tuple[Department, ...]:
    """Read the bodies and organisations; keys and titles are unique."""
    found: list[Department] = []
    taken = {word for department in known for word in (department.key, department.title)}
    for row in file.tables("departments"):
        department = Department(key(row), row.take("title", str), row.take("short_title", str))
        _unique(row, taken, department.key, department.title)
        row.close()
        found.append(department)
    return tuple(found)


def blocks(file: TomlTable, bodies: Sequence[Department]) -> tuple[Block, ...]:
    """Read the topic blocks; keys and titles are unique, and each department is one of the city's."""
    titles = {department.key: department.title for department in bodies}
    taken: set[str] = set()
    found: list[Block] = []
    for row in file.tables("blocks"):
        word, title, short = key(row), row.take("title", str), row.take("short_title", str)
        body = row.take("department", str)
        if body not in titles:
            row.refuse("unknown_department", f"Подразделения «{body}» нет среди [[departments]]", at="department")
        _unique(row, taken, word, title)
        posts = (row.take("group", str), row.take("accountable_post", str), row.take("head_post", str))
        row.close()
        found.append(Block(word, title, short, *posts, titles[body]))
    if not found:
        file.refuse("no_blocks", "В файле города нет ни одного отраслевого блока [[blocks]]")
    return tuple(found)


def territories(file: TomlTable) -> tuple[Territory, ...]:
    """Read the parts of the city; titles are unique."""
    found: list[Territory] = []
    taken: set[str] = set()
    for row in file.tables("territories"):
        territory = Territory(row.take("title", str), row.maybe("population", int), _centre(row))
        _unique(row, taken, territory.title)
        row.close()
        found.append(territory)
    return tuple(found)


def changes(file: TomlTable) -> tuple[KnownChange, ...]:
    """Read the changes that the city knows of, oldest first."""
    found = []
    for row in file.tables("changes"):
        found.append(KnownChange(row.take("date", date), row.take("title", str)))
        row.close()
    return tuple(sorted(found, key=lambda each: each.day))


def thresholds(file: TomlTable) -> Thresholds:
    """Read the city's own limits."""
    row = file.table("thresholds")
    target = row.take("on_time_target", float)
    if not 0 < target <= 1:
        row.refuse("out_of_range", "Ключ «on_time_target» — доля больше 0 и не больше 1", at="on_time_target")
    found = Thresholds(
        min_share_base=within(row, "min_share_base", 1, 1000),
        stale_hours=within(row, "stale_hours", 1, 8760),
        late_days=within(row, "late_days", 0, 365),
        on_time_target=target,
        min_published=within(row, "min_published", 1, 1000) if row.has("min_published") else LIMIT,
    )
    row.close()
    return found


def topics(file: TomlTable, shared: TomlTable | None, known: Sequence[Block]) -> Mapping[str, str]:
    """Read topic → block: the shared rubricator first, then the city's own lines, which win."""
    common = _topics(shared.table("topics"), known) if shared else {}
    return common | _topics(file.table("topics"), known)


def _topics(table: TomlTable, known: Sequence[Block]) -> dict[str, str]:
    keys = {block.key for block in known}
    found: dict[str, str] = {}
    written = table.keys()
    for block in written:
        if block not in keys:
            table.refuse("unknown_block", f"Блока «{block}» нет среди [[blocks]]", at=block)
        for topic in table.texts(block):
            word = topic_key(topic)
            if word in found:
                what = f"Тема «{topic}» записана дважды: в блоках «{found[word]}» и «{block}»"
                table.refuse("duplicate_topic", what, at=topic)
            found[word] = block
    return found


def classifier(shared: TomlTable | None, known: Sequence[Block]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Read beginning of a code → block, and code → title."""
    if shared is None:
        return {}, {}
    keys = {block.key for block in known}
    beginnings = _texts_by_code(shared.table("blocks"))
    for code, block in beginnings.items():
        if block not in keys:
            shared.refuse("unknown_block", f"Блока «{block}» нет среди [[blocks]]", at=code)
    return beginnings, _texts_by_code(shared.table("titles"))


def _texts_by_code(table: TomlTable) -> dict[str, str]:
    codes = table.keys()
    for code in codes:
        if not _CODE.fullmatch(code):
            table.refuse("code", f"«{code}» — не код классификатора", at=code, advice="Пример: 0005.0005.0056.")
    return {code: table.take(code, str) for code in codes}


def beside(head: TomlTable, key: str, folders: Sequence[Path]) -> TomlTable | None:
    """Open the file that a key names, looking in the folders in turn; None where the key is not written."""
    name = head.maybe(key, str)
    if name is None:
        return None
    paths = [folder / name for folder in folders if (folder / name).is_file()]
    if not paths:
        head.refuse("not_readable", f"Файла «{name}» нет", at=key)
    return TomlTable.read(paths[0])


def _centre(row: TomlTable) -> tuple[float, float] | None:
    latitude, longitude = row.maybe("lat", float), row.maybe("lon", float)
    if (latitude is None) != (longitude is None):
        row.refuse("centre", "Нужны обе координаты, lat и lon, или ни одной", at="lat")
    return None if latitude is None or longitude is None else (latitude, longitude)


def _unique(row: TomlTable, taken: set[str], *words: str) -> None:
    for word in words:
        if word in taken:
            row.refuse("duplicate", f"«{word}» уже есть", at=word)
    taken.update(words)
