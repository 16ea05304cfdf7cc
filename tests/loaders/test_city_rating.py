"""The table [rating] of a city file: read whole, or refused with the line that is wrong."""

from pathlib import Path

import pytest

from analytics.criteria import DEFAULT_WEIGHTS
from loaders.city import City, available
from loaders.errors import InputRefused
from tests.loaders.test_city import SMALL, line_of

RATING = """
[rating]
minimum_n = 25
[rating.weights]
on_time = 3
not_repeat = 1.5
[[rating.peers]]
key = "towns"
title = "Городские"
departments = ["works"]
[[rating.exempt]]
department = "works"
reason = "только создано"
"""


def write(folder: Path, old: str = "", new: str = "") -> Path:
    """Write the small city with a rating, changed in one place."""
    assert old in RATING
    path = folder / "small.toml"
    path.write_text(SMALL + (RATING.replace(old, new, 1) if old else RATING), encoding="utf-8")
    return path


def test_the_table_becomes_rules(tmp_path: Path) -> None:
    rules = City.load(write(tmp_path)).rating
    assert (rules.minimum_n, dict(rules.weights)) == (25, {"on_time": 3.0, "not_repeat": 1.5})
    assert [each.key for each in rules.weighted()] == ["on_time", "not_repeat"]
    assert (rules.group_of("Управление хозяйства"), rules.group_of("Другое")) == ("towns", "")
    assert dict(rules.exempt) == {"Управление хозяйства": "только создано"}


def test_a_city_that_writes_nothing_gets_the_proposal(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    rules = City.load(path).rating
    assert (rules.weights, rules.minimum_n, rules.groups, dict(rules.exempt)) == (DEFAULT_WEIGHTS, 10, (), {})


def test_the_cities_of_the_product_weigh_by_the_proposal() -> None:
    assert {city.key: dict(city.rating.weights) for city in available()} == {
        city.key: dict(DEFAULT_WEIGHTS) for city in available()
    }


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("minimum_n = 25", "minimum_n = 0", "out_of_range", "minimum_n"),
        ("minimum_n = 25", "minimum_n = 2.5", "wrong_type", "minimum_n"),
        ("minimum_n = 25", "minimum = 25", "unknown_key", "minimum ="),
        ("on_time = 3", "in_time = 3", "unknown_indicator", "in_time"),
        ("on_time = 3", "on_time = -3", "out_of_range", "on_time = -3"),
        ("on_time = 3", "on_time = inf", "out_of_range", "on_time = inf"),
        ("on_time = 3", 'on_time = "3"', "wrong_type", 'on_time = "3"'),
        ("on_time = 3\nnot_repeat = 1.5", "on_time = 0", "no_weight", "[rating.weights]"),
        ("on_time = 3\nnot_repeat = 1.5", "", "no_weight", "[rating.weights]"),
        ('departments = ["works"]', 'departments = ["fields"]', "unknown_department", "fields"),
        ('departments = ["works"]', 'departments = ["works", "works"]', "duplicate", '"works", "works"'),
        ('departments = ["works"]', "departments = []", "no_departments", 'key = "towns"'),
        ('key = "towns"', 'key = "Города"', "key", "Города"),
        ('reason = "только создано"', "", "missing_key", "[[rating.exempt]]"),
        ('department = "works"\nreason', 'department = "fields"\nreason', "unknown_department", '"fields"'),
    ],
)
def test_a_wrong_place_is_refused_by_its_line(tmp_path: Path, old: str, new: str, code: str, at: str) -> None:
    path = write(tmp_path, old, new)
    with pytest.raises(InputRefused) as refused:
        City.load(path)
    assert refused.value.code == code
    assert refused.value.place.row == line_of(at, path.read_text(encoding="utf-8"))


def test_a_department_is_in_one_group_only(tmp_path: Path) -> None:
    again = '[[rating.peers]]\nkey = "villages"\ntitle = "Сельские"\ndepartments = ["works"]\n'
    path = write(tmp_path, "[[rating.exempt]]", again + "[[rating.exempt]]")
    with pytest.raises(InputRefused, match="«works» уже есть в группах") as refused:
        City.load(path)
    assert refused.value.place.row == line_of('"villages"', path.read_text(encoding="utf-8")) + 2
