"""What a browser calls itself, in plain words: enough to tell one's own machine from a stranger's."""

from typing import Final

_BROWSERS: Final = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg/", "браузер Microsoft"),
    ("OPR/", "Опера"),
    ("Atom/", "Атом"),
    ("Firefox/", "Файрфокс"),
    ("Chrome/", "Хром"),
    ("Safari/", "Сафари"),
)
"""Marks of browsers, those that also carry the mark of another first."""

_SYSTEMS: Final = (
    ("Android", "Андроид"),
    ("iPhone", "Айфон"),
    ("iPad", "Айпад"),
    ("Windows", "Виндоус"),
    ("Mac OS X", "Мак"),
    ("Linux", "Линукс"),
)


def plain(agent: str) -> str:
    """Name browser and system of a User-Agent header.

    >>> plain("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0.0.0 YaBrowser/25.8 Safari/537.36")
    'Яндекс Браузер, Виндоус'
    >>> plain("curl/8.5.0")
    'не браузер'
    """
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or "не браузер"
