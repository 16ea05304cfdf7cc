"""The first lines of the screen «Рейтинг»: who is worst now, and who can be told apart."""

from typing import Final

import polars as pl

from analytics.rating import Rating, Standing
from analytics.tally import UNIT
from analytics.worst import Worst
from loaders.city import City
from pages.rating import words
from pages.rating.view import Chosen
from pages.shared.worst import Href, Teller, is_worst


def lead(told: Worst, rating: Rating, chosen: Chosen, city: City, href: Href) -> str:
    """Say who is worst now and why the places tell another thing, then who can be told apart, if any are rated."""
    if rating.table.height < 2:  # noqa: PLR2004 — two are compared
        return Teller(city).html(told, href)
    below = rating.table.filter(pl.col("standing") == Standing.BELOW.value)[UNIT].to_list()
    is_same = any(is_worst(told, chosen.kind.column, unit) for unit in below)
    return f"{Teller(city).beside(told, href, is_same, _OTHERWISE)}<p>{words.sentence(rating, chosen, city)}</p>"


_OTHERWISE: Final = (
    "Места ниже — о другом: они сравнивают доли за период по трём критериям, а не число просроченных сейчас."
)
