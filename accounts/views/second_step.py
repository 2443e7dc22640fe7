"""Pages about what is shown beside a passphrase, or in its place."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import passkeys, recovery, second_step, signing_in, totp
from accounts.forms import CodeForm
from accounts.gates import MemberRequest, account_required, whole_proof_required
from accounts.models import Account
from accounts.models.second_steps import SecondStep
from accounts.second_step import (
    NoSuchStep,
    StillNeeded,
    TooManyCodes,
    TooManyPasskeys,
    WrongCode,
    WrongPasskey,
)
from accounts.throttling import TooManyTries
from accounts.vocabulary import TRUSTED, Standing
from jasmine import carrying
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

# In the session, with how long.
CHALLENGE, CHALLENGE_FOR = "question to a passkey", timedelta(minutes=2)
SEED, SEED_FOR = "seed of a new app", timedelta(minutes=10)
CODES, CODES_FOR = "recovery codes to write down", timedelta(minutes=10)


# --- signing in -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_second_step(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    account = signing_in.half(request, now=now)
    if account is None:
        messages.error(request, _("Please begin here: there are five minutes for the second step."))
        return redirect("accounts:sign_in")
    if request.method == "POST":
        return _shown(request, account, now)
    steps = second_step.steps_of(account)
    context = {
        "form": CodeForm(help_text=_what_will_do(steps)),
        "steps": steps,
        **(_question(request, second_step.ask_for_passkey(account), now) if steps.passkeys else {}),
    }
    return render(request, "accounts/second_step_show.html", context)


def _what_will_do(steps: second_step.Steps) -> str:
    if steps.totp:
        return _("The six digits that your app shows now, or one of your recovery codes.")
    return _("One of your recovery codes.") if steps.any else _("The 16 digits of your spare key.")


def _shown(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    try:
        device = _passed(request, account, now)
    except WrongCode:
        messages.error(
            request, _("That code did not open. Each is good once: wait for the next one, and try again.")
        )
    except WrongPasskey:
        messages.error(request, _no_passkey())
    except TooManyCodes:
        messages.error(
            request, _("Ten codes were wrong today. Until tomorrow only a recovery code or a passkey opens.")
        )
    except TooManyTries:
        messages.error(request, _("There are many tries just now. Wait ten seconds, then try once more."))
    else:
        signing_in.finish(request, account, now=now, device=device)
        return carrying.carry_on(request) or redirect("door")
    return redirect("accounts:sign_in_second_step")


def _passed(request: HttpRequest, account: Account, now: datetime) -> SecondStep | None:
    """What opened: None for a spare key, which is no second step."""
    if "answer" in request.POST:
        return second_step.pass_passkey(request.POST["answer"], of=account, now=now, **_asked(request, now))
    code = request.POST.get("code", "")
    if second_step.steps_of(account).any:
        return second_step.pass_code(account, code, now=now)
    if not signing_in.takes_spare_key(request, now=now):
        raise WrongCode
    signing_in.show_spare_key(request, account, code, now=now)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Signing in by a passkey alone: it checks who holds it, so it is passphrase and second step in one."""
    now = timezone.now()
    if request.method == "POST":
        return _signed_in(request, now)
    if request.user.is_authenticated:
        return redirect("door")
    return render(
        request, "accounts/second_step_alone.html", _question(request, second_step.ask_for_passkey(), now)
    )


def _signed_in(request: HttpRequest, now: datetime) -> HttpResponse:
    try:
        passkey = second_step.pass_passkey(
            request.POST.get("answer", ""), of=None, now=now, **_asked(request, now)
        )
    except WrongPasskey:
        messages.error(request, _no_passkey())
        return redirect("accounts:sign_in_passkey")
    account = signing_in.PassphraseBackend().get_user(passkey.user_id)
    if account is None:  # nobody who may sign in
        messages.error(request, _no_passkey())
        return redirect("accounts:sign_in_passkey")
    if account.standing == Standing.ASLEEP:  # her phone is in other hands, and so may the passkey be
        messages.error(
            request, _("This account is asleep. Only its passphrase or its spare key wakes it, no passkey.")
        )
        return redirect("accounts:sign_in")
    signing_in.finish(request, account, now=now, device=passkey)
    return carrying.carry_on(request) or redirect("door")


def _no_passkey() -> str:
    return _("The passkey did not open. There are two minutes for it: please try once more.")


# --- her own --------------------------------------------------------------------------------------------------------


@account_required
@whole_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _changed(request)
    context = {
        "steps": second_step.steps_of(request.user),
        "passkeys": second_step.passkeys_of(request.user),
        "most_passkeys": second_step.MOST_PASSKEYS,
        "name": passkeys.name_of(request.user.handle),
    }
    return render(request, "accounts/second_step_list.html", context)


def _changed(request: MemberRequest) -> HttpResponse:
    act = request.POST.get("act", "")
    try:
        if act == "new-codes":
            return _to_be_written_down(request, second_step.new_recovery_codes(request.user))
        if act == "remove-app":
            second_step.remove_totp(request.user)
        elif act == "remove-passkey":
            second_step.remove_passkey(request.user, _id(request.POST.get("passkey", "")))
        else:
            return redirect("accounts:second_step")
    except StillNeeded:
        messages.error(
            request,
            _("Your role asks for a second step. Add another one first; then you can remove this one."),
        )
        return redirect("accounts:second_step")
    except NoSuchStep:
        raise Http404 from None
    return _removed(request)


def _removed(request: MemberRequest) -> HttpResponse:
    used = request.user.otp_device  # type: ignore[attr-defined]
    if used is not None and request.user.role in TRUSTED and not second_step.is_hers(used, request.user):
        # This session stood on it, and would open less than it did, without a word.
        signing_in.sign_out(request)
        messages.success(request, _("Removed. Please sign in again with the second step that you have left."))
        return redirect("accounts:sign_in")
    return _kept(request, _("Removed. You are signed in here and nowhere else."))


@account_required
@whole_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    kept = kept_briefly(request.session, SEED, now=now.timestamp())
    if request.method == "POST":
        return _app_added(request, kept, now)
    seed = second_step.seed_of(request.user, kept) if kept else second_step.begin_totp(request.user)
    keep_briefly(request.session, SEED, seed.hex, until=(now + SEED_FOR).timestamp())
    label = _("The six digits that your app shows now")
    context = {"form": CodeForm(label=label), "uri": seed.uri, "seed": totp.spelt(seed.hex)}
    return render(request, "accounts/second_step_add_app.html", context)


def _app_added(request: MemberRequest, seed: str | None, now: datetime) -> HttpResponse:
    if seed is None:
        messages.error(request, _("That took too long. Here is a new code to scan."))
        return redirect("accounts:second_step_app")
    try:
        codes = second_step.keep_totp(request.user, seed, request.POST.get("code", ""), now=now)
    except WrongCode:
        messages.error(request, _("Those are not the digits of this app. Is the clock of your phone right?"))
        return redirect("accounts:second_step_app")
    forget_kept(request.session, SEED)
    return _added(request, codes)


@account_required
@whole_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        return _passkey_added(request, now)
    context = _question(request, second_step.ask_to_make_passkey(request.user), now)
    return render(
        request,
        "accounts/second_step_add_passkey.html",
        {**context, "name": passkeys.name_of(request.user.handle)},
    )


def _passkey_added(request: MemberRequest, now: datetime) -> HttpResponse:
    answer = request.POST.get("answer", "")
    try:
        codes = second_step.keep_passkey(request.user, answer, now=now, **_asked(request, now))
    except WrongPasskey:
        messages.error(request, _("No passkey was made. There are two minutes for it: please try once more."))
        return redirect("accounts:second_step_passkey")
    except TooManyPasskeys:
        messages.error(request, _("You have five passkeys, which is the most. Remove one first."))
        return redirect("accounts:second_step")
    return _added(request, codes)


@account_required
@whole_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: MemberRequest) -> HttpResponse:
    """Shown until she says that she has them, ten minutes at most."""
    if request.method == "POST":
        forget_kept(request.session, CODES)
        return redirect("accounts:second_step")
    codes = kept_briefly(request.session, CODES, now=timezone.now().timestamp())
    if codes is None:
        return redirect("accounts:second_step")
    grouped = [recovery.grouped(code) for code in codes]
    return render(request, "accounts/second_step_codes.html", {"codes": grouped})


def _added(request: MemberRequest, codes: list[str]) -> HttpResponse:
    if codes:
        return _to_be_written_down(request, codes)
    return _kept(request, _("Added. You are signed in here and nowhere else."))


def _to_be_written_down(request: MemberRequest, codes: list[str]) -> HttpResponse:
    until = timezone.now() + CODES_FOR
    keep_briefly(request.session, CODES, codes, until=until.timestamp())
    update_session_auth_hash(request, request.user)
    return redirect("accounts:second_step_codes")


def _kept(request: MemberRequest, sentence: str) -> HttpResponse:
    """This session goes on after a change that ended all of hers."""
    update_session_auth_hash(request, request.user)
    messages.success(request, sentence)
    return redirect("accounts:second_step")


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NoSuchStep from None


# --- asking a browser for a passkey -----------------------------------------------------------------------------------


def _question(request: HttpRequest, question: passkeys.Question, now: datetime) -> dict[str, str]:
    """What the page needs; the challenge waits in the session. Where no passkey of this site works, no options."""
    if not _is_at_home(request):
        return {"options": "", "rp_id": settings.RP_ID}
    keep_briefly(request.session, CHALLENGE, question.challenge, until=(now + CHALLENGE_FOR).timestamp())
    return {"options": question.options}


def _asked(request: HttpRequest, now: datetime) -> dict[str, str]:
    """What was asked, and where. It is asked no more. Raises WrongPasskey."""
    challenge = kept_briefly(request.session, CHALLENGE, now=now.timestamp())
    forget_kept(request.session, CHALLENGE)
    if challenge is None:
        raise WrongPasskey
    scheme = "https" if settings.PRODUCTION else request.scheme
    return {"challenge": challenge, "origin": f"{scheme}://{request.get_host()}"}


def _is_at_home(request: HttpRequest) -> bool:
    host = request.get_host().partition(":")[0]
    return host == settings.RP_ID or host.endswith(f".{settings.RP_ID}")
