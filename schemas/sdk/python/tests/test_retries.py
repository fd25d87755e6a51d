import time
import unittest
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler
from typing import Any

import linklog
from dev import Answer, Scripted, refused, text
from linklog import Linklog

MADE = text(201, '{"success":true,"link":{"id":"lnk_1"}}')
AWAY = {"code": "UNAVAILABLE", "message": "later", "fate": "unknown"}


def hang_up(_: BaseHTTPRequestHandler) -> None:
    """Answers nothing."""


def create(*answers: Answer, key: str | None = None, **options: Any) -> tuple[Any, list[str | None]]:
    """What becomes of a write where the answers are those, and the keys that it came with."""
    with Scripted(*answers) as server:
        outcome: Any
        try:
            outcome = Linklog(server.url, "key", **options).create_link(url="https://example.com", idempotency_key=key)
        except linklog.LinklogError as error:
            outcome = error
    return outcome, [request.get("idempotency-key") for request in server.requests]


class RetriesTest(unittest.TestCase):
    """The client and a server that fails."""

    def test_a_write_is_tried_again_under_the_same_key(self) -> None:
        begin = time.monotonic()
        outcome, keys = create(refused(503, AWAY, Retry_After="1"), hang_up, MADE)
        self.assertEqual(outcome, {"id": "lnk_1"})
        self.assertGreaterEqual(time.monotonic() - begin, 1)
        self.assertEqual(len(keys), 3)
        self.assertEqual(len(set(keys)), 1)
        self.assertRegex(str(keys[0]), "^[0-9a-f]{32}$")

    def test_a_key_of_ones_own(self) -> None:
        self.assertEqual(create(refused(503, AWAY), MADE, key="mine")[1], ["mine", "mine"])

    def test_in_the_end_the_error_tells_the_fate(self) -> None:
        error, keys = create(refused(503, AWAY), retries=1)
        self.assertIsInstance(error, linklog.UnavailableError)
        self.assertEqual((error.fate, error.idempotency_key, len(keys)), ("unknown", keys[0], 2))

    def test_nobody_waits_for_an_hour(self) -> None:
        full = {"code": "RATE_LIMITED", "message": "too many"}
        error, keys = create(refused(429, full, Retry_After="3600", X_RateLimit_Reset="1800000000"))
        self.assertIsInstance(error, linklog.RateLimitedError)
        reset = datetime.fromtimestamp(1800000000, timezone.utc)
        self.assertEqual((error.reset, error.retry_after, len(keys)), (reset, 3600, 1))

    def test_nobody_there(self) -> None:
        error, keys = create(hang_up, retries=0)
        self.assertIsInstance(error, linklog.UnreachableError)
        self.assertEqual(error.idempotency_key, keys[0])

    def test_what_is_not_the_api(self) -> None:
        error, keys = create(text(302, "", Location="https://example.com"))
        self.assertEqual((type(error), error.status, len(keys)), (linklog.LinklogError, 302, 1))

    def test_rows_that_break_off(self) -> None:
        def broken(handler: BaseHTTPRequestHandler) -> None:
            handler.protocol_version = "HTTP/1.1"
            text(200, 'e\r\n{"link_id":1}\n\r\n', Transfer_Encoding="chunked")(handler)
            handler.close_connection = True

        with Scripted(broken) as server:
            rows = Linklog(server.url, "key").export_analytics()
            self.assertEqual(next(rows), {"link_id": 1})
            with self.assertRaises(linklog.UnreachableError):
                next(rows)

    def test_a_stream_that_is_cut_off_goes_on_where_it_was(self) -> None:
        first = 'retry: 2000\n\nevent: click\nid: 7\ndata: {"slug":"ä"}\n\n:\nid: 8\n\nevent: click\nid: 9\nda'
        then = 'event: gap\ndata: {}\n\nevent: click\nid: 10\r\ndata: {"slug":"b"}\r\n\r\n'
        with Scripted(text(200, first), text(200, then)) as server:
            stream = Linklog(server.url, "key").stream_clicks()
            seen = [next(stream) for _ in range(3)]
            stream.close()
        told = [(event.event, event.id, event.data.get("slug")) for event in seen]
        self.assertEqual(told, [("click", "7", "ä"), ("gap", "8", None), ("click", "10", "b")])
        self.assertEqual([request.get("last-event-id") for request in server.requests], [None, "8"])
