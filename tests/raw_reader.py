"""A reader without a browser: it speaks Streamlit's socket as a browser does, and keeps every byte it was sent.

What a screen hides but sends is a leak all the same, so leaks are looked for in these bytes and not on the screen.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlencode

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

if TYPE_CHECKING:
    from streamlit.proto.AppPage_pb2 import AppPage

PATIENCE: Final = 60.0
"""Seconds to wait for a run to end: a cold screen on a busy machine takes some."""


@dataclass
class Answer:
    """Hold what one run of the script sent: the raw bytes, and the messages they are made of."""

    raw: bytes = b""
    messages: list[ForwardMsg] = field(default_factory=list)
    is_closed: bool = False

    def holds(self, word: str) -> bool:
        """Say whether a word stands anywhere in the bytes, plainly or as JSON writes it."""
        spellings = {word, word.encode("unicode_escape").decode(), word.encode("unicode_escape").decode().upper()}
        return any(spelling.encode() in self.raw for spelling in spellings)

    def widgets(self) -> Iterator[tuple[str, str]]:
        """List every widget of the run: the kind of its element and its id."""
        for message in self.messages:
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                kind = element.WhichOneof("type") or ""
                made: Any = getattr(element, kind, None)
                if isinstance(made, Message) and getattr(made, "id", ""):
                    yield kind, str(getattr(made, "id"))  # noqa: B009 — the type of the element is not known here

    @property
    def text(self) -> str:
        """Give the bytes as text, as far as they are text."""
        return self.raw.decode("utf-8", "replace")


class RawReader:
    """Hold one socket of one signed-in person."""

    def __init__(
        self, base: str, cookie: str, *, session: str = "", headers: Mapping[str, str] | None = None, origin: str = ""
    ) -> None:
        protocols = [Subprotocol("streamlit"), Subprotocol("PLACEHOLDER_AUTH_TOKEN")]
        if session:
            protocols.append(Subprotocol(session))
        self._held = contextlib.ExitStack()
        self._socket: ClientConnection = self._held.enter_context(
            connect(
                base.replace("http", "ws", 1) + "/_stcore/stream",
                origin=origin or base,  # type: ignore[arg-type] — an address is an Origin
                additional_headers={"Cookie": cookie, **(headers or {})},
                subprotocols=protocols,
                max_size=None,
                open_timeout=PATIENCE,
            )
        )
        self.session = ""
        """Id of Streamlit's own session, as the server told it."""
        self.pages: list[AppPage] = []
        """Pages that the server last told of, with their hashes."""

    def __enter__(self) -> Self:
        """Give the reader."""
        return self

    def __exit__(self, *_failure: object) -> None:
        """Close the socket."""
        with contextlib.suppress(ConnectionClosed):
            self._held.close()

    def open(
        self,
        screen: str = "",
        parameters: Mapping[str, str | Sequence[str]] | None = None,
        states: Sequence[WidgetState] = (),
        *,
        fragment: str = "",
    ) -> Answer:
        """Run the script for a screen with parameters in its address and states of widgets, true or forged."""
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(parameters or {}, doseq=True)
        asked.rerun_script.page_name = screen
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.widget_states.widgets.extend(states)
        asked.rerun_script.context_info.timezone = "Europe/Moscow"
        asked.rerun_script.context_info.locale = "ru-RU"
        return self.send(asked)

    def send(self, message: BackMsg) -> Answer:
        """Send one message and take everything that comes until the run has ended or the socket is closed."""
        answer = Answer()
        try:
            self._socket.send(message.SerializeToString())
            self._take(answer)
        except (ConnectionClosed, TimeoutError):
            answer.is_closed = True
        return answer

    def poke(self, message: BackMsg) -> Answer:
        """Send a message that may be answered by nothing, then a heartbeat; take everything up to its echo."""
        answer = Answer()
        try:
            self._socket.send(message.SerializeToString())
            self._socket.send(BackMsg(app_heartbeat=True).SerializeToString())
            while self._next(answer).WhichOneof("type") != "heartbeat_ack":
                pass
        except (ConnectionClosed, TimeoutError):
            answer.is_closed = True
        return answer

    def throw(self, frame: bytes | str) -> Answer:
        """Send something that is no message, and take everything until the socket is closed."""
        answer = Answer()
        try:
            self._socket.send(frame)
            while True:
                self._next(answer)
        except ConnectionClosed:
            answer.is_closed = True
        return answer

    def _next(self, answer: Answer) -> ForwardMsg:
        raw = self._socket.recv(timeout=PATIENCE)
        answer.raw += raw if isinstance(raw, bytes) else raw.encode()
        message = ForwardMsg()
        message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        answer.messages.append(message)
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        if message.WhichOneof("type") == "navigation":
            self.pages = list(message.navigation.app_pages)
        return message

    def _take(self, answer: Answer) -> None:
        while True:
            message = self._next(answer)
            kind = message.WhichOneof("type")
            if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return


def text_state(widget: str, value: str) -> WidgetState:
    """Make the state of a widget that holds a text."""
    return WidgetState(id=widget, string_value=value)


def list_state(widget: str, values: Sequence[str]) -> WidgetState:
    """Make the state of a widget that holds several texts."""
    state = WidgetState(id=widget)
    state.string_array_value.data.extend(values)
    return state
