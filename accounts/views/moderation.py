"""The moderators' desk, and what waits for a second person: shown to whoever may answer it, take it back or stop it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import admitting, deciding, desk, record, suspending
from accounts.gates import (
    MemberRequest,
    fresh_proof_required,
    member_or_404,
    member_required,
    trusted_or_404,
)
from accounts.models import Account, Decision
from accounts.vocabulary import MAY_ENTER, TRUSTED, DecisionState, Role, Standing

ACTS = {"agree": deciding.agree, "refuse": deciding.refuse, "stop": deciding.stop}


@dataclass(frozen=True)
class Row:
    """A decision as one person sees it. `told`: whom or what it is about, for those alone who decide or asked."""

    id: UUID
    label: Any
    told: str
    is_hers: bool
    may_answer: bool
    may_stop: bool
    hours_left: int
    days_left: int
    is_alone: bool
    stops: int


@trusted_or_404
@require_safe
def moderation(request: MemberRequest) -> HttpResponse:
    count, head = record.head()
    shown = {"decisions": _rows(request.user), "count": count, "head": _in_fours(head)}
    shown |= _peers(request.user, now=timezone.now())
    return render(request, "accounts/moderation.html", shown)


@member_required
@require_safe
def decisions(request: MemberRequest) -> HttpResponse:
    shown = {"decisions": _rows(request.user), "it_takes": deciding.MEMBERS_WHO_STOP}
    return render(request, "accounts/decisions.html", shown)


@member_or_404
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: MemberRequest, pk: UUID) -> HttpResponse:
    """`act`: agree, refuse or stop. 404 for what is not hers, as for what is not there."""
    now = timezone.now()
    decision = _hers(request, pk, now)
    act = request.POST.get("act", "")
    if act in ACTS:
        try:
            _tell(request, ACTS[act](decision, by=request.user, now=now))
        except deciding.DecisionRefused as refusal:
            messages.error(request, str(refusal.sentence))
    return redirect("accounts:moderation" if request.user.role in TRUSTED else "accounts:decisions")


def on_every_page(request: HttpRequest) -> dict[str, Any]:
    """For `base.html`: how many acts one alone is about to do, for all who may enter; and whether the desk is hers."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.standing not in MAY_ENTER:
        return {}
    return {"done_alone_soon": len(deciding.alone(timezone.now())), "may_moderate": _may_moderate(user)}


def _hers(request: MemberRequest, pk: UUID, now: datetime) -> Decision:
    if request.user.role in TRUSTED and not _may_moderate(request.user):
        raise Http404
    for decision in deciding.open_for(request.user, now=now):
        if decision.pk == pk:
            return decision
    raise Http404


def _may_moderate(user: Any) -> bool:
    """Whether she has a role for it, and has passed her second step in this session."""
    return user.role in TRUSTED and user.is_verified()


def _tell(request: HttpRequest, decision: Decision) -> None:
    said = {
        DecisionState.DONE: _("You agreed, and it is done."),
        DecisionState.REFUSED: _("You said no. It will not be done."),
        DecisionState.STOPPED: _("It is stopped."),
        DecisionState.OPEN: _("Your word counts. It is stopped when three members say so."),
    }
    messages.success(request, said[DecisionState(decision.state)])


def _rows(account: Account) -> list[Row]:
    now = timezone.now()
    return [_row(decision, account, now) for decision in deciding.open_for(account, now=now)]


def _row(decision: Decision, account: Account, now: datetime) -> Row:
    kind, facts = deciding.kind_of(decision), decision.facts
    is_hers, may_answer = facts["by"] == str(account.pk), deciding.may_answer(account, decision)
    decides = is_hers or may_answer or account.role in TRUSTED
    left = deciding.ends_at(decision) - now
    return Row(
        id=decision.pk,
        label=kind.label,
        told=kind.told(decision) if decides else "",
        is_hers=is_hers,
        may_answer=may_answer,
        may_stop=deciding.may_stop(account, decision) and (is_hers or str(account.pk) not in facts["stops"]),
        hours_left=max(-(-left // timedelta(hours=1)), 1),  # the timetable may come later
        days_left=-(-left // timedelta(days=1)),
        is_alone=bool(facts["alone_until"]),
        stops=len(facts["stops"]),
    )


def _peers(account: Account, *, now: datetime) -> dict[str, Any]:
    """Newcomers, accounts behind a firebreak and notes: for moderators, not for admins."""
    if (account.role, account.standing) != (Role.MODERATOR, Standing.MEMBER):
        return {}
    return {
        "moderates": True,
        "newcomers": admitting.queue(by=account, now=now),
        "is_founding": admitting.is_founding(),
        "limited": suspending.limited(),
        "notes": suspending.notes(now=now),
        "sections": desk.sections(account, now=now),
    }


def _in_fours(head: str) -> str:
    """The first 16 digits, as they are noted down."""
    return " ".join(head[at : at + 4] for at in range(0, record.SHORTEST_HEAD, 4))
