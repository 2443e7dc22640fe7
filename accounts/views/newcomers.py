"""The moderators' word on a newcomer: yes, no, or a question."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import admitting, deciding, vouching
from accounts.forms import WordsForm
from accounts.gates import MemberRequest, trusted_or_404
from accounts.models import Newcomer
from accounts.vocabulary import Role


@trusted_or_404
@require_POST
def decide(request: MemberRequest, pk: UUID) -> HttpResponse:
    newcomer = Newcomer.objects.filter(pk=pk).first()
    if newcomer is None or request.user.role != Role.MODERATOR:
        raise Http404
    try:
        if said := _decided(request, newcomer):
            messages.success(request, said)
    except (deciding.DecisionRefused, vouching.VouchRefused) as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:moderation")


def _decided(request: MemberRequest, newcomer: Newcomer) -> str:
    """What was done, in a sentence. Raises DecisionRefused, VouchRefused."""
    now, by = timezone.now(), request.user
    match request.POST.get("act"):
        case "yes":
            admitting.admit(newcomer, by=by, now=now, waive="waive" in request.POST)
            return _("She is in.")
        case "met":
            deciding.ask(admitting.SECOND_DOOR, about=str(newcomer.account_id), by=by, now=now)
            return _("Asked. She is in when a second person who met her agrees.")
        case "no":
            admitting.turn_away(newcomer, by=by, now=now)
            return _("She is told. Her account is deleted in a week.")
        case "ask":
            return _asked(request, newcomer)
    return ""


def _asked(request: MemberRequest, newcomer: Newcomer) -> str:
    form = WordsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write a few words, at most 500 characters."))
        return ""
    admitting.ask(newcomer, by=request.user, question=form.cleaned_data["text"], now=timezone.now())
    return _("She reads your question where she waits.")
