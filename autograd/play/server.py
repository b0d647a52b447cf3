"""The page's host on this machine: a server that answers this machine's user alone.

It listens on the loopback address. Each request must name that address as its host, so that no page
of the web can reach it by a name of its own (DNS rebinding), and must carry a token that only the
printed address holds. It gives out the page's files, which it knows by name, and answers; it reads
no other file and writes none.

Read before: `page`. Read next: `site`.
"""

from __future__ import annotations

import sys
import webbrowser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import compare_digest, token_urlsafe
from threading import Lock, Thread
from typing import Any

from autograd.play.answer import reply
from autograd.play.page import FILES, HTML, POLICY, SCRIPT, asset, page

LOOPBACK = "127.0.0.1"
LARGEST = 200_000  # bytes of a request
MOST_SKIPPED = 9_000_000  # bytes that are read without being looked at
PATIENCE = 30  # seconds for a request to arrive
FRAME_POLICY = (
    "sandbox allow-scripts allow-downloads allow-modals; default-src 'none'; "
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
"""The player may run what is in its page, and reach nothing."""


class Server(ThreadingHTTPServer):
    """A server at a free port of the loopback address, or at a given one.

    Raises
    ------
    RuntimeError
        When the port cannot be used.
    """

    def __init__(self, port: int = 0) -> None:
        self.token = token_urlsafe(24)
        self.one_at_a_time = Lock()
        self.contents = {
            "": (HTML, page()),
            "host.js": (SCRIPT, asset("host_server.js")),
            **{name: (kind, asset(name)) for name, kind in FILES.items()},
        }
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            raise RuntimeError(
                f"port {port} cannot be used ({error}); leave --port out for a free one"
            ) from None
        self.hosts = [f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost")]

    @property
    def address(self) -> str:
        """Where the page is; whoever knows it can use it."""
        return f"http://{self.hosts[0]}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about a browser that hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = PATIENCE
    server_version, sys_version = "stepgrad", ""
    policy = f"{POLICY}; frame-ancestors 'none'"

    def do_GET(self) -> None:
        name = self.asked_for()
        if name is None:
            return
        if name not in self.server.contents:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        if name == "frame.html":
            self.policy = FRAME_POLICY
        self.give(*self.server.contents[name])

    def do_POST(self) -> None:
        name = self.asked_for()
        if name is None:
            return
        wrong = self.wrong_with_question(name)
        if wrong:
            why = f"A question is JSON of at most {LARGEST} bytes." if name == "answer" else None
            self.send_error(wrong, explain=why)
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            with self.server.one_at_a_time:
                told = reply(body.decode())
        except (TypeError, ValueError) as error:
            self.send_error(HTTPStatus.BAD_REQUEST, explain=str(error))
            return
        self.give("application/json", told)

    def asked_for(self) -> str | None:
        """The name behind the token; None where the request was refused."""
        parts = self.path.partition("?")[0].split("/", 2)  # "", the token, a name
        token, name = parts[1:] if len(parts) == 3 else ("", "")
        known = compare_digest(token.encode("latin-1", "replace"), self.server.token.encode())
        origin = self.headers.get("Origin", f"http://{self.headers.get('Host')}")
        at_home = self.headers.get_all("Host", []) in [[host] for host in self.server.hosts]
        ours = origin in [f"http://{host}" for host in self.server.hosts]
        if known and at_home and ours:
            return name
        why = "Use the address that this run of stepgrad play has printed."
        self.send_error(HTTPStatus.FORBIDDEN, explain=why)
        return None

    def wrong_with_question(self, name: str) -> HTTPStatus | None:
        length = self.headers.get("Content-Length", "")
        if name != "answer":
            return HTTPStatus.NOT_FOUND
        if self.headers.get_content_type() != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        if not (length.isascii() and length.isdigit()):
            return HTTPStatus.LENGTH_REQUIRED
        if len(length) > len(str(LARGEST)) or int(length) > LARGEST:
            self.skip(length)
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return None

    def skip(self, length: str) -> None:
        """Read a large request to its end: a browser hears no answer before."""
        if len(length) > len(str(MOST_SKIPPED)):
            return
        for _ in range(min(int(length), MOST_SKIPPED) // LARGEST):
            self.rfile.read(LARGEST)
        self.rfile.read(int(length) % LARGEST)

    def give(self, kind: str, text: str, status: int = HTTPStatus.OK) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with plain words, whatever was wrong; nothing of the request is in them."""
        self.close_connection = True
        self.give("text/plain", f"{HTTPStatus(code).phrase}. {explain or ''}".strip(), code)

    def end_headers(self) -> None:
        for name, value in (
            ("Content-Security-Policy", self.policy),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing: the address that would be printed holds the token."""


def play(fragment: str = "", port: int = 0, browser: bool = True) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    fragment : str
        The state to start in, as `page.fragment` writes it.
    port : int
        0 takes a free one.
    browser : bool
        Whether to open the page in the reader's browser; its address is printed anyway.

    Raises
    ------
    RuntimeError
        When the port cannot be used.
    """
    with Server(port) as server:
        address = server.address + (fragment and f"#{fragment}")
        print(f"{address}\nCtrl-C ends it.", flush=True)
        if browser:  # a browser in a terminal runs until it is left
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
