"""What screens and files say to whoever is shown a random half of the cases counted twice (`loaders.store.halves`)."""

from typing import Final

from loaders.scope import Scope

TITLE: Final = "Числа"

SENTENCE: Final = (
    "Числа для вашей роли — случайная половина обращений, удвоенная, чтобы по ним не сосчитать единичные случаи: "
    "вместо 10 обычно стоит от 4 до 16, вместо 100 — от 80 до 120, вместо 1 000 — от 938 до 1 062. Половина везде "
    "одна, и суммы сходятся; «хуже» и «лучше» сказано по этим же числам."
)
"""Nineteen times in twenty a number is within what stands here."""


def words(scope: Scope) -> str:
    """Say what the numbers of a scope stand on; nothing where they are exact."""
    return "" if scope.sees_rows else SENTENCE
