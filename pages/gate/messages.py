"""Which messages an open page may send: those that our screens need, of all that Streamlit would understand.

Streamlit takes more from anybody with a socket: emptying the caches of every reader, naming the files of the repository
the server runs from, writing a traceback into the log for every frame that cannot be read.
"""

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

if TYPE_CHECKING:
    from starlette.types import Message


class Verdict(Enum):
    """Say what becomes of a message."""

    SPOKEN = auto()  # something the reader did
    TAKEN = auto()  # what the page says by itself: it keeps no session from going idle
    DROPPED = auto()  # well formed, but nothing of ours: the socket stays
    BROKEN = auto()  # no message at all: the socket closes


BROKEN: Final = 1002
"""Code of the close frame after something that is no message."""

_DEEDS: Final = frozenset({"rerun_script", "stop_script", "file_urls_request"})
_BY_ITSELF: Final = "app_heartbeat"


def judge(message: "Message") -> Verdict:
    """Judge what came from the reader's end of a socket; connection events pass."""
    if message["type"] != "websocket.receive":
        return Verdict.TAKEN
    data = message.get("bytes")
    if data is None:
        return Verdict.BROKEN
    try:
        told = BackMsg.FromString(data)
    except DecodeError:
        return Verdict.BROKEN
    kind = told.WhichOneof("type")
    if kind == _BY_ITSELF or told.rerun_script.is_auto_rerun:
        return Verdict.TAKEN
    return Verdict.SPOKEN if kind in _DEEDS else Verdict.DROPPED
