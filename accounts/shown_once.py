"""A spare key on its way to a slip of paper.

It stands in the sealed session until she says that she has written it down, half an hour at most: a page that did not
arrive can be asked for again, and afterwards nobody can see it any more.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

NAME = "spare key to write down"  # in the session
KEPT_FOR = timedelta(minutes=30)


def keep(session: SessionBase, spare_key: str, *, pseudonym: str, now: datetime) -> None:
    """To be called when the session has its last id: signing in begins a new one."""
    kept = {"spare_key": spare_key, "pseudonym": pseudonym}
    keep_briefly(session, NAME, kept, until=(now + KEPT_FOR).timestamp())


def kept(session: SessionBase, *, now: datetime) -> dict[str, str] | None:
    """ "spare_key" and the "pseudonym" that it belongs to."""
    found: dict[str, str] | None = kept_briefly(session, NAME, now=now.timestamp())
    return found


def forget(session: SessionBase) -> None:
    forget_kept(session, NAME)
