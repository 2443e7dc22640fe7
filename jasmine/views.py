"""Pages that belong to the site itself: the door, the way out, the language, health, what is kept."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST, require_safe

from jasmine import checks, clock, crypto, emergency
from jasmine.ledger import our_models
from jasmine.models import Site

log = logging.getLogger("jasmine")

WITHOUT_A_PAGE = (
    "language",
    "exit",
    "healthz",
    "accounts:sign_out",
    "accounts:sign_in_phone",
    "accounts:forget_phone",
    "accounts:wake",
    "accounts:newcomer",
    "accounts:limited",
    "accounts:note",
    "alerts:moderation_languages",
    "alerts:more_stories",
)


def on_every_page(request: HttpRequest) -> dict[str, Any]:
    """What `base.html` shows on every page."""
    return {
        "site_name": settings.SITE_NAME,
        "emergency_numbers": emergency.numbers(settings.COUNTRY),
        "languages": settings.LANGUAGES,
        "is_practice": Site.is_practice(),
    }


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """The neutral door; a member goes on to the check."""
    if request.user.is_authenticated:
        return redirect("alerts:check")
    return render(request, "door.html")


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """The quick exit: a link, because a form's redirect off the site is blocked by `form-action`.

    Ends the session and goes to a light neutral page. "storage" and not "cache": emptying the cache stalls Chrome.
    """
    logout(request)
    response = HttpResponse(
        status=303, headers={"Location": settings.EXIT_URL, "Referrer-Policy": "no-referrer"}
    )
    response.headers["Clear-Site-Data"] = '"storage"'
    response.delete_cookie(settings.CSRF_COOKIE_NAME)
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie of its own, which outlives the session."""
    response = redirect(known_path(request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


def known_path(next_path: str) -> str:
    """`next_path` if it is a path of this site, else the door."""
    try:
        path = (
            urlsplit(next_path).path if next_path.startswith("/") and not next_path.startswith("//") else "/"
        )
        return path if resolve(path).view_name not in WITHOUT_A_PAGE else "/"
    except (Resolver404, ValueError):
        return "/"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """`ok`, `locked` or `failing` (503), and no more."""
    if crypto.is_locked():
        return HttpResponse("locked", content_type="text/plain", status=503)
    well = crypto.is_open() and _database_is_well() and not clock.alarms(today=crypto.today())
    return HttpResponse("ok" if well else "failing", content_type="text/plain", status=200 if well else 503)


def _database_is_well() -> bool:
    """Whether it answers, and nothing that it holds asks for somebody."""
    try:
        return not checks.ailments()
    except DatabaseError:
        return False


@require_safe
def what_we_keep(request: HttpRequest) -> HttpResponse:
    """The public page that is made from the ledgers."""
    kept = [(model._meta.verbose_name, model.ledger) for model in our_models()]  # type: ignore[attr-defined]
    return render(request, "what_we_keep.html", {"kept": kept})


@requires_csrf_token
def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old: said in words, on the page that she came from, and nothing was done."""
    messages.error(request, _("That page was too old, so nothing was sent. Please do it once more here."))
    response = redirect(known_path(request.path))
    response.status_code = 303
    return response


@require_safe
def not_sent(request: HttpRequest) -> HttpResponse:
    """Where a form lands that could not be taken: nothing of it was kept, here or in the browser."""
    return _bare("400.html", 200)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare("400.html", 400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _bare("500.html", 500)


def _bare(template: str, status: int) -> HttpResponse:
    """The same few bytes for everybody: no session, no account, no database is asked."""
    numbers = emergency.numbers(settings.COUNTRY)
    context = {"site_name": settings.SITE_NAME, "emergency_numbers": numbers, "is_error": True}
    return HttpResponse(get_template(template).render(context), status=status)
