"""Pages about who is there."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import own_phone, signing_in
from accounts.forms import DigitsForm, SignInForm
from accounts.throttling import TooManyTries
from jasmine import carrying
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

TYPED = "typed pseudonym"  # in the session
WAITS = "typed and not looked at"  # in the session: so that who has to wait need not type it again
WAITS_FOR_SECONDS = 60


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _signed_in(request)
    if request.user.is_authenticated:
        return redirect("door")
    waits = _waits(request)
    form = SignInForm(initial=waits or {"pseudonym": request.session.pop(TYPED, "")}, waits=waits is not None)
    context = {"form": form, "is_carried": carrying.is_carried(request), "phone_form": _phone_form(request)}
    return render(request, "accounts/sign_in.html", context)


def _phone_form(request: HttpRequest) -> DigitsForm | None:
    """The box for six digits, on a phone on which they are enough."""
    cookie = request.COOKIES.get(settings.OWN_PHONE_COOKIE_NAME, "")
    return DigitsForm() if own_phone.is_known(cookie, now=timezone.now()) else None


def _signed_in(request: HttpRequest) -> HttpResponse:
    now, waits = timezone.now(), _waits(request)
    form = SignInForm(_typed_again(request, waits))
    forget_kept(request.session, WAITS)
    if not form.is_valid():
        return _once_more(request, form, _("Type your pseudonym and your passphrase."))
    try:
        is_in = signing_in.begin(request, now=now, **form.cleaned_data)
    except signing_in.WrongPassphrase:
        return _once_more(
            request, form, _("That did not open. Look at the pseudonym and the passphrase, and try again.")
        )
    except TooManyTries:
        keep_briefly(request.session, WAITS, form.cleaned_data, until=now.timestamp() + WAITS_FOR_SECONDS)
        messages.warning(
            request,
            _(
                "There are many tries just now. Wait ten seconds, then press the button again: "
                "what you typed is kept for a minute."
            ),
        )
        return redirect("accounts:sign_in")
    return _gone_on(request) if is_in else redirect("accounts:sign_in_second_step")


def _gone_on(request: HttpRequest) -> HttpResponse:
    return carrying.carry_on(request) or redirect("door")


def _once_more(request: HttpRequest, form: SignInForm, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    request.session[TYPED] = form.data.get("pseudonym", "")[:100]
    return redirect("accounts:sign_in")


def _waits(request: HttpRequest) -> dict[str, str] | None:
    """Pseudonym and passphrase that could not be looked at a moment ago."""
    waits: dict[str, str] | None = kept_briefly(request.session, WAITS, now=timezone.now().timestamp())
    return waits


def _typed_again(request: HttpRequest, waits: dict[str, str] | None) -> dict[str, str]:
    """What is in the boxes; an empty one for the passphrase means the one that waits for that pseudonym."""
    typed = {name: request.POST.get(name, "") for name in SignInForm.base_fields}
    if waits and not typed["passphrase"] and typed["pseudonym"].strip() == waits["pseudonym"]:
        return waits
    return typed


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    signing_in.sign_out(request)
    return redirect("door")
