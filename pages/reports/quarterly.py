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
from analytics.periods import Period, up_to
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

_SUPPORTED: Final = pl.col("status").is_in([Status.ANSWERED_SUPPORTED.value, Status.ANSWERED_MEASURES_TAKEN.value])
_MARKED: Final = {name: pl.col(name).fill_null(value=False) for name in ("on_control", "is_collective")}


def _ended(key: str, number: str, title: str, status: Status) -> Line:
    return Line(key, number, title, "considered", pl.col("status") == status.value, "considered")


RESULTS: Final = (
    Line("supported", "3.1", "Поддержано", "considered", _SUPPORTED, "considered"),
    Line(
        "measures_taken", "", "в том числе меры приняты", "considered",
        pl.col("status") == Status.ANSWERED_MEASURES_TAKEN.value, "considered", is_within=True,
    ),
    _ended("explained", "3.2", "Разъяснено", Status.ANSWERED_EXPLAINED),
    _ended("not_supported", "3.3", "Не поддержано", Status.ANSWERED_NOT_SUPPORTED),
    _ended("answered", "3.4", "Дан ответ, результат источник не назвал", Status.ANSWERED),
    _ended("transferred", "3.5", "Направлено по компетенции", Status.TRANSFERRED),
    _ended("left", "3.6", "Оставлено без ответа", Status.LEFT_WITHOUT_ANSWER),
    _ended("withdrawn", "3.7", "Отозвано", Status.WITHDRAWN),
)  # fmt: skip
"""What considered cases came to: without the part within, they sum to the considered."""

_RECEIVED: Final = (
    Line("received", "1", "Поступило", "appeals"),
    Line("control", "1.1", "Взято на контроль", "appeals", _MARKED["on_control"], "received"),
    Line("collective", "1.2", "Коллективных", "appeals", _MARKED["is_collective"], "received"),
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
    days: list[tuple[date, date]]
    """The day before each column, and its last day with data."""
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
    days = [
        (min(side.period.start - timedelta(days=1), asked.as_of), min(side.period.end, asked.as_of)) for side in sides
    ]
    begun = forms.count(asked, [Line("open", "", "", "open")], [Period(eve, eve) for eve, _ in days], kept)["open"]
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
    return Counted(lines, sides, known, states, days, whole)


def _has_data(asked: Asked, period: Period) -> bool:
    """Say whether a period has begun, and is not wholly before the first row: else it has no numbers, and no zeros."""
    return period.start <= asked.as_of and period.end >= asked.begun


def paper(source: Source, base: str) -> Paper:
    """Make the report of a period: appeals and messages apart, channels, topics, appeals and the questions in them."""
    asked, name = source.asked, source.param("layout")
    layout = LAYOUTS[name if name in LAYOUTS else USUAL]
    sides = layout.sides(asked.named)
    limit = asked.city.thresholds.min_published
    parts: list[Part] = []
    rows: list[tuple[Counted, list[int | None], Mask]] = []
    for kind, title, lines in (
        (Kind.APPEAL, "Обращения граждан (59-ФЗ)", OF_APPEALS), (Kind.MESSAGE, "Сообщения граждан", OF_MESSAGES),
    ):  # fmt: skip
        found = counted(asked, lines, sides, kind)
        if found.is_absent:
            rows.append((found, [None] * len(sides), {}))
            parts.append(Part(f"form-{title[:9]}", title, before=(_ABSENT,)))
            continue
        split = [_split(asked, kind, sides, name) for name in ("channel", "topic_block")]
        cases = [None if value is None else _counted(asked, kind, side)
                 for value, side in zip(found.values["received"], sides, strict=True)]  # fmt: skip
        mask = _mask(found, cases, split, layout, limit)
        rows.append((found, cases, mask))
        parts += [_form(found, title, layout, mask), *_tables(asked, found, split, title, mask)]
    title = f"Отчёт о работе с обращениями граждан, {formats.span(asked.named.start, asked.named.end)}"
    lead = (
        f"{asked.city.title}. Форма: {layout.title}. Обращения и сообщения считаются отдельно, по числу вопросов.",
        f"Числа меньше {limit} и те, по которым их можно вычислить, скрыты.",
    )
    link = spans.link("quarterly", source, base)
    parts.insert(0, _cases(sides, rows))
    return Paper(title, about(source, MEASURES, link=link), tuple(parts), lead, "Отчёт о работе с обращениями граждан")


def _cases(sides: Sequence[Side], counts: Sequence[tuple[Counted, Sequence[int | None], Mask]]) -> Part:
    """Count cases and the questions in them: an appeal with three questions is one case."""
    columns = [Column("kind", "", is_wide=True)]
    rows: list[list[Value]] = []
    few = []
    for title, (found, cases, mask) in zip(("Обращений", "Сообщений"), counts, strict=True):
        for name, key, values in (
            (title, masking.CASES, cases), ("вопросов в них", "received", found.values["received"]),
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
    """Hold what came in within the chosen column by one dimension: titles with their counts, most first."""

    dimension: str
    title: str
    rows: list[tuple[str, int]]
    column: int


def _split(asked: Asked, kind: Kind, sides: Sequence[Side], dimension: str) -> Split:
    """Split what came in during the period of the report."""
    column = next((at for at, side in enumerate(sides) if side.period.end == asked.named.end), 0)
    period = sides[column].period
    kept = pl.col("kind").cast(pl.String) == kind.value
    cells = asked.cells(period.start, dimensions=forms.DIMENSIONS).filter(kept)
    found = measures.aggregate(cells, [dimension], ["appeals"], period.window(asked.as_of)).collect()
    titles = {block.key: block.title for block in asked.city.blocks} if dimension == "topic_block" else {}
    nothing = {"channel": "канал не указан", "topic_block": "тема не сопоставлена"}[dimension]
    rows = [(titles.get(str(key), str(key)) if key is not None else nothing, int(n)) for key, n in found.iter_rows()]
    title = {"channel": "по каналам", "topic_block": "по отраслевым блокам"}[dimension]
    return Split(dimension, title, sorted(rows, key=lambda row: (-row[1], natural.key(row[0]))), column)


def _mask(found: Counted, cases: Sequence[int | None], split: Sequence[Split], layout: Layout, limit: int) -> Mask:
    """Hide what is small, and what would tell it."""
    results = [line.key for line in RESULTS if not line.is_within]
    numbers = masking.Numbers(found.values, found.begun, found.days, cases, results)
    splits = [(each.dimension, each.column, each.rows) for each in split]
    return masking.hidden(numbers, splits, layout.parts(found.sides), limit)


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
        hidden = [mask.get((line.key, at), False) or _tells(line, at, mask) for at in range(len(found.sides))]
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


def _tells(line: Line, column: int, mask: Mask) -> bool:
    """Hide the part printed inside another with it: its rest would be told."""
    return line.key == "measures_taken" and mask.get(("not measures_taken", column), False)


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
        whole = sum(n for _, n in each.rows)
        columns = [
            Column("title", "", is_wide=True),
            Column("n", "Поступило", "count"),
            Column("share", "Доля", "share"),
        ]
        hidden = [mask[f"{each.dimension} {name}", each.column] for name, _ in each.rows]
        is_total_hidden = mask["received", each.column]
        parts = shares([n for _, n in each.rows])
        rows: list[list[Value]] = [
            [name, None if is_hidden else n, None if is_hidden or is_total_hidden or not whole else share]
            for (name, n), is_hidden, share in zip(each.rows, hidden, parts, strict=True)
        ]
        few = [(at, "n") for at, is_hidden in enumerate(hidden) if is_hidden]
        few += [(len(rows), "n")] if is_total_hidden else []
        rows.append(["Всего", None if is_total_hidden else whole, None if is_total_hidden or not whole else 1.0])
        note = f"{formats.span(side.period.start, side.period.end)}, {asked.city.title}"
        table = Table.of(columns, rows, few=few, bold=[len(rows) - 1])
        drawn.append(Part(f"{each.dimension}-{title[:9]}", f"{title}: {each.title}", note, table))
    return drawn
