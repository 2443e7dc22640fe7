"""Reports of somebody who may not come in: kept, and shown to nobody else until she does.

So it is with the one report of a newcomer, and with those of an account that is suspended for misuse. Such a report
waits without a day; what it was before stands in its sealed facts as "held_back".
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from accounts.models import Account
from accounts.vocabulary import MAY_ENTER, Standing, SuspendedFor
from alerts.models import Report
from alerts.vocabulary import State

SEEN_BY_OTHERS = frozenset({State.WAITING, State.SHOWN, State.CONTESTED})  # today, or some day


@transaction.atomic
def follow_standing(account: Account, before: Standing, now: datetime) -> None:
    """Hold her reports back when she is suspended for misuse; let them go when she comes in."""
    today = now.date()
    if _misused(account):
        for report in own_reports(account, today=today):
            hold_back(report)
    elif account.standing in MAY_ENTER and before not in MAY_ENTER:
        for report in own_reports(account, today=today):
            let_go(report)


def _misused(account: Account) -> bool:
    if account.standing != Standing.SUSPENDED:
        return False
    return bool(account.facts.get("suspended", {}).get("why") == SuspendedFor.ABUSE)


def own_reports(account: Account, *, today: date) -> Iterator[Report]:
    """What she filed for herself, each held until the transaction ends; not what belongs to her group."""
    for found in Report.objects.by(account, today=today):
        report = Report.objects.select_for_update().filter(pk=found.pk).first()
        if report is not None and report.author == str(account.pk):
            yield report


def hold_back(report: Report) -> None:
    """Let nobody else see it until `let_go`. To be called by whoever holds it."""
    if report.state not in SEEN_BY_OTHERS or "held_back" in report.facts:
        return
    was = {"state": str(report.state), "visible_on": report.facts["visible_on"]}
    _put(report, State.WAITING, held_back=was, visible_on="")


def let_go(report: Report) -> None:
    """As it was before it was held back; what moderators decided meanwhile stands."""
    was = report.facts.get("held_back")
    if was is None:
        return
    state = State(was["state"]) if report.state == State.WAITING else State(report.state)
    _put(report, state, visible_on=was["visible_on"])


def _put(report: Report, state: State, **facts: object) -> None:
    report.state = state
    kept = {key: value for key, value in report.facts.items() if key != "held_back"}
    report.facts = {**kept, **facts, **report.plain_columns()}
    report.save(force_update=True)
