"""The moderators' desk for reports, and the page on which an author and the moderators write to each other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.deciding import DecisionRefused, kind_of
from accounts.gates import MemberRequest, fresh_proof_required, member_or_404, trusted_or_404
from accounts.models import Account
from alerts import moderating
from alerts.facts import FactsRefused
from alerts.models import Report, voices
from alerts.showing import Shown, shown
from alerts.vocabulary import Desk, Incident, Language, Peer, RefusedFor, State

TYPED = "typed on the desk"  # in the session, while what was typed was refused


@dataclass(frozen=True)
class Row:
    """A report on the desk. `act`: what its button does: open the story, or say that it is read where there is none."""

    shown: Shown
    why: list[Any]
    act: str
    seen: str
    is_taken: bool


def on_the_desk(account: Account, *, now: datetime) -> dict[str, Any]:
    """What waits for this moderator."""
    waits = moderating.queue(account, now=now)
    stories = moderating.stories_today(account, now=now)
    return {
        "reports": [_row(report, account, now, waits.unread) for report in waits.reports],
        "elsewhere": waits.elsewhere,
        "languages": [(code, name, code in moderating.reads(account)) for code, name in Language.choices],
        "more": waits.more,
        "at_least": waits.at_least,
        "stories": stories,
        "is_tired": stories >= moderating.REST_AFTER,
        "is_done": stories >= moderating.STORIES_A_DAY,
    }


def _row(report: Report, account: Account, now: datetime, unread: Collection[str]) -> Row:
    decided = report.state in (State.HELD, State.REFUSED)
    return Row(
        shown=shown(report, reader=account),
        why=_asked(report, account, now) + _why(report) + _nobody_reads(report, unread),
        act="take" if report.story or decided or report.peer == Peer.READ else "yes",
        seen=moderating.print_of(report),
        is_taken=moderating.is_taken(report, by=account, now=now),
    )


def _why(report: Report) -> list[str]:
    """Why it waits, in words."""
    said = {
        Desk.FIRST: _("Nobody sees it before it is read."),
        Desk.WROTE: _("Its author wrote to the moderators."),
        Desk.EYES: _("Refused; its author asks for other eyes."),
    }
    held = [_("Held: it shows again by itself after 72 hours.")] if report.state == State.HELD else []
    return held + [said[why] for why in report.why_on_desk() if why in said]


def _asked(report: Report, account: Account, now: datetime) -> list[str]:
    asked = moderating.decisions_about(report, by=account, now=now)
    return [_("A moderator asked for something that takes two. Read it, then decide.")] if asked else []


def _nobody_reads(report: Report, unread: Collection[str]) -> list[str]:
    if report.story and report.facts["language"] in unread:
        return [_("No moderator reads the language of its story.")]
    return []


@trusted_or_404
@require_POST
def languages(request: MemberRequest) -> HttpResponse:
    """In which languages she reads stories."""
    if not moderating.moderates(request.user):
        raise Http404
    moderating.pick_languages(request.user, request.POST.getlist("reads"))
    return _to_desk()


@trusted_or_404
@require_POST
def more(request: MemberRequest) -> HttpResponse:
    """Ask a second moderator for thirty stories more today."""
    try:
        moderating.ask_for_more(by=request.user, now=timezone.now())
        messages.success(request, _("Asked. You can go on when another moderator agrees."))
    except DecisionRefused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("accounts:moderation")


@trusted_or_404
@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: MemberRequest, report_id: UUID) -> HttpResponse:
    if not moderating.moderates(request.user):
        raise Http404
    if request.method == "POST":
        return _acted(request, report_id)
    now = timezone.now()
    report = _for_her(request.user, report_id, now)
    if report is None:
        raise Http404
    return render(request, "alerts/moderation_report.html", _page(request, report, now))


def _for_her(account: Account, pk: UUID, now: datetime) -> Report | None:
    report = Report.objects.current(now.date()).filter(pk=pk).first()
    if report is None or not report.opens() or not moderating.may_be_looked_at(report, today=now.date()):
        return None
    return None if moderating.is_involved(account, report, today=now.date()) else report


def _page(request: MemberRequest, report: Report, now: datetime) -> dict[str, Any]:
    kept = request.session.pop(TYPED, {})
    typed = kept if kept.get("report") == str(report.pk) else {}
    return {
        "report": report,
        "shown": shown(report, reader=request.user),
        "why": _why(report),
        "decisions": [
            (one.pk, kind_of(one).label, kind_of(one).told(one))
            for one in moderating.decisions_about(report, by=request.user, now=now)
        ],
        "seen": moderating.print_of(report),
        "is_claimed": moderating.is_claimed(report, by=request.user, now=now),
        "is_taken": moderating.is_taken(report, by=request.user, now=now),
        "notice": typed.get("notice") or report.notice,
        "text": typed.get("text", ""),
        "thread": moderating.thread_of(report),
        "may_write": moderating.may_be_written_to(report),
        "was_held": "hold" in report.moderated,
        "is_shown": report.state in moderating.SEEN_BY_OTHERS,
        "other_eyes": Desk.EYES in report.why_on_desk(),
        "why_refuse": RefusedFor.choices,
        "incidents": [(code, label, code in report.facts["incidents"]) for code, label in Incident.choices],
    }


def _acted(request: MemberRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    try:
        said = _done(request, pk, now)
    except DecisionRefused as refusal:
        messages.error(request, str(refusal.sentence))
    except FactsRefused as refusal:
        for _key, sentence in refusal.problems:
            messages.error(request, sentence)
    else:
        messages.success(request, said)
        return _to_report(pk) if request.POST.get("act") in ("take", "ask", "correct") else _to_desk()
    request.session[TYPED] = {
        "report": str(pk),
        **{key: request.POST.get(key, "") for key in ("notice", "text")},
    }
    return _to_report(pk) if _for_her(request.user, pk, now) else _to_desk()


def _to_report(pk: UUID) -> HttpResponse:
    return redirect("alerts:moderate", pk)


def _to_desk() -> HttpResponse:
    return redirect("accounts:moderation")


def _done(request: MemberRequest, pk: UUID, now: datetime) -> str:
    """Do what the button says. Gives what was done, in a sentence. Raises DecisionRefused, FactsRefused."""
    post = request.POST
    who: dict[str, Any] = {"by": request.user, "now": now}
    match post.get("act"):
        case "take":
            return _opened(moderating.claim(pk, **who))
        case "yes":
            moderating.read(pk, notice=post.get("notice", ""), seen=post.get("seen", ""), **who)
            return _("Read. Thank you.")
        case "hold":
            moderating.hold(pk, **who)
            return _("Held for 72 hours. Its author sees it.")
        case "back":
            moderating.give_back(pk, **who)
            return _("The others see it again, if its author lets them.")
        case "stays":
            moderating.leave_refused(pk, **who)
            return _("It stays refused.")
        case "no":
            moderating.ask_to_refuse(pk, why=post.get("why", ""), seen=post.get("seen", ""), **who)
            return _("Asked. It is refused when a second moderator agrees.")
        case "correct":
            return _corrected(request, pk, now)
        case "ask":
            moderating.write_to_author(pk, text=post.get("text", ""), **who)
            return _("Sent. She reads it on her report.")
    raise moderating.NotAsItStands


def _opened(stories: int) -> str:
    if stories < moderating.REST_AFTER:
        return _("It is yours for 30 minutes.")
    return _(
        "It is yours for 30 minutes. You have read much today: a rest does you good, and others read too."
    )


def _corrected(request: MemberRequest, pk: UUID, now: datetime) -> str:
    incidents, seen = request.POST.getlist("incidents"), request.POST.get("seen", "")
    _report, decision = moderating.correct(pk, incidents=incidents, seen=seen, by=request.user, now=now)
    if decision:
        return _("Asked. The level falls when a second moderator, or its author, agrees.")
    return _("Corrected.")


# --- its author -------------------------------------------------------------------------------------------------


@member_or_404
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def author(request: MemberRequest, report_id: UUID) -> HttpResponse:
    """What moderators and she have to say to each other about her report."""
    now = timezone.now()
    report = Report.objects.current(now.date()).filter(pk=report_id).first()
    if report is None or report.author not in voices(request.user):
        raise Http404
    if request.method == "POST":
        return _written(request, report, now)
    return render(request, "alerts/moderation_author.html", _authors_page(request, report, now))


def _authors_page(request: MemberRequest, report: Report, now: datetime) -> dict[str, Any]:
    kept = request.session.pop(TYPED, {})
    refusal = report.moderated.get("refusal", {})
    lowering = moderating.lowering(report, now=now)
    proposed = lowering.facts["said"]["incidents"] if lowering else []
    return {
        "report": report,
        "shown": shown(report, reader=request.user),
        "thread": moderating.thread_of(report),
        "text": kept.get("text", "") if kept.get("report") == str(report.pk) else "",
        "refused_for": RefusedFor(refusal["why"]).label if refusal else "",
        "may_ask_other_eyes": report.state == State.REFUSED and "other_eyes" not in refusal,
        "proposed": [Incident(code).label for code in proposed],
    }


def _written(request: MemberRequest, report: Report, now: datetime) -> HttpResponse:
    try:
        messages.success(request, _answered(request, report, now))
    except DecisionRefused as refusal:
        messages.error(request, str(refusal.sentence))
    except FactsRefused as refusal:
        for _key, sentence in refusal.problems:
            messages.error(request, sentence)
        request.session[TYPED] = {"report": str(report.pk), "text": request.POST.get("text", "")}
    return redirect("alerts:report_moderators", report.pk)


def _answered(request: MemberRequest, report: Report, now: datetime) -> str:
    match request.POST.get("act"):
        case "write":
            moderating.write_to_moderators(
                report, text=request.POST.get("text", ""), by=request.user, now=now
            )
            return _("Sent. A moderator answers here.")
        case "eyes":
            moderating.ask_other_eyes(report, by=request.user, now=now)
            return _("Asked. Somebody else will look at it; until then it is not deleted.")
        case "agree":
            moderating.agree_as_author(report, by=request.user, now=now)
            return _("Corrected, with your word.")
    raise moderating.NotAsItStands
