import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared import text

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![](http://example.org/x.png)",
    "[link](javascript:alert(1))",
    ":red[alarm] :smile: :material/home:",
    "$x^2$ `code` **bold** ~~gone~~",
    "http://example.org www.example.org me@example.org",
    "%{y} <br> <b>x</b> &lt;",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_has_no_tag_and_no_open_quote(payload):
    assert not set("<>\"'") & set(text.html_text(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_labels_have_no_tag_template_or_formula(payload):
    shown = text.label(payload)
    assert "<" not in shown
    assert "%{" not in shown
    assert not (shown.startswith("$") and shown.endswith("$"))


def test_markdown_breaks_what_streamlit_would_read():
    assert text.markdown(":red[x]") == "\\:\u200bred\\[x\\]"
    assert "www\u200b" in text.markdown("www.example.org")
    assert text.markdown("me@x") == "me\\@\u200bx"


@given(st.text())
def test_plain_text_is_one_line_without_controls(value):
    shown = text.plain(value)
    assert not re.search(r"[^\S \u00a0]|\s{2}|^\s|\s$", shown)
    assert not any(ord(c) < 32 for c in shown)


@pytest.mark.parametrize(("value", "shown"), [("й" * 61, "й" * 59 + "…"), ("й" * 60, "й" * 60), ("ё\u202eлка", "ёлка")])
def test_cut(value, shown):
    assert text.cut(value) == shown


def test_numbers_stay_in_one_piece():
    assert text.plain("69 из 1\u00a0021,  \u00a0это") == "69 из 1\u00a0021, это"
    assert text.plain("а\u200b \u00a0\u200b б\u00a0") == "а б"
