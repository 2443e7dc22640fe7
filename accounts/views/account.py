"""Pages about one's own account: what there is, the end of other sessions, and showing anew who one is."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import own_phone, signing_in
from accounts.forms import DigitsForm, ProofForm
from accounts.gates import MemberRequest, account_required, asks_wholly
from accounts.second_step import SecondStepRefused, TooManyCodes
from accounts.throttling import TooManyTries
from jasmine import carrying
from jasmine.views import known_path


@account_required
@require_safe
def account(request: MemberRequest) -> HttpResponse:
    return render(request, "accounts/account.html")


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        signing_in.end_other_sessions(request, now=timezone.now())
        messages.success(request, _("Ended: you are signed in here and nowhere else."))
        return redirect("accounts:account")
    return render(request, "accounts/sessions.html")


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _proved(request)
    path = known_path(request.GET.get("next", ""))
    takes_digits = not asks_wholly(path) and own_phone.is_known(_cookie(request), now=timezone.now())
    context = {
        "form": ProofForm(),
        "phone_form": DigitsForm() if takes_digits else None,
        "next": path,
        "is_carried": carrying.is_carried(request, path=path),
    }
    return render(request, "accounts/proof.html", context)


def _proved(request: MemberRequest) -> HttpResponse:
    path = known_path(request.POST.get("next", ""))
    try:
        _prove(request)
    except (signing_in.WrongPassphrase, SecondStepRefused):
        return _asked_again(request, path, _("That was not right. Nothing was lost: try once more."))
    except own_phone.OwnPhoneRefused as refusal:
        return _asked_again(request, path, str(refusal.sentence))
    except signing_in.NotEnough:
        return _asked_again(
            request, path, _("Your passphrase was tried wrongly too often today. Type a code instead.")
        )
    except TooManyCodes:
        return _asked_again(
            request,
            path,
            _("Ten codes were wrong today. Until tomorrow, type your passphrase or a recovery code instead."),
        )
    except TooManyTries:
        return _asked_again(
            request, path, _("There are many tries just now. Wait ten seconds, then try once more.")
        )
    if carrying.is_carried(request, path=path):
        return carrying.carry_on(request) or redirect(path)
    carrying.forget(request)
    return redirect(path)


def _prove(request: MemberRequest) -> None:
    """Raises what `signing_in.prove` and `own_phone` raise."""
    form, now = ProofForm(request.POST), timezone.now()
    if "digits" in request.POST:
        account = own_phone.open_with(_cookie(request), request.POST["digits"], now=now)
        if account != request.user:
            raise signing_in.WrongPassphrase
        signing_in.note_proof(request, now=now, by_digits=True)
    elif form.is_valid() and any(form.cleaned_data.values()):
        signing_in.prove(request, now=now, **form.cleaned_data)
    else:
        raise signing_in.WrongPassphrase


def _cookie(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.OWN_PHONE_COOKIE_NAME, "")


def _asked_again(request: HttpRequest, path: str, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    answer = redirect("accounts:proof")
    answer["Location"] += f"?next={path}"
    return answer
