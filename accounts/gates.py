"""Who may open a page. The gate stands before the method check, so that refused and unknown are the same bytes.

    @member_required            outermost: who
    @fresh_proof_required       then: whether she showed it lately
    @require_safe               then the method

Who is signed in and may not enter (she waits, is paused, suspended or asleep) is led to the page that says what that
means, from every page but those about her own account.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import throttling
from accounts.models import Account
from accounts.vocabulary import MAY_ENTER, TRUSTED, Role, Standing
from jasmine import carrying

View = Callable[..., HttpResponse]

PROOF_GOOD_FOR = timedelta(minutes=15)
SEE_OTHER = 303


class MemberRequest(HttpRequest):
    """A request that has passed a gate: its user is an account."""

    user: Account


def member_required(view: View) -> View:
    """Opens to members who are signed in; others go to the door, or to the page of their standing."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("accounts:sign_in")
        if not _may_enter(request):
            return _to(_state_page(request.user))
        return view(request, *args, **kwargs)

    return gate


def account_required(view: View) -> View:
    """Opens to whoever is signed in, whatever her standing: for the pages about her own account."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("accounts:sign_in")
        return view(request, *args, **kwargs)

    return gate


def filing_required(view: View) -> View:
    """Opens to members, and to newcomers who wait: what they file is held until they are let in."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and request.user.standing == Standing.WAITING:
            return view(request, *args, **kwargs)
        return member_required(view)(request, *args, **kwargs)

    return gate


def waiting_required(view: View) -> View:
    """Opens to newcomers who wait; others go where they belong."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("accounts:sign_in")
        if request.user.standing != Standing.WAITING:
            return _to("/")
        return view(request, *args, **kwargs)

    return gate


def member_or_404(view: View) -> View:
    """For pages with an id: 404 to everybody else, as for an id that does not exist."""
    return _or_404(view, _may_enter)


def trusted_or_404(view: View) -> View:
    """Opens to moderators and admins who have passed their second step in this session."""
    return _or_404(view, lambda request: _has_passed_as(request, TRUSTED))


def admin_or_404(view: View) -> View:
    """Opens to admins who have passed their second step in this session."""
    return _or_404(view, lambda request: _has_passed_as(request, frozenset({Role.ADMIN})))


def fresh_proof_required(view: View) -> View:
    """Asks anew who she is when she last showed it more than 15 minutes ago. Stands below a gate that knows her.

    What she sent is kept meanwhile, and goes on once she has shown it.
    """
    return _proof_required(view, has_fresh_proof)


def whole_proof_required(view: View) -> View:
    """The same, where six digits of her own phone do not do: what is done here outlasts that phone."""
    gate = _proof_required(view, has_whole_proof)
    gate.asks_wholly = True  # type: ignore[attr-defined]
    return gate


def asks_wholly(path: str) -> bool:
    """Whether the page at that path of this site takes no digits for a proof."""
    return getattr(resolve(path).func, "asks_wholly", False)


def _proof_required(view: View, has_proof: Callable[..., bool]) -> View:
    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        if has_proof(request, now=now):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            carrying.carry(request, str(request.user.pk), now=now)
        else:
            carrying.forget(request)  # what she sent before and then left is not what she asks for now
        return _to(f"{reverse('accounts:proof')}?{urlencode({'next': request.path})}")

    return gate


def room_required(view: View) -> View:
    """For pages whose form takes an Argon2id: one at a time from a network. Otherwise one member holds up everybody."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            with throttling.room(throttling.network_of(request), now=timezone.now()):
                return view(request, *args, **kwargs)
        except throttling.TooManyTries:
            messages.error(request, _("There are many tries just now. Wait ten seconds, then try once more."))
            return _to(request.path)

    return gate


def has_fresh_proof(request: HttpRequest, *, now: datetime) -> bool:
    """Whether she signed in, or showed again that it is her, less than 15 minutes ago."""
    ago = now.timestamp() - request.session.get("proved_at", 0)
    return 0 <= ago < PROOF_GOOD_FOR.total_seconds()


def has_whole_proof(request: HttpRequest, *, now: datetime) -> bool:
    """The same, by more than the digits of her own phone."""
    return has_fresh_proof(request, now=now) and not request.session.get("proved_by_digits", False)


def _or_404(view: View, opens: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not opens(request):
            raise Http404
        return view(request, *args, **kwargs)

    return gate


def _may_enter(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.standing in MAY_ENTER


def _has_passed_as(request: Any, roles: frozenset[Role]) -> bool:
    user = request.user
    # Behind a firebreak she reads, with a small budget, and has no say until a moderator has looked.
    in_good_standing = user.is_authenticated and user.standing == Standing.MEMBER
    return in_good_standing and user.role in roles and user.is_verified()


def _state_page(account: Account) -> str:
    return reverse("accounts:waiting" if account.standing == Standing.WAITING else "accounts:standing")


def _to(path: str) -> HttpResponse:
    return HttpResponseRedirect(path, status=SEE_OTHER)
