"""Who may open a page. The gate stands before the method check, so that refused and unknown are the same bytes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Account

View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """A request that has passed a gate: its user is an account."""

    user: Account


def member_required(view: View) -> View:
    """Opens to members who are signed in; others go to the door."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("accounts:sign_in")
        return view(request, *args, **kwargs)

    return gate


def member_or_404(view: View) -> View:
    """For pages with an id: 404 to everybody else, as for an id that does not exist."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            raise Http404
        return view(request, *args, **kwargs)

    return gate
