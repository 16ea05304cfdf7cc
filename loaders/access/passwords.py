"""Passwords: how they are kept (argon2id) and which ones are refused."""

import unicodedata
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST: Final = 12
LONGEST: Final = 256
"""Longer ones are refused before any work is spent on them."""

WEAKEST_SCORE: Final = 3
"""Least score of zxcvbn, 0–4: from here on about 10^8 guesses are not enough."""

_JUDGED: Final = 72
"""Signs that zxcvbn looks at: its time grows with the square of the length."""

_HASHER: Final = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)

NOBODYS: Final = "$argon2id$v=19$m=65536,t=3,p=4$NkHMnNPyvKl4dKbdA+dfMg$/Ft5BG7R1S2fq8MNBQb0mRw7WHqyHjWH6hwkeFHHHy4"
"""Hash of random bytes that nobody kept: verified where an account has none, so that nobody is told apart by time."""

_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбю.ё"
_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`"
_OTHER_LAYOUT: Final = str.maketrans(_RUSSIAN + _LATIN, _LATIN + _RUSSIAN)

# The lists of zxcvbn hold English words and names; these are the ones that come to mind first here.
_COMMON: Final = (
    *("пароль", "парольпароль", "админ", "администратор", "администрация", "админка", "оператор", "куратор"),
    *("глава", "город", "обращение", "обращения", "начальник", "отдел", "работа", "компьютер", "интернет"),
    *("привет", "любовь", "солнце", "россия", "москва", "ростов", "дон", "шахты", "новошахтинск", "мцу"),
    *("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь"),
    *("декабрь", "зима", "весна", "лето", "осень", "понедельник", "пятница", "год", "тепловая", "карта"),
    *("александр", "алексей", "андрей", "анна", "наташа", "наталья", "елена", "ольга", "татьяна", "светлана"),
    *("сергей", "дмитрий", "владимир", "иван", "михаил", "максим", "евгений", "николай", "марина", "ирина"),
)


def hash_password(password: str) -> str:
    """Give the argon2id hash to keep, by the low-memory profile of RFC 9106."""
    return _HASHER.hash(_bytes(password))


def verify(password: str, known: str | None) -> bool:
    """Say whether a password is the one kept; without one the same work is done and the answer is no."""
    try:
        is_right = _HASHER.verify(known or NOBODYS, _bytes(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and known is not None and len(password) <= LONGEST


def needs_rehash(known: str) -> bool:
    """Say whether a hash was made by other parameters than today's."""
    return _HASHER.check_needs_rehash(known)


def problems(password: str, login: str) -> str | None:
    """Say in one Russian sentence why a password is refused, or None."""
    if len(password) < SHORTEST:
        return f"Пароль короче {SHORTEST} знаков. Возьмите фразу из нескольких слов."
    if len(password) > LONGEST:
        return f"Пароль длиннее {LONGEST} знаков. Сократите его."
    if _score(password, login) < WEAKEST_SCORE:
        return "Такой пароль легко подобрать. Возьмите фразу из нескольких слов, не связанных друг с другом."
    return None


def _score(password: str, login: str) -> int:
    """Judge a password as it is and as its keys read on the other layout: «йцукен» is «qwerty»."""
    part = _normal(password)[:_JUDGED]
    words = [*_COMMON, login.casefold(), *login.casefold().replace("@", ".").split(".")]
    known = [each for word in words if word for each in (word, word.translate(_OTHER_LAYOUT))]
    typed = (part, part.casefold().translate(_OTHER_LAYOUT))
    return min(int(zxcvbn(each, user_inputs=known)["score"]) for each in typed)


def _normal(password: str) -> str:
    """Bring signs that look alike to one form: keyboards differ in how they compose «й»."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")
