"""Answers that come bit by bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Generic, TypeVar
from urllib.request import Request

from .errors import UnreachableError

T = TypeVar("T")


@dataclass(frozen=True)
class Event(Generic[T]):
    """A server-sent event."""

    event: str
    """click, or gap: what came after last_event_id is not all kept any more."""
    id: str
    """Where to go on from: the last_event_id of another stream."""
    data: T


@contextmanager
def heard(req: Request) -> Iterator[None]:
    """What goes wrong with a connection is that nobody answers."""
    try:
        yield
    except (OSError, HTTPException) as error:
        unreachable = UnreachableError(f"{req.host} can't be reached: {getattr(error, 'reason', error)}")
        unreachable.idempotency_key = key_of(req)
        raise unreachable from error


def key_of(req: Request) -> str | None:
    """The Idempotency-Key that a request has."""
    return req.get_header("Idempotency-key")  # as urllib spells it


def lines(req: Request, response: HTTPResponse) -> Iterator[str]:
    """The lines of an answer as they come."""
    rest = b""
    with response:
        while True:
            with heard(req):
                part = response.read1(1 << 16)  # readline would take an end too early for the end
            if not part:
                break
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                yield line.decode().removesuffix("\r")
    if rest:
        yield rest.decode()


def events(source: Iterable[str]) -> Iterator[tuple[str, str | None, str]]:
    """The events in the lines of a stream. One without data only moves the id on."""
    event, place = "message", None
    data: list[str] = []
    for line in source:
        if line == "":
            yield event, place, "\n".join(data)
            event, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            event = value
        elif name == "id":
            place = value
        elif name == "data":
            data.append(value)
