"""What takes two people: one asks, another agrees within 7 days, and only then it is done.

An app registers its kinds in `apps.ready`. A kind says who may ask, who may agree and what is done; here stands what
holds for all of them: neither is the other, nobody agrees to what is about herself, what has changed since it was asked
is not done, and nothing is done twice. Where nobody else could agree when it was asked (an organisation with a single
admin or moderator), it waits 24 hours instead, is shown to everybody, and one moderator or three members stop it.

The decision's own row is locked first, then what the kind touches, then the record.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import record
from accounts.models import Account, AccountTampered, Decision
from accounts.vocabulary import TRUSTED, Act, DecisionState, Role, Standing
from jasmine import crypto

log = logging.getLogger("jasmine.accounts")

GOOD_FOR = timedelta(days=7)
ALONE_AFTER = timedelta(hours=24)
MEMBERS_WHO_STOP = 3
KEPT = timedelta(days=60)
# Good standing, or kept out on the word of one moderator: who by that leaves nobody alone, and takes no word away.
STILL_COUNTS = (Standing.MEMBER, Standing.PAUSED, Standing.ASLEEP)


class DecisionRefused(Exception):
    """The parent: nothing was done. `sentence` says to her why."""

    sentence: Any = ""


class NotForHer(DecisionRefused):
    sentence = _("This is not yours to ask or to answer.")


class AlreadyAsked(DecisionRefused):
    sentence = _("This was asked already, and waits for a second person.")


class NobodyElse(DecisionRefused):
    sentence = _("This takes a second person, and there is nobody who could agree.")


class OwnDecision(DecisionRefused):
    sentence = _("You asked for this yourself: somebody else has to agree.")


class AboutHerself(DecisionRefused):
    sentence = _("This is about you: others decide it.")


class Over(DecisionRefused):
    sentence = _("This was decided already, or has lapsed.")


class Changed(DecisionRefused):
    sentence = _("Something has changed since this was asked. Nothing was done: refuse it, and ask anew.")


class AskerGone(DecisionRefused):
    sentence = _("Who asked for this may not ask for it any more. Nothing was done.")


@dataclass(frozen=True)
class Kind:
    """Something that takes two.

    `act(*, about, said, by, agreed_by, now)` does it, and raises a DecisionRefused where it cannot be done any more;
    `agreed_by` is None after 24 hours alone. `may_agree(account, decision)` is asked for others than who asked and whom
    it is about. `seen(about)`: a print of what it is about; another one later, and nothing is done. `told(decision)`:
    in a word, for those who decide, what or whom it is about. `alone`: whether one alone may do it after 24 hours.
    """

    name: str
    label: Any
    act: Callable[..., Any]
    may_ask: Callable[[Account], bool]
    may_agree: Callable[[Account, Decision], bool]
    seen: Callable[[str], str]
    told: Callable[[Decision], str]
    alone: bool = True


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(decision: Decision) -> Kind:
    return _kinds[decision.facts["kind"]]


def label_of(name: str) -> Any:
    """What a kind is called; "" for one that no app knows."""
    return _kinds[name].label if name in _kinds else ""


# --- asking and answering -----------------------------------------------------------------------------------


@transaction.atomic
def ask(kind: str, *, about: str, by: Account, now: datetime, **said: Any) -> Decision:
    """Ask for something that takes two. Raises NotForHer, AboutHerself, AlreadyAsked, NobodyElse."""
    asked = _kinds[kind]
    asker = _now_as(by.pk)
    if asker is None or not asked.may_ask(asker):
        raise NotForHer
    if about == str(asker.pk):
        raise AboutHerself
    with record.held():  # two who ask for the same at once: the second finds the first
        if any(one.facts["kind"] == kind and one.facts["about"] == about for one in _open(now)):
            raise AlreadyAsked
        decision = _asked(asked, about, asker, said, now)
        decision.save(force_insert=True)
        _put_on_record(Act.ASKED, decision, by=asker, now=now)
    return decision


@transaction.atomic
def agree(decision: Decision, *, by: Account, now: datetime) -> Decision:
    """Say yes as the second person: it is done at once.

    Raises Over, OwnDecision, AboutHerself, NotForHer, AskerGone, Changed, or what the kind does: then nothing is done.
    """
    held = _held(decision, now)
    second = _second(held, by)
    _do(held, agreed_by=second, now=now)
    _end(held, DecisionState.DONE)
    _put_on_record(Act.AGREED, held, by=second, now=now)
    return held


@transaction.atomic
def refuse(decision: Decision, *, by: Account, now: datetime) -> Decision:
    """Say no as the second person. Raises Over, OwnDecision, AboutHerself, NotForHer."""
    held = _held(decision, now)
    second = _second(held, by)
    _end(held, DecisionState.REFUSED)
    _put_on_record(Act.REFUSED, held, by=second, now=now)
    return held


@transaction.atomic
def stop(decision: Decision, *, by: Account, now: datetime) -> Decision:
    """Take back what she asked; or say that what one alone is about to do must not happen.

    Of others than who asked, one moderator or admin is enough, and of members it takes three. Raises Over, NotForHer.
    """
    held = _held(decision, now)
    account = _now_as(by.pk)
    if account is None or not may_stop(account, held):
        raise NotForHer
    stops = sorted({*held.facts["stops"], str(account.pk)})
    held.facts = {**held.facts, "stops": stops}
    is_enough = (
        account.role in TRUSTED or _is_by(held, account) or len(_still_members(stops)) >= MEMBERS_WHO_STOP
    )
    if is_enough:
        _end(held, DecisionState.STOPPED)
        _put_on_record(Act.STOPPED, held, by=account, now=now)
    else:
        held.save()
    return held


def may_stop(account: Account, decision: Decision) -> bool:
    """Whether her word counts against it: it is her own, or one alone is about to do it."""
    is_in_good_standing = account.standing == Standing.MEMBER
    return _is_by(decision, account) or (bool(decision.facts["alone_until"]) and is_in_good_standing)


def may_answer(account: Account, decision: Decision) -> bool:
    """Whether she could be the second person."""
    others = not _is_by(decision, account) and decision.facts["about"] != str(account.pk)
    return others and kind_of(decision).may_agree(account, decision)


def open_for(account: Account, *, now: datetime) -> list[Decision]:
    """What waits and is hers to answer, to take back or to stop; the oldest first."""
    return [one for one in _open(now) if may_answer(account, one) or may_stop(account, one)]


def open_about(about: str, *, now: datetime) -> list[Decision]:
    """What waits about that one thing; the oldest first."""
    return [one for one in _open(now) if one.facts["about"] == about]


def let_lapse(decision: Decision, *, now: datetime) -> None:
    """End what needs no second person any more."""
    _lapse(decision, now)


def alone(now: datetime) -> list[Decision]:
    """What one alone is about to do: everybody is shown it."""
    return [one for one in _open(now) if one.facts["alone_until"]]


# --- the clock ----------------------------------------------------------------------------------------------


def lapse_due(now: datetime) -> int:
    """End what nobody agreed to within 7 days. Gives how many."""
    due = [one for one in _readable() if now >= _asked_at(one) + GOOD_FOR]
    return sum(_lapse(one, now) for one in due)


def run_due(now: datetime) -> int:
    """Do what one alone asked 24 hours ago and nobody stopped; what cannot be done any more lapses. Gives how many."""
    return sum(_run(one, now) for one in alone(now) if now >= _alone_until(one))


def _run(decision: Decision, now: datetime) -> bool:
    try:
        _do_alone(decision, now)
    except Over:
        return False
    except DecisionRefused:
        _lapse(decision, now)
        return False
    except Exception as fault:  # one that fails must not keep the others; it is tried again until it lapses
        log.error("what one alone decided could not be done: %s", type(fault).__name__)
        return False
    return True


@transaction.atomic
def _do_alone(decision: Decision, now: datetime) -> None:
    held = _held(decision, now)
    _do(held, agreed_by=None, now=now)
    _end(held, DecisionState.DONE)
    _put_on_record(Act.DONE_ALONE, held, by=_now_as(UUID(held.facts["by"])), now=now)


@transaction.atomic
def _lapse(decision: Decision, now: datetime) -> bool:
    held = Decision.objects.select_for_update().filter(pk=decision.pk, state=DecisionState.OPEN).first()
    if held is None:
        return False
    _end(held, DecisionState.LAPSED)
    _put_on_record(Act.LAPSED, held, by=None, now=now)
    return True


# --- one decision -------------------------------------------------------------------------------------------


def _asked(kind: Kind, about: str, asker: Account, said: dict[str, Any], now: datetime) -> Decision:
    facts = {
        "kind": kind.name,
        "about": about,
        "said": said,
        "by": str(asker.pk),
        "asked_at": now.isoformat(),
        "seen": kind.seen(about),
        "alone_until": "",
        "stops": [],
        "state": str(DecisionState.OPEN),
    }
    decision = Decision(delete_after=crypto.last_sunday_until(now.date() + KEPT), facts=facts)
    if not any(may_answer(account, decision) for account in _who_could_answer()):
        if not kind.alone:
            raise NobodyElse
        decision.facts = {**facts, "alone_until": (now + ALONE_AFTER).isoformat()}
    return decision


def _held(decision: Decision, now: datetime) -> Decision:
    """The decision as it is now, locked until the transaction ends. Raises Over."""
    held = Decision.objects.select_for_update().filter(pk=decision.pk).first()
    if held is None or not _is_open(held) or now >= _asked_at(held) + GOOD_FOR:
        raise Over
    return held


def _second(decision: Decision, by: Account) -> Account:
    """Whoever answers, as she is now. Raises OwnDecision, AboutHerself, NotForHer."""
    account = _now_as(by.pk)
    if _is_by(decision, by):
        raise OwnDecision
    if decision.facts["about"] == str(by.pk):
        raise AboutHerself
    if account is None or not may_answer(account, decision):
        raise NotForHer
    return account


def _do(decision: Decision, *, agreed_by: Account | None, now: datetime) -> None:
    kind, facts = kind_of(decision), decision.facts
    asker = _now_as(UUID(facts["by"]))
    if asker is None or not kind.may_ask(asker):
        raise AskerGone
    if kind.seen(facts["about"]) != facts["seen"]:
        raise Changed
    kind.act(about=facts["about"], said=facts["said"], by=asker, agreed_by=agreed_by, now=now)


def _end(decision: Decision, state: DecisionState) -> None:
    decision.state = state
    decision.facts = {**decision.facts, "state": str(state)}
    decision.save()


def _put_on_record(act: Act, decision: Decision, *, by: Account | None, now: datetime) -> None:
    facts = decision.facts
    more = {"what": facts["kind"], "decision": str(decision.pk), "said": facts["said"]}
    record.write(act, by=by, now=now, about=facts["about"], **more)


def ends_at(decision: Decision) -> datetime:
    """When it lapses, or is done by one alone."""
    return _alone_until(decision) if decision.facts["alone_until"] else _asked_at(decision) + GOOD_FOR


def _asked_at(decision: Decision) -> datetime:
    return datetime.fromisoformat(decision.facts["asked_at"])


def _alone_until(decision: Decision) -> datetime:
    return datetime.fromisoformat(decision.facts["alone_until"])


def _is_by(decision: Decision, account: Account) -> bool:
    return bool(decision.facts["by"] == str(account.pk))


# --- many of them, and who may ------------------------------------------------------------------------------


def _open(now: datetime) -> list[Decision]:
    found = [one for one in _readable() if now < _asked_at(one) + GOOD_FOR]
    return sorted(found, key=_asked_at)


def _readable() -> Iterator[Decision]:
    for decision in Decision.objects.filter(state=DecisionState.OPEN):
        try:
            if _is_open(decision):
                yield decision
        except crypto.CannotOpen:
            log.error("a decision does not open: left out")


def _is_open(decision: Decision) -> bool:
    """Whether column and sealed copy both say so, and its app is there to do it."""
    facts = decision.facts
    return decision.state == facts["state"] == DecisionState.OPEN and facts["kind"] in _kinds


def _now_as(pk: UUID) -> Account | None:
    """Her account as it is now; None unless it is in good standing."""
    account = Account.objects.filter(pk=pk).first()
    return account if account is not None and _is_in(account, Standing.MEMBER) else None


def _who_could_answer() -> list[Account]:
    """Who has a role, each as if nobody kept her out: kinds ask for the standing too. Never to be saved."""
    found = [one for one in Account.objects.exclude(role=Role.MEMBER) if _is_in(one, *STILL_COUNTS)]
    for account in found:
        account.standing = Standing.MEMBER
    return found


def _is_in(account: Account, *standings: Standing) -> bool:
    """Whether it has one of these standings, by its sealed column too."""
    try:
        account.refuse_tampering()
    except (AccountTampered, crypto.CannotOpen):
        return False
    return account.standing in standings


def _still_members(ids: list[str]) -> list[Account]:
    found = Account.objects.filter(pk__in=ids)
    return [account for account in found if _is_in(account, *STILL_COUNTS)]
