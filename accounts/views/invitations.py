"""Her invitations: making one, taking one back, confirming who used it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import coming_back, inviting
from accounts.codes import grouped
from accounts.gates import MemberRequest, fresh_proof_required, member_required
from accounts.models import Account, Invitation, Newcomer, Return
from accounts.vouching import VouchRefused, why_not
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

FRESH = "invitation to hand over"  # in the session
SHOWN_FOR = timedelta(minutes=10)
REFUSED = (inviting.InvitingRefused, coming_back.ComingBackRefused, VouchRefused)


@dataclass(frozen=True)
class Shown:
    """One of hers. `state`: open, over, taken_back, gone, to_confirm, confirmed, let_in; `who` used it, or ""."""

    pk: UUID
    state: str
    made_on: date
    good_until: date
    who: str
    is_return: bool


@member_required
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        return _acted(request, now)
    code = kept_briefly(request.session, FRESH, now=now.timestamp())
    own = Invitation.objects.of(request.user, today=now.date())
    context = {
        "code": grouped(code) if code else "",
        # Behind the "#": a browser sends no part of an address that stands there, so no log has it.
        "link": f"{request.build_absolute_uri(reverse('accounts:join'))}#{code}" if code else "",
        "invitations": [_shown(invitation, now) for invitation in own],
        "why_not": why_not(request.user, now=now),
        "left": max(inviting.invitations_left(request.user, now=now), 0),
    }
    return render(request, "accounts/invitations.html", context)


def _acted(request: MemberRequest, now: datetime) -> HttpResponse:
    try:
        match request.POST.get("act"):
            case "take-back":
                inviting.take_back(_id(request), by=request.user, now=now)
                forget_kept(request.session, FRESH)
                messages.success(request, _("Taken back: nobody can use it any more."))
            case "confirm":
                _confirm(request, now)
            case "done":
                forget_kept(request.session, FRESH)
            case _:
                code = inviting.invite(by=request.user, now=now)
                keep_briefly(request.session, FRESH, code, until=(now + SHOWN_FOR).timestamp())
    except REFUSED as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:invitations")


def _confirm(request: MemberRequest, now: datetime) -> None:
    invitation = Invitation.objects.filter(pk=_id(request)).first()
    is_return = invitation is not None and bool(invitation.facts["returning"])
    confirm = coming_back.confirm_return if is_return else inviting.confirm
    confirm(_id(request), by=request.user, now=now)
    messages.success(request, _("Thank you. Your word counts for her now."))


def _id(request: MemberRequest) -> UUID:
    try:
        return UUID(request.POST.get("invitation", ""))
    except ValueError:
        raise Http404 from None


def _shown(invitation: Invitation, now: datetime) -> Shown:
    who, facts = _who_used(invitation), invitation.facts
    if invitation.is_spent:
        state = _state_of_used(facts) if who else "gone"
    elif facts["taken_back"]:
        state = "taken_back"
    else:
        state = "open" if invitation.is_open(now=now) else "over"
    days = (invitation.made_at.date(), invitation.good_until.date())
    return Shown(invitation.pk, state, *days, who=who, is_return=bool(facts["returning"]))


def _state_of_used(facts: dict[str, Any]) -> str:
    if facts["confirmed"]:
        return "confirmed"
    waits = facts["returning"] or Newcomer.objects.filter(account=facts["used_by"]).exists()
    return "to_confirm" if waits else "let_in"


def _who_used(invitation: Invitation) -> str:
    """The pseudonym that used it; "" if none has, or if its account is gone."""
    if pk := invitation.facts["returning"]:
        asked = Return.objects.filter(pk=pk).first()
        return str(asked.facts["pseudonym"]) if asked else ""
    pk = invitation.facts["used_by"]
    account = Account.objects.filter(pk=pk).first() if pk else None
    return account.pseudonym if account else ""
