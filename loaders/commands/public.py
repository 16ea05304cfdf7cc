"""Tables for the public: small numbers hidden, and so many others that none can be worked out, whatever was published.

What is printed is kept (`loaders.publications`), and the journal tells of it: the next table is audited against it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

import polars as pl

from analytics import buckets, measures
from analytics.facts import Stock, Window
from analytics.publications import Population
from loaders import publications
from loaders.access import console, journal
from loaders.access.roles import Right
from loaders.errors import InputRefused
from loaders.publications import Draft
from loaders.scope import Scope
from loaders.store.engine import Store

TOTAL: Final = "всего"
"""Stands for the sum over a dimension."""

HIDDEN: Final = "скрыто"
_DIMENSIONS: Final = 2

Key = tuple[str | None, ...]


def check(by: Sequence[str], asked: Sequence[str]) -> None:
    """Raise `InputRefused` unless one or two dimensions and counts that add up were asked for.

    Of a share or a median nobody could say what it gives away; states of several days do not add up.
    """
    if not 1 <= len(by) <= _DIMENSIONS:
        raise InputRefused(
            "public", "Для публики нужны одно или два измерения", advice="Пример: --by topic_block,status."
        )
    for name in asked:
        one = measures.find(name)
        if not one.additive:
            what = f"Показатель «{name}» для публики не выводится: скрыть малые числа можно только в счёте"
            raise InputRefused("public", what, advice="Пример: --measures appeals,new,repeat.")
        if isinstance(one.part, Stock) and buckets.time_of(list(by)):
            what = f"Показатель «{name}» по дням для публики не выводится: состояния разных дней не складываются"
            raise InputRefused("public", what, advice="Возьмите один день: --to и --as-of.")


def table(
    store: Store,
    scope: Scope,
    answer: pl.DataFrame,
    by: Sequence[str],
    asked: Mapping[str, str],
    words: Mapping[str, Iterable[str | None]],
    window: Window,
) -> tuple[pl.DataFrame, Draft]:
    """Turn an answer into one that may be published: a row per cell and per total, each number as text or `HIDDEN`.

    `asked` are the measures as they are counted with the names they were asked by; `words` narrow the rows.
    """
    keys = list(_keys(answer, by))
    populations = {
        (key, name): _population(measure, by, key, words, window) for key in keys for measure, name in asked.items()
    }
    draft = publications.audit(store, scope, list(populations.values()))
    written = [
        [*(TOTAL if word is TOTAL else word for word in key), *(_cell(draft, populations[key, name]) for name in names)]
        for names in [list(asked.values())]
        for key in keys
    ]
    return pl.DataFrame(written, schema=dict.fromkeys((*by, *asked.values()), pl.String), orient="row"), draft


def _keys(answer: pl.DataFrame, by: Sequence[str]) -> Iterator[Key]:
    """List every cell and every total, by the values that the answer has."""
    values = [answer[name].cast(pl.String).unique(maintain_order=True).to_list() for name in by]
    return product(*([*own, TOTAL] for own in values))


def _cell(draft: Draft, population: Population) -> str:
    return HIDDEN if draft.is_hidden(population) else str(draft.numbers[population])


def _population(
    measure: str, by: Sequence[str], key: Key, words: Mapping[str, Iterable[str | None]], window: Window
) -> Population:
    """Name what one cell counts; a bucket of days bounds the window, every other value the words."""
    chosen = [(name, word) for name, word in zip(by, key, strict=True) if word is not TOTAL]
    named = {**words, **{name: (word,) for name, word in chosen if name not in buckets.GRAINS}}
    days = [(name, word) for name, word in chosen if name in buckets.GRAINS and word is not None]
    return Population.of(measure, buckets.within(window, *days[0]) if days else window, named)


def keep(store: Store, scope: Scope, draft: Draft, title: str, shown: pl.DataFrame) -> tuple[str, str]:
    """Keep what is printed, and the entry of the journal with it; give the number and the sum of the numbers."""
    file, numbers = publications.number(), publications.digest(shown.rows())
    actor = console.acting(store, Right.EXPORT, scope.municipality)
    with store.writing(scope.municipality) as connection:
        publications.keep(connection, scope.municipality, draft, file=file, numbers=numbers, title=title)
        detail = {"name": title, "file": file, "numbers": numbers}
        journal.write(
            connection, actor, journal.EXPORTED, municipality=scope.municipality, detail=detail, rows=shown.height
        )
    return file, numbers
