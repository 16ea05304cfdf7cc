"""A topic gets the block that a table names, and none where no table knows it."""

from dataclasses import replace

import polars as pl

from loaders.city import City
from loaders.profile import Profile
from loaders.topics import blocks

CITY = replace(
    City.load("novoshakhtinsk"),
    topics={"ямы на дороге": "roads", "отопление": "energy"},
    classifier={"0005": "housing_utilities", "0005.0005.0056.1160": "municipal_solid_waste"},
)
PROFILE = replace(Profile.load("generic"), topics={"★ Отопление": "housing_utilities", "Лифты": "no_such_block"})


def found(**columns: str | None) -> str | None:
    row = {"topic_block": None, "topic_group": None, "topic": None, "classifier_code": None} | columns
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    return blocks(frame, PROFILE, CITY).to_list()[0]


def test_profile_is_stronger_than_the_rubricator() -> None:
    assert found(topic="отопление") == "housing_utilities"


def test_rubricator_is_stronger_than_the_classifier() -> None:
    assert found(topic="Ямы  на ДОРОГЕ", classifier_code="0005.0005.0056.1160") == "roads"


def test_longest_beginning_of_the_code_wins() -> None:
    assert found(classifier_code="0005.0005.0056.1160.0001") == "municipal_solid_waste"
    assert found(classifier_code="0005.0005.0056.1154") == "housing_utilities"


def test_group_serves_where_the_topic_is_unknown() -> None:
    assert found(topic="Что-то своё", topic_group="Ямы на дороге") == "roads"


def test_block_named_by_the_source_comes_first() -> None:
    title = next(block.title for block in CITY.blocks if block.key == "trade")
    assert found(topic_block=title, topic="Ямы на дороге") == "trade"


def test_unknown_topic_has_no_block_and_neither_has_a_block_the_city_lacks() -> None:
    assert found(topic="Неизвестная тема") is None
    assert found(topic="Лифты") is None
    assert found() is None
