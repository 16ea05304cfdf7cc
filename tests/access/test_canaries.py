"""Nobody is sent a byte that is not theirs: every role, every screen, hundreds of addresses, files, odd requests."""

import re
from collections.abc import Iterator

import pytest

from loaders.access.roles import Right
from tests.access import canaries, taking, walk
from tests.access.canaries import PEOPLE
from tests.access.serving import TRACEBACK, Serving
from tests.access.taking import Taking
from tests.raw_reader import Answer
from tests.visitor import Answer as Got
from tests.visitor import Visitor


def _bytes(answer: Got) -> bytes:
    return answer.body + repr(answer.headers).encode()


@pytest.mark.parametrize("login", PEOPLE)
def test_no_screen_sends_a_foreign_word(city: Serving, login: str) -> None:
    person = PEOPLE[login]
    # Whoever sees the whole city has little left to be shown by mistake.
    told = walk.told(city, login, walk.COMBINATIONS // (2 if person.is_whole_city else 1))
    # The walk is worth something only if it saw what there is to see.
    missing = canaries.own(person) - told
    assert {word[:4] for word in missing} <= {"zqid", "zqgr", "zqcl", "zqex", "zqfn"}, missing
    if Right.ROWS in person.rights:
        assert any(word.startswith("zqid") for word in told)


@pytest.mark.parametrize("login", PEOPLE)
def test_a_file_holds_own_rows_for_its_owner_once(city: Serving, login: str) -> None:
    person = PEOPLE[login]
    visitor, stranger = city.visitor(login, canaries.PASSWORD), city.visitor("guest", canaries.PASSWORD)
    with city.reader(visitor) as reader:
        dialog = Taking.of(reader, "registry", {"period": taking.ALWAYS, "columns": list(_COLUMNS)})
        # Nobody without the right to see rows gets as far as the button of the register.
        assert bool(dialog.forms) == {Right.ROWS, Right.EXPORT}.issubset(person.rights)
        if not dialog.forms:
            return
        assert len(dialog.parts) == 1
        href = dialog.part(dialog.parts[0])[-1]
    assert stranger.ask("GET", href).status == 404
    file = visitor.ask("GET", href)
    assert file.status == 200
    assert file.header("cache-control") == "no-store"
    rows = [each["source_id"] for each in canaries.ROWS if person.sees(each)]
    assert {word for word in canaries.canaries(file.body) if word.startswith("zqid")} == set(rows)
    assert not canaries.canaries(_bytes(file)) - canaries.own(person)
    assert visitor.ask("GET", href).status == 404


@pytest.mark.parametrize("login", PEOPLE)
def test_no_file_of_a_screen_or_a_report_holds_a_foreign_word(city: Serving, login: str) -> None:
    taking.check(city, login)


@pytest.mark.parametrize("login", PEOPLE)
def test_squares_of_the_map_hold_own_words_for_their_owner(city: Serving, login: str) -> None:
    person = PEOPLE[login]
    visitor, stranger = city.visitor(login, canaries.PASSWORD), city.visitor("guest", canaries.PASSWORD)
    told = b""
    for layer in ("cells", "areas"):
        with city.reader(visitor) as reader:
            drawn = reader.open("map", {"period": "2020-01-01..2035-01-01", "layer": layer}).raw
        found = {each.decode() for each in re.findall(rb"/api/map/[0-9a-f]{32}/[a-z]+", drawn)}
        assert any(href.endswith("/points") for href in found) == (Right.ROWS in person.rights)
        for href in found:
            answer = visitor.ask("GET", f"{href}/0/0/0")
            assert answer.status == 200
            assert stranger.ask("GET", f"{href}/0/0/0").status == 404
            told += _bytes(answer)
    assert not canaries.canaries(told) - canaries.own(person)


_COLUMNS = ("source_id", "topic", "classifier_code", "department", "territory", "channel")


def test_a_ticket_dies_with_the_right_it_was_offered_under(city: Serving) -> None:
    visitor = city.visitor("coordinator", canaries.PASSWORD)
    with city.reader(visitor) as reader:
        dialog = Taking.of(reader, "registry", {})
        href = dialog.part(dialog.parts[0])[-1]
    assert visitor.post("/sign-out", {}).status == 303
    again = city.visitor("coordinator", canaries.PASSWORD)
    assert again.ask("GET", href).status == 404


ODD_PATHS = (
    *("/", "/registry", "/registry?number=%00", "/nothing", "/Registry", "//registry", "/registry/", "/%72egistry"),
    *("/api/session", "/api/download/", "/api/download/" + "a" * 43, "/api/download/../session", "/api/health"),
    *("/api/map/" + "a" * 32 + "/cells/0/0/0", "/api/map/x/cells/0/0/0", "/api/ground/" + "a" * 32 + "/style.json"),
    *("/media/x", "/component/x/y", "/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/host-config"),
    *("/_stcore/health", "/_stcore/stream", "/_stcore/upload_file/a/b", "/_stcore/allowed-message-origins"),
    *("/app/static/x", "/static/../app.py", "/static/..%2fapp.py", "/sign-in", "/password", "/sign-in/callback?code=x"),
    *("/var/mcu.sqlite", "/.streamlit/config.toml", "/?city=boston&as=1", "/auth/login", "/oauth2callback"),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")


def _answers(visitor: Visitor) -> Iterator[tuple[str, str, Got]]:
    for path in ODD_PATHS:
        for method in METHODS:
            yield method, path, visitor.ask(method, path, html=method == "GET")


@pytest.mark.parametrize("login", ["", "roads", "guest"])
def test_no_odd_request_is_told_anything(city: Serving, login: str) -> None:
    before = city.logged.count(TRACEBACK)
    visitor = city.visitor(login, canaries.PASSWORD) if login else Visitor(city.base)
    allowed = canaries.own(PEOPLE[login]) if login else frozenset()
    for method, path, answer in _answers(visitor):
        assert answer.status < 500, (method, path)
        assert not canaries.canaries(_bytes(answer)) - allowed, (method, path)
        if not login and path != "/api/health":
            assert answer.status in {400, 401, 403, 404, 405}, (method, path, answer.status)
    assert city.logged.count(TRACEBACK) == before


def test_the_search_finds_a_word_however_it_is_written() -> None:
    word = canaries.canary("to", 7)
    answer = Answer(raw=f'…{{"x":"{word.upper()}"}}'.encode())
    assert canaries.canaries(answer.raw) == {word}
