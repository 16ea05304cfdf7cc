"""Names of spheres and ways from a number to what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analytics.keys import written
from loaders.access.roles import Right
from loaders.city import City
from pages.shared import address, listing, viewer
from pages.shared.filters import Filters
from pages.shared.options import absent, title_map
from pages.shared.run import Run
from pages.shared.text import href

Key = Sequence[str | None]

_FIELDS: Final = {"topic_block": "blocks", "department": "departments", "territory": "territories"}


@dataclass(frozen=True, slots=True)
class Titles:
    """Know the words of one city."""

    city: City

    def title(self, column: str, key: str | None) -> str:
        """Give the words for a value of a column."""
        if key is None:
            return absent(column, key)
        if column == "department":
            return {body.title: body.short_title for body in self.city.departments}.get(key, key)
        return title_map(self.city, column).get(key, key)


@dataclass(frozen=True, slots=True)
class Ways(Titles):
    """Know also where this reader's numbers lead: to the register, or to the heat map."""

    run: Run
    sees_rows: bool

    @classmethod
    def of(cls, run: Run) -> "Ways":
        """Make the ways of a run."""
        return cls(run.city, run, viewer.may(run.viewer, Right.ROWS, run.scope.municipality))

    def to(self, by: Sequence[str], key: Key, measure: str = "", number: int | None = None, **changed: str) -> str:
        """Give the escaped href of the rows of a unit; see `path`."""
        return href(self.path(by, key, measure, number, **changed))

    def path(self, by: Sequence[str], key: Key, measure: str = "", number: int | None = None, **changed: str) -> str:
        """Give the address of the rows of a unit, so many of them; `measure` counted them, `changed` goes into filters.

        Whoever may not see rows is led to the heat map of the same filters, coloured by the same measure.
        """
        named = dict(zip(by, key, strict=True))
        fields = {_FIELDS[name]: (written(value),) for name, value in named.items() if name in _FIELDS}
        filters = self.run.filters.replace(**fields, **changed)
        topic = written(named["topic"]) if "topic" in named else None
        return self.of_rows(filters, measure, topic, number)

    def of_rows(self, filters: Filters, measure: str = "", topic: str | None = None, number: int | None = None) -> str:
        """Give the address of the rows that filters, a measure and a topic leave."""
        if self.sees_rows:
            return listing.href(number, filters, measure, topic=topic)
        return address.url("heat-map", filters, colour=measure)

    @property
    def words(self) -> str:
        """Say where a number leads."""
        return "Показать записи" if self.sees_rows else "На тепловую карту"
