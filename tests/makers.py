"""One maker for each thing: what a test does not name is ordinary."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import Account
from alerts.filing import file_report
from alerts.models import Report

PHONE = "06 39 98 12 34"  # from the range that France keeps for fiction


def an_identifier(value: str = PHONE, kind: str = "phone", **more: str) -> dict[str, str]:
    return {"kind": kind, "value": value, **more}


def what_is_said(**but: Any) -> dict[str, Any]:
    """A report of level 4 about a phone number in Paris."""
    return {"incidents": ["rape"], "identifiers": [an_identifier()], "area": "FR-75", **but}


def a_report(by: Account | str, *, now: datetime | None = None, **but: Any) -> Report:
    return file_report(by=by, now=now or datetime.now(UTC), **what_is_said(**but))
