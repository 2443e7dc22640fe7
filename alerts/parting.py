"""What becomes of reports when their author closes her account, or it is closed after 24 months."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from accounts.models import Account
from accounts.standings import account_closing
from alerts.holding import own_reports
from alerts.models import Draft, Report
from jasmine import crypto


def listen() -> None:
    """Do this part inside the transaction that deletes the account."""
    account_closing.connect(part, dispatch_uid="alerts.parting")


def part(*, account: Account, keep_reports: bool, now: datetime, **_more: Any) -> None:
    """Delete her reports, or leave them to their day without her: all share one fresh random author.

    Who was never let in leaves none. What was filed for the group is the group's.
    """
    today, nobody = now.date(), str(uuid4())
    _forget_draft(account, today=today)
    keeps = keep_reports and not account.waits
    for report in own_reports(account, today=today):
        _disown(report, nobody) if keeps else _delete(report)


def _delete(report: Report) -> None:
    crypto.remember_gone([("row", str(report.pk))], week=report.key_week)
    report.delete()


def _disown(report: Report, nobody: str) -> None:
    report.author = nobody
    report.save(force_update=True)
    report.index()


def _forget_draft(account: Account, *, today: date) -> None:
    draft = Draft.of(str(account.pk), today=today)
    if not draft.is_new:
        crypto.remember_gone([("row", str(draft.pk))], week=draft.key_week)
        draft.delete()
