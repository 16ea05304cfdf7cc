"""What no page of ours sends: forged values of every widget, pages, fragments, sessions and messages.

Nothing foreign comes back, nothing breaks: no traceback in the log, and the server is as well as before.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages.shared.address import SCREENS
from pages.shared.notices import OUR_FAULT
from tests.access import canaries
from tests.access.canaries import PEOPLE, canary
from tests.access.serving import TRACEBACK, Serving
from tests.raw_reader import Answer, RawReader, list_state, text_state
from tests.visitor import Visitor

ATTACKERS: Final = ("roads", "media", "guest", "bounded")
"""The narrowest scopes: a part of the city, a channel, no rows, departments."""

FOREIGN: Final = ("energy", "~", canary("de", 20), canary("ch", 3), canary("id", 2_001), canary("to", 20))
TEXTS: Final = (
    *FOREIGN,
    "",
    "\x00",
    "нет такого",
    "-1",
    "null",
    "../../etc/passwd",
    "' OR 1=1 --",
    "{{7*7}}",
    "🏴" * 99,
)
LISTS: Final = (*([text, text] for text in TEXTS), [], ["energy"] * 1_000)
JSON: Final = (
    '{"selection":{"points":[{"x":"energy","customdata":["energy"]}],"point_indices":[0],"box":[],"lasso":[]}}',
    f'{{"selection":{{"points":[{{"y":"{canary("de", 20)}","customdata":["energy","{canary("de", 20)}"]}}]}}}}',
    '{"selection":{"points":[{"x":null,"customdata":[null,{},[],-1]}]}}',
    '{"selection":{}}',
    "{}",
)
FITTING: Final = len(LISTS) + 1
"""How many states each widget is tried with, of the kind that it takes."""


def _fitting(kind: str, widget: str, number: int) -> WidgetState:
    """Give a state of the kind that the widget takes, with a value that the page never offered."""
    if kind in {"multiselect", "button_group"}:
        return list_state(widget, LISTS[number % len(LISTS)])
    if kind == "plotly_chart":
        return text_state(widget, JSON[number % len(JSON)])
    if kind == "button":
        return WidgetState(id=widget, trigger_value=True)
    return text_state(widget, TEXTS[number % len(TEXTS)])


def _misfits(widget: str) -> Iterator[WidgetState]:
    """Give states that Streamlit has to stumble over: of another kind than the widget takes, or unreadable."""
    for number in (-1, 2**31, -(2**63)):
        yield WidgetState(id=widget, int_value=number)
    yield _array("int_array_value", widget, [-1, 2**40])
    yield WidgetState(id=widget, double_value=float("nan"))
    yield _array("double_array_value", widget, [1e308])
    yield WidgetState(id=widget, bool_value=True)
    yield text_state(widget, "energy")
    yield list_state(widget, ["energy"])
    for text in ("", "{", "[]", "null", '"x"', "[" * 999):
        yield WidgetState(id=widget, json_value=text)
    yield WidgetState(id=widget, json_trigger_value="{")
    yield WidgetState(id=widget, bytes_value=b"\x00\xff")
    yield WidgetState(id=widget)


def _array(kind: str, widget: str, values: list[Any]) -> WidgetState:
    state = WidgetState(id=widget)
    getattr(state, kind).data.extend(values)
    return state


class Attack:
    """Hold one attacker's socket, what may come back, and how much was tried."""

    def __init__(self, reader: RawReader, login: str) -> None:
        self.reader = reader
        self.allowed = canaries.own(PEOPLE[login])
        self.tried = 0

    def judge(self, answer: Answer, sent: bytes, tried: int = 1) -> None:
        """Look at what came back; words that were sent may be repeated."""
        self.tried += tried
        assert not canaries.canaries(answer.raw) - self.allowed - canaries.canaries(sent)


@pytest.fixture
def quiet(city: Serving) -> Iterator[None]:
    """See to it that the server logs no traceback and is well after the attack."""
    before = city.logged.count(TRACEBACK)
    yield
    assert city.logged.count(TRACEBACK) == before, city.logged[-4_000:]
    assert city.is_well()


ALL: Final = {"period": "all"}


@pytest.mark.usefixtures("quiet")
def test_forged_widgets_open_nothing(city: Serving, record_property: Callable[[str, object], None]) -> None:
    tried = 0
    for login in ATTACKERS:
        visitor = city.visitor(login, canaries.PASSWORD)
        for screen in SCREENS:
            with city.reader(visitor) as reader:
                widgets = sorted(set(reader.open(screen, ALL).widgets()))
            # Every widget has another value in each message, and other neighbours with other values beside it.
            mixed = [
                [_fitting(kind, widget, number + place) for place, (kind, widget) in enumerate(widgets)]
                for number in range(FITTING)
            ]
            tried += _forge(city, visitor, login, screen, mixed)
    record_property("attempts", tried)
    assert tried > 3_000


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("login", ATTACKERS)
def test_states_of_a_wrong_kind_open_nothing(city: Serving, login: str) -> None:
    visitor = city.visitor(login, canaries.PASSWORD)
    with city.reader(visitor) as reader:
        kinds = dict(sorted(reader.open("", ALL).widgets()))
    wrong = [[state] for widget in kinds.values() for state in _misfits(widget)]
    assert _forge(city, visitor, login, "", wrong) > 50


def _forge(city: Serving, visitor: Visitor, login: str, screen: str, messages: list[list[WidgetState]]) -> int:
    """Send forged messages and count the states in them.

    A message that Streamlit cannot read counts as one, and spoils its session, so the next one goes to another.
    """
    tried = 0
    while messages and messages[-1]:
        with city.reader(visitor) as reader:
            reader.open(screen, ALL)
            attack, is_spoilt = Attack(reader, login), False
            while messages and not is_spoilt:
                states = messages.pop()
                answer = reader.open(screen, ALL, states)
                assert not answer.is_closed, (screen, states)
                is_spoilt = answer.holds(OUR_FAULT)
                attack.judge(answer, _raw(*states), 1 if is_spoilt else len(states))
            tried += attack.tried
    return tried


@pytest.mark.usefixtures("quiet")
def test_widgets_of_others_are_nobodys(city: Serving) -> None:
    with city.reader(city.visitor("administrator", canaries.PASSWORD)) as theirs:
        found = {
            screen: sorted({widget for _, widget in theirs.open(screen, {"period": "all"}).widgets()})
            for screen in SCREENS
        }
    assert len(set(itertools.chain(*found.values()))) > 30
    with city.reader(city.visitor("roads", canaries.PASSWORD)) as reader:
        attack = Attack(reader, "roads")
        for screen, widgets in found.items():
            clicked = [WidgetState(id=widget, trigger_value=True) for widget in widgets]
            texts = [text_state(widget, "energy") for widget in widgets]
            for states in (clicked, texts, [list_state(widget, ["energy", canary("de", 20)]) for widget in widgets]):
                attack.judge(reader.open(screen, {"account": "3"}, states), _raw(*states))
    assert attack.tried == 3 * len(SCREENS)


def _raw(*states: WidgetState) -> bytes:
    return b"".join(bytes(state.SerializeToString()) for state in states)


PAGES: Final = (
    *("", "/", "registry/", "Registry", "heat_map/page", "../registry", "pages/quality/page.py", "main", "a" * 5_000),
    *("registry\x00", "quality?x", "quality#", "журнал", "%71uality", "access/../registry", "~/1", "_stcore/stream"),
)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("login", ["roads", "guest"])
def test_forged_pages_hashes_and_fragments_open_nothing(city: Serving, login: str) -> None:
    with city.reader(city.visitor("administrator", canaries.PASSWORD)) as theirs:
        theirs.open("quality")
        hashes = [page.page_script_hash for page in theirs.pages]
        stranger = theirs.session
    assert len(hashes) == len(SCREENS) + 1, "the heat map stands under an address of its own beside the bare one"
    with city.reader(city.visitor(login, canaries.PASSWORD)) as reader:
        attack = Attack(reader, login)
        reader.open("")
        for page, hashed in itertools.product(("", "registry", "access"), (*hashes, "", "0" * 32, stranger)):
            asked = BackMsg()
            asked.rerun_script.page_name, asked.rerun_script.page_script_hash = page, hashed
            attack.judge(reader.send(asked), b"")
        for page in (*PAGES, *SCREENS):
            attack.judge(reader.open(page), b"")
        for fragment in ("0" * 32, "\x00", "x" * 1_000_000, stranger, *hashes):
            asked = BackMsg()
            asked.rerun_script.fragment_id = fragment
            attack.judge(reader.poke(asked), b"")
        for query in (
            "%",
            "&&&=",
            "block=%ff%fe",
            "city=%00",
            "a=b" * 10_000,
            "block=" * 5_000,
            "as=1&as=2",
            "?",
            "#",
            "=energy",
        ):
            asked = BackMsg()
            asked.rerun_script.query_string = query
            attack.judge(reader.send(asked), query.encode())
        assert attack.tried > 75


@pytest.mark.usefixtures("quiet")
def test_a_session_of_another_cannot_be_taken_over(city: Serving) -> None:
    curator, guest = (city.visitor(login, canaries.PASSWORD) for login in ("curator", "roads"))
    with city.reader(curator) as theirs:
        theirs.open("registry", {"period": "all"})
        taken = theirs.session
        with city.reader(guest, session=taken) as reader:  # while it is open
            answer = reader.open("registry", {"period": "all"})
            assert reader.session != taken
            Attack(reader, "roads").judge(answer, b"")
    with city.reader(guest, session=taken) as reader:  # after it was left, within the time it waits
        answer = reader.open("registry", {"period": "all"})
        assert reader.session != taken
        Attack(reader, "roads").judge(answer, b"")
    with city.reader(curator, session=taken) as theirs:
        theirs.open("registry")
        assert theirs.session == taken


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("session", ["", "x", "0" * 36, "session.of-nobody", "a" * 4_000])
def test_a_made_up_session_is_a_new_one(city: Serving, session: str) -> None:
    with city.reader(city.visitor("roads", canaries.PASSWORD), session=session) as reader:
        Attack(reader, "roads").judge(reader.open("registry"), b"")
        assert reader.session
        assert reader.session != session


def _kinds(answer: Answer) -> set[str]:
    return {str(message.WhichOneof("type")) for message in answer.messages}


def _unneeded() -> Iterator[BackMsg]:
    for kind in ("clear_cache", "set_run_on_save", "load_git_info"):
        yield BackMsg(**{kind: True})
    for kind in ("debug_shutdown_runtime", "debug_disconnect_websocket"):
        yield BackMsg(**{kind: True})
    asked = BackMsg()
    asked.backend_operation_request.request_id = "1"
    yield asked
    yield BackMsg()


@pytest.mark.usefixtures("quiet")
def test_messages_that_no_screen_sends_do_nothing(city: Serving) -> None:
    with city.reader(city.visitor("guest", canaries.PASSWORD)) as reader:
        reader.open("")
        for message in _unneeded():
            answer = reader.poke(message)
            assert _kinds(answer) <= {"heartbeat_ack", "session_status_changed"}, message
        assert canaries.canaries(reader.open("").raw)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("frame", [b"\xff", b"\x00" * 10, b"\x5a\xff\xff\xff\xff\x0f", b"{}", "text", "", b"\x08\x80"])
def test_what_is_no_message_ends_the_socket_and_nothing_else(city: Serving, frame: bytes | str) -> None:
    with city.reader(city.visitor("guest", canaries.PASSWORD)) as reader:
        reader.open("")
        answer = reader.throw(frame)
        assert answer.is_closed
        assert _kinds(answer) <= {"session_status_changed"}


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("login", ["roads", "staff"])
def test_ten_megabytes_are_refused_or_cut(city: Serving, login: str) -> None:
    huge = "ё" * 5_000_000
    for attempt in ("states", "query", "page", "fragment"):
        with city.reader(city.visitor(login, canaries.PASSWORD)) as reader:
            widgets = [widget for _, widget in reader.open("registry").widgets() if "register-number" in widget]
            asked = BackMsg()
            asked.rerun_script.page_name = huge if attempt == "page" else "registry"
            asked.rerun_script.query_string = f"number={huge}" if attempt == "query" else ""
            asked.rerun_script.fragment_id = huge if attempt == "fragment" else ""
            if attempt == "states":
                asked.rerun_script.widget_states.widgets.append(text_state(widgets[0], huge))
            Attack(reader, login).judge(reader.poke(asked), b"")
    assert city.is_well()


def _spoofed() -> Iterator[dict[str, str]]:
    for name in ("x-mcu-session", "X-Mcu-Session", "x_mcu_session", "X-MCU-SESSION "):
        yield {name.strip(): "0" * 64}
    for name in (
        "X-Forwarded-For",
        "X-Forwarded-User",
        "Remote-User",
        "X-Streamlit-User",
        "X-Original-URL",
        "Forwarded",
    ):
        yield {name: "curator"}


@pytest.mark.usefixtures("quiet")
def test_headers_that_claim_to_be_somebody_change_nothing(city: Serving) -> None:
    visitor = city.visitor("roads", canaries.PASSWORD)
    number = _session_of(city, "curator")
    for headers in (*_spoofed(), {"x-mcu-session": number}, {"x_mcu_session": number}):
        cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        with RawReader(city.base, cookie, headers=headers) as reader:
            Attack(reader, "roads").judge(reader.open("registry", {"period": "all"}), b"")
        status, connection = city.shake(headers)
        connection.close()
        assert status in {401, 403}


def _session_of(city: Serving, login: str) -> str:
    from loaders.access.sessions import session_id

    return session_id(canaries.begun(city.url, city.numbers[login]))
