"""Somebody at the door: a client over plain sockets that asks, signs in and keeps cookies as a browser would."""

import http.client
import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """Hold one answer; header names are lower case, and repeated ones stay apart."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """List the values of a header."""
        return [value for given, value in self.headers if given == name]

    def header(self, name: str) -> str:
        """Give a header that stands at most once."""
        found = self.all(name)
        assert len(found) < 2, name
        return found[0] if found else ""

    @property
    def text(self) -> str:
        """Give the body as text."""
        return self.body.decode()


@dataclass
class Visitor:
    """Ask one server, from `base`, with the cookies it gave; `extra` headers go with every request."""

    base: str
    extra: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        html: bool = False,
    ) -> Answer:
        """Send a request as it is written, odd paths included."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        sent = {"Accept": "text/html"} if html else {}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {**sent, **self.extra, **(headers or {})})
            answer = connection.getresponse()
            found = Answer(answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read())
        finally:
            connection.close()
        self._keep(found)
        return found

    def _keep(self, answer: Answer) -> None:
        for cookie in answer.all("set-cookie"):
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0]
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def post(self, path: str, values: dict[str, str], origin: str | None = None) -> Answer:
        """Send a form as a page of ours does, or as another `origin`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin or self.base}
        return self.ask("POST", path, urlencode(values).encode(), {**headers, "Accept": "text/html"})

    def nonce(self, path: str = "/") -> str:
        """Open a page with a form and give its nonce."""
        found = re.search(r'name="nonce" value="([0-9a-f]+)"', self.ask("GET", path, html=True).text)
        assert found, "the page has no form"
        return found[1]

    def demo(self, role: str, link: str = "/") -> Answer:
        """Choose a role of the demo city."""
        return self.post("/sign-in/demo", {"nonce": self.nonce(), "next": link, "role": role})

    def sign_in(self, login: str, password: str, link: str = "/") -> Answer:
        """Sign in with a password."""
        values = {"nonce": self.nonce(), "next": link, "login": login, "password": password}
        return self.post("/sign-in", values)

    def shake(self, path: str = "/_stcore/stream", headers: dict[str, str] | None = None) -> tuple[int, socket.socket]:
        """Ask for a socket; give the status of the handshake and the open connection, which the caller closes."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {
            "Host": self.host,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol": "streamlit",
            "Origin": self.base,
            **({"Cookie": cookie} if cookie else {}),
            **(headers or {}),
        }
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items() if value), "", ""]
        address = urlsplit(self.base)
        connection = socket.create_connection((address.hostname, address.port), timeout=30)
        connection.sendall("\r\n".join(lines).encode())
        head = b""
        while b"\r\n\r\n" not in head and (part := connection.recv(1)):
            head += part
        return int(head.split(b" ", 2)[1]), connection


def signed_in(base: str, role: str = "administrator") -> Visitor:
    """Give somebody who has chosen a role of the demo city."""
    visitor = Visitor(base)
    assert visitor.demo(role).status == 303
    return visitor
