"""A copied link holds the screen as it is: with a period that moves on, or with these very days."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from loaders.access.roles import Role


def _links(app) -> list[tuple[str, str, dict[str, list[str]]]]:
    """List what is offered: words, path, parameters."""
    drawn = " ".join(element.proto.body for element in app.get("html"))
    found = re.findall(r'<div class="mcu-copied"><p>(.*?)</p><code tabindex="0">(.*?)</code>', drawn)
    split = [(title, urlsplit(html.unescape(link))) for title, link in found]
    return [(title, link.path, parse_qs(link.query)) for title, link in split]


def test_a_preset_moves_on_and_its_days_stay(screen):
    app = screen(period="last_week", block=["roads", "energy"], view="statuses", limits="appeals:5,10")
    same = {
        "block": ["roads", "energy"],
        "view": ["statuses"],
        "limits": ["appeals:5,10"],
        "city": ["novoshakhtinsk-demo"],
    }
    moving, fixed = _links(app)
    assert moving == ("Период сдвигается вместе с данными: «Прошлая неделя»", "/", same | {"period": ["last_week"]})
    assert fixed[1] == "/"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d", fixed[2].pop("period")[0])
    assert fixed[2] == same


def test_own_days_have_one_link(screen):
    (link,) = _links(screen("registry", period="2026-10-01..2026-10-31", state="overdue", **{"as": "5"}))
    assert link == (
        "Именно эти дни: 01.10 – 31.10.2026",
        "/registry",
        {"period": ["2026-10-01..2026-10-31"], "state": ["overdue"], "city": ["novoshakhtinsk-demo"]},
    )


def test_the_period_at_the_start_is_named_too(screen):
    moving, _ = _links(screen("deadlines", role=Role.GUEST))
    assert moving[1:] == ("/deadlines", {"period": ["seven_days"], "city": ["novoshakhtinsk-demo"]})


@pytest.mark.parametrize("folder", ["access", "journal", "intake"])
def test_screens_without_filters_have_no_link_to_copy(screen, folder):
    assert _links(screen(folder)) == []
