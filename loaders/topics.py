"""Lead a topic to its block: by the profile's own table, then the city's rubricator, then the classifier code.

A topic that none of the three knows has no block: it is counted and shown, never guessed.
"""

from collections.abc import Mapping

import polars as pl

from loaders.city import City, topic_key
from loaders.profile import Profile

_KEYS = ["topic_block", "topic_group", "topic", "classifier_code"]


def blocks(frame: pl.DataFrame, profile: Profile, city: City) -> pl.Series:
    """Return the block key of each row; looks once at each distinct combination of the topic columns.

    A block named by the source itself (key or title of a block of the city) comes first; then in each table the topic
    is looked up before its group.
    """
    own = {topic_key(topic): block for topic, block in profile.topics.items() if _known(city, block)}
    named = {
        topic_key(word): block.key for block in city.blocks for word in (block.key, block.title, block.short_title)
    }
    distinct = frame.select(_KEYS).unique()
    found = [_block(row, named, (own, city.topics), city) for row in distinct.iter_rows()]
    known = distinct.with_columns(pl.Series("block", found, dtype=pl.String))
    return frame.select(_KEYS).join(known, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")["block"]


def strays(frame: pl.DataFrame, profile: Profile, city: City) -> pl.Series:
    """Name for each row the block that the profile leads its topic to and the city does not have; null for others."""
    wrong = {topic_key(topic): block for topic, block in profile.topics.items() if not _known(city, block)}
    if not wrong:
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    topics = frame["topic"]
    led = {topic: wrong.get(topic_key(topic)) for topic in topics.drop_nulls().unique()}
    return topics.replace_strict(led, default=None, return_dtype=pl.String)


def _known(city: City, block: str) -> bool:
    return any(each.key == block for each in city.blocks)


def _block(
    row: tuple[str | None, ...], named: Mapping[str, str], tables: tuple[Mapping[str, str], ...], city: City
) -> str | None:
    block, group, topic, code = row
    if block is not None and topic_key(block) in named:
        return named[topic_key(block)]
    for table in tables:
        for word in (topic, group):
            if word is not None and topic_key(word) in table:
                return table[topic_key(word)]
    return city.block(None, code)
