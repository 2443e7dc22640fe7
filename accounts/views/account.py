"""Pages about one's own account: what there is, the end of other sessions, and showing anew who one is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import signing_in
from accounts.forms import ProofForm
from accounts.gates import MemberRequest, account_required
from accounts.second_step import SecondStepRefused
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
    context = {"form": ProofForm(), "next": path, "is_carried": carrying.is_carried(request, path=path)}
    return render(request, "accounts/proof.html", context)


def _proved(request: MemberRequest) -> HttpResponse:
    form, path = ProofForm(request.POST), known_path(request.POST.get("next", ""))
    if not form.is_valid() or not any(form.cleaned_data.values()):
        return _asked_again(request, path, _("Type your passphrase or a code."))
    try:
        signing_in.prove(request, now=timezone.now(), **form.cleaned_data)
    except (signing_in.WrongPassphrase, SecondStepRefused):
        return _asked_again(request, path, _("That was not right. Nothing was lost: try once more."))
    except TooManyTries:
        return _asked_again(
            request, path, _("There are many tries just now. Wait ten seconds, then try once more.")
        )
    except signing_in.NotEnough:
        return _asked_again(
            request, path, _("Your passphrase was tried wrongly too often today. Type a code instead.")
        )
    if carrying.is_carried(request, path=path):
        return carrying.carry_on(request) or redirect(path)
    carrying.forget(request)
    return redirect(path)


def _asked_again(request: HttpRequest, path: str, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    answer = redirect("accounts:proof")
    answer["Location"] += f"?next={path}"
    return answer
