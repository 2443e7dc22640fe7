"""Pages about who is there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import signing_in
from accounts.forms import SignInForm

TYPED = "typed pseudonym"


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _signed_in(request)
    if request.user.is_authenticated:
        return redirect("door")
    form = SignInForm(initial={"pseudonym": request.session.pop(TYPED, "")})
    return render(request, "accounts/sign_in.html", {"form": form})


def _signed_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type your pseudonym and your passphrase."))
    else:
        try:
            signing_in.sign_in(request, now=timezone.now(), **form.cleaned_data)
            return redirect("door")
        except signing_in.WrongPassphrase:
            messages.error(
                request, _("That did not open. Look at the pseudonym and the passphrase, and try again.")
            )
    request.session[TYPED] = form.data.get("pseudonym", "")[:100]
    return redirect("accounts:sign_in")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    signing_in.sign_out(request)
    return redirect("door")
