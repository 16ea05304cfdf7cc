"""Files as a socket orders them: the dialog «Скачать…» and the forms of «Отчёты», pressed without a browser."""

import re
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from streamlit.proto.WidgetStates_pb2 import WidgetState

from loaders.access.roles import Right
from pages.reports.catalogue import REPORTS
from pages.shared.address import HOME
from pages.shared.take import TAKEN
from tests.access import canaries
from tests.access.canaries import PEOPLE
from tests.access.serving import Serving
from tests.raw_reader import PATIENCE, Answer, RawReader, text_state

Query = Mapping[str, str | Sequence[str]]

_HREF: Final = re.compile(r"/api/download/[A-Za-z0-9_-]+")

ALWAYS: Final = "2020-01-01..2035-01-01"

_ASKED: Final[tuple[tuple[str, Query], ...]] = (
    *(("" if screen == HOME else screen, {"period": ALWAYS}) for screen in sorted(TAKEN)),
    *(("reports", {"report": key, "period": ALWAYS}) for key in REPORTS),
)
"""Every screen that is laid out as a file, and every report."""


@dataclass
class Taking:
    """Hold one screen of one reader, with the button «Скачать…» pressed where there is one."""

    reader: RawReader
    screen: str
    query: Query
    forms: Answer | None = None

    @classmethod
    def of(cls, reader: RawReader, screen: str, query: Query) -> "Taking":
        """Open a screen and press its button; «Отчёты» has its forms on the screen itself."""
        opened = reader.open(screen, query)
        if found := _named(opened, "take-open"):
            opened = reader.open(screen, query, [WidgetState(id=found, trigger_value=True)])
        return cls(reader, screen, query, opened if _named(opened, "take-xlsx") else None)

    @property
    def parts(self) -> list[str]:
        """List the titles of the parts that the dialog offers, the whole screen left out."""
        assert self.forms is not None
        shown = [element.selectbox for element in _elements(self.forms) if element.WhichOneof("type") == "selectbox"]
        return next((list(each.options)[1:] for each in shown if each.id.endswith("take-part")), [])

    def part(self, title: str) -> list[str]:
        """Choose a part; give a ticket per format, in the order of the dialog: the last one is CSV."""
        return _HREF.findall(self._press(text_state(_named(self.forms, "take-part"), title)).text)

    def whole(self) -> str:
        """Order the whole as XLSX and wait for its ticket."""
        answer = self._press(WidgetState(id=_named(self.forms, "take-xlsx"), trigger_value=True))
        ends = time.monotonic() + PATIENCE
        while not (found := _HREF.search(answer.text)):
            assert time.monotonic() < ends, answer.text[-2_000:]
            answer = self._press()
        return found[0]

    def _press(self, *states: WidgetState) -> Answer:
        assert self.forms is not None
        within = {
            message.delta.fragment_id
            for message in self.forms.messages
            if message.WhichOneof("type") == "delta" and "take-xlsx" in str(message.delta)
        }
        return self.reader.open(self.screen, self.query, states, fragment=max(within))


def check(city: Serving, login: str) -> None:
    """Let somebody take every screen and every report away; fails at the first word of somebody else's in a file."""
    person, visitor = PEOPLE[login], city.visitor(login, canaries.PASSWORD)
    told, files = frozenset[str](), 0
    for screen, query in _ASKED:
        with city.reader(visitor) as reader:
            dialog = Taking.of(reader, screen, query)
            if not dialog.forms:
                continue
            assert Right.EXPORT in person.rights, screen
            file = visitor.ask("GET", dialog.whole())
        assert file.status == 200, (screen, query, file.text)
        found = canaries.canaries(inside(file.body) + repr(file.headers).encode())
        assert not found - canaries.own(person), (screen, query)
        told, files = told | found, files + 1
    assert (files > len(TAKEN)) == (Right.EXPORT in person.rights)
    assert bool(told) == (files > 0)


def _elements(answer: Answer) -> list:
    return [
        message.delta.new_element
        for message in answer.messages
        if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element"
    ]


def _named(answer: Answer | None, key: str) -> str:
    """Give the id of the widget with a key, empty when there is none."""
    found = () if answer is None else answer.widgets()
    return next((widget for _, widget in found if widget.endswith(f"-{key}")), "")


def inside(body: bytes) -> bytes:
    """Give everything a file holds, unpacked where it is packed."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(BytesIO(body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())
