import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.gate import document as gate
from pages.gate.document import RussianDocument, document


def asked(app, path="/", method="GET", headers=()):
    """Run one request through an ASGI application; give status, headers and body."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers), "query_string": b""}
    # A browser test of the same process keeps an event loop in this thread: ours runs in one of its own.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def answering(kind, body=b"inner", status=200):
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": body})

    return app


def test_document_is_russian_and_runs_no_inline_script():
    page = document().decode()
    assert '<html lang="ru">' in page
    assert "<title>Тепловая карта МЦУ</title>" in page
    assert "<script>" not in page
    assert "openapi" not in page


def test_document_keeps_streamlits_application():
    page = document().decode()
    assert '<div id="root"></div>' in page
    assert '<script type="module" crossorigin src="./static/js/index.' in page


def test_a_changed_release_of_streamlit_is_noticed():
    with pytest.raises(RuntimeError, match=r"Streamlit's index\.html has no"):
        gate._between("<title>", "</title>", "")("<html></html>")


@pytest.mark.parametrize("path", ["/", "/registry", "/whatever"])
def test_pages_get_our_document(path):
    status, headers, body = asked(RussianDocument(answering(b"text/html; charset=utf-8")), path)
    assert (status, body) == (200, document())
    assert headers[b"content-length"] == str(len(body)).encode()


def test_other_answers_pass():
    assert asked(RussianDocument(answering(b"text/javascript")), "/static/js/x.js")[2] == b"inner"
    assert asked(RussianDocument(answering(b"text/html", status=404)))[0] == 404


def test_head_has_no_body():
    assert asked(RussianDocument(answering(b"text/html")), method="HEAD")[2] == b""
