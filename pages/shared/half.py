"""What screens and files say to whoever is shown a random half of the cases counted twice (`loaders.store.halves`)."""

from typing import Final

from loaders.scope import Scope

TITLE: Final = "Числа"

SENTENCE: Final = (
    "Числа для вашей роли — случайная половина обращений, каждое посчитано дважды: так по ним не сосчитать "
    "единичные случаи. Где на самом деле 10, обычно стоит от 4 до 16, где 100 — от 80 до 120, где 1 000 — от 938 "
    "до 1 062. Половина везде одна и та же, суммы сходятся; «хуже», «лучше» и «изменилось» сказано по ней же."
)
"""Nineteen times in twenty a number is within what stands here."""


def words(scope: Scope) -> str:
    """Say what the numbers of a scope stand on; nothing where they are exact."""
    return "" if scope.sees_rows else SENTENCE
