"""What a file is made from: a reader's scope, the filters and choices of an address, and the words that say so."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from analytics import measures, natural
from analytics.declarations import Measure
from analytics.periods import format_period, up_to
from pages.paper.model import About
from pages.shared import formats, half, readers
from pages.shared.asked import Asked
from pages.shared.filters import COMPARISONS, DIMENSIONS, Options
from pages.shared.options import options

Query = Mapping[str, Sequence[str]]

_LINK: Final = "Ссылка"
_RELATIVE: Final = "Ссылка, после адреса системы"
_SEARCHED: Final = "number"
OWN: Final = frozenset({
    "view", "colour", "order", "limits", "cell", "status", "stage", "topic", _SEARCHED, "due", "sort",
    "columns", "measure", "place", "layer", "show", "week", "days", "who", "weights", "indicator", "unit", "units",
    "along", "layout", "group", "at",
})  # fmt: skip
"""Parameters of screens and reports; whatever else somebody writes into an address is no part of a file."""

_FIELDS: Final = {
    "blocks": "блоки", "departments": "подразделения", "channels": "каналы", "kinds": "вид",
    "territories": "территории",
}  # fmt: skip
_MOST_NAMED: Final = 40
"""Chosen values that the passport of a file names one by one."""

_TAGS: Final = re.compile(r"<(?:/?(?:p|li|h\d|ul|br|div)\b[^>]*)>|<[^>]+>")
_BLOCKS: Final = ("<p", "<li", "<h", "<br", "<div")


@dataclass(frozen=True, slots=True)
class Source:
    """Hold what a file shows: `own` are the parameters of an address that belong to one screen."""

    asked: Asked
    own: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, asked: Asked, query: Query) -> "Source":
        """Keep of an address what belongs to the screen."""
        kept = (name for name in query if name in OWN and query[name])
        return cls(asked, tuple(sorted((name, tuple(query[name])) for name in kept)))

    def param(self, name: str) -> str:
        """Read a parameter of the screen, empty where it is absent."""
        return dict(self.own).get(name, ("",))[-1]

    def query(self) -> dict[str, list[str]]:
        """Write the address anew, with days in place of presets: it shows the same tomorrow."""
        asked = self.asked
        numbers = readers.numbers(asked.scope, asked.version)
        # A report of a running quarter keeps its days; a screen of other days than those of the filters keeps its own.
        days = asked.named if asked.period == up_to(asked.named, asked.as_of) else asked.period
        fixed = asked.filters.replace(period=format_period(days)).query(numbers)
        listed = {name: [value] if isinstance(value, str) else list(value) for name, value in fixed.items()}
        return listed | {name: list(values) for name, values in self.own}

    @property
    def is_searched(self) -> bool:
        """Say whether a case was searched by its number, which stays between the reader and the screen."""
        return bool(self.param(_SEARCHED))

    def shown(self) -> dict[str, list[str]]:
        """Write the address without what was searched: it stands in files and in the journal."""
        return {name: values for name, values in self.query().items() if name != _SEARCHED}


def about(source: Source, shown: Iterable[str | Measure], *, link: str = "", now: datetime | None = None) -> About:
    """Write the passport of a file: what it shows, of which data, for whom, and how each of its measures is counted."""
    asked = source.asked
    city = asked.city
    made = (now or datetime.now(UTC)).astimezone(ZoneInfo(city.time_zone)).replace(tzinfo=None)
    newest = readers.freshness(asked.scope, asked.version).newest_event_at
    lines = [
        ("Город", city.title),
        ("Период", formats.span(asked.period.start, asked.period.end)),
        ("Сравнение", _compared(asked)),
        ("Отборы", filters_words(asked)),
        ("Открыто", scope_words(asked)),
        *([(half.TITLE, told)] if (told := half.words(asked.scope)) else []),
        ("Посчитано по", f"{formats.day(asked.as_of)} включительно, последний полный день данных"),
        ("Данные на", formats.moment(newest)),
        ("Составлено", formats.moment(made)),
        *([(_LINK if link.startswith("http") else _RELATIVE, link)] if link else []),
        (
            "Округление",
            "доли, разности и суммы посчитаны по неокруглённым числам, поэтому в последнем знаке могут не сойтись",
        ),
    ]
    found = dict.fromkeys(each if isinstance(each, Measure) else measures.find(each) for each in shown)
    return About(tuple(lines), tuple((each.title, _definition(each)) for each in found))


def _definition(measure: Measure) -> str:
    base = f" Основание: {measure.base}." if measure.base else ""
    return f"{measure.definition}{base} Источник: {measure.source}."


def _compared(asked: Asked) -> str:
    if asked.comparison is None:
        return "нет"
    words = COMPARISONS[asked.filters.comparison]
    return f"{words}: {formats.span(asked.comparison.start, asked.comparison.end)}"


def filters_words(asked: Asked) -> str:
    """Write the filters that narrow what is counted."""
    choice = options(asked.scope, asked.version, asked.scope.municipality)
    said = [
        f"{title}: {_chosen(choice, name, getattr(asked.filters, name))}"
        for name, title in _FIELDS.items()
        if name in DIMENSIONS and getattr(asked.filters, name)
    ]
    return "; ".join(said) or "нет"


def _chosen(choice: Options, name: str, keys: Sequence[str]) -> str:
    """Name what is chosen, else what is left out, else how many: the link holds them all."""
    words, without = choice.words(name), set(keys)
    others = [key for key in choice.of(name) if key not in without]
    if len(keys) <= _MOST_NAMED:
        return ", ".join(words.get(key, key) for key in keys)
    if len(others) <= _MOST_NAMED:
        return f"все, кроме: {', '.join(words[key] for key in others)}"
    return f"{formats.number(len(keys))} из {formats.number(len(words))}, какие — в ссылке"


def scope_words(asked: Asked) -> str:
    """Say which part of the city the reader sees."""
    if asked.scope.is_whole_city:
        return "весь город"
    titles = {block.key: block.short_title for block in asked.city.blocks}
    said = []
    if asked.scope.blocks is not None:
        said.append(f"блоки: {', '.join(titles.get(key, key) for key in sorted(asked.scope.blocks))}")
    if asked.scope.departments is not None:
        said.append(f"подразделения: {', '.join(sorted(asked.scope.departments, key=natural.key))}")
    if asked.scope.channels is not None:
        said.append(f"каналы: {', '.join(sorted(asked.scope.channels, key=natural.key))}")
    return "; ".join(said)


def words_of(markup: str) -> tuple[str, ...]:
    """Read the words out of our own HTML, a line for every paragraph.

    >>> words_of("<p>Просрочено <b>5</b> &lt;x&gt;.</p><p>Дальше</p>")
    ('Просрочено 5 <x>.', 'Дальше')
    """
    broken = _TAGS.sub(lambda tag: "\n" if tag.group().replace("/", "").startswith(_BLOCKS) else "", markup)
    lines = (" ".join(html.unescape(line).split(" ")).strip() for line in broken.split("\n"))
    return tuple(line for line in lines if line)
