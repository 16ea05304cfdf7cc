"""Values of every measure in the period shown, and the words for what a measure is."""

from typing import Final

from analytics import measures as catalogue
from analytics.measures import EVERY, Measure
from loaders.cells import DEFAULT
from pages.shared.asked import Asked
from pages.shared.kept import kept

UNITS: Final = {"count": "количество", "share": "доля, %", "days": "дни", "score": "средний балл"}
CLOCKS: Final = {
    "received_on": "по дню поступления",
    "answered_on": "по дню завершения работы",
    "due_on": "по дню срока",
    None: "состояние на конец периода",
}
GOOD: Final = {"up": "больше — лучше", "down": "меньше — лучше", None: "ни хорошо, ни плохо"}


def clock_order(measure: Measure) -> int:
    """Order measures by the day that they are counted by."""
    return list(CLOCKS).index(measure.clock)


@kept(max_entries=16)
def values(asked: Asked) -> dict[str, float | int | None]:
    """Compute every measure; `<key>_n` is the size of its base."""
    needed = {name for measure in EVERY.values() for name in catalogue.needs(measure)}
    cells = asked.measured(asked.period.start, dimensions=(*DEFAULT, *sorted(needed)))
    found = catalogue.aggregate(cells, [], list(EVERY), asked.period.window(asked.as_of)).collect()
    return found.row(0, named=True)
