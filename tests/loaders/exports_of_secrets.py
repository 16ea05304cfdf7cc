"""Files in the native shape of every profile, every cell of which holds a phone, an e-mail, a document or a name.

All secrets share a few cores that nothing else holds, so a look for the cores finds whole secrets and parts of them,
however separators were changed on the way.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count, cycle
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

from analytics import schema
from loaders.profile import Profile
from loaders.text import name_key

_GAP: Final = "(?:[ ().,/_-]|\\xe2[\\x80-\\x88][\\x80-\\xbf]|\\xc2[\\xa0\\xad]){0,3}"
CORES: Final = re.compile(
    _GAP.join("641279").encode("latin-1") + b"|(?i:sekretov)|" + b"|".join(
        word.encode() for word in ("екретов", "ЕКРЕТОВ", "Тайнинск")
    )
)  # fmt: skip
"""What stands in every secret: a run of digits with or without separators, a surname, a street; over UTF-8."""

PHONES: Final = (
    "+7 9{0} 641-27-9{1}", "8 (9{0}) 641-27-9{1}", "8-9{0}-641-27-9{1}", "+79{0}641279{1}", "89{0}641279{1}",
    "79{0}641279{1}", "8.9{0}.641.27.9{1}", "8 9{0} 641 27 9{1}", "9{0} 641-27-9{1}", "8(9{0})641279{1}",
    "8 9{0} 64 12 79{1}", "8-9{0}-6412-79{1}", "+7–9{0}–641–27–9{1}", "8\u00a09{0}\u00a0641-27-9{1}",
    "89{0}\u200b641\u00ad279{1}", "моб.89{0}641279{1}", "т.89{0}641279{1}", "8 (8{0}6) 41-27-9{1}",
    "8/9{0}/641-27-9{1}", "+7 (9{0}) 641 27 9{1}",
)  # fmt: skip
EMAILS: Final = (
    "sekretov{0}{1}@mail.ru", "SEKRETOV.{0}{1}@MAIL.RU", "секретов{0}{1}@почта.рф", "sekretov{0}{1} @ mail.ru",
    "sekretov{0}{1}(at)mail.ru", "sekretov{0}{1}[at]mail.ru", "sekretov{0}{1} собака mail.ru",
)  # fmt: skip
NAMES: Final = (
    "Секретов {2}.{3}.", "{2}. {3}. Секретов", "Секретов Иван {2}етрович", "Мария {2}ергеевна Секретова",
    "СЕКРЕТОВ ИВАН {2}ЕТРОВИЧ", "СЕКРЕТОВА {2}.{3}.", "Секретов-Яшин {2}. {3}.",
)  # fmt: skip
PASSPORTS: Final = ("паспорт {4} 0{1} 641279", "паспорт серия {4}0{1} номер 641279", "{4} 0{1} 641279")
ADDRESS: Final = "ул. Тайнинская, д. {0}, кв. {1}"
_LETTERS: Final = "АБВГДЕЖИКЛМНОПРСТУФ"
_BODY: Final = 600
BAD_EVERY: Final = 25
"""Every so many rows one is spoilt where it cannot be loaded: fewer than a profile tolerates."""


def secrets() -> Iterator[str]:
    """Make secrets without end: kinds in turn, no two alike within the first thousands."""
    makers: list[Callable[[int], str]] = [
        *map(_by_form, (*PHONES, *EMAILS, *NAMES, *PASSPORTS)), _snils, _bare_snils, _inn, _card,
    ]  # fmt: skip
    for number, make in zip(count(), cycle(makers), strict=False):
        yield make(number)


def address(number: int) -> str:
    """Make an address with a house and a flat."""
    return ADDRESS.format(number, number % 97 + 1)


def _by_form(form: str) -> Callable[[int], str]:
    def make(number: int) -> str:
        first, last = number // 10 % 100, number % 10
        letters = _LETTERS[number % 19], _LETTERS[number // 19 % 19]
        return form.format(f"{first:02d}", last, *letters, f"{60 + number // 10 % 39}")

    return make


def _snils(number: int) -> str:
    digits = _bare_snils(number)
    return f"СНИЛС {digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def _bare_snils(number: int) -> str:
    first = f"641279{number % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, range(9, 0, -1), strict=True))
    return f"{first}{total % 101 % 100:02d}"


def _inn(number: int) -> str:
    digits = [int(digit) for digit in f"641279{number % 10_000:04d}"]
    for weights in ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)):
        digits.append(sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)
    return "ИНН " + "".join(map(str, digits))


def _card(number: int) -> str:
    first = f"427964127900{number % 1000:03d}"
    doubled = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(first))
    digits = f"{first}{-doubled % 10}"
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def _headers(profile: Profile) -> list[str]:
    """Name the columns of a file of this system: every one that the profile reads or drops, once."""
    fields = profile.fields.values()
    read = [
        name for each in fields for name in (*(each.headers if each.first_filled else each.headers[:1]), *each.join)
    ]
    asked = [condition.header for rule in profile.rules for condition in rule.when]
    named = {name_key(name): name for name in (*sorted(profile.dropped), *asked, *read)}
    inner = [key for key in named if not any(other.startswith(key + ".") for other in named) and not key.endswith("#")]
    return list(profile.file.exact_header) or [named[key] for key in inner]


class _Row:
    """Fill one row of a system: good where it must be, secret elsewhere; a spoilt row is secret in one more place."""

    def __init__(self, profile: Profile, headers: Sequence[str]) -> None:
        self._profile, self._headers = profile, headers
        self._secrets = secrets()
        self._good = {name_key(name): self._plain(column) for column, name in self._kept()}
        self._spoilt = cycle([header for header in headers if name_key(header) in self._good])

    def _kept(self) -> Iterator[tuple[str, str]]:
        """Give the columns that decide whether a row is loaded; the first of a name wins."""
        columns = (*schema.MOMENTS, "question_no", "kind", "status", "received_at", "source_id")
        for column in columns:
            if (field := self._profile.fields.get(column)) is not None:
                yield from ((column, name) for name in reversed((*field.headers, *field.join)))

    def _plain(self, column: str) -> str:
        values = self._profile.fields[column].values
        plain = {"source_id": "К-{}", "question_no": "1", "received_at": "{day}"}
        return plain.get(column, next((word for word, code in values.items() if code in {"in_work", "message"}), ""))

    def make(self, number: int) -> dict[str, str]:
        """Make the row with this number."""
        day = "05.03.2026" if "%d.%m.%Y" in self._profile.dates else "2026-03-05T10:00:00"
        row = {}
        for header in self._headers:
            key = name_key(header)
            if key in self._good:
                row[header] = self._good[key].format(number, day=day)
            elif key in self._profile.dropped:
                row[header] = f"{address(number)}; {next(self._secrets)}"
            else:
                row[header] = f"{CONTROL} {next(self._secrets)}" if number % 2 else next(self._secrets)
        if number % BAD_EVERY == 0:
            # A СНИЛС without its word passes for the number of a case: that is known, and tested by itself.
            row[next(self._spoilt)] = next(secret for secret in self._secrets if not secret.startswith("641279"))
        return row if self._profile.file.exact_header else row | {STRANGE: next(self._secrets)}


CONTROL: Final = "Промоина"
"""A word that is nobody's: it must be found where secrets are looked for."""

STRANGE: Final = "Звонить 8 (928) 641-27-92, sekretov@mail"
"""A header that no profile knows."""


def write(folder: Path, profile: Profile) -> Path:
    """Write a file of the system in the first format it has, with a secret in its name, title and a strange header."""
    row = _Row(profile, _headers(profile))
    body = [row.make(number) for number in range(1, _BODY + 1)]
    form = profile.file.formats[0]
    path = folder / f"{profile.key} Секретов И.И. 8-928-641-27-91.{form}"
    {"csv": _text, "xlsx": _book, "json": _tree, "xml": _markup}[form](path, profile, body)
    return path


def _text(path: Path, profile: Profile, body: list[dict[str, str]]) -> None:
    separator = profile.file.separators[0]
    rows = [list(body[0]), *(list(row.values()) for row in body)]
    lines = (separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    path.write_text("\r\n".join(lines), encoding="utf-8-sig", newline="")


def _book(path: Path, profile: Profile, body: list[dict[str, str]]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(profile.file.sheet or "Лист1")
        sheet.write(0, 0, "Выгрузка: Секретов И.И., +7 928 641-27-93")
        sheet.write_row(1, 0, list(body[0]))
        for number, row in enumerate(body, 2):
            sheet.write_row(number, 0, row.values())
        book.add_worksheet("Секретов И.И. 89286412794").write(0, 0, "sekretov@mail.ru")


def _tree(path: Path, profile: Profile, body: list[dict[str, str]]) -> None:
    unit = profile.file.unit
    records = []
    for row in body:
        record = _nested(row)
        if unit:
            record[unit] = [record[unit]]
        records.append(record)
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def _markup(path: Path, profile: Profile, body: list[dict[str, str]]) -> None:
    tag = profile.file.record[0]
    records = "".join(f"<{tag}>{_element(_nested(_as_tags(row)))}</{tag}>" for row in body)
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><!-- Секретов И.И. --><all by="sekretov@mail.ru">{records}</all>',
        encoding="utf-8",
    )


def _as_tags(row: dict[str, str]) -> dict[str, str]:
    """Write names so that they can be tags; letter case does not matter to a profile."""
    return {name_key(name): value for name, value in row.items() if name != STRANGE}


def _nested(row: dict[str, str]) -> dict[str, object]:
    record: dict[str, object] = {}
    for name, value in row.items():
        *outer, last = name.split(".")
        place = record
        for step in outer:
            place = place.setdefault(step, {})  # type: ignore[assignment]
        if value:
            place[last] = value
    return record


def _element(record: dict[str, object]) -> str:
    return "".join(
        f"<{name}>{_element(value) if isinstance(value, dict) else escape(str(value))}</{name}>"
        for name, value in record.items()
    )
