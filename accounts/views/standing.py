"""The page of somebody who may not come in just now, and the moderators' page about who may."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import deciding, suspending
from accounts.forms import StandingForm, WordsForm
from accounts.gates import MemberRequest, account_required, fresh_proof_required, trusted_or_404
from accounts.models import Account, Note
from accounts.vocabulary import Role, Standing

STATES = {
    Standing.LIMITED: "accounts/standing_limited.html",
    Standing.PAUSED: "accounts/standing_paused.html",
    Standing.SUSPENDED: "accounts/standing_suspended.html",
    Standing.ASLEEP: "accounts/standing_asleep.html",
}


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: MemberRequest) -> HttpResponse:
    """What her standing means, what she can do now, and a few words to the moderators."""
    if request.user.standing not in STATES:
        return redirect("accounts:waiting" if request.user.standing == Standing.WAITING else "door")
    if request.method == "POST":
        return _written(request)
    now = timezone.now()
    is_paused = request.user.standing == Standing.PAUSED
    context = {
        "form": WordsForm(label=_("Write to the moderators")),
        "hours_left": _hours(suspending.paused_until(request.user) - now) if is_paused else 0,
        "has_written": bool(Note.objects.of(str(request.user.pk), today=now.date())),
    }
    return render(request, STATES[Standing(request.user.standing)], context)


def _hours(left: Any) -> int:
    return max(int(left.total_seconds() // 3600) + 1, 1)


def _written(request: MemberRequest) -> HttpResponse:
    form = WordsForm(request.POST)
    if form.is_valid():
        suspending.write_note(request.user, text=form.cleaned_data["text"], now=timezone.now())
        messages.success(request, _("The moderators will read it."))
    else:
        messages.error(request, _("Write a few words, at most 500 characters."))
    return redirect("accounts:standing")


# --- for moderators -----------------------------------------------------------------------------------------


@trusted_or_404
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: MemberRequest) -> HttpResponse:
    """Pause an account, ask for its suspension or for the end of it, by the pseudonym that she was told."""
    _refuse_unless_moderator(request)
    if request.method == "POST":
        return _acted(request)
    return render(request, "accounts/members.html", {"form": StandingForm()})


def _acted(request: MemberRequest) -> HttpResponse:
    form = StandingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type the pseudonym."))
        return redirect("accounts:members")
    try:
        messages.success(request, _done(request, **form.cleaned_data))
    except deciding.DecisionRefused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:members")


def _done(request: MemberRequest, *, pseudonym: str, why: str) -> str:
    """Do it, and say what was done. Raises DecisionRefused."""
    now, by, account = timezone.now(), request.user, suspending.named(pseudonym)
    match request.POST.get("act"):
        case "pause":
            suspending.pause(account, by=by, now=now)
            return _("Paused for 72 hours. It lifts itself unless two suspend the account.")
        case "lift":
            suspending.lift_pause(account, by=by, now=now)
            return _("The pause is lifted.")
        case "suspend" if why:
            deciding.ask(suspending.SUSPEND, about=str(account.pk), by=by, now=now, why=why)
            return _("Asked. It is done when a second person agrees.")
        case "unsuspend":
            deciding.ask(suspending.LIFT, about=str(account.pk), by=by, now=now)
            return _("Asked. It is done when a second person agrees.")
    return _("Nothing was done: say why, and choose again.")


@trusted_or_404
@require_POST
def limited(request: MemberRequest, pk: Any) -> HttpResponse:
    """A moderator has looked at an account behind a firebreak: `act` yes."""
    _refuse_unless_moderator(request)
    account = get_object_or_404(Account, pk=pk, standing=Standing.LIMITED)
    try:
        if request.POST.get("act") == "yes":
            suspending.clear(account, by=request.user, now=timezone.now())
            messages.success(request, _("She is a member like the others again."))
    except deciding.DecisionRefused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:moderation")


@trusted_or_404
@require_POST
def note(request: MemberRequest, pk: Any) -> HttpResponse:
    """Put a note away that was read."""
    _refuse_unless_moderator(request)
    suspending.put_away(get_object_or_404(Note, pk=pk))
    return redirect("accounts:moderation")


def _refuse_unless_moderator(request: MemberRequest) -> None:
    if request.user.role != Role.MODERATOR:
        raise Http404
