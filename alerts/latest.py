"""What was reported lately, by area and level."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

from accounts.models import Account
from alerts.models import Report
from jasmine import crypto

LATELY = timedelta(days=7)
MOST_COUNTED = 500  # reports of two weeks in five areas


def reported_lately(areas: Collection[str], *, by: Account, today: date) -> Counter[int]:
    """How many reports of each level she may see from these areas, of the last seven days."""
    since = today - LATELY
    rows = Report.objects.current(today).filter(area__in=areas, filed_week__gte=crypto.week_of(since))
    seen = (
        report.level
        for report in rows.order_by("-level")[:MOST_COUNTED]
        if report.opens() and report.reported_on > since and report.shown_to(by, today=today)
    )
    return Counter(seen)
