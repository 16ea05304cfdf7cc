"""Commands that only look: aggregate, sources, status."""

import sys
from argparse import Namespace
from typing import Any, Final

import polars as pl

from analytics import buckets, keys, measures, schema
from loaders import cells, coverage, freshness, imports, municipalities
from loaders.commands import output, places, public
from loaders.errors import InputRefused
from loaders.profile import available
from loaders.scope import Scope
from loaders.store.engine import Store, open_store

_ALWAYS: Final = tuple(name for name in cells.DEFAULT if schema.CELL[name] != pl.String or name == "status")
"""Dimensions that measures look at; words are added when they are asked for."""

_TIME_TITLES: Final = {"day": "День", "week": "Неделя", "month": "Месяц", "quarter": "Квартал", "year": "Год"}


def run_aggregate(given: Namespace) -> None:
    """Compute measures for every combination of dimensions, by the road that the screens take."""
    by, asked = _names(given.by), _names(given.measures)
    wanted = _wanted(given.where)
    _check(by, asked, wanted)
    if given.public:
        public.check(by, asked)
    if given.start and given.end and given.start > given.end:
        what = f"Период кончается раньше, чем начинается: {given.start:%d.%m.%Y} — {given.end:%d.%m.%Y}"
        raise InputRefused("period", what, advice="Поменяйте местами --from и --to.")
    with open_store() as store:
        scope = Scope.whole_city(places.to_read(store, given.city))
        window = measures.Window(given.start, given.end, given.as_of or coverage.read(store, scope).as_of)
        words = (*wanted, *(name for name in by if name not in buckets.GRAINS))
        rule = municipalities.describe(scope.municipality).rest_rule
        ruled = {measures.by_rule(name, rule.base, rule.percent): name for name in asked}
        read = (name for key in ruled for name in measures.needs(measures.find(key)))
        frame = cells.load(store, scope, start=given.start, dimensions=(*_ALWAYS, *words, *read), with_past=True)
        chosen = {name: _chosen(frame, name, texts) for name, texts in wanted.items()}
        for name, values in chosen.items():
            frame = _narrowed(frame, name, values)
        answer = measures.aggregate(frame.lazy(), by, list(ruled), window).rename(ruled).select(*by, *asked).collect()
        if given.public:
            answer, draft = public.table(store, scope, answer, by, ruled, chosen, window)
            title = f"aggregate --by {given.by}"
            sys.stderr.write(
                "Номер {}, сумма чисел {}; записано в журнал.\n".format(
                    *public.keep(store, scope, draft, title, answer)
                )
            )
    sys.stderr.write(f"Посчитано по {window.moment:%d.%m.%Y} включительно.\n")
    _print(answer, by, asked, given.format)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _wanted(given: list[str]) -> dict[str, list[str]]:
    """Gather what is asked for by dimension: one named again asks for more of its values, as in an address."""
    wanted: dict[str, list[str]] = {}
    for text in given:
        name, sign, values = text.partition("=")
        if not sign:
            advice = "Пример: --where channel=portal,letter."
            raise InputRefused("where", f"Отбор «{text}» не понят: нужен вид ИЗМЕРЕНИЕ=ЗНАЧЕНИЯ", advice=advice)
        wanted.setdefault(name.strip(), []).append(values.strip())
    return wanted


def _check(by: list[str], asked: list[str], wanted: dict[str, list[str]]) -> None:
    _known("Измерения", by, (*cells.DIMENSIONS, *buckets.GRAINS))
    _known("Показателя", asked, measures.names())
    _known("Измерения", list(wanted), cells.DIMENSIONS)
    for name, texts in wanted.items():
        dtype = schema.APPEAL.get(name)
        if isinstance(dtype, pl.Enum):
            values = (value for text in texts for value in _values(text, frozenset()))
            _known("Значения", [value for value in values if value is not None], tuple(dtype.categories))
    if len([name for name in by if name in buckets.GRAINS]) > 1:
        raise InputRefused("two_times", f"Измерение времени может быть одно: {', '.join(buckets.GRAINS)}")
    if len(set(by)) < len(by) or len(set(asked)) < len(asked):
        raise InputRefused("twice", "Измерение или показатель назван дважды")
    if not asked:
        raise InputRefused("no_measures", "Не назван ни один показатель")


def _known(what: str, names: list[str], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise InputRefused("unknown_name", f"{what} «{name}» нет", advice=f"Есть: {', '.join(known)}.")


def _chosen(frame: pl.DataFrame, name: str, texts: list[str]) -> list[str | None]:
    """Read the values that a dimension is narrowed to; say which of them the data do not have."""
    found = frozenset(frame[name].cast(pl.String).unique())
    values = list(dict.fromkeys(value for text in texts for value in _values(text, found)))
    absent = [value for value in values if value is not None and value not in found]
    if absent:
        sys.stderr.write(f"Замечание: в измерении {name} нет значений: {', '.join(absent)}.\n")
    return values


def _narrowed(frame: pl.DataFrame, name: str, values: list[str | None]) -> pl.DataFrame:
    """Keep cells with one of the values."""
    return frame.filter(
        pl.col(name).cast(pl.String).is_in(pl.Series(values, dtype=pl.String).implode(), nulls_equal=True)
    )


def _values(text: str, found: frozenset[str]) -> list[str | None]:
    """Read a text as the one value that the data have, commas and all; else as several, parted by commas.

    Nothing and `~` stand for no value; a value of that very sign is `~~`, as everywhere.
    """
    whole = keys.read(text)
    return [whole] if whole in found else [keys.read(value.strip() or keys.ABSENT) for value in text.split(",")]


def _print(answer: pl.DataFrame, by: list[str], asked: list[str], form: str) -> None:
    words = answer.with_columns(pl.col(name).cast(pl.String) for name in by if isinstance(answer[name].dtype, pl.Enum))
    if form == "json":
        output.as_json(words.to_dicts())
    elif form == "csv":
        output.as_csv(words)
    else:
        titles = {name: _title(name) for name in by} | {name: measures.find(name).title for name in asked}
        output.as_table(words.to_dicts(), titles)


def _title(name: str) -> str:
    if name in _TIME_TITLES:
        return _TIME_TITLES[name]
    known = schema.COLUMNS | schema.DECIDED
    column = known.get("deadline_at" if name == "due_on" else name) or known.get(name.replace("_on", "_at"))
    return column.title if column else name


def run_sources(given: Namespace) -> None:
    """List the source systems that the product knows."""
    rows: list[dict[str, Any]] = [
        {
            "key": profile.key,
            "title": profile.title,
            "city": profile.city,
            "formats": list(profile.file.formats),
            "native": profile.native,
            "note": profile.note,
        }
        for profile in available()
    ]
    if given.json:
        output.as_json(rows)
        return
    shown = [row | {"formats": ", ".join(row["formats"])} for row in rows]
    titles = {"key": "Ключ", "title": "Система", "formats": "Форматы", "native": "Заголовки известны"}
    output.as_table(shown, titles)


def run_status(given: Namespace) -> None:
    """Tell what the store holds: each city, its systems and its imports."""
    with open_store() as store:
        known = [places.to_read(store, given.city)] if given.city else list(municipalities.known(store))
        answer = [_city(store, key) for key in known]
        dialect = store.dialect
    if given.json:
        output.as_json({"store": dialect, "cities": answer})
        return
    if not answer:
        sys.stdout.write("Хранилище пусто. Загрузите файл командой import или создайте демо-город командой demo.\n")
    for city in answer:
        sys.stdout.write(f"{city['municipality']}: обращений {city['appeals']}, данные на {city['as_of']:%d.%m.%Y}\n")
        titles = {
            "batch": "Загрузка",
            "state": "Состояние",
            "source": "Система",
            "loaded_at": "Когда (UTC)",
            "rows_in": "Строк",
            "new": "Новых",
            "corrected": "Исправлено",
            "duplicate": "Повторов",
            "rejected": "Отклонено",
        }
        output.as_table([row | {"state": _STATES[row["state"]]} for row in city["batches"]], titles)


_STATES: Final = {"loaded": "загружена", "undone": "отменена"}


def _city(store: Store, key: str) -> dict[str, Any]:
    scope = Scope.whole_city(key)
    fresh = freshness.freshness(store, scope)
    batches = imports.batches(store, scope).select(
        "state",
        *("rows_in", "new", "corrected", "duplicate", "rejected", "late", "files", "seconds"),
        batch="batch_id",
        source="source_system",
        loaded_at="loaded_at_utc",
    )
    return {
        "municipality": key,
        "appeals": int(cells.load(store, scope, dimensions=[])["appeals"].sum()),
        "as_of": fresh.coverage.as_of,
        "newest_event_at": fresh.newest_event_at,
        "late_share": fresh.late_share,
        "batches": batches.to_dicts(),
    }
