from urllib.parse import urljoin, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from pages.gate.paths import Door, door, safe_link

HERE = "https://mcu.example.ru"


@given(st.one_of(st.text(), st.text("/\\.%:@?#evil", max_size=20), st.text("/\\.%:@?#evil").map(lambda t: f"/{t}")))
def test_a_safe_link_never_leaves_the_site(text):
    link = safe_link(text)
    assert urlsplit(urljoin(HERE, link))[:2] == ("https", "mcu.example.ru")
    assert link.startswith("/")
    assert not link.startswith(("//", "/\\"))
    assert link.isprintable()
    assert safe_link(link) == link


def test_a_deep_link_is_kept():
    link = "/registry?period=year&block=roads&q=%D0%AF%D0%BC%D1%8B"
    assert safe_link(link) == link
    assert safe_link("/registry?q=<b>") == safe_link("/password") == safe_link("/registry/x") == "/"


@given(st.sampled_from(["GET", "POST", "PUT", "SOCKET", "HEAD"]), st.text("/_.%ainsgohealthpukr-", max_size=30))
def test_a_path_opens_as_it_is_written_or_not_at_all(method, path):
    raw = path.encode()
    if b"%" in raw or b"//" in raw or b"/." in raw:
        assert door(method, path, raw) is Door.CLOSED
    assert door(method, path, raw + b"%2f") is Door.CLOSED


def test_doors():
    asked = {
        ("GET", "/api/health"): Door.OPEN,
        ("POST", "/sign-in"): Door.OPEN,
        ("GET", "/sign-in"): Door.OWN,
        ("GET", "/registry"): Door.SCREEN,
        ("POST", "/registry"): Door.CLOSED,
        ("GET", "/static/media/x.woff2"): Door.BUNDLE,
        ("GET", "/static/../x"): Door.CLOSED,
        ("PUT", "/_stcore/upload_file/a-1/b"): Door.UPLOAD,
        ("GET", "/_stcore/upload_file/a-1/b"): Door.CLOSED,
        ("SOCKET", "/_stcore/stream"): Door.SOCKET,
        ("GET", "/_stcore/stream"): Door.CLOSED,
    }
    assert {pair: door(*pair, pair[1].encode()) for pair in asked} == asked
