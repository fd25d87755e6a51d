"""What operations stand on: sending, waiting, trying again, reading streams."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from http.client import HTTPResponse
from typing import Any, ClassVar, TypeVar
from urllib import parse, request
from urllib.error import HTTPError

from .errors import LinklogError, UnreachableError, refusal
from .streams import Event, events, heard, key_of, lines

__all__ = ["Core", "Event", "LinklogError", "UnreachableError", "quote"]

T = TypeVar("T")
quote = partial(parse.quote, safe="")

_HEADERS = {"idempotency_key": "Idempotency-Key", "if_match": "If-Match", "last_event_id": "Last-Event-ID"}


class _Stay(request.HTTPRedirectHandler):
    """A key is for the address it was given with, and a write that is sent on becomes a read."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Core:
    """It sends a request until it is answered for good.

    All attempts of a write have the same Idempotency-Key, so it is done once. Threads may share a client.
    """

    _errors: ClassVar[dict[str, type[LinklogError]]]

    def __init__(
        self, base_url: str, api_key: str, *, retries: int = 4, patience: float = 60, timeout: float = 30
    ) -> None:
        """Make a client.

        base_url: where the API is, as https://api.example.com
        retries: attempts after the first, of a request that is answered 429 or 503 or not at all
        patience: seconds that all attempts of a request may take together
        timeout: seconds that an answer, or the next part of it, may take
        """
        self._base, self._key = base_url.rstrip("/"), api_key
        self._retries, self._patience, self._timeout = retries, patience, timeout
        self._opener = request.build_opener(_Stay)

    def _json(self, method: str, path: str, params: dict[str, Any], body: Any = None, take: str | None = None) -> Any:
        text = self._bytes(method, path, params, body)
        answer: Any = json.loads(text) if text else None
        return answer[take] if take else answer

    def _text(self, method: str, path: str, params: dict[str, Any]) -> str:
        return self._bytes(method, path, params).decode()

    def _bytes(self, method: str, path: str, params: dict[str, Any], body: Any = None) -> bytes:
        def read(response: HTTPResponse) -> bytes:
            with response:
                return response.read()

        return self._send(self._request(method, path, params, body), read)

    def _rows(self, method: str, path: str, params: dict[str, Any]) -> Generator[Any, None, None]:
        """Lines of JSON. Only their beginning is tried again: what comes twice would be counted twice."""
        for line in self._open(method, path, params):
            yield json.loads(line)

    def _events(self, method: str, path: str, params: dict[str, Any]) -> Generator[Event[Any], None, None]:
        """Server-sent events. When it is cut off it comes back to where it was, until its caller stops."""
        last = params["last_event_id"]
        while True:
            lines = self._open(method, path, {**params, "last_event_id": last})
            try:
                for event, place, data in events(lines):
                    last = place or last
                    if data:
                        yield Event(event, last or "", json.loads(data))
            except UnreachableError:
                pass
            time.sleep(_pause(2))

    def _items(self, path: str, params: dict[str, Any], member: str) -> Generator[Any, None, None]:
        """The items of all pages."""
        while True:
            page = self._json("GET", path, params)
            yield from page[member]
            if page["next_cursor"] is None:
                return
            params = {**params, "cursor": page["next_cursor"]}

    def _open(self, method: str, path: str, params: dict[str, Any]) -> Iterator[str]:
        req = self._request(method, path, params)
        return lines(req, self._send(req, lambda response: response))

    def _request(self, method: str, path: str, params: dict[str, Any], body: Any = None) -> request.Request:
        query = [pair for name, value in params.items() if name not in _HEADERS for pair in _pairs(name, value)]
        url = self._base + path + (("&" if "?" in path else "?") + parse.urlencode(query) if query else "")
        data = None if body is None else json.dumps(body).encode()
        req = request.Request(url, data, {"Authorization": f"Bearer {self._key}"}, method=method)
        if data is not None:
            req.add_header("Content-Type", "application/json")
        headers = {name: params[name] for name in _HEADERS if params.get(name) is not None}
        if method != "GET":
            headers.setdefault("idempotency_key", secrets.token_hex(16))
        if "if_match" in headers:
            headers["if_match"] = f'"{headers["if_match"]}"'
        for name, value in headers.items():
            req.add_header(_HEADERS[name], value)
        return req

    def _send(self, req: request.Request, read: Callable[[HTTPResponse], T]) -> T:
        ends = time.monotonic() + self._patience
        for attempt in range(self._retries + 1):
            try:
                return self._attempt(req, read)
            except LinklogError as error:
                wait = max(error.retry_after or 0, _pause(attempt))
                if not error.passing or attempt == self._retries or time.monotonic() + wait > ends:
                    raise
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, req: request.Request, read: Callable[[HTTPResponse], T]) -> T:
        with heard(req):
            try:
                return read(self._opener.open(req, timeout=self._timeout))
            except HTTPError as error:
                with error:
                    text = error.read()
                raise refusal(req.full_url, error.code, error.headers, text, self._errors, key_of(req)) from None


def _pause(attempt: int) -> float:
    """How long to wait after an attempt: longer each time, and not all callers alike."""
    return min(0.2 * 2**attempt, 5) * random.uniform(0.5, 1)


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A parameter of the query: metadata={"team": "eu"} is metadata[team]=eu, and what is None isn't there."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _pairs(f"{name}[{key}]", inner)
    elif value is not None:
        yield name, str(value)
