"""Long choices in an address: thousands of words fit into a line by the numbers that the store keeps them under.

A browser or a proxy cuts off addresses of a few thousand signs, so from some length on the chosen words are written as
one: a bit per number, squeezed, with a sum of the words themselves. A number that has come to mean another word, after
an undo, is so found out and not believed.
"""

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from urllib.parse import quote


@dataclass(frozen=True, eq=False, slots=True)
class Numbers:
    """Hold a number for every word of a column, in the form of analytics.keys; the same object is the same numbers."""

    of: Mapping[str, int]


NO_NUMBERS: Final = Numbers(MappingProxyType({}))

_SIGN: Final = "~."
"""Begins a folded choice: no written word begins so."""

_LONGEST: Final = 1_500
"""Signs of one plain choice in an address: with five such an address stays within what proxies pass on."""

_MOST_BYTES: Final = 2**20
_SUM: Final = 4


@lru_cache(maxsize=256)
def fold(words: tuple[str, ...], numbers: Numbers) -> tuple[str, ...]:
    """Write words for an address: one by one, or as one when they are too long and all of them have numbers."""
    is_long = sum(len(quote(word)) for word in words) > _LONGEST
    if not is_long or not all(word in numbers.of for word in words):
        return words
    bits = sum(1 << number for number in {numbers.of[word] for word in words})
    body = _sum(words) + zlib.compress(bits.to_bytes(bits.bit_length() // 8 + 1, "little"), 9)
    return (_SIGN + base64.urlsafe_b64encode(body).decode().rstrip("="),)


def unfold(words: Sequence[str], numbers: Numbers) -> tuple[tuple[str, ...], int]:
    """Read words of an address; give also how many of them are not known any more, or not to this reader."""
    found, lost = {}, 0
    for word in words:
        whole, missing = _read(word, numbers) if word.startswith(_SIGN) else ((word,), 0)
        found |= dict.fromkeys(whole)
        lost += missing
    return tuple(found), lost


def _read(text: str, numbers: Numbers) -> tuple[tuple[str, ...], int]:
    try:
        body = base64.urlsafe_b64decode(text.removeprefix(_SIGN) + "==")
        raw = zlib.decompressobj().decompress(body[_SUM:], _MOST_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        return (), 1
    if not (bits := int.from_bytes(raw, "little")):
        return (), 1
    found = tuple(word for word, number in numbers.of.items() if bits >> number & 1)
    if len(found) < bits.bit_count():
        return found, bits.bit_count() - len(found)
    return (found, 0) if _sum(found) == body[:_SUM] else ((), len(found))


def _sum(words: Sequence[str]) -> bytes:
    return zlib.crc32("\0".join(sorted(words)).encode()).to_bytes(_SUM, "little")
