"""A profile is data: what is wrong in it is refused with its line and a hint."""

from pathlib import Path

import polars as pl
import pytest

from analytics import schema
from loaders import intake
from loaders.city import City
from loaders.errors import InputRefused
from loaders.profile import Profile, available
from loaders.progress import silent
from loaders.text import name_key

SMALL = """title = "Проба"
kind = "message"

[columns.source_id]
headers = ["Номер"]

[columns.received_at]
headers = ["Дата"]

[columns.status]
headers = ["Статус"]
values = { "Сделано" = "answered" }
"""


def load(folder: Path, text: str) -> Profile:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return Profile.load(path)


def test_small_profile_is_read(tmp_path: Path) -> None:
    profile = load(tmp_path, SMALL)
    assert (profile.key, profile.title, profile.native) == ("mine", "Проба", False)
    assert profile.fields["status"].values["сделано"] == "answered"
    assert profile.fields["status"].values["в работе"] == "in_work"
    assert profile.fields["kind"].default == "message"
    assert profile.wanted == {"номер", "дата", "статус"}


WRONG = [
    (SMALL.replace("[columns.status]", "[columns.statu]"), "unknown_column", "«status»", 10),
    (SMALL.replace('"answered"', '"answred"'), "unknown_word", "«answered»", 12),
    (SMALL.replace("kind =", "knd ="), "missing_column", "kind", None),
    (SMALL + 'colour = "red"\n', "unknown_key", "colour", 13),
    (SMALL.replace('headers = ["Номер"]', 'headers = "Номер"'), "wrong_type", "список", 5),
    (SMALL.replace('headers = ["Номер"]', ""), "missing_column", "source_id", None),
    (SMALL + '[file]\nformats = ["cvs"]\n', "unknown_format", "«csv»", 14),
    (SMALL + '[dates]\ntime_zone = "Mars/Base"\n', "time_zone", "Mars/Base", 14),
    (SMALL + '[[rules]]\nset = { status = "extended" }\n', "empty_rule", "when", 13),
    (
        SMALL + '[[rules]]\nset = { topic = "x" }\nwhen = [{ header = "a", filled = true }]\n',
        "unknown_column",
        "topic",
        None,
    ),
    (SMALL + '[[rules]]\nset = { status = "new" }\nwhen = [{ header = "a" }]\n', "condition", "filled", None),
    ("title = \n", "toml", "TOML", 1),
]


@pytest.mark.parametrize(("text", "code", "hint", "row"), WRONG)
def test_mistakes_are_named(tmp_path: Path, text: str, code: str, hint: str, row: int | None) -> None:
    with pytest.raises(InputRefused) as refusal:
        load(tmp_path, text)
    assert refusal.value.code == code
    assert hint in str(refusal.value)
    assert refusal.value.place.file == "mine.toml"
    if row is not None:
        assert refusal.value.place.row == row


def test_unknown_profile_key_is_refused_with_the_near_one() -> None:
    with pytest.raises(InputRefused, match="Возможно, «boston311»"):
        Profile.load("boston31")


def test_key_may_be_kept_in_a_copy(tmp_path: Path) -> None:
    assert load(tmp_path, 'key = "pos"\n' + SMALL).key == "pos"


def test_hash_changes_with_the_file(tmp_path: Path) -> None:
    assert load(tmp_path, SMALL).sha256 != load(tmp_path, SMALL + "\n").sha256


@pytest.mark.parametrize("profile", available(), ids=lambda profile: profile.key)
def test_shipped_profile_never_reads_what_it_drops(profile: Profile) -> None:
    personal = {
        "фио",
        "заявитель",
        "телефон",
        "email",
        "адрес",
        "name",
        "address",
        "сотрудник",
        "текст обращения",
    }
    assert not profile.wanted & {name_key(word) for word in personal}
    assert profile.note
    for field in profile.fields.values():
        assert len(set(field.keys)) == len(field.keys)


def test_profiles_without_public_headers_say_so() -> None:
    assert {profile.key for profile in available() if not profile.native} == {
        "delo",
        "generic",
        "incident",
        "open_region_71",
        "pos",
    }


@pytest.mark.parametrize("key", ["pos", "incident", "open_region_71"])
def test_a_status_names_the_stage_where_no_column_does(key: str, tmp_path: Path) -> None:
    profile, city = Profile.load(key), City.load("novoshakhtinsk")
    columns = {"pos": "Номер", "incident": "Номер инцидента", "open_region_71": "Номер"}
    words = list(profile.fields["status"].values)
    path = tmp_path / "rows.csv"
    head = f"{columns[key]};Дата создания;Группа тем;Категория;Подкатегория;Статус\n"
    rows = "".join(f"{number};01.03.2026 10:00;ЖКХ;ЖКХ;Вода;{word}\n" for number, word in enumerate(words))
    path.write_text(head + rows, encoding="utf-8")
    taken = intake.read([path], profile, city, silent)
    found = taken.appeals
    stages = dict(found.drop_nulls("stage").select("status", "stage").unique().iter_rows())
    assert stages["in_work"] == "execution"
    finished = found.filter(pl.col("status").is_in([status.value for status in schema.FINISHED_STATUSES]))
    assert finished["stage"].null_count() == finished.height > 0
    assert "unknown_value" not in set(taken.findings["code"])
