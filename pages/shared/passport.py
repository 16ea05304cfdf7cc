"""What a measure is, in the words that stand under its numbers: definition, base, when a value is not shown, source."""

from analytics.declarations import Measure
from pages.shared import formats


def note(measure: Measure, least: int) -> str:
    """Explain a measure; `least` is the smallest base of a share that is shown."""
    few = "" if measure.unit == "count" else f" «{formats.FEW}» — меньше {least} случаев в основании."
    base = f" Основание: {measure.base}." if measure.base else ""
    return f"{measure.definition}{base}{few} Источник показателя: {measure.source}."
