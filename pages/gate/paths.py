"""Which addresses exist: a closed list, asked before any router, because a path that is read twice is read two ways."""

import re
from enum import Enum, auto
from typing import Final


class Door(Enum):
    """Name what a request asks for, as the gate treats it."""

    CLOSED = auto()  # nobody's: 404
    OPEN = auto()  # answers without a session: health, sign-in
    OWN = auto()  # our own routes behind a session
    SCREEN = auto()  # the document, at the address of a screen
    BUNDLE = auto()  # files that never change while the process lives
    STREAMLIT = auto()  # what Streamlit's page asks at its start
    UPLOAD = auto()  # files into the server's memory
    SOCKET = auto()  # the stream of the script


_READ: Final = frozenset({"GET", "HEAD"})
LONGEST_LINK: Final = 4_000
"""Signs of a deep link that a form of sign-in carries."""

LONGEST_ADDRESS: Final = 16_000
"""Signs of an address that a redirect leads to."""

TOO_LONG: Final = (
    "Эта ссылка слишком длинная, чтобы сохранить её на время входа: после входа откроется главный экран. Откройте "
    "ссылку ещё раз, когда войдёте."
)
_SCREEN: Final = r"/([a-z][a-z0-9-]{0,63})?"
_FILE: Final = r"[A-Za-z0-9_~@+-][A-Za-z0-9_.~@+-]*"

_SQUARE: Final = r"/api/map/[0-9a-f]{32}/[a-z]{1,16}/[0-9]{1,2}/[0-9]{1,7}/[0-9]{1,7}"
_GROUND: Final = rf"/api/ground/[0-9a-f]{{32}}/({_FILE}/){{0,6}}{_FILE}"

_DOORS: Final[tuple[tuple[frozenset[str], re.Pattern[str], Door], ...]] = (
    (frozenset({"GET"}), re.compile(r"/api/health"), Door.OPEN),
    (frozenset({"POST"}), re.compile(r"/sign-in|/sign-in/demo|/sign-in/provider"), Door.OPEN),
    (frozenset({"GET"}), re.compile(r"/sign-in/callback"), Door.OPEN),
    (
        frozenset({"GET"}),
        re.compile(r"/sign-in|/password|/api/session|/api/download/[A-Za-z0-9_-]{16,64}|" + f"{_SQUARE}|{_GROUND}"),
        Door.OWN,
    ),
    (frozenset({"POST"}), re.compile(r"/sign-out|/password"), Door.OWN),
    (_READ, re.compile(rf"/(assets|static)/({_FILE}/){{0,4}}{_FILE}|/favicon\.png"), Door.BUNDLE),
    (_READ, re.compile(_SCREEN), Door.SCREEN),
    (_READ | {"OPTIONS"}, re.compile(r"/_stcore/(health|host-config)"), Door.STREAMLIT),
    (
        frozenset({"PUT", "DELETE", "OPTIONS"}),
        re.compile(r"/_stcore/upload_file/[A-Za-z0-9-]{1,64}/[A-Za-z0-9_-]{1,64}"),
        Door.UPLOAD,
    ),
    (frozenset({"SOCKET"}), re.compile(r"/_stcore/stream"), Door.SOCKET),
)


def door(method: str, path: str, raw_path: bytes) -> Door:
    """Find what a method and a path ask for; whatever is written in an unusual way is closed.

    A path whose bytes differ from its decoded form was escaped: no address of ours needs that.
    """
    if path.encode("utf-8", "surrogateescape") != raw_path.split(b"?", 1)[0]:
        return Door.CLOSED
    return next((found for methods, form, found in _DOORS if method in methods and form.fullmatch(path)), Door.CLOSED)


def safe_link(text: str, longest: int = LONGEST_LINK) -> str:
    """Give a deep link that stays on this site: a screen's path with its query; else the home screen."""
    path, _, query = text.partition("?")
    is_ours = re.fullmatch(_SCREEN, path) and path not in {"/sign-in", "/sign-out", "/password"}
    if not is_ours or len(text) > longest or not re.fullmatch(r"[!#-;=?-\[\]-~]*", query):
        return "/"
    return f"{path}?{query}" if query else path
