"""Words from files and people are data, not markup. One place makes them safe for each surface that shows them."""

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

LONGEST_LABEL: Final = 60
"""Characters of a label on an axis or in a row; the whole text stands in the tooltip."""

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@])")
_LINKING: Final = re.compile(r"[:@]|www(?=\\?\.)", re.IGNORECASE)
_BLANKS: Final = re.compile(r"\s+")
_NO_BREAK: Final = "\u00a0"
_ZERO_WIDTH_SPACE: Final = "\u200b"

_REMEMBERED: Final = 2_000
"""Longer texts are cleaned anew each time, so that memory stays small whatever a file holds."""


def plain(value: object) -> str:
    """Drop control, direction and private characters and stacked marks, and fold blanks to single spaces.

    A no-break space that stands alone stays: it holds «1 021» and «5 дн.» together.
    """
    text = str(value)
    return _plain(text) if len(text) <= _REMEMBERED else _cleaned(text)


def _cleaned(text: str) -> str:
    composed = unicodedata.normalize("NFC", _folded(text))
    kept = [c for c in composed if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Mn"}]
    return _folded("".join(kept)).strip()


def _folded(text: str) -> str:
    return _BLANKS.sub(lambda found: found[0] if found[0] == _NO_BREAK else " ", text)


_plain: Final = lru_cache(maxsize=8192)(_cleaned)
"""The same few thousand words of a city stand on every screen; each is looked through once."""


def cut(value: object, longest: int = LONGEST_LABEL) -> str:
    """Shorten to `longest` characters with an ellipsis."""
    text = plain(value)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def markdown(value: object, longest: int = 300) -> str:
    """Make a value literal inside Streamlit's Markdown: no link, image, colour, emoji code or formula.

    Escapes alone do not stop emoji codes and bare links, which are found in the finished text: a zero-width space
    breaks those.
    """
    escaped = _MARKDOWN.sub(r"\\\1", cut(value, longest))
    return _LINKING.sub(rf"\g<0>{_ZERO_WIDTH_SPACE}", escaped)


def html_text(value: object, longest: int = 300) -> str:
    """Make a value literal inside HTML text and quoted attributes."""
    return html.escape(cut(value, longest), quote=True)


def href(address: str) -> str:
    """Make an address of ours literal inside an attribute, whole: one that is cut leads elsewhere."""
    return html.escape(address)


def href_to(address: str) -> str:
    """Write the attribute of a link; without an address there is none, and the link is plain words for keys too.

    >>> href_to("/registry?period=year&page=2")
    ' href="/registry?period=year&amp;page=2"'
    >>> href_to("")
    ''
    """
    return f' href="{href(address)}"' if address else ""


def label(value: object, longest: int = LONGEST_LABEL) -> str:
    """Make a value literal in Plotly text, tick and hover labels: no tags, entities, templates or formulas.

    Plotly reads `$…$` as a formula only when the text starts and ends so, and `%{…}` inside hover templates; a
    zero-width space breaks both without a visible trace.
    """
    escaped = html.escape(cut(value, longest), quote=False)
    return escaped.replace("%{", f"%{_ZERO_WIDTH_SPACE}{{").replace("$", f"${_ZERO_WIDTH_SPACE}")


def how_counted(method: str) -> str:
    """Fold names of methods and their authors under «Как посчитано»: who decides by a number needs the number first.

    >>> how_counted("Куллдорф, 2005")
    '<details class="mcu-how"><summary>Как посчитано</summary><p>Куллдорф, 2005</p></details>'
    """
    return f'<details class="mcu-how"><summary>Как посчитано</summary><p>{html_text(method, 1_000)}</p></details>'
