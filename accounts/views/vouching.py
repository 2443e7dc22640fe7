"""Vouching in two steps: the code, then the pseudonym that it names and how she knows her."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import guessing, vouching
from accounts.forms import CodeForm, VouchForm
from accounts.gates import MemberRequest, fresh_proof_required, member_required
from accounts.throttling import TooManyTries, network_of
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

CODE = "whom she vouches for"  # in the session
KEPT_FOR = timedelta(minutes=10)


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
            newcomer = vouching.find(code, by=request.user, now=now)
            context = {"pseudonym": newcomer.account.pseudonym, "form": VouchForm()}
            return render(request, "accounts/vouch_confirm.html", context)
        except vouching.VouchRefused:
            forget_kept(request.session, CODE)
    form = CodeForm(label=_("Her vouch code: 12 digits"))
    context = {
        "form": form,
        "why_not": vouching.why_not(request.user, now=now),
        "words_left": max(vouching.words_left(request.user, now=now), 0),
    }
    return render(request, "accounts/vouch.html", context)


def _found(request: MemberRequest) -> HttpResponse:
    now, typed = timezone.now(), request.POST.get("code", "")[:100]
    try:
        vouching.refuse_voucher(request.user, now=now)
        with guessing.a_guess(network_of(request), now=now):
            vouching.find(typed, by=request.user, now=now)
        keep_briefly(request.session, CODE, typed, until=(now + KEPT_FOR).timestamp())
    except vouching.VouchRefused as refusal:
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
        vouching.vouch(code, by=request.user, how=form.cleaned_data["how"], now=now)
        messages.success(request, _("Thank you. Your word counts for her now."))
    except vouching.VouchRefused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:vouch")
