"""Invitations, and coming back with one."""

import uuid
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account
from jasmine import crypto
from jasmine.fields import SealedJSON
from jasmine.ledger import Ledger

ADMISSION_FORM = 1  # version of the tokens below
COUNTED_FOR = timedelta(days=30)  # an invitation is one of hers for so long, and its row stays so long
GOOD_FOR = timedelta(days=14)
PLACES = 10  # invitations of one account, at most, in COUNTED_FOR
WEEK = timedelta(days=7)


def first_sunday_from(day: date) -> date:
    return crypto.last_sunday_until(day + WEEK - timedelta(days=1))


def _tokens(kind: str, *forms: str, today: date) -> set[int]:
    """Under which numbers a row stands that will be gone in some 30 days."""
    last = first_sunday_from(today + COUNTED_FOR)
    weeks = range(crypto.week_of(today), crypto.week_of(last) + 1)
    return crypto.blind_tokens([(kind, ADMISSION_FORM, form) for form in forms], weeks=weeks)


def _token(kind: str, form: str, *, week: int) -> int:
    (token,) = crypto.blind_tokens([(kind, ADMISSION_FORM, form)], weeks=[week], writing=True)
    return token


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def with_code(self, code: str, *, today: date) -> "Invitation | None":
        """The invitation with that code, as `codes.read_code` gives it, whatever became of it."""
        hits = self.filter(code_token__in=_tokens("invitation", code, today=today), delete_after__gte=today)
        return next((invitation for invitation in hits if invitation.has_code(code)), None)

    def of(self, owner: Account, *, today: date) -> list["Invitation"]:
        """Hers, the newest first."""
        places = [f"{owner.pk} {place}" for place in range(PLACES)]
        hits = self.filter(place_token__in=_tokens("place", *places, today=today), delete_after__gte=today)
        own = [invitation for invitation in hits if invitation.by == str(owner.pk)]
        return sorted(own, key=lambda invitation: invitation.made_at, reverse=True)


class Invitation(models.Model):
    """Twelve digits with which somebody can join, or come back, once.

    `facts`: {"by" account id, "made_at" and "good_until" ISO moments, "place" which of hers it is, 0 to 9, "print" of
    the code, "taken_back" whether, "tries" pseudonyms that were taken already, "used_by" account id or "", "returning"
    id of a `Return` or "", "confirmed" whether the inviter knows who used it}. The code itself is kept nowhere.

    No two rows of one week have one place of one member, so that she has no more in a week than places, whatever
    happens at once; and a dump does not see which of them are one member's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_token = models.BigIntegerField(unique=True)
    place_token = models.BigIntegerField(unique=True)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="invitation.facts")

    objects = InvitationQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts"],
        blind=["code_token", "place_token"],
        plain={
            "id": _("a random number"),
            "delete_after": _("to delete it when it is no longer counted"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("invitations")

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    @property
    def by(self) -> str:
        return str(self.facts["by"])

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.facts["made_at"])

    @property
    def good_until(self) -> datetime:
        return datetime.fromisoformat(self.facts["good_until"])

    @property
    def is_spent(self) -> bool:
        return bool(self.facts["used_by"] or self.facts["returning"])

    @classmethod
    def made(cls, code: str, *, by: Account, place: int, now: datetime) -> "Invitation":
        """An invitation of hers with that code, not stored yet."""
        invitation = cls(delete_after=first_sunday_from(now.date() + COUNTED_FOR))
        invitation.facts = {
            "by": str(by.pk),
            "made_at": now.isoformat(),
            "good_until": (now + GOOD_FOR).isoformat(),
            "place": place,
            "print": invitation._print(code),
            "taken_back": False,
            "tries": 0,
            "used_by": "",
            "returning": "",
            "confirmed": False,
        }
        week = invitation.key_week
        invitation.code_token = _token("invitation", code, week=week)
        invitation.place_token = _token("place", f"{by.pk} {place}", week=week)
        return invitation

    def has_code(self, code: str) -> bool:
        return bool(self.facts["print"] == self._print(code))

    def is_open(self, *, now: datetime) -> bool:
        """Whether somebody may use it."""
        return not self.is_spent and not self.facts["taken_back"] and now < self.good_until

    def tell(self, **facts: Any) -> None:
        """Write some of the facts anew. To be stored by whoever holds the row."""
        self.facts = {**self.facts, **facts}

    def _print(self, code: str) -> str:
        return sha256(f"{self.pk} {code}".encode()).hexdigest()


class ReturnQuerySet(models.QuerySet["Return"]):
    def with_code(self, code: str, *, today: date) -> "Return | None":
        """Who wants to come back with that vouch code."""
        hits = self.filter(code_token__in=_tokens("return", code, today=today), delete_after__gte=today)
        return next((one for one in hits if one.facts["vouch_code"] == code), None)


class Return(models.Model):
    """Somebody who has lost her passphrase and her spare key, and comes back through two who know her.

    `facts`: {"account" id, "" if there is none of that pseudonym; "instead_of" a print of the password that it had when
    she asked; "pseudonym" as she typed it; "password" what hers will be, as Argon2id; "vouch_code" 12 digits;
    "invited_by" account id; "confirmed" whether that member knows her; "vouched_by" account id or ""; "good_until" ISO
    moment; "done" whether}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_token = models.BigIntegerField(unique=True)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="return.facts")

    objects = ReturnQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts"],
        blind=["code_token"],
        plain={"id": _("a random number"), "delete_after": _("to delete it after 14 days")},
        weekly=True,
    )

    class Meta:
        verbose_name = _("members who come back")

    def __str__(self) -> str:
        return f"return {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code_token = _token("return", self.facts["vouch_code"], week=self.key_week)
        super().save(*args, **kwargs)

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    def is_open(self, *, now: datetime) -> bool:
        return not self.facts["done"] and now < datetime.fromisoformat(self.facts["good_until"])

    def tell(self, **facts: Any) -> None:
        """Write some of the facts anew. To be stored by whoever holds the row."""
        self.facts = {**self.facts, **facts}
