"""What every screen owes in a real browser: nothing outside, nothing English, nothing broken, nothing cut off."""

import re

import pytest

from pages.shared.address import HOME, SCREENS

PATHS = {screen: "/" if screen == HOME else f"/{screen}" for screen in SCREENS}
SIZES = {"desk": (1440, 900), "wall": (1920, 1080), "phone": (390, 844)}

VISIBLE_WORDS = """() => {
  const hidden = (e) => !e || e.closest('script, style, noscript, [translate="no"]') || !e.checkVisibility();
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!hidden(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
  for (const e of document.querySelectorAll('*')) {
    if (e.closest('script, style, noscript')) continue;
    for (const name of ['aria-label', 'aria-description', 'aria-roledescription', 'title', 'placeholder', 'alt'])
      if (e.hasAttribute(name)) found.push(e.getAttribute(name));
  }
  return [document.title, ...found].filter((text) => /[A-Za-z]/.test(text));
}"""

NOT_ENGLISH = re.compile(
    r"""
      \b(CSV|TSV|TXT|XLSX?|XLSM|JSON|NDJSON|JSONL|XML|BOM|PDF|PPTX|DOCX|PNG)\b   # formats have no Russian names
    | \b[a-z]*\.(toml|csv|xlsx|json|pdf|pptx|docx|svg|png)\b | python\s-m\sloaders(\s\w+)?  # what a person types
    | \b(Enter|Escape)\b | демо-\w+ | \b[A-ZА-Я]{1,3}-\d+ | \bn\s=
    | \bOpenStreetMap,\sODbL\b | \bGeoJSON\b | \bSVG\b  # the attribution that the licence asks for; formats
    | \bOpen311\b | \bGeoReport\b | \bv2\b | \b(Boston|NYC)\s311\b
    """,
    re.VERBOSE,
)


def english(watched):
    """List the visible texts and the words for screen readers that hold a Latin word."""
    texts = watched.page.evaluate(VISIBLE_WORDS)
    return [text for text in texts if re.search(r"[A-Za-z]{2,}", NOT_ENGLISH.sub("", text))]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_screen_is_whole(server, watch, screen, scheme):
    watched = watch(server, scheme)
    page = watched.open(PATHS[screen])
    assert page.get_attribute("html", "lang") == "ru"
    assert page.locator('[data-testid="stAlert"], [data-testid="stException"]').count() == 0
    assert english(watched) == []
    assert watched.outside == []
    assert watched.complaints == []


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("size", SIZES)
def test_screen_is_not_wider_than_its_window(server, watch, screen, size):
    watched = watch(server, "dark", *SIZES[size])
    page = watched.open(PATHS[screen])
    width = SIZES[size][0]
    over = page.evaluate(
        """(width) => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
             .map((e) => e.scrollWidth).filter((w) => w > width)""",
        width,
    )
    assert over == []


@pytest.mark.parametrize(("scheme", "ground"), [("dark", "rgb(10, 17, 29)"), ("light", "rgb(244, 246, 250)")])
def test_theme_follows_the_system(server, watch, scheme, ground):
    page = watch(server, scheme).open("/registry")
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == ground
    panel = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--mcu-background')")
    assert ground == "rgb({}, {}, {})".format(*(int(panel.strip()[i : i + 2], 16) for i in (1, 3, 5)))


def test_font_is_our_own(server, watch):
    page = watch(server).open("/registry")
    assert page.evaluate("document.fonts.check('14px \"PT Sans\"', 'Реестр')")
    assert "PT Sans" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")


def test_first_load_fits_into_four_megabytes(server, watch):
    watched = watch(server)
    protocol = watched.page.context.new_cdp_session(watched.page)
    protocol.send("Network.enable")
    sizes = []
    protocol.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    watched.open("/")
    assert 500_000 < sum(sizes) <= 4_000_000


def test_list_of_choices_and_calendar_are_russian(server, watch):
    watched = watch(server)
    page = watched.open("/registry?period=2026-01-05..2026-01-11")
    page.get_by_role("combobox", name="Блоки").click()
    page.wait_for_selector("[role=option]")
    assert english(watched) == []
    page.keyboard.press("Escape")
    page.locator('[data-testid="stDateInput"] button').first.click()
    page.wait_for_timeout(500)
    assert english(watched) == []
