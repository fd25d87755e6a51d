"""What goes wrong."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from email.message import Message
from email.utils import parsedate_to_datetime


class LinklogError(Exception):
    """What the API says about a request that it did not do. Each of its codes has a class of its own."""

    code: str = ""
    """The API's code, as SLUG_TAKEN; empty if the answer isn't the API's."""
    status: int = 0
    """The HTTP status; 0 if there was no answer."""
    field: str | None = None
    """The field or parameter that is wrong."""
    fate: str | None = None
    """What became of a write: not_done, unknown or done. A retry with the same key is safe."""
    idempotency_key: str | None = None
    """The Idempotency-Key that a write was sent with."""
    retry_after: float | None = None
    """Seconds that the API wants to be left alone."""
    reset: datetime | None = None
    """When the allowance of requests is full again."""

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.status in (0, 429, 502, 503, 504)


class UnreachableError(LinklogError):
    """Nobody answered, or not to the end."""


def refusal(
    url: str, status: int, headers: Message, text: bytes, classes: dict[str, type[LinklogError]], key: str | None
) -> LinklogError:
    """The error of an answer that isn't 2xx."""
    try:
        problem = json.loads(text)["error"]
        error = classes.get(problem["code"], LinklogError)(problem["message"])
    except (ValueError, LookupError, TypeError):  # not the API's
        problem = {}
        error = LinklogError(f"{url} answered {status}, not as a Linklog API does")
    error.status = status
    error.code = problem.get("code", "")
    error.field = headers["Error-Field"]
    error.fate = problem.get("fate")
    error.idempotency_key = problem.get("idempotency_key") or key
    error.retry_after = _waiting(headers["Retry-After"])
    if headers["X-RateLimit-Reset"]:
        error.reset = datetime.fromtimestamp(int(headers["X-RateLimit-Reset"]), timezone.utc)
    return error


def _waiting(text: str | None) -> float | None:
    """Retry-After in seconds: from a proxy it is a date."""
    if text is None:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(timezone.utc)).total_seconds())
    except (ValueError, TypeError):
        return None
