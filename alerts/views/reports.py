"""Filing a report in three pages, seeing one's own, adding to it, taking it back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.admitting import AdmissionRefused
from accounts.gates import (
    MemberRequest,
    filing_required,
    fresh_proof_required,
    member_or_404,
    member_required,
)
from accounts.vocabulary import Standing
from alerts import areas, facts, filing
from alerts.forms import STEPS, MoreForm
from alerts.models import Draft, Refusal, Report, voices
from alerts.showing import shown
from alerts.vocabulary import RefusedFor, State
from jasmine import crypto
from jasmine.sessions import keep_briefly, kept_briefly

ORDER = list(STEPS)
STEP_OF = {"incidents": "what", "identifiers": "who", "area": "where", "incident_on": "where"}
NOT_TYPED = ("csrfmiddlewaretoken", "step", "go")
MORE = "more"  # in the session: what was typed on the page that adds to a report
JUST_SENT = "just sent"  # in the session: the report that she may see without a new proof that it is her
JUST_SENT_FOR_SECONDS = 600
TOO_LONG = "too long"  # in the session: a step that a draft cannot hold


@filing_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: MemberRequest) -> HttpResponse:
    draft = Draft.of(str(request.user.pk), today=timezone.now().date())
    if request.method == "POST":
        try:
            return _stepped(request, draft)
        except filing.AlreadySent:
            messages.info(request, _("It was sent already. If it is not here, its 14 days were over."))
            return redirect("alerts:report_mine")
        except AdmissionRefused as refusal:
            messages.error(request, str(refusal.sentence))
            return redirect("accounts:waiting")
    kept = request.session.pop(TOO_LONG, None)
    step = kept["step"] if kept else draft.content.get("step")
    step = step if step in STEPS else ORDER[0]
    form = STEPS[step](_query(kept["typed"])) if kept else _form(draft, step)
    context = {"form": form, "step": step, "number": ORDER.index(step) + 1, "of": len(ORDER)}
    context |= {
        "is_last": step == ORDER[-1],
        "areas": areas.of_country(settings.COUNTRY) if step == "where" else [],
    }
    return render(request, "alerts/report_new.html", context)


def _stepped(request: MemberRequest, draft: Draft) -> HttpResponse:
    """Keep what was typed, whatever it is, then go where the button says if nothing is wrong."""
    step = request.POST.get("step", "")
    if step not in STEPS:
        return redirect("alerts:report_new")
    typed = {key: request.POST.getlist(key) for key in request.POST if key not in NOT_TYPED}
    go = request.POST.get("go", "next")
    if go == "away":
        filing.forget_draft(draft)
        return redirect("alerts:check")
    if go == "send" and draft.is_new:
        raise filing.AlreadySent
    content = {"typed": {**draft.content["typed"], step: typed}, "step": _next_step(step, go, typed)}
    try:
        filing.keep_draft(draft, content=content)
    except crypto.TooLong:
        messages.error(request, _("This is too much text for one report. Shorten what you typed."))
        request.session[TOO_LONG] = {"step": step, "typed": typed}
        return redirect("alerts:report_new")
    return _sent(request, draft) if go == "send" else redirect("alerts:report_new")


def _next_step(step: str, go: str, typed: dict[str, list[str]]) -> str:
    place = ORDER.index(step)
    if go == "back":
        return ORDER[max(place - 1, 0)]
    # What is skipped is asked again when she sends, if the report cannot do without.
    if go == "skip" or (go == "next" and STEPS[step](_query(typed)).is_valid()):
        return ORDER[min(place + 1, len(ORDER) - 1)]
    return step


def _sent(request: MemberRequest, draft: Draft) -> HttpResponse:
    """Send if every step is right; else show the first that is not."""
    said: dict[str, Any] = {"language": _language()}
    for step in ORDER:
        form = _form(draft, step)
        if not (form.is_bound and form.is_valid()):
            return _back_to(request, draft, step, [])
        said |= form.said()
    try:
        report = filing.send_draft(draft, by=request.user, now=timezone.now(), **said)
    except facts.FactsRefused as refusal:
        step = STEP_OF.get(refusal.problems[0][0], ORDER[0])
        return _back_to(request, draft, step, [sentence for _key, sentence in refusal.problems])
    if request.user.standing == Standing.WAITING:
        messages.success(request, _("Your report is kept. The others see it once you are let in."))
        return redirect("accounts:waiting")
    until = timezone.now().timestamp() + JUST_SENT_FOR_SECONDS
    keep_briefly(request.session, JUST_SENT, str(report.pk), until=until)
    return redirect("alerts:report", report.pk)


def _back_to(request: MemberRequest, draft: Draft, step: str, sentences: list[str]) -> HttpResponse:
    for sentence in sentences:
        messages.error(request, sentence)
    filing.keep_draft(draft, content={**draft.content, "step": step})
    return redirect("alerts:report_new")


def _form(draft: Draft, step: str) -> Any:
    typed = draft.content["typed"].get(step)
    return STEPS[step](_query(typed) if typed is not None else None)


def _query(typed: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for key, values in typed.items():
        query.setlist(key, values)
    return query


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).lower()


@member_required
@fresh_proof_required
@require_safe
def report_mine(request: MemberRequest) -> HttpResponse:
    today = timezone.now().date()
    own = Report.objects.by(request.user, today=today)
    context: dict[str, Any] = {"reports": [(shown(report, reader=request.user), report) for report in own]}
    refusals = Refusal.of(voices(request.user), today=today)
    context["refusals"] = [RefusedFor(one.content["why"]).label for one in refusals]
    return render(request, "alerts/report_mine.html", context)


@member_or_404
@require_safe
def report(request: MemberRequest, report_id: UUID) -> HttpResponse:
    row = _visible(request, report_id)
    just_sent = kept_briefly(request.session, JUST_SENT, now=timezone.now().timestamp()) == str(row.pk)
    is_open = just_sent or row.author not in voices(request.user)
    return _detail(request, row) if is_open else fresh_proof_required(_detail)(request, row)


def _detail(request: MemberRequest, row: Report) -> HttpResponse:
    context = {"shown": shown(row, reader=request.user), "report": row}
    return render(request, "alerts/report_detail.html", context)


@member_or_404
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_correct(request: MemberRequest, report_id: UUID) -> HttpResponse:
    row = _own(request, report_id)
    if request.method == "POST":
        typed = {key: request.POST.getlist(key) for key in request.POST if key not in NOT_TYPED}
        return _added(request, row, typed)
    kept, waits = request.session.pop(MORE, None), row.state == State.WAITING
    if kept and kept["report"] == str(row.pk):
        form = MoreForm(_query(kept["typed"]), waits=waits)
    else:
        form = MoreForm(initial=MoreForm.typed(row.facts, row.story), waits=waits)
    return render(request, "alerts/report_correct.html", {"form": form, "report": row})


def _added(request: MemberRequest, row: Report, typed: dict[str, list[str]]) -> HttpResponse:
    form = MoreForm(_query(typed), waits=row.state == State.WAITING)
    try:
        if form.is_valid():
            filing.add_to_report(row, by=request.user, now=timezone.now(), **form.said())
            messages.success(request, _("Kept. Thank you: this helps the next person."))
            return redirect("alerts:report", row.pk)
    except facts.FactsRefused as refusal:
        for _key, sentence in refusal.problems:
            messages.error(request, sentence)
    request.session[MORE] = {"report": str(row.pk), "typed": typed}
    return redirect("alerts:report_correct", row.pk)


@member_or_404
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_withdraw(request: MemberRequest, report_id: UUID) -> HttpResponse:
    row = _own(request, report_id)
    if request.method == "POST":
        filing.withdraw_report(row, by=request.user)
        messages.success(request, _("Your report is deleted."))
        return redirect("alerts:report_mine")
    return render(
        request, "alerts/report_withdraw.html", {"shown": shown(row, reader=request.user), "report": row}
    )


def _visible(request: MemberRequest, report_id: UUID) -> Report:
    """The report, if she may see it. 404 otherwise, as for one that does not exist."""
    today = timezone.now().date()
    row = Report.objects.current(today).filter(pk=report_id).first()
    if row is None or not row.shown_to(request.user, today=today):
        raise Http404
    return row


def _own(request: MemberRequest, report_id: UUID) -> Report:
    row = _visible(request, report_id)
    if row.author not in voices(request.user):
        raise Http404
    return row
