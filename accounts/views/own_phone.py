"""Six digits on her own phone."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import own_phone, signing_in
from accounts.forms import NewDigitsForm
from accounts.gates import MemberRequest, member_required, room_required, whole_proof_required
from accounts.models.own_phone import GOOD_FOR
from jasmine import carrying


@member_required
@whole_proof_required
@room_required
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: MemberRequest) -> HttpResponse:
    """Opt in on this phone; the page says first what somebody who searches it could see."""
    if request.method == "POST":
        return _set(request)
    context = {"form": NewDigitsForm(), "is_set": own_phone.is_known(_cookie(request), now=timezone.now())}
    return render(request, "accounts/own_phone.html", context)


def _set(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    try:
        cookie = own_phone.set_digits(request.user, request.POST.get("digits", ""), now=now)
    except own_phone.OwnPhoneRefused as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("accounts:own_phone")
    own_phone.forget(_cookie(request), now=now)
    messages.success(request, _("From now on six digits are enough on this phone, for 30 days."))
    answer = redirect("accounts:account")
    # Strict: no page elsewhere can make this phone send it.
    answer.set_cookie(
        settings.OWN_PHONE_COOKIE_NAME,
        cookie,
        max_age=GOOD_FOR,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Strict",
    )
    return answer


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    try:
        account = own_phone.open_with(_cookie(request), request.POST.get("digits", ""), now=now)
    except own_phone.NotHerPhone as refusal:
        messages.error(request, str(refusal.sentence))
        return _without_cookie(redirect("accounts:sign_in"))
    except own_phone.OwnPhoneRefused as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("accounts:sign_in")
    signing_in.finish(request, account, now=now, by_digits=True)
    return carrying.carry_on(request) or redirect("door")


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Whoever holds the phone may do it: it takes a way in from it, and gives none."""
    own_phone.forget(_cookie(request), now=timezone.now())
    messages.success(request, _("This phone is forgotten: digits no longer open on it."))
    return _without_cookie(
        redirect("accounts:account" if request.user.is_authenticated else "accounts:sign_in")
    )


def _cookie(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.OWN_PHONE_COOKIE_NAME, "")


def _without_cookie(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(settings.OWN_PHONE_COOKIE_NAME, samesite="Strict")
    return answer
