"""Tell what a file is by its first bytes, and refuse it when its name says something else."""

import mmap
import re
from pathlib import Path
from typing import Final

from loaders.errors import InputRefused, Place

MAX_BYTES: Final = 2 * 1024**3
"""Size of a file that is accepted; «Мастер обзоров» sets the same limit."""

_BY_NAME: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".json": "json",
    ".geojson": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".xml": "xml",
}

_MAGIC: Final = (
    (b"PK\x03\x04", "xlsx", "архив ZIP или книга Excel"),
    (b"PK\x05\x06", "zip", "пустой архив ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls", "книга Excel старого вида (.xls) или файл с паролем"),
    (b"\x1f\x8b", "gzip", "архив gzip"),
    (b"BZh", "bzip2", "архив bzip2"),
    (b"\xfd7zXZ\x00", "xz", "архив xz"),
    (b"\x28\xb5\x2f\xfd", "zstd", "архив zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "архив 7z"),
    (b"Rar!", "rar", "архив RAR"),
    (b"%PDF", "pdf", "документ PDF"),
    (b"\x89PNG", "image", "картинка"),
    (b"\xff\xd8\xff", "image", "картинка"),
    (b"MZ", "program", "программа Windows"),
    (b"\x7fELF", "program", "программа Linux"),
    (b"PAR1", "parquet", "файл Parquet"),
    (b"{\\rtf", "rtf", "документ RTF"),
)

_SHORT: Final = (b"MZ", b"\x1f\x8b")
"""Marks so short that a text may begin with them by chance."""

_ADVICE: Final = {
    "xls": "Откройте файл в Excel и сохраните как «Книга Excel (.xlsx)» без пароля.",
    "xlsx": "Переименуйте файл: окончание должно быть .xlsx.",
    "html": "Откройте файл в Excel и сохраните как «Книга Excel (.xlsx)» или CSV.",
    "json": "Переименуйте файл: окончание должно быть .json.",
    "xml": "Переименуйте файл: окончание должно быть .xml.",
    "gzip": "Распакуйте архив и загрузите файл из него.",
}

_OTHER_NAMES: Final = {
    ".xlsb": "Откройте книгу в Excel и сохраните как «Книга Excel (.xlsx)».",
    ".ods": "Откройте таблицу и сохраните как «Книга Excel (.xlsx)» или CSV в кодировке UTF-8.",
    ".zip": "Распакуйте архив и загрузите файлы из него.",
    ".gz": "Распакуйте архив и загрузите файл из него.",
}
"""What to do with files that come often and are not read."""

_PROTECTED: Final = re.compile(
    re.escape("EncryptedPackage".encode("utf-16-le"))
    + rb"|\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00",
    re.DOTALL,
)
"""A protected workbook in the old container: a new one wrapped by Office, or an old one whose second record is
FILEPASS ([MS-XLS] 2.4.117)."""

_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(path: Path) -> str:
    """Return the format of a file: csv, xlsx, xls, json, ndjson or xml.

    Raises `InputRefused` for an absent, empty, too large or binary file, for an unknown ending of the name, and where
    name and content differ.
    """
    place = Place(path.name)
    size, head = _look(path)
    if size > MAX_BYTES:
        raise InputRefused("too_large", "Файл больше 2 ГБ", place=place, advice="Разделите выгрузку по месяцам.")
    named = _BY_NAME.get(path.suffix.casefold())
    if named is None:
        accepted = f"Принимаются: {', '.join(sorted(_BY_NAME))}."
        advice = _OTHER_NAMES.get(path.suffix.casefold(), accepted)
        raise InputRefused("type", "Файлы с таким окончанием имени не загружаются", place=place, advice=advice)
    if not _without_bom(head).strip():
        raise InputRefused("empty", "Файл пуст", place=place, advice="Проверьте, что выгрузка завершилась.")
    found, called = _content(head)
    if found == "xls" and named in {"xls", "xlsx"} and _is_protected(path):
        raise InputRefused("password", "Книга защищена паролем", place=place, advice="Снимите пароль в Excel.")
    if found != named and not (found == "json" and named == "ndjson"):
        advice = _ADVICE.get(found, "Загрузите файл в том виде, в каком его выдала система.")
        what = f"По имени это {named.upper()}, а внутри {called}"
        raise InputRefused("binary" if found == "binary" else "type", what, place=place, advice=advice)
    return named


def _look(path: Path) -> tuple[int, bytes]:
    try:
        with path.open("rb") as file:
            return path.stat().st_size, file.read(65_536)
    except OSError as error:
        raise InputRefused("not_readable", "Файл не открывается", place=Place(path.name)) from error


def _is_protected(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _PROTECTED.search(data) is not None


def _without_bom(head: bytes) -> bytes:
    return next((head.removeprefix(bom) for bom in _BOMS if head.startswith(bom)), head)


def _content(head: bytes) -> tuple[str, str]:
    for magic, found, called in _MAGIC:
        if head.startswith(magic) and not (magic in _SHORT and _is_text(head)):
            return found, called
    if not _is_text(head):
        return "binary", "двоичные данные"
    start = _as_ascii(head).lstrip()[:512].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<html" in start:
        return "html", "страница HTML"
    if start.startswith(b"<"):
        return "xml", "документ XML"
    if start.startswith((b"[", b"{")):
        return "json", "данные JSON"
    return "csv", "простой текст"


def _is_text(head: bytes) -> bool:
    """Say whether bytes look like text: control characters are rare, except the zeros of UTF-16."""
    if head.startswith(_BOMS[1:]):
        return True
    odd = sum(head.count(code) for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a")
    return odd <= max(3, len(head) // 50)


def _as_ascii(head: bytes) -> bytes:
    return _without_bom(head).replace(b"\0", b"") if head.startswith(_BOMS) else head
