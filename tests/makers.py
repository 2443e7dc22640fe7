"""One maker for each thing: what a test does not name is ordinary."""

from datetime import UTC, datetime
from typing import Any

from accounts import admitting, vouching
from accounts.models import Account, Newcomer, Vouch
from accounts.vocabulary import Knows, Standing
from alerts.filing import file_report
from alerts.models import Report
from tests.people import an_account

PHONE = "06 39 98 12 34"  # from the range that France keeps for fiction


def an_identifier(value: str = PHONE, kind: str = "phone", **more: str) -> dict[str, str]:
    return {"kind": kind, "value": value, **more}


def what_is_said(**but: Any) -> dict[str, Any]:
    """A report of level 4 about a phone number in Paris."""
    return {"incidents": ["rape"], "identifiers": [an_identifier()], "area": "FR-75", **but}


def a_report(by: Account | str, *, now: datetime | None = None, **but: Any) -> Report:
    return file_report(by=by, now=now or datetime.now(UTC), **what_is_said(**but))


def a_newcomer(
    pseudonym: str = "Siskin", *, invited_by: Account | None = None, now: datetime | None = None
) -> Newcomer:
    """Somebody who joined just now, and waits."""
    account = an_account(pseudonym, days_here=0, standing=Standing.WAITING)
    return vouching.open_newcomer(account, invited_by=invited_by, now=now or datetime.now(UTC))


def a_vouch(newcomer: Newcomer, *, by: Account, now: datetime | None = None, how: str = Knows.MET) -> Vouch:
    code = newcomer.facts["vouch_code"]
    return vouching.vouch(code, by=by, how=how, now=now or datetime.now(UTC))


def let_in(newcomer: Newcomer, *, by: Account, now: datetime | None = None, **more: bool) -> Account:
    """Admitted by a moderator: two vouches must be there."""
    return admitting.admit(newcomer, by=by, now=now or datetime.now(UTC), **more)
