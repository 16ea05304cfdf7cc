"""A finger scrolls the page and the matrix also where it starts on the figure, and a tap still opens a cell."""

import re

import pytest

from tests.browser.conftest import enter

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "ru-RU"}
LEFT = "document.querySelector('.st-key-matrix').scrollLeft"
TOP = "document.querySelector('[data-testid=stMain]').scrollTop"


@pytest.fixture
def phone(server, browser):
    context = browser.new_context(**PHONE)
    enter(context, server)
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector(".st-key-matrix-plot .nsewdrag", state="attached")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.evaluate("document.querySelector('.st-key-matrix').scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)
    yield page
    context.close()


def swipe(page, start, by):
    """Move a finger over the page in ten steps."""
    send = page.context.new_cdp_session(page).send
    points = [{"x": start[0] + by[0] * i / 10, "y": start[1] + by[1] * i / 10} for i in range(11)]
    send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        page.wait_for_timeout(20)
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(500)


def test_a_finger_scrolls_where_it_starts_on_the_matrix(phone):
    left, top = phone.evaluate(LEFT), phone.evaluate(TOP)
    swipe(phone, (300, 300), (100, 0))
    assert phone.evaluate(LEFT) < left
    swipe(phone, (300, 400), (0, -150))
    assert phone.evaluate(TOP) > top


def test_a_tap_opens_the_story_of_a_cell(phone):
    phone.touchscreen.tap(200, 300)
    phone.wait_for_url(re.compile("cell="))


def test_a_tap_brings_the_story_into_view(phone):
    foot = "document.querySelector('.st-key-home-story').getBoundingClientRect().bottom - innerHeight"
    head = "document.querySelector('.st-key-home-story').getBoundingClientRect().top"
    assert phone.evaluate(foot) > 0
    phone.touchscreen.tap(200, 300)
    phone.wait_for_url(re.compile("cell="))
    for _ in range(50):
        if phone.evaluate(head) <= 1 or phone.evaluate(foot) <= 1:
            return
        phone.wait_for_timeout(100)
    pytest.fail(f"the story begins at {phone.evaluate(head)} and ends {phone.evaluate(foot)} below the screen")
