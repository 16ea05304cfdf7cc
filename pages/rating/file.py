"""The rating as a file: places with their intervals and what the scores are made of, and who is not rated and why."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from analytics.criteria import CRITERION_TITLES, Criterion
from analytics.rating import BOUND, Rating
from analytics.tally import UNIT
from loaders.city import City
from loaders.scope import Scope
from pages.gate.downloads import Made
from pages.rating import reading, words
from pages.rating.league import place_words
from pages.rating.view import Chosen
from pages.shared import formats, readers
from pages.shared.asked import Asked
from pages.shared.export import Offered
from pages.shared.filters import DIMENSIONS
from pages.shared.inert_csv import inert_csv
from pages.shared.run import Run

_HEADS: Final = (
    *("Кто", "Место", "Из скольких", "Место с вероятностью 95 %", "Балл", "Балл ±", "Группа неразличимых"),
    *(*(f"{CRITERION_TITLES[each]}, баллы" for each in Criterion), "Поступило", "Вывод"),
    *("Период", "Данные на", "Отборы", "Веса"),
)
_ABOUT: Final = 4
_STANDING: Final = {"above": "выше середины", "below": "ниже середины", "indistinct": "неразличимо"}


def offered(run: Run, asked: Asked, chosen: Chosen, rows: int) -> Offered:
    """Describe the file of a rating; it is made anew, of what the fetching reader's scope opens."""
    titles = [run.options.title(name, key) for name in DIMENSIONS for key in getattr(run.filters, name)]
    about = (run.period_words, formats.day(asked.as_of), ", ".join(titles) or "нет")

    def make(scope: Scope) -> Made:
        rating = reading.rating(replace(asked, scope=scope, version=readers.version(scope)), chosen)
        own = re.sub(r"</?b>", "", words.weights(rating.rules, rating.told)).replace(formats.NBSP, " ")
        written = [[*line, *about, own] for line in _lines(rating, chosen, run.city)]
        return Made(inert_csv(_HEADS, written), len(written))

    title = f"Рейтинг: {chosen.kind.title.lower()}"
    return Offered(title, f"рейтинг {run.period.start:%d.%m.%Y}-{run.period.end:%d.%m.%Y}.csv", rows, make)


def _lines(rating: Rating, chosen: Chosen, city: City) -> Iterator[list[object]]:
    for row in rating.table.iter_rows(named=True):
        score = [round(row["score"], 1), round(BOUND * row["deviation"], 1), row["tier"]]
        points = [round(row[each.value], 1) for each in Criterion]
        place = [row["place"], row["of"], place_words(row)]
        title = chosen.full_title(row[UNIT], city)
        yield [title, *place, *score, *points, row["n"], _STANDING[row["standing"]]]
    for said in words.excluded(rating, chosen, city):
        yield [said, *[None] * (len(_HEADS) - _ABOUT - 2), "не участвует"]
