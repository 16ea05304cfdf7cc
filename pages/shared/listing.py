"""The way from a number to its rows: links to the register are made here, so every number can be held to its list."""

from typing import Final

from pages.shared import address
from pages.shared.filters import Filters

DATED: Final = "dated"
"""All that had come by the end of the period and has a deadline: no measure of its own, for links by due days."""

SIGNIFICANT: Final = "significant"
"""All that the source marked as significant and that became known in the period."""


def href(number: float | None, filters: Filters, measure: str = "", /, **own: address.Value) -> str:
    """Give the address of the rows behind a number, empty for whoever may not see rows.

    `number` is how many cases stand there: the count itself, or the base of a share; None where the link tells of no
    number. `measure` counted them, `filters` hold the unit and the period, `own` are parameters of the register.
    """
    del number  # the tests compare it with the list
    return address.url("registry", filters, measure=measure, **own)
