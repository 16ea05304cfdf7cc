"""A city file is read whole or refused with the line that is wrong."""

from pathlib import Path

import pytest

from loaders.city import City, available, topic_key
from loaders.errors import InputRefused

SMALL = """\
[city]
key = "small"
title = "Малый"
time_zone = "Europe/Moscow"
box = { south = 47.0, west = 39.0, north = 48.0, east = 40.0 }
coordinate_decimals = 3
geo_resolution = 9

[thresholds]
min_share_base = 10
stale_hours = 24
late_days = 3
on_time_target = 0.95

[[departments]]
key = "works"
title = "Управление хозяйства"
short_title = "УХ"

[[blocks]]
key = "roads"
title = "Дороги"
short_title = "Дороги"
group = "Первый заместитель"
accountable_post = "Первый заместитель"
head_post = "Директор"
department = "works"

[[territories]]
title = "Центр"
population = 1000

[[norms]]
key = "answer"
title = "Ответ"
event = "answer"
since = "registered_at"
amount = 30
unit = "calendar_days"
source = "59-ФЗ"

[[norms]]
key = "fast"
title = "Быстрый ответ"
event = "answer"
since = "received_at"
amount = 10
unit = "calendar_days"
applies = { source_system = "pos", is_fast_track = true }
valid_from = 2021-01-01
valid_to = 2023-12-31
source = "порядок"

[topics]
roads = ["★ Ямы на дорогах", "Гололёд"]
"""


@pytest.fixture
def write(tmp_path: Path):
    """Write a city file, changed in one place, and give its path."""

    def changed(old: str = "", new: str = "") -> Path:
        assert old in SMALL
        path = tmp_path / "small.toml"
        path.write_text(SMALL.replace(old, new, 1) if old else SMALL, encoding="utf-8")
        return path

    return changed


def line_of(text: str, source: str = SMALL) -> int:
    return next(number for number, line in enumerate(source.splitlines(), 1) if text in line)


def test_a_file_becomes_a_city(write) -> None:
    city = City.load(write())
    assert (city.key, city.title, city.population, city.is_demo) == ("small", "Малый", None, False)
    assert city.box == (47.0, 39.0, 48.0, 40.0)
    assert city.blocks[0].department == "Управление хозяйства"
    assert city.territories[0].population == 1000
    assert city.thresholds.on_time_target == 0.95
    assert dict(city.topics) == {"ямы на дорогах": "roads", "гололед": "roads"}


def test_a_changed_file_is_read_again(write) -> None:
    assert City.load(write()).title == "Малый"
    assert City.load(write('"Малый"', '"Немалый"')).title == "Немалый"


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ('title = "Малый"', 'title = "Малый"\nmayor = "—"', "unknown_key", "time_zone"),
        ('time_zone = "Europe/Moscow"', 'time_zone = "Moscow"', "time_zone", "time_zone"),
        ("coordinate_decimals = 3", "coordinate_decimals = 7", "out_of_range", "coordinate_decimals"),
        ("coordinate_decimals = 3", 'coordinate_decimals = "3"', "wrong_type", "coordinate_decimals"),
        ("south = 47.0", "south = 49.0", "box", "box ="),
        ("on_time_target = 0.95", "on_time_target = 95", "out_of_range", "on_time_target"),
        ('department = "works"', 'department = "work"', "unknown_department", 'department = "works"'),
        ('key = "roads"', 'key = "Дороги"', "key", 'key = "roads"'),
        ('event = "answer"', 'event = "ответ"', "unknown_value", "event ="),
        ('roads = ["★ Ямы', 'streets = ["★ Ямы', "unknown_block", 'roads = ["'),
        ('"Гололёд"]', '"ямы  на дорогах"]', "duplicate_topic", 'roads = ["'),
        ('title = "Малый"\n', "", "missing_key", "[city]"),
    ],
)
def test_a_wrong_place_is_refused_by_its_line(write, old: str, new: str, code: str, at: str) -> None:
    with pytest.raises(InputRefused) as refused:
        City.load(write(old, new))
    assert refused.value.code == code
    assert refused.value.place.file == "small.toml"
    assert refused.value.place.row == line_of(at)


def test_two_norms_of_the_same_case_may_not_overlap(write) -> None:
    again = SMALL[SMALL.index('[[norms]]\nkey = "fast"') : SMALL.index("[topics]")].replace('"fast"', '"faster"')
    path = write(
        "[topics]",
        again.replace("2021-01-01", "2023-12-31").replace("2023-12-31\nsource", "2024-12-31\nsource") + "[topics]",
    )
    with pytest.raises(InputRefused, match=r"«fast» и «faster» спорят .* с 31\.12\.2023 по 31\.12\.2023") as refused:
        City.load(path)
    assert refused.value.place.row == line_of('"faster"', path.read_text(encoding="utf-8"))


def test_a_repeated_department_is_refused(write) -> None:
    row = SMALL[SMALL.index("[[departments]]") : SMALL.index("[[blocks]]")]
    with pytest.raises(InputRefused, match="«works» уже есть") as refused:
        City.load(write("[[blocks]]", row + "[[blocks]]"))
    assert refused.value.place.row == line_of('key = "works"') + row.count("\n")


def test_a_key_written_twice_is_refused_by_its_line(write) -> None:
    with pytest.raises(InputRefused, match="не по правилам TOML") as refused:
        City.load(write('title = "Малый"', 'title = "Малый"\ntitle = "Другой"'))
    assert refused.value.place.row == 4


def test_other_encodings_and_absent_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ansi.toml"
    path.write_bytes('[city]\ntitle = "Малый"'.encode("windows-1251"))
    with pytest.raises(InputRefused, match="UTF-8"):
        City.load(path)
    with pytest.raises(InputRefused, match="Файл города не найден"):
        City.load(tmp_path / "absent.toml")
    with pytest.raises(InputRefused, match=r"Города «atlantis» нет.*novoshakhtinsk"):
        City.load("atlantis")


def test_topics_are_compared_without_stars_case_and_yo() -> None:
    assert topic_key("★ Гололёд\u00a0 на  дорогах. ") == topic_key("гололед на дорогах") == "гололед на дорогах"


def test_novoshakhtinsk_has_the_blocks_of_its_order() -> None:
    city = City.load("novoshakhtinsk")
    groups = [block.group for block in city.blocks]
    sizes = {group: groups.count(group) for group in dict.fromkeys(groups)}
    assert sizes == {
        "Первый заместитель": 6,
        "Социальные вопросы": 7,
        "Строительство и имущество": 3,
        "Экономика": 4,
        "Право и контроль": 1,
    }
    assert city.territories == ()


@pytest.mark.parametrize(
    ("topic", "code", "block"),
    [
        ("★ Ямы и выбоины на дороге", None, "roads"),
        ("Нарушение теплоснабжения многоквартирного дома", None, "energy"),
        ("Стихийные свалки в городе/в парках/в лесу", None, "municipal_solid_waste"),
        (None, "0005.0005.0056.1153", "energy"),
        ("Неведомая тема", "0005.0005.0056.1164", "housing_utilities"),
        ("Неведомая тема", "0001.0001", None),
        (None, None, None),
    ],
)
def test_a_topic_leads_to_its_block_then_the_code_does(topic: str | None, code: str | None, block: str | None) -> None:
    assert City.load("novoshakhtinsk").block(topic, code) == block


def test_the_made_up_twin_is_a_municipality_of_its_own() -> None:
    real, twin = City.load("novoshakhtinsk"), City.load("novoshakhtinsk-demo")
    assert twin.is_demo
    assert twin.key == "novoshakhtinsk-demo"
    assert twin is twin.demo() is real.demo() is City.load("novoshakhtinsk-demo")
    assert len({real, twin}) == 2
    assert sum(territory.population or 0 for territory in twin.territories) == real.population
    assert len(twin.departments) == len(real.departments) + len(real.demo_departments)


def test_every_city_of_the_product_is_sound() -> None:
    cities = available()
    assert [city.key for city in cities] == ["boston", "new_york", "novoshakhtinsk"]
    for city in cities:
        keys = {block.key for block in city.blocks}
        titles = {department.title for department in city.departments}
        assert {block.department for block in city.blocks} <= titles
        assert set(city.topics.values()) == keys
        assert set(city.classifier) <= set(city.classifier_titles)


def test_known_changes_come_in_the_order_of_their_days(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    more = '\n[[changes]]\ndate = 2026-03-01\ntitle = "Новая служба"\n'
    more += '\n[[changes]]\ndate = 2025-05-01\ntitle = "Новый счёт"\n'
    path.write_text(SMALL + more, encoding="utf-8")
    assert [each.title for each in City.load(path).changes] == ["Новый счёт", "Новая служба"]
    path.write_text(SMALL + more.replace("2025-05-01", '"вчера"'), encoding="utf-8")
    with pytest.raises(InputRefused, match="date"):
        City.load(path)
