"""One number, one list: every link to the register opens exactly as many rows as the number it stands at."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from loaders import imports, intake, register
from loaders.access.roles import Role
from loaders.city import City
from loaders.profile import Profile
from loaders.progress import silent
from loaders.store.engine import open_store
from pages.heat_map.view import COLOURS
from pages.registry.query import Asked as RegisterAsked
from pages.registry.query import register_filter
from pages.shared import listing, readers, run
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from tests.pages import people
from tests.pages.conftest import Screen, opened

BOSTON = sorted((Path(__file__).parents[3] / "shared" / "data" / "boston311").glob("*.csv"))
ROLES = (Role.ADMINISTRATOR, Role.CURATOR, Role.BLOCK_HEAD)
PERIODS = ("seven_days", "2026-03-01..2026-09-30", "all")
CELLS = {
    "months": "roads",
    "departments": "roads|МКУ «Управление городского хозяйства»",
    "statuses": "roads|in_work",
    "territories": "roads|Южный",
    "work": "МКУ «Управление городского хозяйства»|answered",
}
"""Cells of every matrix of the home screen whose stories are opened: a row, a week, words of each column."""

SCREENS = (
    ("", {}),
    *(("", {"colour": colour, "cell": "roads|2026-09-14"}) for colour in COLOURS),
    *(("", {"colour": "appeals", "view": view, "cell": cell}) for view, cell in CELLS.items()),
    *(("rating", {"who": who}) for who in ("departments", "posts", "blocks")),
    *(
        ("problems", {"units": units, "along": along})
        for units, along in (("blocks", "department"), ("topics", "topic"))
    ),
    ("", {"block": "roads", "view": "topic-weeks", "cell": "Ямы и выбоины"}),
    *((screen, {}) for screen in ("deadlines", "map", "quality", "measures")),
)
PAGES = Path(__file__).parents[2] / "pages"
_MENU = ("Реестр",)
_ANCHOR = re.compile(r'<a class="[^"]*"[^>]*?href="(/registry[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass
class Links:
    """Hold the links to the register that screens made: the number and the run of each address."""

    made: dict[str, tuple[float | None, run.Run]] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    """Lists that were counted already: one address stands on several screens."""

    def check(self, app: AppTest) -> int:
        """Compare every link that stands on a screen with its list; give how many of them carry a number."""
        assert not app.exception
        assert not app.error
        drawn = {html.unescape(href): words for href, words in _ANCHOR.findall(_words(app)) if words not in _MENU}
        for href, words in drawn.items():
            number, _ = self.made[href]
            text = re.sub(r"<[^>]+>", "", words).replace("\u00a0", "")
            said = re.fullmatch(r"(?:.*: )?(\d+)", text)
            assert said is None or number == int(said[1]) or "number=" in href, (href, words)
        numbered = {href: self.made[href] for href in drawn if self.made[href][0] is not None}
        for href, (number, shown) in numbered.items():
            if href not in self.listed:
                self.listed[href] = _listed(href, shown)
            assert self.listed[href] == number, href
        return len(numbered)


def _words(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def _listed(href: str, shown: run.Run) -> int:
    """Count the rows that the register lists at an address, as it does."""
    query = parse_qs(urlsplit(href).query)
    asked, _ = Asked.of(shown.scope, Filters.parse(query))  # a post may answer for blocks in which nothing came yet
    rule, finest = asked.city.rest_rule, asked.city.geo_resolution
    own = RegisterAsked.parse(query)
    wanted = register_filter(asked.filters, own, asked.period, asked.as_of, rule, finest=finest)
    return register.page(readers.store(), asked.scope, wanted, limit=1).total


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> Links:
    """Note every link to the register that a screen makes."""
    found, make = Links(), listing.href

    def noted(number: float | None, filters: Filters, measure: str = "", /, **own: object) -> str:
        href = make(number, filters, measure, **own)
        known = found.made.get(href, (number,))[0]
        assert known is None or number in {None, known}, href
        found.made[href] = (known if number is None else number, run.current())
        return href

    monkeypatch.setattr(listing, "href", noted)
    return found


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("role", ROLES)
def test_every_number_that_is_a_link_opens_that_many_rows(
    screen: Screen, links: Links, role: Role, period: str
) -> None:
    followed = 0
    for name, query in SCREENS:
        if name == "quality" and role is Role.BLOCK_HEAD:
            continue
        links.made.clear()
        followed += links.check(screen(name, role=role, period=period, **query))
    assert followed > 100


_LEADS = re.compile(r'<a class="mcu-link[^"]*"[^>]*?href="(/(?!registry)[^"#]*)"[^>]*>(.*?)</a>', re.DOTALL)
_COUNTED = re.compile(r"<b>(\d[\d\u00a0]*)(?:</b>| )")


@pytest.mark.parametrize("period", PERIODS)
def test_a_number_that_leads_to_another_screen_stands_there(screen: Screen, period: str) -> None:
    """Sentences lead to the story or the screen behind them, which says the same number again."""
    followed = 0
    for name in ("", "rating", "problems", "map", "deadlines"):
        for href, words in _LEADS.findall(_words(screen(name, period=period))):
            numbers = _COUNTED.findall(words)
            address = urlsplit(html.unescape(href))
            target = address.path.strip("/").replace("-", "_")
            there = _words(screen("" if target == "heat_map" else target, **parse_qs(address.query))) if numbers else ""
            assert all(re.search(rf"(?<![\d,]){number}(?![\d,])", there) for number in numbers), (href, words)
            followed += len(numbers)
    assert followed


@pytest.mark.parametrize(
    ("screen_name", "chart", "data"),
    [
        ("deadlines", "cohort-lines", ["", "3", ""]),
        ("rating", "rating-points", ["МКУ «Управление городского хозяйства»"]),
    ],
)
def test_a_pressed_point_opens_that_many_rows(
    screen: Screen, links: Links, screen_name: str, chart: str, data: list[str]
) -> None:
    app = screen(screen_name, period=PERIODS[1])
    links.made.clear()
    app.session_state[chart] = {"selection": {"points": [{"customdata": data}], "point_indices": [0]}}
    assert links.check(app.run()) > 1
    assert "Показать сроки недели" in _words(app) or "показать записи" in _words(app)


@pytest.fixture(scope="module")
def boston_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Load Boston by the road of the product."""
    url = f"sqlite:///{tmp_path_factory.mktemp('boston')}/store.sqlite"
    profile, city = Profile.load("boston311"), City.load("boston")
    with open_store(url) as store:
        imports.load(store, intake.read(BOSTON, profile, city, silent), profile, city)
    return url


@pytest.fixture
def boston(boston_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    yield from opened(boston_url, monkeypatch)


@pytest.mark.skipif(not BOSTON, reason="../shared/data is not here")
@pytest.mark.parametrize("period", ["2019-12-23..2019-12-29", "2016-01-01..2016-12-31", "all"])
def test_every_number_of_boston_that_is_a_link_opens_that_many_rows(
    boston: Callable[..., AppTest], boston_url: str, links: Links, period: str
) -> None:
    session = people.session(boston_url, Role.CURATOR, "boston", municipality="boston")
    followed = 0
    for name, query in SCREENS:
        links.made.clear()
        own = {key: value for key, value in query.items() if key not in {"cell", "block"}}  # those are the demo city's
        followed += links.check(boston(name, session=session, period=period, **own))
    assert followed > 50


def test_no_other_place_makes_a_link_to_the_register() -> None:
    made = {
        str(file.relative_to(PAGES))
        for file in PAGES.rglob("*.py")
        if re.search(r"""(url|link|target)\(\s*["']registry["']|["'(]/registry""", file.read_text("utf-8"))
    }
    assert made == {"shared/listing.py", "registry/page.py", "shared/text.py"}
