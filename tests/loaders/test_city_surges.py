"""The table [surges] of a city file: read, left out, or refused with the line that is wrong."""

from pathlib import Path

import pytest

from loaders.city import City, SurgeRules, available
from loaders.errors import InputRefused
from tests.loaders.test_city import SMALL, line_of


def write(folder: Path, settings: str) -> Path:
    path = folder / "small.toml"
    path.write_text(SMALL + settings, encoding="utf-8")
    return path


def test_the_budget_and_the_days_to_report_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, "\n[surges]\nalarms_a_week = 0.5\nreport_days = 2\n")
    assert City.load(path).surges == SurgeRules(0.5, 2)


def test_without_the_table_one_alarm_a_week_and_the_same_day(tmp_path: Path) -> None:
    assert City.load(write(tmp_path, "")).surges == SurgeRules(1.0, 0)
    assert {city.surges for city in available()} == {SurgeRules(1.0, 0)}


@pytest.mark.parametrize(
    ("line", "code", "what"),
    [
        ("alarms_a_week = 0", "out_of_range", "больше 0 и не больше 50"),
        ("alarms_a_week = 51", "out_of_range", "больше 0 и не больше 50"),
        ('alarms_a_week = "часто"', "wrong_type", "не число"),
        ("report_days = 31", "out_of_range", "число от 0 до 30"),
        ("alarms_a_day = 1", "unknown_key", "Неизвестный ключ «alarms_a_day»"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path: Path, line: str, code: str, what: str) -> None:
    path = write(tmp_path, f"\n[surges]\n{line}\n")
    with pytest.raises(InputRefused, match=what) as refused:
        City.load(path)
    assert refused.value.code == code
    assert refused.value.place.row == line_of(line, path.read_text(encoding="utf-8"))
