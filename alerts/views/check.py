"""The check: one box, one tap."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.gates import MemberRequest, member_required
from alerts import checking, spelling
from alerts.forms import CheckForm
from alerts.showing import Shown, shown
from alerts.spelling import Identifier
from jasmine.middleware import in_fixed_sizes

ASKED = "check"  # in the session, which is sealed: what was typed, for two minutes
SHOWN_FOR_SECONDS = 120
PEOPLE_A_PAGE = 5
REPORTS_A_PERSON = 5


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        typed = request.POST.get("q", "")
        # One character over the limit is enough to say "too many"; more would not fit into the session.
        request.session[ASKED] = {"q": typed[: checking.LONGEST_QUESTION + 1], "at": now.timestamp()}
        return redirect("alerts:check")
    asked = request.session.get(ASKED)
    context = {}
    if asked and now.timestamp() - asked["at"] < SHOWN_FOR_SECONDS:
        answer = checking.check(asked["q"], by=request.user, now=now)
        context = {"answer": answer, "people": _people(request, answer), "typed": asked["q"]}
    form = CheckForm(initial={"q": context.get("typed", "")})
    return in_fixed_sizes(render(request, "alerts/check.html", {"form": form, **context}))


def _people(request: MemberRequest, answer: checking.Answer) -> list[tuple[checking.Person, list[Shown]]]:
    return [(person, _reports(request, person)) for person in answer.people[:PEOPLE_A_PAGE]]


def _reports(request: MemberRequest, person: checking.Person) -> list[Shown]:
    def typed(identifier: Identifier) -> bool:
        return spelling.match(person.reading, identifier, default_country=settings.COUNTRY) == "sure"

    return [
        shown(report, reader=request.user, unmasked=typed) for report in person.reports[:REPORTS_A_PERSON]
    ]
