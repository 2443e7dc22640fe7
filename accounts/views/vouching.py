"""Vouching in two steps: the code, then the pseudonym that it names and how she knows her."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import coming_back, guessing, vouching
from accounts.forms import CodeForm, VouchForm
from accounts.gates import MemberRequest, fresh_proof_required, member_required
from accounts.models import Account
from accounts.throttling import TooManyTries, network_of
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

CODE = "whom she vouches for"  # in the session
KEPT_FOR = timedelta(minutes=10)
REFUSED = (vouching.VouchRefused, coming_back.ComingBackRefused)


@member_required
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        if "other" in request.POST:
            forget_kept(request.session, CODE)
            return redirect("accounts:vouch")
        return _vouched(request) if "confirm" in request.POST else _found(request)
    now = timezone.now()
    if code := kept_briefly(request.session, CODE, now=now.timestamp()):
        try:
            context = {"pseudonym": _whom(code, by=request.user, now=now), "form": VouchForm()}
            return render(request, "accounts/vouch_confirm.html", context)
        except REFUSED:
            forget_kept(request.session, CODE)
    form = CodeForm(label=_("Her vouch code: 12 digits"))
    context = {"form": form, "words_left": max(vouching.words_left(request.user, now=now), 0)}
    return render(request, "accounts/vouch.html", context)


def _found(request: MemberRequest) -> HttpResponse:
    now, typed = timezone.now(), request.POST.get("code", "")[:100]
    try:
        vouching.refuse_voucher(request.user, now=now)
        with guessing.a_guess(network_of(request), now=now):
            _whom(typed, by=request.user, now=now)
        keep_briefly(request.session, CODE, typed, until=(now + KEPT_FOR).timestamp())
    except REFUSED as refusal:
        messages.error(request, str(refusal.sentence))
    except TooManyTries:
        messages.error(request, _("There were many wrong codes. Wait an hour, then try again."))
    return redirect("accounts:vouch")


def _vouched(request: MemberRequest) -> HttpResponse:
    now, form = timezone.now(), VouchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how you know her."))
        return redirect("accounts:vouch")
    code = kept_briefly(request.session, CODE, now=now.timestamp()) or ""
    forget_kept(request.session, CODE)
    try:
        _give_word(code, by=request.user, now=now, how=form.cleaned_data["how"])
        messages.success(request, _("Thank you. Your word counts for her now."))
    except REFUSED as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:vouch")


def _whom(code: str, *, by: Account, now: datetime) -> str:
    """The pseudonym of who waits with that code, or wants to come back with it. Raises what REFUSED names."""
    try:
        return vouching.find(code, by=by, now=now).account.pseudonym
    except vouching.WrongCode:
        return str(coming_back.find_return(code, by=by, now=now).facts["pseudonym"])


def _give_word(code: str, *, by: Account, now: datetime, how: str) -> None:
    try:
        vouching.vouch(code, by=by, how=how, now=now)
    except vouching.WrongCode:
        coming_back.vouch_for_return(code, by=by, now=now)
