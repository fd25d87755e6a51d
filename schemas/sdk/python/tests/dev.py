"""What the client is tested against."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BINARY = os.environ.get("LINKLOG", str(pathlib.Path(__file__).parents[4] / "bin" / "linklog"))


class Dev:
    """A Linklog of the tests' own, on free ports and with empty data."""

    def __init__(self) -> None:
        self._data = tempfile.mkdtemp(prefix="linklog-sdk-")
        os.chmod(self._data, 0o755)  # where root tests, Postgres runs as another user
        free = [f"--listen-{name}=127.0.0.1:0" for name in ("api", "redirect", "admin")]
        self._process = subprocess.Popen([BINARY, "dev", "--json", "--data", self._data, *free], stdout=subprocess.PIPE)
        assert self._process.stdout
        ready = json.loads(self._process.stdout.readline())
        self.api, self.api_key = ready["api"], ready["api_key"]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
        shutil.rmtree(self._data)


Answer = Callable[[BaseHTTPRequestHandler], None]


class Scripted:
    """A server that gives one answer after the other, and remembers the headers of requests."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def answer(handler) -> None:  # noqa: N805
                self.requests.append({name.lower(): value for name, value in handler.headers.items()})
                handler.rfile.read(int(handler.headers["Content-Length"] or 0))
                answers[min(len(self.requests), len(answers)) - 1](handler)

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def text(status: int, body: str, **headers: str) -> Answer:
    """An answer; x_y is the header X-Y."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def refused(status: int, error: dict[str, str], **headers: str) -> Answer:
    """An error of the API."""
    return text(status, json.dumps({"success": False, "error": error}), **headers)
