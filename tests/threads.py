"""What a thread of a test has to let go of at its end: nothing else closes it, and a warning is an error."""

from django.core.cache import cache
from django.db import connections


def let_go() -> None:
    """Close this thread's connections: to the rows, and with Redis to the counters."""
    connections.close_all()
    for pool in getattr(cache._cache, "_pools", {}).values():
        pool.disconnect()
