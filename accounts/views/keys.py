"""A new passphrase, a new spare key, and the page that shows a spare key once."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import coming_back, passphrases, shown_once
from accounts.codes import grouped
from accounts.forms import NewPassphraseForm
from accounts.gates import MemberRequest, account_required, room_required, whole_proof_required
from accounts.wordlists import languages_for


@require_http_methods(["GET", "HEAD", "POST"])
def spare_key_shown(request: HttpRequest) -> HttpResponse:
    """What was made a moment ago, until she says that she has it on paper."""
    kept = shown_once.kept(request.session, now=timezone.now())
    if request.method == "POST" or kept is None:
        shown_once.forget(request.session)
        return redirect("door" if request.user.is_authenticated else "accounts:sign_in")
    context = {"spare_key": grouped(kept["spare_key"]), "pseudonym": kept["pseudonym"]}
    return render(request, "accounts/spare_key_shown.html", context)


@account_required
@whole_proof_required
@room_required
@require_http_methods(["GET", "HEAD", "POST"])
def spare_key(request: MemberRequest) -> HttpResponse:
    """For when the slip of paper is lost, or was seen."""
    if request.method == "POST":
        fresh = coming_back.new_spare_key(request.user)
        shown_once.keep(request.session, fresh, pseudonym=request.user.pseudonym, now=timezone.now())
        return redirect("accounts:spare_key_shown")
    return render(request, "accounts/spare_key.html")


@account_required
@whole_proof_required
@room_required
@require_http_methods(["GET", "HEAD", "POST"])
def passphrase(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _changed(request)
    languages = languages_for(get_language() or "en")
    phrases = {language: passphrases.propose(language) for language in languages}
    return render(request, "accounts/passphrase.html", {"form": NewPassphraseForm(), "phrases": phrases})


def _changed(request: MemberRequest) -> HttpResponse:
    try:
        account = coming_back.change_passphrase(request.user, request.POST.get("passphrase", ""))
    except passphrases.PassphraseRefused as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("accounts:passphrase")
    update_session_auth_hash(request, account)
    messages.success(
        request,
        _(
            "Your passphrase is changed, and your visits elsewhere are ended. Your spare key still holds. "
            "Digits no longer open on any phone."
        ),
    )
    return redirect("accounts:account")
