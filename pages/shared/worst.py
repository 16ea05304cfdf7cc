"""Who is worst now: one answer and one sentence for every screen, report and file that begins with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from analytics import worst as worst_of
from analytics.keys import written
from analytics.worst import WEEKS, Count, Standing, Unit, Worst
from loaders.city import City
from pages.shared import formats
from pages.shared.asked import Asked
from pages.shared.kept import kept
from pages.shared.options import absent, title_map
from pages.shared.palette import MARKS, Tone
from pages.shared.posts import lower
from pages.shared.text import href_to, html_text

Href = Callable[..., str]
"""Gives the address of a screen: its key, and the screen's own parameters."""

_FILTERED: Final = ("channel",)
"""Columns that the shared filters read beside those of the question."""

_NOBODY: Final = "Никто не выделяется"
_AT: Final = {"department": "у подразделения", "topic_block": "по блоку", "topic": "по теме"}


@kept(max_entries=64)
def found(asked: Asked) -> Worst:
    """Find who is worst at the end of the period: among departments, then among blocks, or topics of the only block."""
    dimensions = ("department", "topic" if asked.is_of_one_block else "topic_block")
    moment = asked.period.window(asked.as_of).moment
    columns = tuple(dict.fromkeys((*worst_of.NEEDS, *dimensions, "topic_block", *_FILTERED)))
    cells = asked.cells(max(moment - timedelta(weeks=WEEKS), asked.first), dimensions=columns)
    return worst_of.worst(cells, dimensions, moment, asked.history_from, min_n=asked.min_n)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tell in words what was found, for one city."""

    city: City

    def html(self, told: Worst, href: Href) -> str:
        """Write the sentence with its mark, as a link to the story of whom it names."""
        tone: Tone = "bad" if told.first else "muted"
        first = told.first or next((each for each in told.standings if each.most), None)
        key = None if first is None else first.named or first.most
        link = href_to("" if key is None else _story(key, href))
        sign = f'<span class="mcu-{tone}" aria-hidden="true">{MARKS[tone]}</span>'
        return f'{sign} <a class="mcu-link"{link}>{self.sentence(told)}</a>'

    def beside(self, told: Worst, href: Href, is_same: bool, why: str) -> str:  # noqa: FBT001
        """Write the sentence as the first line of a screen that orders by another number; `why` says which one.

        It is left out where that order begins with the same unit.
        """
        more = "" if is_same else f' <span class="mcu-muted">{why}</span>'
        return f"<p>{self.html(told, href)}{more}</p>"

    def sentence(self, told: Worst) -> str:
        """Say who is worst, since when and who answers; or that nobody stands out, and who has most."""
        if not told.open:
            return "Сроков у открытых обращений нет: кто опаздывает, сказать нельзя."
        if not told.overdue:
            return "Просроченных нет."
        if told.first and told.first.named:
            return self._burning(told.first, told.first.named, told.overdue)
        most = next((each.most for each in told.standings if each.most), None)
        if most is None:
            return f"{_NOBODY}: просрочено {formats.number(told.overdue)}."
        number = f"{formats.number(most.overdue)} из {formats.number(told.overdue)} просроченных"
        return f"{_NOBODY}; больше всего {self._at(most.dimension, most.key)} ({number})."

    def _burning(self, standing: Standing, unit: Unit, whole: int) -> str:
        weeks = "больше полугода" if standing.weeks >= WEEKS else formats.week_in_a_row(standing.weeks)
        number = f"<b>{formats.number(unit.overdue)} из {formats.number(whole)}</b>"
        said = f"<b>{self.title(unit.dimension, unit.key)}</b>: {number} просроченных, {weeks}"
        posts = self.posts(standing)
        return f"{said}{f'; отвечает {posts}' if posts else ''}.{self._mostly(standing, unit)}"

    def _mostly(self, standing: Standing, unit: Unit) -> str:
        """Name what most of the overdue are about, or whose they are."""
        mostly = standing.mostly
        if mostly is None:
            return ""
        many = "все" if mostly.overdue == unit.overdue else formats.number(mostly.overdue)
        return f" Из них {self._at(mostly.dimension, mostly.key)} — {many}."

    def _at(self, dimension: str, key: str | None) -> str:
        return f"{_AT[dimension]} <b>{self.title(dimension, key)}</b>"

    def title(self, dimension: str, key: str | None) -> str:
        """Give the escaped short words for a unit."""
        if dimension == "department":
            short = {body.title: body.short_title for body in self.city.departments}
        else:
            short = dict(title_map(self.city, dimension))
        return html_text(short.get(key or "", key) or absent(dimension, None))

    def posts(self, standing: Standing) -> str:
        """Name the escaped posts that answer: for the unit, else for the block that most of its overdue are of."""
        unit, mostly = standing.named, standing.mostly
        own = self.city.accountable(unit.dimension, unit.key) if unit else ()
        block = mostly.key if mostly and mostly.dimension == "topic_block" else None
        return html_text(", ".join(map(lower, own or self.city.accountable("topic_block", block))))


def is_worst(told: Worst, dimension: str, key: str | None) -> bool:
    """Say whether a unit is the one named along its dimension."""
    along = told.along(dimension)
    return along is not None and along.named is not None and along.named.key == key


def _story(unit: Unit | Count, href: Href) -> str:
    """Give the address of the story of a unit on the home screen."""
    own = {"department": {"view": "work"}}.get(unit.dimension, {})
    return href("heat-map", colour="overdue_open", cell=written(unit.key), **own)
