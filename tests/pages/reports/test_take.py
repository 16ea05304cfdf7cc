"""«Скачать…» on the screens: who sees it, what the dialog offers, how an order ends."""

import re

import pytest

from loaders.access.roles import Role
from pages.gate import downloads, jobs
from pages.paper import painter
from tests.pages.reports.test_reports import words


def opened(app, part=None):
    """Open the menu; a test runs a script whole, so a choice in a dialog has to stand before it opens."""
    if part:
        app.session_state["take-part"] = part
    next(button for button in app.button if button.label == "Скачать…").click().run()
    assert not app.exception
    return app


def test_the_button_is_there_for_those_who_may(screen):
    for role, may in ((Role.CURATOR, True), (Role.ADMINISTRATOR, True), (Role.GUEST, False), (Role.BLOCK_HEAD, False)):
        assert ("Скачать…" in [button.label for button in screen(role=role).button]) is may


@pytest.mark.parametrize(
    ("folder", "asked"),
    [
        ("", {"period": "2019-01-01..2019-01-31"}),
        ("", {"block": "roads", "department": "Управление образования"}),
        ("registry", {"number": "нет такого"}),
        ("registry", {"state": "overdue", "topic": "нет такой темы"}),
        ("rating", {"department": "Управление образования"}),
    ],
)
def test_an_empty_screen_offers_no_file(screen, folder, asked):
    assert "Скачать…" in [button.label for button in screen(folder, period="all").button]
    app = screen(folder, **{"period": "all"} | asked)
    assert not app.exception
    assert not any("не учтено" in caption.value for caption in app.caption)
    assert "Скачать…" not in [button.label for button in app.button]


def test_a_part_is_offered_in_every_format_of_one_menu(screen):
    app = opened(screen("deadlines"), "bodies")
    titles = app.selectbox(key="take-part").options
    assert titles[0] == "Весь экран, частей: 12"
    assert {"В срок: держатся ли даты", "Подразделения", "Нормы"} <= set(titles)
    links = re.findall(r'href="/api/download/([^"]+)" download>(\w+)<', words(app))
    assert [form for _, form in links] == ["PNG", "SVG", "PDF", "XLSX", "CSV"]
    ticket = downloads.tickets._kept[links[-1][0]]
    made = ticket.make(downloads.Scope.whole_city("novoshakhtinsk-demo"))
    assert made.body.startswith(b"\xef\xbb\xbf")
    assert made.name.startswith("Подразделения 16.11.2026-22.11.2026 ")
    assert set(made.detail) == {"format", "file", "numbers", "recipe", "definitions", "events"}


def test_without_a_browser_the_menu_says_what_is_missing(screen, monkeypatch):
    monkeypatch.setattr(painter, "is_possible", lambda: False)
    app = opened(screen("deadlines"))
    assert [app.button(key=f"take-{form}").disabled for form in ("pdf", "pptx", "docx", "xlsx")] == [
        True,
        True,
        True,
        False,
    ]
    assert "Для рисунков нужен Chromium" in words(app)
    app = opened(screen("deadlines"), "bodies")
    assert re.findall(r"download>(\w+)<", words(app)) == ["XLSX", "CSV"]


@pytest.mark.parametrize("folder", ["", "rating", "problems", "map", "registry", "quality"])
def test_every_screen_opens_its_menu(screen, folder):
    app = opened(screen(folder, period="four_weeks"))
    assert app.selectbox(key="take-part").options
    assert not app.error


def test_a_finished_file_is_offered_once_and_not_after_rights_changed(screen):
    app = screen("reports", report="svodka", period="2026-10-01..2026-10-31")
    app.button(key="take-xlsx").click().run()
    while "Готово" not in words(app):
        assert not app.exception
        app.run()
    link = r'href="(/api/download/[^"]+)" download>Скачать XLSX<'
    (offered,) = re.findall(link, words(app))
    app.run()
    assert re.findall(link, words(app)) == [offered]
    job, _ = app.session_state["take-job"]
    jobs.jobs._jobs[job].stamp = "of other rights"
    app.run()
    assert re.findall(link, words(app)) == []
    assert "Права изменились" in app.error[0].value
    del jobs.jobs._jobs[job]
    app.run()
    assert "больше не хранится" in words(app)
