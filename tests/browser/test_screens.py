"""What every screen owes in a real browser: nothing outside, English, broken, cut off or jumping, and a whole print."""

import re
import subprocess

import pytest

from pages.shared.address import HOME, SCREENS
from tests.browser.conftest import watching

PATHS = {screen: "/" if screen == HOME else f"/{screen}" for screen in SCREENS}
LOOKS = {
    "desk": ("dark", 1440, 900),
    "wall": ("light", 1920, 1080),
    "tablet": ("dark", 768, 1024),
    "phone": ("light", 390, 844),
}

SIZES = {look: (width, height) for look, (_, width, height) in LOOKS.items()}

BOUND = 0.1
"""The layout shift that a reader does not mind, by the measure of the browsers themselves."""

WATCH_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((e) => [e.startTime, e.value])))
    .observe({ type: "layout-shift", buffered: true });
"""

BOX = (
    "(s) => { const r = document.querySelector(s).getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; }"
)

TITLES = "[...document.querySelectorAll('.mcu-header h1, .mcu-panel-title h2, .mcu-data th')].map((e) => e.innerText)"
PLACES = re.compile(r'<page width="(?P<width>[\d.]+)"|<word xMin="(?P<left>[\d.-]+)" .*? xMax="(?P<right>[\d.]+)"')

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


def letters(text):
    """Drop what a line break of a sheet changes."""
    return re.sub(r"[\s\u00ad]", "", text)


def worst(shifts):
    """Give the largest sum of one burst: shifts less than a second apart, five seconds at most."""
    bursts = []
    for at, value in shifts:
        if not bursts or at - bursts[-1][1] > 1_000 or at - bursts[-1][0] > 5_000:
            bursts.append([at, at, 0.0])
        bursts[-1][1] = at
        bursts[-1][2] += value
    return max((total for _, _, total in bursts), default=0.0)


def test_bursts_are_summed_as_browsers_do():
    assert worst([]) == 0
    assert worst([(0, 0.25), (900, 0.25), (2_000, 0.125)]) == 0.5
    assert worst([(at, 0.125) for at in range(0, 7_000, 1_000)]) == 0.75


@pytest.fixture(scope="module", params=[(screen, look) for screen in SCREENS for look in LOOKS], ids="-".join)
def arrived(request, browser, server):
    """Open a screen once for all that is asked of it: every window, each theme at two of them."""
    screen, look = request.param
    scheme, *size = LOOKS[look]
    with watching(browser) as watch:
        watched = watch(server, scheme, *size)
        watched.page.add_init_script(WATCH_SHIFTS)
        watched.open(PATHS[screen])
        skeleton = '[data-testid="stMainBlockContainer"] [data-testid="stSkeleton"]'
        watched.page.wait_for_selector(skeleton, state="detached")
        watched.settle()
        yield watched


def looked_at(*looks):
    """Ask this of some windows only."""
    pairs = [(screen, look) for screen in SCREENS for look in looks]
    return pytest.mark.parametrize("arrived", pairs, ids="-".join, indirect=True, scope="module")


def test_screen_is_whole(arrived):
    page = arrived.page
    assert page.get_attribute("html", "lang") == "ru"
    assert page.locator('[data-testid="stAlert"], [data-testid="stException"]').count() == 0
    assert english(arrived) == []
    assert arrived.outside == []
    assert arrived.complaints == []


def test_screen_is_not_wider_than_its_window(arrived):
    over = arrived.page.evaluate(
        """(width) => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
             .map((e) => e.scrollWidth).filter((w) => w > width)""",
        arrived.page.viewport_size["width"],
    )
    assert over == []


def test_nothing_jumps_while_a_screen_arrives(arrived):
    assert worst(arrived.page.evaluate("window.shifts")) <= BOUND


@looked_at("desk", "wall")
def test_a_screen_prints_whole(arrived, tmp_path):
    """Its title, days and panels stand on the sheets, and nothing that only a screen needs."""
    page = arrived.page
    titles = page.evaluate(TITLES)
    page.pdf(path=tmp_path / "screen.pdf", prefer_css_page_size=True, print_background=True)
    command = ["pdftotext", "-bbox", tmp_path / "screen.pdf", "-"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words = letters(re.sub(r"<[^>]*>", "", found).replace("&quot;", '"').replace("&amp;", "&"))
    assert [title for title in titles if letters(title) not in words] == []
    assert "данныепо" in words
    assert "Скачать" not in words.replace("Картуналистедаёт«Скачать…»", "")
    assert "Фильтры" not in words
    width = 0.0
    for place in PLACES.finditer(found):
        width = float(place["width"] or width)
        assert place["left"] is None or (float(place["left"]) >= 0 and float(place["right"]) <= width)


@looked_at("tablet")
def test_the_icon_of_the_menu_stands_clear_of_the_title(arrived):
    """Where the menu folds, down to the width of a phone."""
    page, (width, height) = arrived.page, LOOKS["tablet"][1:]
    for narrow in (width, 700, 641):
        page.set_viewport_size({"width": narrow, "height": height})
        arrived.settle()
        icon, title = (page.evaluate(BOX, s) for s in ('[data-testid="stExpandSidebarButton"]', ".mcu-header h1"))
        assert icon[3] <= title[1] or icon[2] <= title[0]


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
