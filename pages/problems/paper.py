"""The screen «Проблемные сферы» as parts of a file."""

from collections.abc import Sequence
from typing import Any, Final

from analytics import measures
from analytics.priorities import priorities
from analytics.problems import COUNTS, Problems
from pages.paper.model import Chart, Column, Part, Table, Unit
from pages.paper.source import Source, words_of
from pages.problems import polls, reading, spheres, words
from pages.problems.spheres import TITLES
from pages.problems.view import DIMENSIONS, View
from pages.problems.ways import Titles
from pages.shared import formats
from pages.shared.asked import Asked

_TURNS: Final = {"up": "больше", "down": "меньше", "same": "как было"}
_STATES: Final = {state: words_ for state, (_, words_) in words.STATES.items()}


def view_of(source: Source) -> View:
    """Read the reader's choices."""
    chosen = (source.param(name) for name in ("units", "weights", "measure", "along"))
    return View.parse(*chosen, is_narrow=source.asked.is_of_one_block)


def measures_of(source: Source) -> list[str]:
    """Name the measures whose numbers the parts hold."""
    return list(dict.fromkeys((*COUNTS, "appeals", view_of(source).measure)))


def parts(source: Source) -> list[Part]:
    """Lay the screen out."""
    asked, view = source.asked, view_of(source)
    found = reading.spheres(asked, view.by, view.weights(asked.city.problem_weights))
    titles = Titles(asked.city)
    return [
        Part("lead", "Главное", before=_lead(asked, found, titles)),
        _priorities(found, titles, asked),
        _spheres(asked, found, titles),
        _radar(asked, titles),
        _sights(asked, titles),
        _escalated(asked, titles),
        _why(asked, view, titles),
        _polls(asked, titles),
    ]


def _lead(asked: Asked, found: Problems, titles: Titles) -> tuple[str, ...]:
    city = reading.whole(asked)
    now = spheres.burning(asked, found, lambda *_, **__: "")
    said = words.lead(found, priorities(found), city, titles, asked.silence)
    return words_of(f"{now}<p>{said} {words.whole(city)}</p>")


def _named(titles: Titles, by: Sequence[str], key: Sequence[str | None]) -> list[str]:
    return [titles.title(name, value) for name, value in zip(by, key, strict=True)]


def _heads(found: Problems) -> list[Column]:
    names = {"topic_block": "Блок", "topic": "Тема"}
    return [Column(name, names[name], is_wide=True) for name in found.by]


def _priorities(found: Problems, titles: Titles, asked: Asked) -> Part:
    totals = found.total.row(0, named=True)
    posts = {block.key: block.head_post for block in asked.city.blocks}
    rows = [
        [
            *_named(titles, found.by, each.key), words.LEVELS[each.level][1], each.index,
            *words_of("; ".join(words.reason(reason, totals) for reason in each.reasons)),
            posts.get(each.key[0] or "") or None,
        ]
        for each in priorities(found)
    ]  # fmt: skip
    columns = [
        *_heads(found), Column("level", "Почему сейчас"), Column("index", "Индекс из 100", "number"),
        Column("reasons", "Причины", is_wide=True), Column("post", "Отвечает", is_wide=True),
    ]  # fmt: skip
    return Part(
        "priorities", "Приоритеты", "сначала большие и растущие, потом растущие, потом большие", Table.of(columns, rows)
    )


def _spheres(asked: Asked, found: Problems, titles: Titles) -> Part:
    columns = _heads(found)
    for name in COUNTS:
        columns += [
            Column(name, TITLES[name], "count"), Column(f"{name}_before", "было", "count"),
            Column(f"{name}_turn", "изменилось ли"),
        ]  # fmt: skip
    columns += [
        *(Column(f"{name}_points", f"{TITLES[name]}, в индексе", "number") for name in COUNTS),
        Column("index", "Индекс из 100", "number"), Column("cumulative", "Накоплено", "number"),
        Column("per_1000", "Проблем на 1 000 жителей", "score"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for row in found.units.iter_rows(named=True):
        counts = [
            value for name in COUNTS
            for value in (row[name], row[f"{name}_before"], _TURNS.get(row[f"{name}_turn"] or ""))
        ]  # fmt: skip
        points = [row[f"{name}_points"] for name in COUNTS]
        named = _named(titles, found.by, [row[name] for name in found.by])
        rows.append([*named, *counts, *points, row["index"], row["cumulative"], row["per_1000"]])
    chart = Chart("stacked", found.by[-1], tuple(f"{name}_points" for name in COUNTS)) if rows else None
    return Part(
        "spheres", "Проблемные сферы: четыре показателя и индекс", _span(asked), Table.of(columns, rows), chart,
        after=words_of(spheres.note(found, is_compared=asked.comparison is not None)),
    )  # fmt: skip


def _span(asked: Asked) -> str:
    against = asked.comparison
    more = f", в сравнении с {formats.span(against.start, against.end)}" if against else ""
    return f"{formats.span(asked.period.start, asked.period.end)}{more}"


def _radar(asked: Asked, titles: Titles) -> Part:
    columns = [
        Column("block", "Блок", is_wide=True), Column("topic", "Тема", is_wide=True), Column("where", "Где"),
        Column("day", "День", "day"), Column("days", "За дней", "count"), Column("seen", "Пришло", "count"),
        Column("expected", "Ожидалось", "number"), Column("since", "С какого дня", "day"), Column("state", "Состояние"),
        Column("body", "Больше всего у", is_wide=True),
    ]  # fmt: skip
    rows = [
        [
            titles.title("topic_block", each.topic_block), each.topic or "весь блок", each.territory or "весь город",
            each.day, each.days, each.seen, each.expected, each.since, _STATES[each.state], body,
        ]
        for each, body in zip(reading.alarms(asked), reading.bodies(asked), strict=True)
    ]  # fmt: skip
    budget = formats.number(asked.city.surges.alarms_a_week, 1)
    note = f"на {formats.day(asked.as_of)}; ложных тревог не больше {budget} в неделю"
    silent = () if rows else ("Всплесков нет.",)
    return Part("radar", "Радар всплесков", note, Table.of(columns, rows), after=silent)


def _sights(asked: Asked, titles: Titles) -> Part:
    usual, alarm, verdict = words.SIGHT_COLUMNS[1:]
    columns = [
        Column("block", "Блок", is_wide=True), Column("topic", "Тема", is_wide=True), Column("usual", usual, "number"),
        Column("alarm_from", alarm, "count"), Column("sight", verdict, is_wide=True),
    ]  # fmt: skip
    rows = [
        [titles.title("topic_block", each.topic_block), each.topic, each.usual, each.alarm_from, words.sight(each).text]
        for each in reading.sights(asked)
    ]
    return Part("sights", words.SIGHT_CAPTION, f"на {formats.day(asked.as_of)}", Table.of(columns, rows))


def _escalated(asked: Asked, titles: Titles) -> Part:
    columns = [
        Column("block", "Блок", is_wide=True), Column("topic", "Тема", is_wide=True),
        Column("significant", "Общественно значимых", "count"), Column("rising", "Всплеск, пришло", "count"),
        Column("places", "Где", is_wide=True), Column("known", "Известно", "day"), Column("by", "Доложить до", "day"),
    ]  # fmt: skip
    rows = [
        [
            titles.title("topic_block", row["topic_block"]), row["topic"], row["significant"], row["rising"] or None,
            ", ".join(row["places"]) or "весь город", row["known_on"], row["report_by"],
        ]
        for row in reading.escalated(asked).iter_rows(named=True)
    ]  # fmt: skip
    days = reading.news_days(asked)
    note = f"известно {formats.span(days.start, days.end)}, неполный день тоже; доложено ли, программа не знает"
    return Part("escalated", "Доложить незамедлительно", note, Table.of(columns, rows))


def _why(asked: Asked, view: View, titles: Titles) -> Part:
    """Split a change into volume, mix and rate; the parts sum to the whole."""
    measure = measures.find(view.measure)
    head = f"Почему изменилось: {measure.title.lower()}"
    found = reading.why(asked, view.measure, view.dimension)
    if found is None or found.change is None:
        return Part("why", head, before=(f"{asked.silence.capitalize()}.",))
    delta: Unit = "number" if measure.unit == "count" else "points"
    columns = [
        Column("part", DIMENSIONS[view.dimension].removeprefix("по ").capitalize(), is_wide=True),
        Column("before", "Было", "count"), Column("now", "Стало", "count"), Column("volume", "Объём", delta),
        Column("mix", "Состав", delta), Column("rate", "Доля", delta), Column("change", "Изменение", delta),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            titles.title(view.dimension, part.key), part.counted.before, part.counted.now,
            *(float(each) for each in (part.volume, part.mix, part.rate, part.change)),
        ]
        for part in found.parts
    ]  # fmt: skip
    sums = [float(each) for each in (found.volume, found.mix, found.rate, found.change)]
    counted = [sum(getattr(part.counted, side) for part in found.parts) for side in ("before", "now")]
    table = Table.of(columns, [*rows, ["Всего", *counted, *sums]], bold=[len(rows)])
    levels = ", ".join(formats.measure(float(each or 0), measure.unit) for each in (found.before, found.now))
    note = f"{_span(asked)}; было и стало: {levels}"
    after = "Слагаемые в сумме дают изменение."
    return Part("why", head, note, table, after=(after,))


def _polls(asked: Asked, titles: Titles) -> Part:
    columns = [
        Column("topic", "Тема", is_wide=True), Column("block", "Блок", is_wide=True),
        Column("received", "Поступило", "count"), Column("before", "Было", "count"),
        Column("territories", "Территорий", "count"), Column("repeat", "Повторных", "share"),
        Column("satisfied", "Довольны", "share", base="rated"), Column("rated", "Оценок", "count"),
        Column("why", "Почему", is_wide=True),
    ]  # fmt: skip
    rows = [
        [
            row["topic"], titles.title("topic_block", row["topic_block"]), row["received"], row["received_before"],
            row["territories"], row["repeat_share"],
            row["satisfied_share"] if row["satisfied_n"] >= asked.min_n else None, row["satisfied_n"],
            "; ".join(polls.reasons(row, asked.min_n)),
        ]
        for row in reading.polls(asked).iter_rows(named=True)
    ]  # fmt: skip
    period = reading.poll_period(asked)
    note = f"темы для опроса или голосования, {formats.span(period.start, period.end)}"
    return Part("polls", "О чём спросить жителей", note, Table.of(columns, rows), after=(polls.rule(),))
