"""The check: one box, one tap."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.gates import MemberRequest, member_required
from alerts import checking, facts
from alerts.forms import CheckForm
from alerts.showing import Shown, shown
from jasmine.middleware import in_fixed_sizes
from jasmine.sessions import keep_briefly, kept_briefly

ASKED = "asked"  # in the session, which is sealed: what was typed
SHOWN_FOR_SECONDS = 120
PEOPLE_A_PAGE = 5
REPORTS_A_PERSON = 5


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        # One character over the limit is enough to say "too many".
        typed = request.POST.get("q", "")[: checking.LONGEST_QUESTION + 1]
        keep_briefly(request.session, ASKED, typed, until=now.timestamp() + SHOWN_FOR_SECONDS)
        return redirect("alerts:check")
    typed = kept_briefly(request.session, ASKED, now=now.timestamp())
    context = {}
    if typed is not None:
        answer = checking.check(typed, by=request.user, now=now)
        context = {
            "answer": answer,
            "people": _people(request, answer),
            "typed": facts.without_steering(typed),
        }
    form = CheckForm(initial={"q": typed})
    return in_fixed_sizes(render(request, "alerts/check.html", {"form": form, **context}))


def _people(request: MemberRequest, answer: checking.Answer) -> list[tuple[checking.Person, list[Shown]]]:
    return [(person, _reports(request, person)) for person in answer.people[:PEOPLE_A_PAGE]]


def _reports(request: MemberRequest, person: checking.Person) -> list[Shown]:
    asked = person.reading if person.match == "sure" else None
    return [shown(report, reader=request.user, asked=asked) for report in person.reports[:REPORTS_A_PERSON]]
