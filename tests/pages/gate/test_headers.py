import gzip

from pages.gate.headers import HEADERS, CompressedBundle, SecurityHeaders, content_policy
from tests.pages.gate.test_document import answering, asked

ACCEPTS = [(b"accept-encoding", b"gzip, br")]
BODY = b"let x = 1;" * 1_000


def test_every_answer_carries_the_headers():
    headers = asked(SecurityHeaders(answering(b"text/plain")))[1]
    assert headers.items() >= HEADERS.items()


def test_policy_names_no_other_host_and_allows_no_inline_script():
    policy = asked(SecurityHeaders(answering(b"text/plain")))[1][b"content-security-policy"].decode()
    assert policy == content_policy()
    assert "http" not in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_tiles_of_the_citys_own_map_are_the_one_exception():
    own = dict(part.split(" ", 1) for part in content_policy().split("; "))
    named = dict(part.split(" ", 1) for part in content_policy(["https://tiles.example"]).split("; "))
    changed = {name: words for name, words in named.items() if words != own[name]}
    assert changed == {
        "img-src": "'self' data: blob: https://tiles.example",
        "connect-src": "'self' https://tiles.example",
    }


def test_an_inner_header_is_replaced_not_doubled():
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Frame-Options", b"ALLOW")]})
        await send({"type": "http.response.body", "body": b""})

    assert asked(SecurityHeaders(app))[1][b"x-frame-options"] == b"DENY"


def test_bundle_is_compressed_once():
    calls = []

    async def counting(scope, receive, send):
        calls.append(scope["path"])
        await answering(b"text/javascript", BODY)(scope, receive, send)

    bundle = CompressedBundle(counting)
    answers = [asked(bundle, "/static/js/x.js", headers=ACCEPTS) for _ in range(3)]
    assert [gzip.decompress(body) for _, _, body in answers] == [BODY] * 3
    assert answers[0][1][b"content-encoding"] == b"gzip"
    assert answers[0][1][b"content-length"] == str(len(answers[0][2])).encode()
    assert calls == ["/static/js/x.js"]


def test_what_should_not_be_compressed_is_not():
    bundle = CompressedBundle(answering(b"text/javascript", BODY))
    assert asked(bundle, "/static/js/x.js")[2] == BODY
    assert asked(bundle, "/_stcore/health", headers=ACCEPTS)[2] == BODY
    assert asked(CompressedBundle(answering(b"font/woff2", BODY)), "/static/f.woff2", headers=ACCEPTS)[2] == BODY
    status, headers, _ = asked(CompressedBundle(answering(b"text/plain", b"no", 404)), "/static/x", headers=ACCEPTS)
    assert status == 404
    assert b"content-encoding" not in headers
