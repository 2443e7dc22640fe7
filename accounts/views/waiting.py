"""Where a newcomer waits: her vouch code, what the moderators ask, and a note for those who know nobody."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import admitting
from accounts.codes import grouped
from accounts.forms import WordsForm
from accounts.gates import MemberRequest, waiting_required
from accounts.models import Newcomer
from accounts.models.vouching import WAITS_FOR
from accounts.vocabulary import Door

TYPED = "typed while waiting"  # in the session: what was refused, for the next page


@waiting_required
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _written(request)
    newcomer = admitting.waiting_of(request.user, today=timezone.now().date())
    if newcomer is not None and newcomer.is_refused:
        return render(request, "accounts/waiting_refused.html")
    return render(request, "accounts/waiting.html", _shown(newcomer, request))


def _shown(newcomer: Newcomer | None, request: MemberRequest) -> dict[str, Any]:
    facts = newcomer.facts if newcomer else {}
    joined_on = newcomer.since if newcomer else request.user.joined_on
    typed = request.session.pop(TYPED, "")
    asked = bool(newcomer and newcomer.is_asked)
    return {
        "vouch_code": grouped(facts.get("vouch_code", "")),
        "days_left": max((joined_on + WAITS_FOR - timezone.now().date()).days, 0),
        "question": facts.get("question", ""),
        "answer": facts.get("answer", ""),
        "is_asked": asked,
        "by_note": facts.get("door") == Door.NOTE,
        "has_filed": facts.get("has_filed", False),
        "answer_form": WordsForm(label=_("Your answer"), initial={"text": typed if asked else ""}),
        "note_form": WordsForm(
            label=_("Your note to the moderators"),
            initial={"text": facts.get("note", "") if asked or not typed else typed},
        ),
    }


def _written(request: MemberRequest) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write a few words, at most 500 characters."))
        request.session[TYPED] = request.POST.get("text", "")[:2000]
        return redirect("accounts:waiting")
    try:
        _kept(request, form.cleaned_data["text"])
        messages.success(request, _("The moderators will read it."))
    except admitting.NotWaiting:
        messages.error(request, _("There is no question any more."))
    return redirect("accounts:waiting")


def _kept(request: MemberRequest, text: str) -> None:
    if request.POST.get("act") == "answer":
        admitting.answer(request.user, text=text)
    else:
        admitting.write_note(request.user, note=text, now=timezone.now())
