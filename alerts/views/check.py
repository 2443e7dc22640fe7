"""The check: one box, one tap. And how its answers look: plainly, or so that nobody else sees what they are."""

import logging
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from accounts.gates import MemberRequest, member_required
from accounts.models import Account
from alerts import checking, facts, spelling
from alerts.checking import Answer, Outcome
from alerts.forms import CheckForm
from alerts.latest import reported_lately
from alerts.views.answer import page
from jasmine.middleware import in_fixed_sizes
from jasmine.sessions import keep_briefly, kept_briefly
from jasmine.templatetags.shown import LEVELS

log = logging.getLogger("jasmine.alerts")

ASKED = "asked"  # in the session, which is sealed: what was typed
SHOWN_FOR_SECONDS = 120
DISCREET = "discreet"  # the cookie, and the button that sets it
ON, OFF = "1", "0"


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST" and DISCREET in request.POST:
        return _looking(request.POST[DISCREET])
    if request.method == "POST":
        # One character over the limit is enough to say "too many".
        typed = request.POST.get("q", "")[: checking.LONGEST_QUESTION + 1]
        keep_briefly(request.session, ASKED, typed, until=now.timestamp() + SHOWN_FOR_SECONDS)
        return redirect("alerts:check")
    typed = kept_briefly(request.session, ASKED, now=now.timestamp())
    context: dict[str, Any] = {"form": CheckForm(initial={"q": typed}), "is_discreet": _is_discreet(request)}
    if typed is not None and request.method == "GET":  # who asks for the head alone has asked nothing
        context |= _answered(request.user, typed, now) | {"typed": facts.without_steering(typed)}
    elif not context["is_discreet"]:
        context["lately"] = _lately(request.user, now.date())
    return in_fixed_sizes(render(request, "alerts/check.html", context))


@spelling.reading_once()
def _answered(reader: Account, typed: str, now: datetime) -> dict[str, Any]:
    answer = checking.check(typed, by=reader, now=now, near=reader.areas)
    try:
        return {"answer": answer, "page": page(answer, typed=typed, reader=reader, today=now.date())}
    except Exception as error:  # an answer that cannot be shown is none
        log.error("an answer could not be shown: %s", type(error).__name__)
        failed = Answer(Outcome.FAILED)
        return {"answer": failed, "page": page(failed, typed=typed, reader=reader, today=now.date())}


def _lately(reader: Account, today: date) -> list[tuple[Promise, int]] | None:
    """Of her areas: how many reports of each level, the worst first. None where she picked no area."""
    if not reader.areas:
        return None
    found = reported_lately(reader.areas, by=reader, today=today)
    return [(word, found[level]) for level, word in LEVELS.items() if found[level]]


def _is_discreet(request: HttpRequest) -> bool:
    return request.COOKIES.get(DISCREET) == ON


def _looking(chosen: str) -> HttpResponse:
    """Keep how she wants to see answers, as her language is kept: it outlives the session and the way out."""
    response = redirect("alerts:check")
    if chosen == ON:
        response.set_cookie(
            DISCREET,
            ON,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    else:
        response.delete_cookie(DISCREET, samesite=settings.LANGUAGE_COOKIE_SAMESITE)
    return response
