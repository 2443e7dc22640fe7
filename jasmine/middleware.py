"""What every answer carries, errors included."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation

from jasmine import crypto, emergency
from jasmine.carrying import carry
from jasmine.sessions import forget_what_is_over

Answer = Callable[[HttpRequest], HttpResponse]

SEE_OTHER = 303
ELSEWHERE = (301, 302)
FAILED = (400, 413, 500)  # what the browser would keep with its form; 404 and 405 are of pages that have none
CLOSED = 503


class Headers:
    """The headers of security.md, "Pages", on every answer; `no-store` on all but the style, script and icons."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.fixed = {
            "Content-Security-Policy": _policy(settings.SECURE_CSP),
            "Permissions-Policy": ", ".join(
                f"{name}={who}" for name, who in settings.PERMISSIONS_POLICY.items()
            ),
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.fixed.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class SeeOther:
    """A form is answered by 303, so that going back shows a page and never "send again?".

    A 302, or the 301 of an address without its last slash, lets a browser repeat the POST; and a POST that is
    answered with a page leaves what was typed in the browser's profile.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST":
            return response
        if response.status_code in ELSEWHERE:
            response.status_code = SEE_OTHER
        elif response.status_code in FAILED:
            return HttpResponseRedirect("/not-sent/", status=SEE_OTHER)
        return response


class Closed:
    """While the site is locked (a ring, and no root key) every page is the same few bytes, with the emergency numbers.

    It stands before sessions and accounts: no key, cookie or database is asked. The way out and the health of the site
    stay open; what was typed is not answered with a page, which would leave it in the browser's profile.
    """

    OPEN = ("/exit/", "/healthz")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in self.OPEN or not crypto.is_locked():
            return self.get_response(request)
        if request.method == "POST":
            return HttpResponse(status=SEE_OTHER, headers={"Location": "/"})
        context = {
            "site_name": settings.SITE_NAME,
            "emergency_numbers": emergency.numbers(settings.COUNTRY),
            "is_error": True,
        }
        with translation.override(translation.get_language_from_request(request)):
            page = get_template("503.html").render(context)
        return HttpResponse(page, status=CLOSED)


class SessionLimits:
    """Ends a session that was idle too long, or has lasted as long as the role of its account allows.

    The time of the last visit stands in the sealed session and is written at most once a minute. What was sent with a
    session that is just over waits until she has signed in again (`carrying`).
    """

    WRITE_EVERY = timedelta(minutes=1)
    WITHOUT = ("/exit/", "/healthz")  # they answer also when the store of sessions does not

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in self.WITHOUT:
            self._limit(request, timezone.now())
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Here and not above: the form's token has been looked at, so nobody else's page can have sent it.
        account_id = getattr(request, "session_was_of", None)
        if request.method == "POST" and account_id and carry(request, account_id, now=timezone.now()):
            return HttpResponseRedirect(reverse(settings.LOGIN_URL), status=SEE_OTHER)
        return None

    def _limit(self, request: HttpRequest, now: datetime) -> None:
        session = request.session
        forget_what_is_over(session, now=now.timestamp())
        if SESSION_KEY not in session:
            return
        account_id, idle = session[SESSION_KEY], now.timestamp() - session.get("seen_at", 0)
        if not request.user.is_authenticated:
            logout(request)
        elif idle >= settings.SESSION_IDLE.total_seconds() or self._is_too_long(request, now):
            logout(request)
            request.session_was_of = account_id  # type: ignore[attr-defined]
        elif idle >= self.WRITE_EVERY.total_seconds():
            session["seen_at"] = now.timestamp()

    def _is_too_long(self, request: Any, now: datetime) -> bool:
        longest = settings.SESSION_LONGEST_OF.get(request.user.role, settings.SESSION_LONGEST)
        return now.timestamp() >= request.session.get("began_at", 0) + longest.total_seconds()


class FixedSizes:
    """Fills a compressed answer of a check to a multiple of 4 KiB, so that its size on the wire tells nothing.

    A view asks for it with `in_fixed_sizes`. The filling stands in the gzip header's comment (RFC 1952),
    which browsers skip; an answer that is not compressed is filled with a comment behind the page.
    """

    STEP = 4096
    COMMENT_FLAG = 0x10
    COMMENT_AT = 10

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(response, "fixed_size", False):
            fill = self._in_gzip if response.headers.get("Content-Encoding") == "gzip" else self._behind
            response.content = fill(response.content)
            response.headers["Content-Length"] = str(len(response.content))
        return response

    def _in_gzip(self, content: bytes) -> bytes:
        # Django's GZipMiddleware may put a name (flag 8) behind the fixed header; a comment stands behind the name.
        at = self.COMMENT_AT
        if content[3] & 0x08:
            at = content.index(0, at) + 1
        filling = self._filling(len(content) + 1) + b"\0"
        return content[:3] + bytes([content[3] | self.COMMENT_FLAG]) + content[4:at] + filling + content[at:]

    def _behind(self, content: bytes) -> bytes:
        before, after = b"<!--", b"-->"
        return content + before + self._filling(len(content) + len(before) + len(after)) + after

    def _filling(self, taken: int) -> bytes:
        missing = -taken % self.STEP
        return secrets.token_hex(missing // 2 + 1).encode()[:missing]


def _policy(directives: dict[str, Any]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def in_fixed_sizes(response: HttpResponse) -> HttpResponse:
    """Mark an answer whose size must tell nothing."""
    response.fixed_size = True  # type: ignore[attr-defined]
    return response
