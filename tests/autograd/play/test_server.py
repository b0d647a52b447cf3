"""The local host: whom it answers, what it gives out, and how it ends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest

from autograd.play import server as module
from autograd.play.page import FILES
from autograd.play.server import LARGEST, Server
from tests.autograd.play.local import local_server

QUESTION = {"formula": "x*x", "values": {"x": "3"}}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with local_server() as running:
        yield running


def send(
    server: Server,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read().decode()
    finally:
        connection.close()


def ask(server: Server, question: object = QUESTION, **headers: str) -> tuple[int, str]:
    given = {"Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    status, _, text = send(server, f"/{server.token}/answer", "POST", body, given)
    return status, text


def test_it_listens_on_this_machine_alone(server):
    assert server.server_address == ("127.0.0.1", server.server_port)
    assert server.address == f"http://127.0.0.1:{server.server_port}/{server.token}/"
    assert len(server.token) == 32  # 24 bytes by chance
    with Server() as other:
        assert other.token != server.token


def test_it_answers(server):
    status, text = ask(server)
    assert status == 200
    assert json.loads(text)["value"] == ["9", "9.0"]


@pytest.mark.parametrize("name", ["", "host.js", *FILES])
def test_files_of_the_page(server, name):
    status, headers, text = send(server, f"/{server.token}/{name}")
    assert (status, bool(text)) == (200, True)
    assert headers["Content-Length"] == str(len(text.encode()))
    assert headers["Content-Type"].endswith("; charset=utf-8")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    if name == "frame.html":
        assert policy.startswith("sandbox allow-scripts")
        assert "allow-same-origin" not in policy
    else:
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_no_token_no_answer(server):
    token = server.token
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    for path in ("/", "//", "/answer", f"/{other}/", f"/{token[:-1]}/", f"/?{token}", f"/{token}"):
        status, headers, text = send(server, path)
        assert status == 403, path
        assert "address that this run of stepgrad play has printed" in text
        assert token not in str(headers) + text
    home = f"Host: 127.0.0.1:{server.server_port}"
    for path in ("/é/", "*", "http://[", f"http://[/{token}/", "\\", "?/"):
        assert raw(server, f"GET {path} HTTP/1.0\r\n{home}\r\n\r\n").split()[1] == "403"
    question = json.dumps(QUESTION).encode()
    for path in ("/answer", f"/{other}/answer"):
        headers = {"Content-Type": "application/json", "Cookie": token, "Authorization": token}
        assert send(server, path, "POST", question, headers)[0] == 403


def test_only_its_own_name_is_a_host(server):
    port = server.server_port
    path = f"/{server.token}/"
    wrong = ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", "")
    wrong += (f"127.0.0.1:{port}.evil.example", f"127.0.0.1:{port}@evil.example", "[::1]:80")
    for host in wrong:
        assert send(server, path, headers={"Host": host})[0] == 403, host
    assert send(server, path, headers={"Host": f"localhost:{port}"})[0] == 200
    assert raw(server, f"GET {path} HTTP/1.0\r\n\r\n").startswith("HTTP/1.0 403")  # no host at all
    two = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n"
    assert raw(server, two).startswith("HTTP/1.0 403")


def raw(server: Server, text: str) -> str:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as connection:
        connection.sendall(text.encode("latin-1"))
        parts = iter(lambda: connection.recv(65536), b"")
        return b"".join(parts).decode()


def test_another_page_cannot_ask(server):
    for origin in ("http://evil.example", "null", f"http://localhost:{server.server_port + 1}"):
        assert ask(server, Origin=origin)[0] == 403
    assert ask(server, Origin=f"http://127.0.0.1:{server.server_port}")[0] == 200
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert ask(server, Content_Type=kind)[0] == 415  # what a form of another page can send


@pytest.mark.parametrize(
    "name",
    [
        "../server.py", "..%2fserver.py", "/etc/passwd", "//etc/passwd", "%2e%2e/%2e%2e/etc/passwd",
        "server.py", "answer.py", "play.html", "host_server.js", "./play.js", "play.js%00",
        "play.js/../answer.py", "PLAY.JS", "answer", "index.html", "play.js\\..\\x",
    ],
)  # fmt: skip
def test_nothing_is_read_by_its_path(server, name):
    status, _, text = send(server, f"/{server.token}/{name}")
    assert (status, text) == (404, "Not Found.")


def test_a_request_has_a_largest_size(server):
    padding = "x" * LARGEST
    status, text = ask(server, {"formula": padding, "values": {}})
    assert status == 413
    assert "A question is JSON of at most 200000 bytes." in text
    assert ask(server, b" " * 5_000_000)[0] == 413  # read to its end, so that the answer is heard
    head = f"POST /{server.token}/answer HTTP/1.0\r\nHost: 127.0.0.1:{server.server_port}\r\n"
    head += "Content-Type: application/json\r\n"
    expected = {"9" * 5000: 413, str(10**8): 413, "-5": 411, "abc": 411, "²": 411, "": 411}
    for length, status in expected.items():
        answered = raw(server, f"{head}Content-Length: {length}\r\n\r\n")
        assert answered.startswith(f"HTTP/1.0 {status}"), length
    assert raw(server, f"{head}\r\n{{}}").startswith("HTTP/1.0 411")
    assert raw(server, f"{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").split()[1] == "411"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 50_000, b'{"formula": 1, "values": {}}']
)
def test_what_is_no_question_is_a_bad_request(server, body):
    status, text = ask(server, body)
    assert status == 400
    assert text.startswith("Bad Request. ")
    assert "Traceback" not in text


def test_errors_of_a_formula_are_answers(server):
    status, text = ask(server, {"formula": "x +* 2", "values": {}})
    assert status == 200
    assert json.loads(text)["error"]["column"] == 3


@pytest.mark.parametrize("name", ["", "play.js", "question", "answer/"])
def test_nothing_else_takes_a_question(server, name):
    body, given = json.dumps(QUESTION).encode(), {"Content-Type": "application/json"}
    status, _, text = send(server, f"/{server.token}/{name}", "POST", body, given)
    assert (status, text) == (404, "Not Found.")


class Host:
    """Stands for the server: it keeps its port, and is interrupted at once."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}/token/"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def serve_forever(self):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("options", "address", "browser"),
    [
        ({}, "http://127.0.0.1:0/token/", True),
        (
            {"fragment": "formula=x", "port": 81, "browser": False},
            "http://127.0.0.1:81/token/#formula=x",
            False,
        ),
    ],
)
def test_play_prints_the_address_and_opens_it_unless_told_not_to(
    monkeypatch, capsys, options, address, browser
):
    started = []

    class Now:
        def __init__(self, target, args, daemon):
            started.append((target, *args))
            assert daemon

        def start(self):
            pass

    monkeypatch.setattr(module, "Server", Host)
    monkeypatch.setattr(module, "Thread", Now)
    module.play(**options)
    assert capsys.readouterr().out == f"{address}\nCtrl-C ends it.\n\n"
    assert started == ([(module.webbrowser.open, address)] if browser else [])


def test_the_address_is_there_before_the_server_waits(monkeypatch):
    class Pipe(StringIO):
        passed_on = ""

        def flush(self):
            self.passed_on = self.getvalue()

    monkeypatch.setattr(module, "Server", Host)
    monkeypatch.setattr(sys, "stdout", Pipe())
    module.play(browser=False)
    assert sys.stdout.passed_on == "http://127.0.0.1:0/token/\nCtrl-C ends it.\n"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "<script>"])
def test_other_methods_are_not_answered(server, method):
    text = raw(server, f"{method} /{server.token}/ HTTP/1.0\r\n\r\n")
    assert text.split()[1] == "501"
    assert "<" not in text
    assert "Content-Security-Policy: default-src 'none'" in text


def test_nothing_is_printed_about_requests(server, capsys):
    send(server, "/nothing")
    ask(server, b"{")
    assert capsys.readouterr() == ("", "")


def test_a_port_that_is_taken(server):
    with pytest.raises(RuntimeError, match=r"cannot be used .* leave --port out"):
        Server(server.server_port)
    with pytest.raises(RuntimeError, match="port 70000 cannot be used"):
        Server(70_000)


def test_the_browser_gets_the_address_and_ctrl_c_ends_it(monkeypatch, capsys):
    opened = threading.Event()
    addresses = []

    def open_(address: str) -> bool:
        addresses.append(address)
        opened.set()
        return True

    def interrupted(self: Server) -> None:
        assert opened.wait(20)
        raise KeyboardInterrupt

    monkeypatch.setattr(module.webbrowser, "open", open_)
    monkeypatch.setattr(Server, "serve_forever", interrupted)
    module.play("formula=x*x&x=3")
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == [addresses[0], "Ctrl-C ends it."]
    assert addresses[0].startswith("http://127.0.0.1:")
    assert addresses[0].endswith("/#formula=x*x&x=3")


@pytest.mark.skipif(os.name == "nt", reason="sends a signal as a Unix terminal does")
def test_a_process_ends_with_0_and_writes_nothing(tmp_path):
    command = [sys.executable, "-B", "-m", "autograd.cli", "play", "x*x", "x=3", "--no-browser"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        # A job that a script starts with & has Ctrl-C ignored, and so has all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        address = process.stdout.readline().strip()
        host, path = address.removeprefix("http://").split("/", 1)
        connection = http.client.HTTPConnection(host, timeout=20)
        connection.request("GET", "/" + path.partition("#")[0])
        assert connection.getresponse().status == 200
        connection.close()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, err, list(tmp_path.iterdir())) == (0, "", [])


def test_clients_that_say_nothing_keep_nobody_waiting(server):
    """Each has a thread of its own, until its patience is over."""
    half = f"POST /{server.token}/answer HTTP/1.0\r\nHost: 127.0.0.1:{server.server_port}\r\n"
    idle = [socket.create_connection(("127.0.0.1", server.server_port)) for _ in range(40)]
    try:
        for number, connection in enumerate(idle):
            connection.sendall(half[: number % len(half)].encode())
        assert ask(server)[0] == 200
    finally:
        for connection in idle:
            connection.close()


def test_a_client_that_hangs_in_the_middle_is_let_go(server, monkeypatch):
    assert 1 <= module._Handler.timeout <= 60
    monkeypatch.setattr(module._Handler, "timeout", 0.2)
    length = f"Content-Type: application/json\r\nContent-Length: {LARGEST}\r\n\r\n{{"
    head = f"POST /{server.token}/answer HTTP/1.0\r\nHost: 127.0.0.1:{server.server_port}\r\n"
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as connection:
        connection.sendall((head + length).encode())
        assert connection.recv(100) == b""
    assert ask(server)[0] == 200


def test_a_browser_that_hangs_up_is_no_error_and_others_are_shown(capsys):
    with module.Server(0) as server:
        for error, shown in ((ConnectionResetError("gone"), False), (ValueError("odd"), True)):
            try:
                raise error
            except Exception:
                server.handle_error(None, ("127.0.0.1", 1))
            told = capsys.readouterr().err
            assert ("ValueError: odd" in told) is bool(told) is shown
