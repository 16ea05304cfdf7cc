"""Prove a file again by its number: the same numbers, or the named reason why not.

The journal holds what a file was made from and the sum of its numbers. Whoever may export makes it anew, within the own
scope: another scope, later loads and changed definitions are the only reasons for other numbers, and each is named.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from loaders.access import journal
from loaders.cells import data_version
from loaders.errors import InputRefused
from loaders.scope import Scope
from pages.paper import digests, orders
from pages.paper.orders import Order
from pages.shared import formats, readers

Verdict = Literal["same", "other"]


@dataclass(frozen=True, slots=True)
class Proof:
    """Hold what came of it: the order to take the file anew, when it left, the verdict and the reasons in words."""

    order: Order
    made_at: datetime
    name: str
    verdict: Verdict
    reasons: tuple[str, ...]


def cleaned(number: str) -> str:
    """Write a number as files have it, however it was typed.

    >>> cleaned(" № 123 456789 ")
    '123-456-789'
    """
    digits = "".join(sign for sign in number if sign.isascii() and sign.isdigit())[:9]
    return "-".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def prove(number: str, scope: Scope) -> Proof:
    """Make a file anew and compare the sums; raises `InputRefused` for a number that no file of this city has."""
    found = journal.exported(readers.store(), scope.municipality, cleaned(number))
    if found is None:
        what = f"Файла с номером «{cleaned(number) or number[:12]}» нет"
        raise InputRefused("no_file", what, advice="Номер стоит внизу каждой страницы файла и на листе «О файле».")
    try:
        order = Order.read(str(found["recipe"]))
    except (KeyError, ValueError) as error:
        what = "В журнале не сохранено, из чего сделан этот файл"
        raise InputRefused("no_recipe", what, advice="Закажите такой файл заново.") from error
    laid, _ = orders.paper(order, scope)
    is_same = laid.about.digest == found["numbers"]
    reasons = [] if is_same else _reasons(found, laid.about.definitions, scope)
    made_at = datetime.fromtimestamp(found["at_utc"] / 1000, UTC)
    # The name may tell of a part of the city that is not open to whoever asks.
    name = str(found.get("name", "")) if is_same or scope.is_whole_city else f"файл {found.get('format', '')}"
    return Proof(order, made_at, name, "same" if is_same else "other", tuple(reasons))


def _reasons(found: dict[str, object], definitions: tuple[tuple[str, str], ...], scope: Scope) -> list[str]:
    """Name what has changed since."""
    named = []
    events = data_version(readers.store(), scope).events
    then = int(str(found.get("events", events)))
    if events != then:
        more = formats.counted(abs(events - then), "загрузка или отмена", "загрузки или отмены", "загрузок или отмен")
        named.append(f"данные изменились: после этого файла {more}")
    if digests.definitions(definitions) != found.get("definitions"):
        named.append("изменились определения показателей")
    if not scope.is_whole_city:
        named.append("вам открыта часть города, а файл мог быть сделан по другой")
    if not scope.sees_rows:
        named.append("вам числа показаны по половине обращений, а файл мог быть сделан по всем")
    return named or ["файл сделан с другими правами доступа или в другой версии программы"]
