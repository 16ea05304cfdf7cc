"""Find personal data in text and mask it: phones, e-mails, СНИЛС, ИНН, passports, bank cards, names of people.

Numbers with a checksum count only where it holds, so that an order number is not taken for a document. Names are
found by form (surname with initials, a patronymic) and by common given names; a rare name without patronymic or
initials is not found: text that may hold one is dropped as a whole, not searched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.text import clean, over_unique

SHOWN: Final = 80
"""Characters of the name of a column that are kept, after masking."""

LOOKED: Final = 600
"""Characters of a text that are searched: nothing longer is kept, and a search takes the square of a word's length."""

_EDGE: Final = 100
"""Characters at the end of a text cut to `LOOKED` that are left out: half a phone at the cut does not look like one."""

SUSPECT: Final = (
    r"[@＠]|\(at\)|\[at\]|собака|\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d|[А-ЯЁ]\.\s?[А-ЯЁ]\."
    r"|[А-ЯЁ][а-яё]+\s+[А-ЯЁ]|[А-ЯЁ]{2}\s+[А-ЯЁ]{2}"
)
"""Regular expression, in Rust's dialect, that every text with personal data matches; others are not looked at."""

_GAP: Final = r"[\s().\u200b-\u200f\u2060\ufeff\u00ad\u2010-\u2015\u2212/_-]"
"""What stands between the digits of a phone, seen or not; both dialects read it."""

CONTACT: Final = (
    r"[@＠]"
    r"|\+\d[\d\s()-]{8,}\d"
    r"|(^|\D)[78][\s-]?\(\d{3,5}\)[\s-]?\d"
    rf"|(^|\D)[78]{_GAP}?\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}?\d{{2}}(\D|$)"
    r"|(^|\D)[78]9\d{9}(\D|$)"
    rf"|(^|\D)9\d\d{_GAP}{{1,2}}\d{{3}}{_GAP}\d{{2}}{_GAP}?\d{{2}}(\D|$)"
    r"|(^|\D)\(?\d{3}\)[\s.-]?\d{3}[\s.-]\d{2}[\s.-]?\d{2}(\D|$)"
)
"""Regular expression, in Rust's dialect, of an e-mail or a phone written as one; no number of a case looks so."""

_DOCUMENT: Final = (
    r"\d{3}-\d{3}-\d{3}|\d{4}[\s-]\d{4}[\s-]\d{4}|(^|\D)(4\d{3}|5[1-5]\d\d|220[0-4])\d{12}(\D|$)"
    rf"|\d\d \d\d \d{{6}}|(^|\D)[78]{_GAP}{{0,3}}9\d\d{_GAP}|(^|\D)8\s\d{{3,5}}\s\d|\d{{3}}\s\d{{3}}\s\d{{3}}\s\d\d"
    r"|\d-\d\d-\d\d(\D|$)|(?i:снилс|пасп|инн|\bт(ел|елефон)?[.: ]|\(at\)|\[at\]|собака)"
    r"|[А-ЯЁ]\.\s?[А-ЯЁ]\.|[А-ЯЁ][А-Яа-яё]+\s+[А-ЯЁ][А-Яа-яё]+\s+[А-ЯЁ]"
)
"""Regular expression, in Rust's dialect, of numbers worth checking for a document, a card or a name."""

_NAME: Final = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_CAPITALS: Final = r"[А-ЯЁ]{3,}(?:-[А-ЯЁ]{3,})?"
_ANY_NAME: Final = rf"(?:{_NAME}|{_CAPITALS})"
_INITIALS: Final = r"(?!Т\.\s?Ч\.)[А-ЯЁ]\.\s?[А-ЯЁ]\."  # «В Т.Ч. АДРЕСНОЙ» is nobody
_PATRONYMIC: Final = r"[А-ЯЁ][а-яё]+(?:ич(?:а|у|ем|ом|е)?|(?:ов|ев|ич)н(?:а|ы|е|у|ой|ою))"
_CAPITAL_PATRONYMIC: Final = r"[А-ЯЁ]+(?:(?:ОВ|ЕВ|Ь|ЬМ)ИЧ(?:А|У|ЕМ|ОМ|Е)?|(?:ОВ|ЕВ|ИНИЧ)Н(?:А|Ы))"
"""Fewer forms than of the other: «ОСНОВНОЙ», «УРОВНЕ» and «КИРПИЧ» in a line of capitals are nobody."""
_SURNAME: Final = r"(?:[А-ЯЁ][а-яё]+(?:[её]в|ов|ин|ск)(?:а|ий|ая)?|[А-ЯЁ]+(?:[ЕЁ]В|ОВ|ИН|СК)(?:А|ИЙ|АЯ)?)"
_GIVEN_WORDS: Final = """
александр алексей анатолий андрей антон аркадий артем артур богдан борис вадим валентин валерий василий виктор
виталий владимир владислав всеволод вячеслав геннадий георгий герман глеб григорий даниил денис дмитрий евгений
егор иван игорь илья кирилл константин лев леонид максим марат матвей михаил никита николай олег павел петр
ринат роман руслан рустам святослав семен сергей станислав степан тимофей тимур федор филипп эдуард юрий яков
ярослав алевтина александра алена алина алла анастасия ангелина анжела анна антонина валентина валерия варвара
василиса вера вероника виктория галина дарья диана евгения екатерина елена елизавета жанна зинаида зоя инна
ирина карина кристина ксения лариса лидия лилия любовь людмила маргарита марина мария надежда наталия наталья
нина оксана олеся ольга полина раиса регина римма светлана снежана софия софья тамара татьяна ульяна юлия яна
"""
_GIVEN: Final = frozenset(_GIVEN_WORDS.split())
"""Common given names; the form «Иван Петров» is a person only with one of them."""

_BODY_WORDS: Final = re.compile(r"имени|им\.|улиц|ул\.|школ|библиотек|парк|площад|сквер|переул|проспект", re.IGNORECASE)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def is_snils(text: str) -> bool:
    """Check the control number of a СНИЛС: 11 digits, the last two are the weighted sum of the first nine."""
    digits = _digits(text)
    if len(digits) != 11 or digits[:9] == "0" * 9:  # noqa: PLR2004 — the length of a СНИЛС
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=False))
    return total % 101 % 100 == int(digits[9:])


def is_inn(text: str) -> bool:
    """Check the control digits of an ИНН of 10 (organisation) or 12 (person) digits."""
    digits = [int(digit) for digit in _digits(text)]
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    tails = {10: (9,), 12: (10, 11)}.get(len(digits), ())
    return bool(tails) and any(digits) and all(_control(digits, weights, place) == digits[place] for place in tails)


def _control(digits: list[int], weights: tuple[int, ...], place: int) -> int:
    used = weights[-place:]
    return sum(digit * weight for digit, weight in zip(digits, used, strict=False)) % 11 % 10


def is_card(text: str) -> bool:
    """Check the Luhn digit of a bank card of 16 to 19 digits."""
    digits = [int(digit) for digit in _digits(text)]
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(reversed(digits))]
    return 16 <= len(digits) <= 19 and any(digits) and sum(doubled) % 10 == 0  # noqa: PLR2004 — lengths of cards


def _always(_text: str) -> bool:
    return True


def _is_long_phone(text: str) -> bool:
    return len(_digits(text)) == 11  # noqa: PLR2004 — a Russian number with its country


def _is_city_phone(text: str) -> bool:
    return len(_digits(text)) == 10  # noqa: PLR2004 — the code of a city and the number in it


@dataclass(frozen=True)
class _Recogniser:
    """Mask what the pattern finds where `holds` confirms it."""

    mask: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = _always

    def apply(self, text: str) -> str:
        return self.pattern.sub(lambda found: self.mask if self.holds(found[0]) else found[0], text)


def _after(*words: str) -> str:
    """Look back for one of the words, as people write them before a number."""
    tails = (" ", ": ", ":", " № ", ". ", ".: ", ".", ".:")
    return "(?i:" + "|".join(rf"(?<=\b{re.escape(word + tail)})" for word in words for tail in tails) + ")"


_RECOGNISERS: Final = (
    _Recogniser("[почта]", re.compile(r"[\w.+-]+\s?[@＠]\s?[\w-]+(?:\.[\w-]+)*")),
    _Recogniser(
        "[почта]",
        re.compile(
            r"(?i:[a-z0-9][\w.+-]*\s?(?:\(at\)|\[at\]|[(\[]?собака[)\]]?)\s?[a-z0-9][a-z0-9.-]*\.[a-z]{2,6})(?!\w)"
        ),
    ),
    _Recogniser("[карта]", re.compile(r"(?<![\d-])\d{4}(?:[\s–-]?\d{4}){3}(?:[\s–-]?\d{1,3})?(?![\d-])"), is_card),
    _Recogniser("[СНИЛС]", re.compile(r"(?<![\d-])\d{3}(?:[\s–-]?\d{3}){2}[\s–-]?\d{2}(?!\d)"), is_snils),
    _Recogniser("[ИНН]", re.compile(r"(?<!\d)\d{12}(?!\d)"), is_inn),
    _Recogniser("[ИНН]", re.compile(_after("инн") + r"\d{10}(?!\d)"), is_inn),
    _Recogniser(
        "[паспорт]",
        re.compile(r"(?i:пасп\w*|серия)\W{0,3}(?i:серия\W{0,3})?\d{2}\s?\d{2}\W{0,3}(?i:номер\W{0,3})?\d{6}(?!\d)"),
    ),
    _Recogniser("[паспорт]", re.compile(r"(?<!\d)\d{2}\s?\d{2}\s(?:№\s?)?\d{6}(?!\d)")),
    _Recogniser(
        "[телефон]",
        re.compile(
            rf"(?<!\d)(?<!\d\.)(?:\+7|[78]){_GAP}{{0,3}}\d{{3,5}}{_GAP}{{0,3}}(?:\d{_GAP}{{0,3}}){{4,6}}\d(?!\d)"
        ),
        _is_long_phone,
    ),
    _Recogniser("[телефон]", re.compile(r"\+\d[\d\s()-]{8,15}\d")),
    _Recogniser("[телефон]", re.compile(rf"(?<!\d)9\d\d{_GAP}{{0,2}}\d{{3}}{_GAP}?\d\d{_GAP}?\d\d(?!\d)")),
    _Recogniser("[телефон]", re.compile(r"(?<!\d)(?:\(\d{3}\)\s?|\d{3}[.-])\d{3}[ .-]\d{4}(?!\d)")),
    _Recogniser("[телефон]", re.compile(r"\(\d{3,5}\)\s?\d(?:[\s–-]?\d){4,6}(?!\d)"), _is_city_phone),
    _Recogniser("[телефон]", re.compile(_after("тел", "телефон", "т") + r"\d[\d() -]{3,16}\d")),
    _Recogniser(
        "[имя]",
        re.compile(rf"{_ANY_NAME}\s+{_INITIALS}(?:\s?{_ANY_NAME})?|{_INITIALS}\s?{_ANY_NAME}"),
    ),
    _Recogniser(
        "[имя]",
        re.compile(rf"(?:{_ANY_NAME}\s+){{1,2}}(?:{_PATRONYMIC}|{_CAPITAL_PATRONYMIC})(?!\w)(?:\s+{_SURNAME}(?!\w))?"),
    ),
)
"""Recognisers in the order they are applied: what is longer and surer comes first."""


def redact(text: str) -> str:
    """Replace every span of personal data by a word in brackets; of a text over `LOOKED` the beginning comes back."""
    found = text[:LOOKED]
    for recogniser in _RECOGNISERS:
        found = recogniser.apply(found)
    return found if len(text) <= LOOKED else found[:-_EDGE]


def redacted(values: pl.Series) -> pl.Series:
    """Redact a series; only distinct values that look suspicious are searched."""
    suspects = values.filter(values.str.contains(SUSPECT)).drop_nulls().unique()
    masked = pl.Series([redact(value) for value in suspects], dtype=pl.String)
    changed = masked != suspects
    return values.replace(suspects.filter(changed), masked.filter(changed)) if changed.any() else values


def is_personal(numbers: pl.Series) -> pl.Series:
    """Mark numbers of cases that are phones, e-mails, documents or cards; null is not marked.

    A bare number of ten digits stays a number: too many systems count so far.
    """
    suspects = numbers.filter(numbers.str.contains(_DOCUMENT)).drop_nulls().unique()
    found = suspects.filter(redacted(suspects) != suspects)
    return (numbers.str.contains(CONTACT) | numbers.is_in(found.to_list())).fill_null(value=False)


def masked(value: str) -> str:
    """Prepare the name of a column for people to read."""
    return redact(clean(value[: LOOKED + 1]))[:SHOWN]


def is_person(value: str) -> bool:
    """Say whether a whole value is the name of a person, not of a body or a post."""
    if not redact(value).replace("[имя]", "").strip(" ,;"):
        return True
    words = value.replace(",", " ").split()
    if not 2 <= len(words) <= 3 or _BODY_WORDS.search(value):  # noqa: PLR2004 — surname, name, patronymic
        return False
    return all(re.fullmatch(_NAME, word) for word in words) and any(
        word.casefold().replace("ё", "е") in _GIVEN for word in words
    )


def without_people(values: pl.Series) -> pl.Series:
    """Make values null that are names of people, and mask names beside a post."""
    return over_unique(values, lambda value: None if is_person(value) else redact(value))
