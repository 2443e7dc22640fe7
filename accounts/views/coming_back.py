"""Coming back: with a spare key, or through two who know her; sleeping and waking."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import coming_back, guessing, inviting, passphrases, shown_once
from accounts.codes import grouped
from accounts.deciding import NotForHer
from accounts.forms import CodeForm, ComeBackForm, NamedForm, ReturnForm
from accounts.gates import (
    MemberRequest,
    account_required,
    fresh_proof_required,
    member_required,
    trusted_or_404,
)
from accounts.hash_slots import NoRoom, hash_slot
from accounts.throttling import TooManyTries, network_of
from accounts.vocabulary import Role
from accounts.vouching import VouchRefused, refuse_voucher, why_not
from accounts.wordlists import languages_for
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

KEPT_FOR = timedelta(minutes=30)
TYPED_FOR = timedelta(minutes=2)  # until the page is shown again; with what nobody else should read
TYPED = "typed to come back"  # in the session, as the three that follow
WORDS = "words to come back with"
VOUCH_CODE = "vouch code to come back with"
CODE = "who she vouches comes back"


@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest) -> HttpResponse:
    """With pseudonym and spare key; then she signs in, with a second step if she has one."""
    now = timezone.now()
    if request.method == "POST":
        return _came_back(request, now)
    form = ComeBackForm(initial=_kept(request, TYPED, now) or {})
    return render(request, "accounts/come_back.html", {"form": form, "phrases": _phrases(request, now)})


def _came_back(request: HttpRequest, now: datetime) -> HttpResponse:
    form = ComeBackForm(_typed(request, ComeBackForm, now))
    if not form.is_valid():
        messages.error(request, _("Type your pseudonym, your spare key and a new passphrase."))
        return redirect("accounts:come_back")
    try:
        account, spare_key = coming_back.come_back(network=network_of(request), now=now, **form.cleaned_data)
    except (coming_back.WrongSpareKey, passphrases.PassphraseRefused) as refusal:
        messages.error(request, str(refusal.sentence))
    except TooManyTries:
        messages.error(request, _("There are many tries just now. Wait ten seconds, then try once more."))
    else:
        _forget(request)
        request.session.cycle_key()
        shown_once.keep(request.session, spare_key, pseudonym=account.pseudonym, now=now)
        return redirect("accounts:spare_key_shown")
    return redirect("accounts:come_back")


@require_http_methods(["GET", "HEAD", "POST"])
def come_back_invited(request: HttpRequest) -> HttpResponse:
    """Without spare key: with a fresh invitation, and the word of a second member."""
    now = timezone.now()
    if request.method == "POST":
        return _asked(request, now)
    if code := _kept(request, VOUCH_CODE, now):
        return render(request, "accounts/come_back_code.html", {"vouch_code": grouped(code)})
    form = ReturnForm(initial=_kept(request, TYPED, now) or {})
    context = {"form": form, "phrases": _phrases(request, now)}
    return render(request, "accounts/come_back_invited.html", context)


def _asked(request: HttpRequest, now: datetime) -> HttpResponse:
    form = ReturnForm(_typed(request, ReturnForm, now))
    if not form.is_valid():
        messages.error(request, _("Type your pseudonym, your invitation and a new passphrase."))
        return redirect("accounts:come_back_invited")
    try:
        code = _vouch_code(request, form.cleaned_data, now)
    except (inviting.WrongCode, passphrases.PassphraseRefused) as refusal:
        messages.error(request, str(refusal.sentence))
    except TooManyTries:
        messages.error(request, _("There were many wrong codes. Wait an hour, then try again."))
    except NoRoom:
        messages.warning(request, _("Many people are signing in just now. Press the button once more."))
    else:
        _forget(request)
        keep_briefly(request.session, VOUCH_CODE, code, until=(now + KEPT_FOR).timestamp())
    return redirect("accounts:come_back_invited")


def _vouch_code(request: HttpRequest, said: dict[str, str], now: datetime) -> str:
    network = network_of(request)
    with guessing.a_guess(network, now=now):
        inviting.read(said["invitation"], now=now)
    with hash_slot(network):
        return coming_back.ask_to_return(said.pop("invitation"), now=now, **said)


def _typed(request: HttpRequest, form: type, now: datetime) -> dict[str, str]:
    """What is in the boxes, kept for when the page is shown again; the address bar and the browser have none of it."""
    typed = {name: request.POST.get(name, "") for name in form.base_fields}  # type: ignore[attr-defined]
    keep_briefly(request.session, TYPED, typed, until=(now + TYPED_FOR).timestamp())
    return typed


def _phrases(request: HttpRequest, now: datetime) -> dict[str, str]:
    language = get_language() or "en"
    kept = _kept(request, WORDS, now)
    if kept is None or list(kept) != languages_for(language):
        kept = {one: passphrases.propose(one) for one in languages_for(language)}
        keep_briefly(request.session, WORDS, kept, until=(now + KEPT_FOR).timestamp())
    return dict(kept)


def _forget(request: HttpRequest) -> None:
    for name in (TYPED, WORDS):
        forget_kept(request.session, name)


def _kept(request: HttpRequest, name: str, now: datetime) -> Any:
    return kept_briefly(request.session, name, now=now.timestamp())


# --- for members who know her -------------------------------------------------------------------------------


@member_required
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def come_back_vouch(request: MemberRequest) -> HttpResponse:
    """A member's word for somebody who comes back: her code, then the pseudonym that it names."""
    now = timezone.now()
    if request.method == "POST":
        if "other" in request.POST:
            forget_kept(request.session, CODE)
            return redirect("accounts:come_back_vouch")
        return _vouched(request, now) if "confirm" in request.POST else _found(request, now)
    if code := _kept(request, CODE, now):
        try:
            asked = coming_back.find_return(code, by=request.user, now=now)
            context = {"pseudonym": asked.facts["pseudonym"]}
            return render(request, "accounts/come_back_confirm.html", context)
        except coming_back.ComingBackRefused:
            forget_kept(request.session, CODE)
    form = CodeForm(label=_("Her vouch code: 12 digits"))
    context = {"form": form, "why_not": why_not(request.user, now=now)}
    return render(request, "accounts/come_back_vouch.html", context)


def _found(request: MemberRequest, now: datetime) -> HttpResponse:
    typed = request.POST.get("code", "")[:100]
    try:
        refuse_voucher(request.user, now=now)
        with guessing.a_guess(network_of(request), now=now):
            coming_back.find_return(typed, by=request.user, now=now)
        keep_briefly(request.session, CODE, typed, until=(now + KEPT_FOR).timestamp())
    except (coming_back.ComingBackRefused, VouchRefused) as refusal:
        messages.error(request, str(refusal.sentence))
    except TooManyTries:
        messages.error(request, _("There were many wrong codes. Wait an hour, then try again."))
    return redirect("accounts:come_back_vouch")


def _vouched(request: MemberRequest, now: datetime) -> HttpResponse:
    code = _kept(request, CODE, now) or ""
    forget_kept(request.session, CODE)
    try:
        coming_back.vouch_for_return(code, by=request.user, now=now)
        messages.success(request, _("Thank you. Your word counts for her now."))
    except (coming_back.ComingBackRefused, VouchRefused) as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:come_back_vouch")


# --- asleep -------------------------------------------------------------------------------------------------


@account_required
@require_POST
def wake(request: MemberRequest) -> HttpResponse:
    """She has signed in, so it is she."""
    try:
        coming_back.wake(request.user, now=timezone.now())
        messages.success(request, _("Your account is awake."))
    except coming_back.NotAsItStands as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("door")


@trusted_or_404
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def sleep(request: MemberRequest) -> HttpResponse:
    """For moderators: somebody says that her phone is gone."""
    if request.user.role != Role.MODERATOR:
        raise Http404
    if request.method == "POST":
        return _put_to_sleep(request)
    return render(request, "accounts/sleep.html", {"form": NamedForm()})


def _put_to_sleep(request: MemberRequest) -> HttpResponse:
    form = NamedForm(request.POST)
    try:
        if form.is_valid():
            pseudonym = form.cleaned_data["pseudonym"]
            coming_back.put_to_sleep(pseudonym, by=request.user, now=timezone.now())
            messages.success(request, _("The account is asleep. She wakes it herself."))
        else:
            messages.error(request, _("Type the pseudonym."))
    except (coming_back.ComingBackRefused, NotForHer) as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:sleep")
