"""What the reader chose on the screen «Рейтинг», read from the address: who is rated, by which weights, which unit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from analytics import keys
from analytics.criteria import INDICATORS, RatingRules
from loaders.city import City
from pages.shared.filters import Filters

HEAVIEST: Final = 100.0
"""The largest weight a reader may give; only the proportion of the weights matters."""

_DIGITS: Final = 1
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Who:
    """Describe a kind of unit: its title, the column of its cells, its words after a number and after «ни»."""

    title: str
    column: str
    one: str
    few: str
    many: str
    genitive: str
    none: str


WHO: Final[dict[str, Who]] = {
    "departments": Who(
        "Подразделения", "department", "подразделение", "подразделения", "подразделений", "подразделения", "одно"
    ),
    "posts": Who("Ответственные", "topic_block", "должность", "должности", "должностей", "должности", "одну"),
    "heads": Who("Руководители блоков", "topic_block", "должность", "должности", "должностей", "должности", "одну"),
    "blocks": Who("Блоки", "topic_block", "блок", "блока", "блоков", "блока", "один"),
}
"""Kinds of unit under their names in the address. Posts answer for blocks; people are never named."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Hold what decides the figures: who is rated, and the reader's own weights, none for those of the city."""

    who: str = "departments"
    weights: tuple[tuple[str, float], ...] = ()

    @property
    def kind(self) -> Who:
        """Describe who is rated."""
        return WHO[self.who]

    def rules(self, city: City) -> RatingRules:
        """Give the rules of the city with the reader's weights; peers and exemptions are those of departments."""
        own = replace(city.rating, weights=dict(self.weights)) if self.weights else city.rating
        return own if self.who == "departments" else replace(own, groups=(), exempt={})

    def merged(self, city: City) -> Mapping[str, str] | None:
        """Lead from the blocks to the posts that answer for them; None where units are the column's own values."""
        field = {"posts": "accountable_post", "heads": "head_post"}.get(self.who)
        return {block.key: getattr(block, field) for block in city.blocks} if field else None

    def title(self, unit: str | None, city: City) -> str:
        """Give the words for a unit."""
        if unit is None:
            return "Подразделение не указано" if self.who == "departments" else "Тема не сопоставлена"
        if self.who == "departments":
            return {body.title: body.short_title for body in city.departments}.get(unit, unit)
        if self.who == "posts":
            return {block.accountable_post: block.group for block in city.blocks}.get(unit, unit)
        return {block.key: block.short_title for block in city.blocks}.get(unit, unit) if self.who == "blocks" else unit

    def full_title(self, unit: str, city: City) -> str:
        """Give the whole words for a unit; blocks are units by their keys, all others by their titles."""
        return self.title(unit, city) if self.who == "blocks" else unit

    def narrowed(self, filters: Filters, unit: str | None, city: City) -> Filters:
        """Put a unit into the shared filters, as a department or as the blocks it answers for."""
        if self.who == "departments":
            return filters.replace(departments=(keys.written(unit),))
        merged = self.merged(city) or {}
        blocks = tuple(key for key, post in merged.items() if post == unit) or (keys.written(unit),)
        kept = tuple(key for key in blocks if key in filters.blocks) if filters.blocks else blocks
        return filters.replace(blocks=kept or blocks)


@dataclass(frozen=True, slots=True)
class View:
    """Hold the reader's choices; every field but `unit` is valid, which is looked for among those that are rated."""

    chosen: Chosen
    indicator: str
    unit: str

    @classmethod
    def parse(
        cls, who: str, weights: str, indicator: str, unit: str, city: City, kinds: Sequence[str] = tuple(WHO)
    ) -> Self:
        """Read the choices from parameters of the address; what makes no sense, or is not of `kinds`, is absent."""
        own = parse_weights(weights)
        same = own is None or written(dict(own)) == written(city.rating.weights)
        chosen = Chosen(who if who in kinds else kinds[0], () if same or own is None else own)
        return cls(chosen, indicator if indicator in INDICATORS else "on_time", unit)

    def query(self, **changes: str | None) -> dict[str, str | None]:
        """Write the choices as parameters of an address, leaving out what is at its default."""
        own = {
            "who": None if self.chosen.who == next(iter(WHO)) else self.chosen.who,
            "weights": written(dict(self.chosen.weights)) if self.chosen.weights else None,
            "indicator": None if self.indicator == "on_time" else self.indicator,
            "unit": self.unit or None,
        }
        return own | changes


def parse_weights(text: str) -> tuple[tuple[str, float], ...] | None:
    """Read weights «fewer:20,on_time:40»; None unless all are known, between 0 and 100, and one is above 0.

    >>> parse_weights("on_time:60,satisfied:40")
    (('on_time', 60.0), ('satisfied', 40.0))
    """
    found: dict[str, float] = {}
    for piece in text[:_LONGEST].split(","):
        key, _, number = piece.partition(":")
        try:
            found[key] = round(float(number), _DIGITS)
        except ValueError:
            return None
        if key not in INDICATORS or not math.isfinite(found[key]) or not 0 <= found[key] <= HEAVIEST:
            return None
    return tuple((key, found[key]) for key in INDICATORS if key in found) if any(found.values()) else None


def written(weights: Mapping[str, float]) -> str:
    """Write weights for the address; an indicator without a weight is left out.

    >>> written({"satisfied": 40.0, "fewer": 0.0, "on_time": 60.5})
    'on_time:60.5,satisfied:40'
    """
    return ",".join(f"{key}:{weights[key]:g}" for key in INDICATORS if weights.get(key, 0) > 0)
