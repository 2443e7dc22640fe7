"""Joining: the invitation, then a pseudonym and a passphrase."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import guessing, inviting, joining, passphrases, pseudonyms, shown_once, signing_in
from accounts.forms import InvitationForm, JoinForm
from accounts.hash_slots import NoRoom, hash_slot
from accounts.throttling import TooManyTries, network_of
from accounts.wordlists import languages_for
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

KEPT_FOR = timedelta(minutes=30)
TYPED_FOR = timedelta(minutes=2)  # until the page is shown again; with what nobody else should read
INVITATION = "invitation"  # in the session, as the two that follow
PROPOSED = "proposed to join with"
TYPED = "typed to join"
REFUSED = (joining.JoiningRefused, passphrases.PassphraseRefused, pseudonyms.PseudonymRefused)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Opening it spends nothing, and an address cannot bring an invitation: it would stand in logs and histories."""
    if request.user.is_authenticated:
        return redirect("door")
    now = timezone.now()
    if request.method == "POST":
        return _posted(request, now)
    if _kept(request, INVITATION, now) is None:
        return render(request, "accounts/join.html", {"form": InvitationForm()})
    proposed = _proposed(request, now)
    typed = _kept(request, TYPED, now) or {"pseudonym": proposed["pseudonym"]}
    context = {"form": JoinForm(initial=typed), "phrases": proposed["phrases"]}
    return render(request, "accounts/join_as.html", context)


def _posted(request: HttpRequest, now: datetime) -> HttpResponse:
    if "invitation" in request.POST:
        return _invited(request, now)
    if request.POST.get("act") == "other":
        forget_kept(request.session, PROPOSED)
        forget_kept(request.session, TYPED)
        return redirect("accounts:join")
    return _joined(request, now)


def _invited(request: HttpRequest, now: datetime) -> HttpResponse:
    """Nothing is spent yet."""
    typed = request.POST["invitation"][:100]
    try:
        with guessing.a_guess(network_of(request), now=now):
            inviting.read(typed, now=now)
        keep_briefly(request.session, INVITATION, typed, until=(now + KEPT_FOR).timestamp())
    except inviting.WrongCode as refusal:
        messages.error(request, str(refusal.sentence))
    except TooManyTries:
        messages.error(request, _("There were many wrong codes. Wait an hour, then try again."))
    return redirect("accounts:join")


def _joined(request: HttpRequest, now: datetime) -> HttpResponse:
    form = JoinForm({name: request.POST.get(name, "") for name in JoinForm.base_fields})
    code = _kept(request, INVITATION, now)
    if code is None:
        messages.error(request, _("That took long. Please type your invitation once more."))
        return redirect("accounts:join")
    keep_briefly(request.session, TYPED, dict(form.data), until=(now + TYPED_FOR).timestamp())
    if not form.is_valid():
        messages.error(request, _("Type a passphrase: the five words, or your own."))
        return redirect("accounts:join")
    return _tried(request, code, form.cleaned_data, now)


def _tried(request: HttpRequest, code: str, said: dict[str, str], now: datetime) -> HttpResponse:
    try:
        with hash_slot(network_of(request)):
            account, spare_key = joining.join(code, now=now, language=_language(), **said)
    except joining.WrongCode as refusal:
        forget_kept(request.session, INVITATION)
        messages.error(request, str(refusal.sentence))
    except REFUSED as refusal:
        messages.error(request, str(refusal.sentence))
    except NoRoom:
        messages.warning(request, _("Many people are signing in just now. Press the button once more."))
    else:
        for name in (INVITATION, PROPOSED, TYPED):
            forget_kept(request.session, name)
        signing_in.finish(request, account, now=now)
        shown_once.keep(request.session, spare_key, pseudonym=account.pseudonym, now=now)
        return redirect("accounts:spare_key_shown")
    return redirect("accounts:join")


def _proposed(request: HttpRequest, now: datetime) -> dict[str, object]:
    """A pseudonym, and five words in each language that is offered: the same until she asks for others."""
    kept = _kept(request, PROPOSED, now)
    if kept is None or kept["language"] != _language():
        kept = {
            "language": _language(),
            "pseudonym": pseudonyms.propose(_language()),
            "phrases": {language: passphrases.propose(language) for language in languages_for(_language())},
        }
        keep_briefly(request.session, PROPOSED, kept, until=(now + KEPT_FOR).timestamp())
    return kept


def _kept(request: HttpRequest, name: str, now: datetime) -> Any:
    return kept_briefly(request.session, name, now=now.timestamp())


def _language() -> str:
    return get_language() or "en"
