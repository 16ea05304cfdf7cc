"""Sentences that refuse a file before it is made."""

from loaders.errors import InputRefused
from pages.shared import formats


def too_many(rows: int, most: int) -> InputRefused:
    """Refuse a file that would be too long."""
    counted = formats.counted(rows, "строка", "строки", "строк")
    what = f"В файле было бы {counted}, можно не больше {formats.number(most)}"
    return InputRefused("too_many_rows", what, advice="Сузьте период или отборы.")
