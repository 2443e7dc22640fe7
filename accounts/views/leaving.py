"""Closing one's account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import leaving
from accounts.forms import CloseForm
from accounts.gates import MemberRequest, account_required, whole_proof_required


@account_required
@whole_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _closed(request)
    return render(request, "accounts/account_close.html", {"form": CloseForm()})


def _closed(request: MemberRequest) -> HttpResponse:
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what becomes of your reports."))
        return redirect("accounts:close")
    try:
        keep = form.cleaned_data["reports"] == CloseForm.KEEP
        leaving.close(request.user, keep_reports=keep, now=timezone.now())
    except leaving.LastAdmin as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("accounts:close")
    logout(request)
    messages.success(request, _("Your account is deleted. Take care of yourself."))
    return redirect("door")
