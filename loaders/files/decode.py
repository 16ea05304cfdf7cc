"""Decide the encoding of a text by decoding it strictly, and hand it on as UTF-8.

Candidates: UTF-8 with or without BOM, UTF-16 with BOM, and the three Russian one-byte sets. Those three are told
apart by how much of the text the commonest Russian letters make up; a text that stays undecided is refused, because
letters guessed wrong would be stored for good.
"""

import codecs
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.errors import InputRefused, Place
from loaders.files.raw import Finding

CHUNK: Final = 8 * 1024 * 1024
SAMPLE: Final = 1024 * 1024

_ONE_BYTE: Final = ("windows-1251", "koi8-r", "cp866")
_FREQUENCY: Final = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            110,
            85,
            80,
            74,
            67,
            63,
            55,
            47,
            45,
            44,
            35,
            32,
            30,
            28,
            26,
            20,
            19,
            17,
            17,
            17,
            16,
            14,
            12,
            10,
            9,
            7,
            6,
            5,
            4,
            3,
            3,
            1,
            1,
        ),
        strict=True,
    )
)
"""How many of a thousand letters of Russian text each letter is."""

_LIKELY: Final = 30
"""Mean frequency below which a text is not Russian; real texts have 50 to 60."""

_SURE: Final = 1.25
"""How many times better the best one-byte set must fit than the second."""

_ODD_CASE: Final = re.compile("[а-яё][А-ЯЁ]")

_MIXED_LETTERS: Final = 2
"""UTF-8 letters in one line that cannot be an accident of a one-byte set."""


@dataclass(frozen=True)
class Utf8File:
    r"""A text file in UTF-8 without zeros and with `\n` or `\r\n` at line ends; maybe a copy of the original."""

    path: Path
    encoding: str
    has_bom: bool
    findings: tuple[Finding, ...]


def to_utf8(path: Path, folder: Path) -> Utf8File:
    """Return the text of `path` as UTF-8, copied into `folder` only where bytes must change.

    Raises `InputRefused` with the line where the encoding breaks, changes or cannot be told.
    """
    encoding = _encoding(path)
    zeros = 0 if encoding.startswith("utf-16") else _count(path, b"\0")
    lone_returns = _has_lone_returns(path, encoding)
    findings = (Finding("nul_removed", "нулевые байты удалены из текста", zeros),) if zeros else ()
    has_bom = encoding == "utf-8-sig"
    if encoding in {"utf-8", "utf-8-sig"} and not zeros and not lone_returns:
        return Utf8File(path, encoding, has_bom, findings)
    target = folder / f"{path.name[:40]}.utf8"
    _transcode(path, target, encoding, returns_end_lines=lone_returns)
    return Utf8File(target, encoding, has_bom=False, findings=findings)


def head_text(path: Path, size: int = 262_144) -> str:
    """Decode the beginning of a text file, as far as it goes, for a look at its header; wrong letters are refused."""
    encoding = _encoding(path)
    with path.open("rb") as file:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(file.read(size))
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _check(path, "utf-16")
        return "utf-16"
    name = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    if _first_error(path, name) is None:
        return name
    _refuse_mixed(path)
    if name == "utf-8-sig":
        _check(path, name)
    return _one_byte(path)


def _first_error(path: Path, encoding: str) -> UnicodeDecodeError | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return error
    return None


def _check(path: Path, encoding: str) -> None:
    if _first_error(path, encoding) is not None:
        advice = "Файл обрезан или повреждён: выгрузите его заново."
        raise InputRefused(
            "encoding", f"Текст не читается как {encoding[:6].upper()}", place=Place(path.name), advice=advice
        )


def _refuse_mixed(path: Path) -> None:
    """Refuse a file some lines of which are UTF-8 and some are not, and one that is cut inside a letter."""
    first: bool | None = None
    with path.open("rb") as file:
        for row, line in enumerate(file, 1):
            is_utf8 = None if line.isascii() else _is_utf8(line)
            if is_utf8 is None:
                continue
            first = is_utf8 if first is None else first
            if is_utf8 != first:
                cut = first and not line.endswith(b"\n") and _is_cut(line)
                raise _truncated(path, row) if cut else _mixed(path, row)


def _is_cut(line: bytes) -> bool:
    """Say whether the end of the data is all that keeps a line from being UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _truncated(path: Path, row: int) -> InputRefused:
    return InputRefused(
        "truncated", "Файл обрывается посреди буквы", place=Place(path.name, row), advice="Выгрузите его заново."
    )


def _mixed(path: Path, row: int) -> InputRefused:
    return InputRefused(
        "encoding",
        "В одном файле две кодировки",
        place=Place(path.name, row),
        advice="Похоже, склеены две выгрузки: загрузите их отдельно или сохраните всё в UTF-8.",
    )


def _is_utf8(line: bytes) -> bool | None:
    """Say whether a line with letters is UTF-8; None where the line is too short to tell."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True if sum(not letter.isascii() for letter in text) >= _MIXED_LETTERS else None


def _one_byte(path: Path) -> str:
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    scores = sorted(((_russian(sample, name), name) for name in _ONE_BYTE), reverse=True)
    (best, name), (second, _) = scores[0], scores[1]
    error = _first_error(path, name)
    if best >= _LIKELY and best >= second * _SURE and error is None:
        return name
    advice = "Сохраните файл в кодировке UTF-8."
    raise InputRefused("encoding", "Кодировку файла определить не удалось", place=Place(path.name), advice=advice)


def _russian(sample: bytes, encoding: str) -> float:
    """Return the mean frequency of letters that are not ASCII; a small letter before a capital counts against."""
    text = sample.decode(encoding, "replace")
    letters = Counter(letter for letter in text.casefold() if not letter.isascii())
    total = max(sum(letters.values()), 1)
    mean = sum(_FREQUENCY.get(letter, 0) * count for letter, count in letters.items()) / total
    return mean * (1 - len(_ODD_CASE.findall(text)) / total)


def _count(path: Path, what: bytes) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(what) for chunk in iter(lambda: file.read(CHUNK), b""))


def _has_lone_returns(path: Path, encoding: str) -> bool:
    """Say whether lines end in a lone carriage return: there are some, and no line feed at all."""
    if encoding == "utf-16":
        with path.open(encoding="utf-16", newline="") as text:
            head = text.read(CHUNK)
            return "\r" in head and "\n" not in head
    return _count(path, b"\n") == 0 and _count(path, b"\r") > 0


def _transcode(path: Path, target: Path, encoding: str, *, returns_end_lines: bool) -> None:
    with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
        while chunk := source.read(CHUNK):
            text = chunk.replace("\0", "")
            copy.write(text.replace("\r", "\n") if returns_end_lines else text)
    shutil.copystat(path, target)
