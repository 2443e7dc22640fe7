"""Giving and taking roles: asked by a moderator or admin, agreed by another one.

Giving or taking the admin role needs an admin among the two, and no one does it alone. The last admin keeps her role.
Whoever is to be trusted with more has a second step first.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts import deciding, second_step
from accounts.deciding import DecisionRefused, Kind
from accounts.models import Account, Decision
from accounts.vocabulary import TRUSTED, Role, Standing

LONGEST_GROUP = 40  # characters


class NotInGoodStanding(DecisionRefused):
    sentence = _("A role is for members in good standing.")


class NeedsSecondStep(DecisionRefused):
    sentence = _(
        "She needs a second step first: she signs in, opens “Account” and sets up an app for codes or a passkey. Then "
        "ask again."
    )


class NeedsGroup(DecisionRefused):
    sentence = _("Say for which partner group she does outreach.")


class HasRole(DecisionRefused):
    sentence = _("She has this role already, or is an admin: that role is taken first.")


class HasNotThatRole(DecisionRefused):
    sentence = _("She does not have that role.")


class LastAdmin(DecisionRefused):
    sentence = _("She is the last admin: somebody else becomes admin first.")


def ask_to_give(account: Account, role: Role, *, by: Account, now: datetime, group: str = "") -> Decision:
    """Ask that she gets this role. `group`: for an outreach worker, whose reports belong to it.

    Raises HasRole, NotInGoodStanding, NeedsSecondStep, NeedsGroup, or what `deciding.ask` raises.
    """
    group = group.strip()[:LONGEST_GROUP] if role == Role.OUTREACH else ""
    _refuse_to_give(account, role, group)
    kind = "give_admin" if role == Role.ADMIN else "give_role"
    return deciding.ask(kind, about=str(account.pk), by=by, now=now, role=str(role), group=group)


def ask_to_take(account: Account, role: Role, *, by: Account, now: datetime) -> Decision:
    """Ask that she loses this role. Raises HasNotThatRole, LastAdmin, or what `deciding.ask` raises."""
    _refuse_to_take(account, role)
    kind = "take_admin" if role == Role.ADMIN else "take_role"
    return deciding.ask(kind, about=str(account.pk), by=by, now=now, role=str(role))


def is_trusted(account: Account) -> bool:
    return account.role in TRUSTED


def _may_agree(account: Account, decision: Decision) -> bool:
    if not is_trusted(account):
        return False
    asker = Account.objects.filter(pk=decision.facts["by"]).first()
    admins = Role.ADMIN in (account.role, asker.role if asker else None)
    return admins or decision.facts["said"]["role"] != Role.ADMIN


def _seen(about: str) -> str:
    account = Account.objects.filter(pk=about).first()
    return f"{account.standing}/{account.role}" if account else ""


def _told(decision: Decision) -> str:
    account = Account.objects.filter(pk=decision.facts["about"]).first()
    said = decision.facts["said"]
    words = [account.pseudonym if account else "", Role(said["role"]).label, said.get("group", "")]
    return " · ".join(str(word) for word in words if word)


# --- doing it -----------------------------------------------------------------------------------------------


def _give(*, about: str, said: dict[str, Any], **_more: Any) -> None:
    with Account.held(UUID(about)) as account:
        _refuse_to_give(account, Role(said["role"]), said["group"])
        account.appoint(Role(said["role"]))
        account.tell(group=said["group"])


def _take(*, about: str, said: dict[str, Any], **_more: Any) -> None:
    _hold_the_admins()
    with Account.held(UUID(about)) as account:
        _refuse_to_take(account, Role(said["role"]))
        account.appoint(Role.MEMBER)
        account.tell(group="")


def _hold_the_admins() -> None:
    """Of two admins who are taken the role at once, the second one is the last."""
    list(Account.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))


def _refuse_to_give(account: Account, role: Role, group: str) -> None:
    if role == Role.MEMBER or account.role in (role, Role.ADMIN):
        raise HasRole
    if account.standing != Standing.MEMBER:
        raise NotInGoodStanding
    if role in TRUSTED and not second_step.steps_of(account).any:
        raise NeedsSecondStep
    if role == Role.OUTREACH and not group:
        raise NeedsGroup


def _refuse_to_take(account: Account, role: Role) -> None:
    if account.role != role or role == Role.MEMBER:
        raise HasNotThatRole
    others = Account.objects.filter(role=Role.ADMIN).exclude(pk=account.pk)
    if role == Role.ADMIN and not any(_is_admin(other) for other in others):
        raise LastAdmin


def _is_admin(account: Account) -> bool:
    """Whether she is one by her sealed column too, and could act as one."""
    return account.facts["role"] == Role.ADMIN and account.facts["standing"] == Standing.MEMBER


KINDS = tuple(
    Kind(
        name=name,
        label=label,
        act=act,
        may_ask=is_trusted,
        may_agree=_may_agree,
        seen=_seen,
        told=_told,
        alone=not name.endswith("_admin"),
    )
    for name, label, act in (
        ("give_role", _("Give a role"), _give),
        ("give_admin", _("Make somebody an admin"), _give),
        ("take_role", _("Take a role"), _take),
        ("take_admin", _("Take the admin role"), _take),
    )
)
