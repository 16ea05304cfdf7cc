"""What the reader chose on «Мои дела», read from the address: a group of deadlines, topics, an order, a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self, get_args

from analytics.agenda import GroupKey
from loaders.agenda import ALL, NONE
from pages.registry.query import Asked as RegisterQuery

PARAMETERS: Final = ("group", "topic", "sort", "page")
KEYS: Final = (*get_args(GroupKey), NONE, ALL)


@dataclass(frozen=True, slots=True)
class View:
    """Hold the choices: `group` is empty for the first one that holds anything, `rows` what the register reads too."""

    group: str
    rows: RegisterQuery

    @classmethod
    def parse(cls, query: Mapping[str, Sequence[str]]) -> Self:
        """Read the choices; what is not allowed counts as absent. Without an order the nearest deadline comes first."""
        own = RegisterQuery.parse({name: query[name] for name in PARAMETERS if name in query})
        if "sort" not in query:
            own = replace(own, sort="deadline_at", descending=False)
        return cls(next((each for each in query.get("group", ()) if each in KEYS), ""), own)

    def chosen(self, counts: Mapping[str, int]) -> str:
        """Give the group that is listed: the one asked for, else the nearest that is not empty."""
        return self.group if self.group in counts else next((key for key in counts if counts[key]), ALL)

    def query(self, **changes: str | int | tuple[str, ...] | None) -> dict[str, str | int | tuple[str, ...] | None]:
        """Write the choices as parameters of an address, the first page of another list unless it is asked for."""
        kept = {"group": self.group or None, "topic": self.rows.topics, "sort": self.rows.order, "page": None}
        return kept | changes
