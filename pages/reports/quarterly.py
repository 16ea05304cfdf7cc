"""The quarterly public report on appeals (act 001, функция 11) in the form that municipalities fill in.

Shares of what came in are of the received, shares of results of the considered; «В работе» is the state at the end of a
column, also in the one since the beginning of the year. What no source tells of keeps its line and has a dash. Small
numbers are hidden with everything that would tell them, because the report leaves the building.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics import measures, natural
from analytics.facts import Window
from analytics.periods import Period, up_to
from analytics.publications import CASES
from analytics.rounding import shares
from analytics.schema import Kind, Status
from loaders import register
from pages.paper.model import Column, Paper, Part, Table, Value
from pages.paper.source import Source, about
from pages.registry import query
from pages.registry.query import register_filter
from pages.reports import forms, masking, spans
from pages.reports.forms import Line
from pages.reports.layouts import LAYOUTS, USUAL, Layout, Side
from pages.reports.masking import Mask
from pages.shared import formats, readers
from pages.shared.asked import Asked

_MEASURES_TAKEN: Final = Status.ANSWERED_MEASURES_TAKEN.value


def _ended(key: str, number: str, title: str, *statuses: str, is_within: bool = False) -> Line:
    return Line(key, number, title, "considered", (("status", statuses),), "considered", is_within=is_within)


RESULTS: Final = (
    _ended("supported", "3.1", "Поддержано", Status.ANSWERED_SUPPORTED.value, _MEASURES_TAKEN),
    _ended("measures_taken", "", "в том числе меры приняты", _MEASURES_TAKEN, is_within=True),
    _ended("explained", "3.2", "Разъяснено", Status.ANSWERED_EXPLAINED.value),
    _ended("not_supported", "3.3", "Не поддержано", Status.ANSWERED_NOT_SUPPORTED.value),
    _ended("answered", "3.4", "Дан ответ, результат источник не назвал", Status.ANSWERED.value),
    _ended("transferred", "3.5", "Направлено по компетенции", Status.TRANSFERRED.value),
    _ended("left", "3.6", "Оставлено без ответа", Status.LEFT_WITHOUT_ANSWER.value),
    _ended("withdrawn", "3.7", "Отозвано", Status.WITHDRAWN.value),
)  # fmt: skip
"""What considered cases came to: without the part within, they sum to the considered."""

_RECEIVED: Final = (
    Line("received", "1", "Поступило", "appeals"),
    Line("control", "1.1", "Взято на контроль", "appeals", (("on_control", ("true",)),), "received"),
    Line("collective", "1.2", "Коллективных", "appeals", (("is_collective", ("true",)),), "received"),
    Line("repeat", "2", "Поступило повторно", "repeat", base="received"),
    Line("considered", "3", "Рассмотрено всего", "considered"),
)
_AFTER: Final = (
    Line("open", "4", "В работе (на конец)", "open"),
    Line("late", "6", "Рассмотрено с нарушением сроков", "overdue_closed", base="considered"),
)
_UNTOLD: Final = (
    Line("region", "", "в том числе из администрации края (области)", is_within=True, is_absent=True),
    Line("on_site", "5", "Рассмотрено комиссионно с выездом на место", is_absent=True),
    Line("red_tape", "7", "Выявлено случаев волокиты либо нарушений прав", is_absent=True),
    Line("punished", "7.1", "Наказаны виновные, человек", is_absent=True),
    Line("reception", "8", "Принято на личных приёмах (журнал приёма не выгружается)", is_absent=True),
    Line("reception_head", "8.1", "в том числе главой", is_within=True, is_absent=True),
    Line("public_office", "9", "Принято в общественной приёмной", is_absent=True),
)
"""Lines of the form that no system exports: to be filled in by hand."""

_MARKS: Final = ("control", "collective", "repeat")
"""Lines that count marks of the sources: where there has never been one, the sources do not mark."""

_NAMED: Final = ("supported", "measures_taken", "explained", "not_supported")
"""Results that sources may name: where none has ever been named, they do not tell them, and zero would be made up."""

OF_MESSAGES: Final = (_RECEIVED[0], _RECEIVED[3], _RECEIVED[4], *RESULTS, *_AFTER)
OF_APPEALS: Final = (
    _RECEIVED[0], _UNTOLD[0], *_RECEIVED[1:], *RESULTS, _AFTER[0], _UNTOLD[1], _AFTER[1], *_UNTOLD[2:],
)  # fmt: skip

_ABSENT: Final = "Источники не передали ни одного за все периоды формы. Нуля это не означает: данных нет."

MEASURES: Final = ("appeals", "repeat", "considered", "open", "overdue_closed")


@dataclass(frozen=True, eq=False)
class Counted:
    """Hold a form of one kind of case: values by line and column, the states at the beginnings of the columns."""

    lines: Sequence[Line]
    sides: Sequence[Side]
    values: dict[str, list[float | None]]
    begun: list[float | None]
    windows: list[tuple[Window, date]]
    """The days of each column up to the last whole one, and the day before it."""
    whole: list[bool]
    """Whether every day of a column up to its last one is whole: columns that are not are set against none."""

    @property
    def is_absent(self) -> bool:
        """Say whether no case of this kind was there at any time of the form."""
        return not any(any(self.values[key]) for key in ("received", "considered", "open")) and not any(self.begun)

    def holds(self, column: int) -> bool:
        """Say whether what is left is what was there, and what came, less what was considered."""
        open_, came, done = (self.values[key][column] or 0 for key in ("open", "received", "considered"))
        return self.values["received"][column] is None or open_ == (self.begun[column] or 0) + came - done


def counted(asked: Asked, lines: Sequence[Line], sides: Sequence[Side], kind: Kind) -> Counted:
    """Count a form for one kind of case."""
    kept = pl.col("kind").cast(pl.String) == kind.value
    values = forms.count(asked, lines, [side.period for side in sides], kept)
    windows = [
        (side.period.window(asked.as_of), min(side.period.start - timedelta(days=1), asked.as_of)) for side in sides
    ]
    begun = forms.count(asked, [Line("open", "", "", "open")], [Period(eve, eve) for _, eve in windows], kept)["open"]
    untold = [key for key in _MARKS if key in values and not any(values[key])]
    untold += [] if any(any(values[key]) for key in _NAMED) else _NAMED
    values |= {key: [None] * len(sides) for key in untold}
    has = [_has_data(asked, side.period) for side in sides]
    known = {key: [value if is_there else None for value, is_there in zip(line, has, strict=True)]
             for key, line in values.items()}  # fmt: skip
    whole = [
        is_there and asked.coverage.holds(up_to(side.period, asked.as_of))
        for side, is_there in zip(sides, has, strict=True)
    ]
    states = [n if is_there else None for n, is_there in zip(begun, has, strict=True)]
    return Counted(lines, sides, known, states, windows, whole)


def _has_data(asked: Asked, period: Period) -> bool:
    """Say whether a period has begun, and is not wholly before the first row: else it has no numbers, and no zeros."""
    return period.start <= asked.as_of and period.end >= asked.begun


def paper(source: Source, base: str) -> Paper:
    """Make the report of a period: appeals and messages apart, channels, topics, appeals and the questions in them."""
    asked, name = source.asked, source.param("layout")
    layout = LAYOUTS[name if name in LAYOUTS else USUAL]
    sides = layout.sides(asked.named)
    limit = asked.city.thresholds.min_published
    kinds = [
        _kind(asked, sides, kind, title, lines)
        for kind, title, lines in (
            (Kind.APPEAL, "Обращения граждан (59-ФЗ)", OF_APPEALS), (Kind.MESSAGE, "Сообщения граждан", OF_MESSAGES),
        )
    ]  # fmt: skip
    masks, draft = masking.audited(asked, layout.title, [each.numbers for each in kinds])
    parts = [_cases(sides, kinds, masks)]
    for each, mask in zip(kinds, masks, strict=True):
        parts += each.parts(asked, layout, mask)
    title = f"Отчёт о работе с обращениями граждан, {formats.span(asked.named.start, asked.named.end)}"
    lead = (
        f"{asked.city.title}. Форма: {layout.title}. Обращения и сообщения считаются отдельно, по числу вопросов.",
        f"Числа меньше {limit} и те, по которым их можно вычислить, скрыты.",
    )
    link = spans.link("quarterly", source, base)
    return Paper(
        title, about(source, MEASURES, link=link), tuple(parts), lead, "Отчёт о работе с обращениями граждан", draft
    )


@dataclass(frozen=True, eq=False)
class _Kind:
    """Hold what the form says of one kind of case."""

    kind: Kind
    title: str
    found: Counted
    cases: list[int | None]
    splits: list["Split"]

    @property
    def numbers(self) -> masking.Numbers:
        """Give every number that would be printed."""
        found = self.found
        rows = [(each.dimension, each.column, [(word, n) for word, _, n in each.rows]) for each in self.splits]
        return masking.Numbers(self.kind.value, found.lines, found.values, found.begun, found.windows, self.cases, rows)

    def parts(self, asked: Asked, layout: Layout, mask: Mask) -> list[Part]:
        """Lay it out."""
        if self.found.is_absent:
            return [Part(f"form-{self.title[:9]}", self.title, before=(_ABSENT,))]
        tables = _tables(asked, self.found, self.splits, self.title, mask)
        return [_form(self.found, self.title, layout, mask), *tables]


def _kind(asked: Asked, sides: Sequence[Side], kind: Kind, title: str, lines: Sequence[Line]) -> _Kind:
    found = counted(asked, lines, sides, kind)
    if found.is_absent:
        return _Kind(kind, title, found, [None] * len(sides), [])
    cases = [None if value is None else _counted(asked, kind, side)
             for value, side in zip(found.values["received"], sides, strict=True)]  # fmt: skip
    return _Kind(kind, title, found, cases, [_split(asked, kind, sides, name) for name in ("channel", "topic_block")])


def _cases(sides: Sequence[Side], kinds: Sequence[_Kind], masks: Sequence[Mask]) -> Part:
    """Count cases and the questions in them: an appeal with three questions is one case."""
    columns = [Column("kind", "", is_wide=True)]
    rows: list[list[Value]] = []
    few = []
    for title, each, mask in zip(("Обращений", "Сообщений"), kinds, masks, strict=True):
        found = each.found
        for name, key, values in (
            (title, CASES, each.cases), ("вопросов в них", "received", found.values["received"]),
        ):  # fmt: skip
            few += [(len(rows), f"c{at}") for at in range(len(sides)) if mask.get((key, at))]
            shown = [None if found.is_absent or mask.get((key, at)) else value for at, value in enumerate(values)]
            rows.append([name, *shown])
    columns += [Column(f"c{at}", side.title, "count") for at, side in enumerate(sides)]
    note = "документов и вопросов в них; дальше всё считается по вопросам"
    return Part("cases", "Обращения и вопросы", note, Table.of(columns, rows, few=few))


def _counted(asked: Asked, kind: Kind, side: Side) -> int:
    """Count the cases of a column, through the filters of the form."""
    filters = asked.filters.replace(kinds=(kind.value,))
    wanted = register_filter(filters, query.Asked(), side.period, asked.as_of)
    return register.counted(readers.store(), asked.scope, wanted)[0]


@dataclass(frozen=True, eq=False)
class Split:
    """Hold what came in within the chosen column by one dimension: words, titles and counts, most first."""

    dimension: str
    title: str
    rows: list[tuple[str | None, str, int]]
    column: int


def _split(asked: Asked, kind: Kind, sides: Sequence[Side], dimension: str) -> Split:
    """Split what came in during the period of the report."""
    column = next((at for at, side in enumerate(sides) if side.period.end == asked.named.end), 0)
    period = sides[column].period
    kept = pl.col("kind").cast(pl.String) == kind.value
    cells = asked.cells(period.start, dimensions=forms.DIMENSIONS).filter(kept)
    words = cells.with_columns(pl.col(dimension).cast(pl.String))
    found = measures.aggregate(words, [dimension], ["appeals"], period.window(asked.as_of)).collect()
    titles = {block.key: block.title for block in asked.city.blocks} if dimension == "topic_block" else {}
    nothing = {"channel": "канал не указан", "topic_block": "тема не сопоставлена"}[dimension]
    rows = [(key, titles.get(key, key) if key is not None else nothing, int(n)) for key, n in found.iter_rows()]
    title = {"channel": "по каналам", "topic_block": "по отраслевым блокам"}[dimension]
    return Split(dimension, title, sorted(rows, key=lambda row: (-row[2], natural.key(row[1]))), column)


def _begun(found: Counted, mask: Mask) -> str:
    """Write what was open at the beginning of each column: with it the check can be done by hand."""
    said = []
    for at, (side, value) in enumerate(zip(found.sides, found.begun, strict=True)):
        number = formats.FEW if mask.get((masking.BEGUN, at)) else formats.number(value)
        said.append(f"{side.title[:1].lower()}{side.title[1:]} — {number}")
    return "; ".join(said)


def _form(found: Counted, title: str, layout: Layout, mask: Mask) -> Part:
    columns = [Column("number", "№"), Column("title", "Показатель", is_wide=True)]
    for at, side in enumerate(found.sides):
        columns += [Column(f"c{at}", side.title, "count"), Column(f"s{at}", "%", "share")]
    units = {"difference": "change", "ratio": "share"}
    columns += [Column(f"d{at}", each.title, units[each.kind]) for at, each in enumerate(layout.compared)]  # type: ignore[arg-type]
    rows: list[list[Value]] = []
    few = []
    for number, line in enumerate(found.lines):
        hidden = [mask.get((line.key, at), False) for at in range(len(found.sides))]
        few += [(number, f"c{at}") for at, is_hidden in enumerate(hidden) if is_hidden]
        rows.append(
            [line.number, _titled(line), *_values(found, line, hidden, mask), *_compared(found, line, layout, hidden)]
        )
    broken = [side.title for at, side in enumerate(found.sides) if not found.holds(at)]
    check = (
        f"Проверка не сошлась: {', '.join(broken)}." if broken
        else "Проверено: в работе на конец = в работе на начало + поступило − рассмотрено, в каждом столбце."
    )  # fmt: skip
    note = (
        "вопросов; проценты: на контроле, коллективные и повторные — от поступивших, "
        "результаты и нарушения сроков — от рассмотренных"
    )
    signs = ["прочерк — источники об этом не сообщают или не отмечают", *(["«мало» — число скрыто"] if few else [])]
    partly = [side.title for side, is_whole in zip(found.sides, found.whole, strict=True) if not is_whole]
    check += f" Данные есть не за все дни, поэтому столбец ни с чем не сравнён: {', '.join(partly)}." if partly else ""
    after = (check, f"В работе на начало: {_begun(found, mask)}.", f"{'; '.join(signs).capitalize()}.")
    return Part(
        f"form-{title[:9]}",
        title,
        note,
        Table.of(columns, rows, few=few, bold=_totals(found)),
        after=after,
        new_page=True,
    )


def _titled(line: Line) -> str:
    return f"— {line.title}" if line.is_within else line.title


def _values(found: Counted, line: Line, hidden: Sequence[bool], mask: Mask) -> list[Value]:
    """Write a line: a share is left out with its number, and with its base, which it would tell."""
    written: list[Value] = []
    for at, is_hidden in enumerate(hidden):
        value = found.values[line.key][at]
        is_shown = not is_hidden and value is not None
        is_told = is_shown and not mask.get((line.base, at), False)
        written += [int(value or 0) if is_shown else None, forms.share(found.values, line, at) if is_told else None]
    return written


def _compared(found: Counted, line: Line, layout: Layout, hidden: Sequence[bool]) -> list[Value]:
    """Compare columns; a hidden number leaves nothing to compare."""
    written: list[Value] = []
    for each in layout.compared:
        now, before = (found.values[line.key][at] for at in (each.now, each.before))
        is_whole = found.whole[each.now] and found.whole[each.before]
        if now is None or before is None or not is_whole or hidden[each.now] or hidden[each.before]:
            written.append(None)
        else:
            written.append(int(now - before) if each.kind == "difference" else now / before if before else None)
    return written


def _totals(found: Counted) -> list[int]:
    return [at for at, line in enumerate(found.lines) if line.key in {"received", "considered", "open"}]


def _tables(asked: Asked, found: Counted, split: Sequence[Split], title: str, mask: Mask) -> list[Part]:
    """Write what came in by channel and by block, with shares that sum to the whole."""
    drawn = []
    for each in split:
        side = found.sides[each.column]
        whole = sum(n for *_, n in each.rows)
        columns = [
            Column("title", "", is_wide=True),
            Column("n", "Поступило", "count"),
            Column("share", "Доля", "share"),
        ]
        hidden = [mask[masking.split_key(each.dimension, word), each.column] for word, *_ in each.rows]
        is_total_hidden = mask.get(("received", each.column), False)
        parts = shares([n for *_, n in each.rows])
        rows: list[list[Value]] = [
            [name, None if is_hidden else n, None if is_hidden or is_total_hidden or not whole else share]
            for (_, name, n), is_hidden, share in zip(each.rows, hidden, parts, strict=True)
        ]
        few = [(at, "n") for at, is_hidden in enumerate(hidden) if is_hidden]
        few += [(len(rows), "n")] if is_total_hidden else []
        rows.append(["Всего", None if is_total_hidden else whole, None if is_total_hidden or not whole else 1.0])
        note = f"{formats.span(side.period.start, side.period.end)}, {asked.city.title}"
        table = Table.of(columns, rows, few=few, bold=[len(rows) - 1])
        drawn.append(Part(f"{each.dimension}-{title[:9]}", f"{title}: {each.title}", note, table))
    return drawn
