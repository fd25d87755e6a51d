"""The client of a Linklog's API: see linklog.Linklog."""

from . import api
from .api import *  # noqa: F403
from .core import Event, LinklogError, UnreachableError

__all__ = ["Event", "LinklogError", "UnreachableError"]
__all__ += api.__all__
