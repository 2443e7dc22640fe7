"""Who waits to be let in, who gave her word for her, and what remains of that."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account
from jasmine import crypto
from jasmine.fields import SealedJSON
from jasmine.ledger import Ledger

VOUCHING_FORM = 1  # version of the tokens below
WAITS_FOR = timedelta(days=30)
VOUCH_KEPT = timedelta(days=90)  # after she was let in
PAIR_KEPT_MONTHS = 24
WEEK = timedelta(days=7)
PLACES = 48  # vouches of one member, or for one newcomer, in one week of deletion: more than quotas allow

Couple = tuple[str, str]  # the ids of who vouched, and for whom


def weeks_of_waiting(today: date) -> range:
    """The weeks to which somebody who waits today may be sealed."""
    return range(crypto.week_of(today), crypto.week_of(today + WAITS_FOR + WEEK) + 1)


class NewcomerQuerySet(models.QuerySet["Newcomer"]):
    def with_code(self, code: str, *, today: date) -> "Newcomer | None":
        """Whoever waits with that vouch code, as `codes.read_code` gives it."""
        tokens = crypto.blind_tokens(_forms("vouch code", code), weeks=weeks_of_waiting(today))
        hits = self.filter(code_token__in=tokens, delete_after__gte=today)
        return next((newcomer for newcomer in hits if newcomer.facts["vouch_code"] == code), None)


class Newcomer(models.Model):
    """Somebody who waits to be let in.

    `facts`: {"vouch_code" 12 digits, "" once she was refused; "invited_by" account id or ""; "confirmed" whether that
    member knows her by this pseudonym; "since" ISO day; "door" a `Door`; "note" and "note_at" for the second door;
    "question", "asked_at" and "answer"; "refused_on" ISO day or ""}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    code_token = models.BigIntegerField(unique=True)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="newcomer.facts")

    objects = NewcomerQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts"],
        blind=["code_token"],
        plain={
            "id": _("a random number"),
            "account": _("whose waiting it is"),
            "delete_after": _("to delete it when she has waited for 30 days"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("newcomers who wait")

    def __str__(self) -> str:
        return f"newcomer {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        code = self.facts["vouch_code"] or str(self.pk)  # a code that is dead is found by nobody
        self.code_token = _token("vouch code", code, week=self.key_week)
        super().save(*args, **kwargs)

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    @property
    def since(self) -> date:
        return date.fromisoformat(self.facts["since"])

    @property
    def is_refused(self) -> bool:
        return bool(self.facts["refused_on"])

    @property
    def is_asked(self) -> bool:
        """Whether it is her turn: a question of the moderators that she has not answered."""
        return bool(self.facts["question"]) and not self.facts["answer"]

    def tell(self, **facts: Any) -> None:
        """Write some of the facts anew. To be stored by whoever holds the row."""
        self.facts = {**self.facts, **facts}


class VouchQuerySet(models.QuerySet["Vouch"]):
    def for_newcomer(self, newcomer: Newcomer) -> list["Vouch"]:
        """Every word that was given for her while she waits, the first one first."""
        account = str(newcomer.account_id)
        tokens = crypto.blind_tokens(_places("newcomer", account), weeks=[newcomer.key_week])
        hits = [vouch for vouch in self.filter(newcomer_token__in=tokens) if vouch.facts["for"] == account]
        return sorted(hits, key=lambda vouch: str(vouch.facts["at"]))

    def by(self, voucher: str, *, today: date) -> list["Vouch"]:
        """What that account has vouched for, as long as it is kept."""
        last = crypto.week_of(today + VOUCH_KEPT + WEEK)
        weeks = range(crypto.week_of(today), last + 1)
        tokens = crypto.blind_tokens(_places("voucher", voucher), weeks=weeks)
        hits = self.filter(voucher_token__among=tokens, delete_after__gte=today)
        return [vouch for vouch in hits if vouch.facts["by"] == voucher]


class Vouch(models.Model):
    """A member's word that she knows this newcomer as a sex worker and trusts her.

    `facts`: {"by", "for" account ids, "how" a `Knows`, "at" ISO moment}. While the newcomer waits it is sealed to her
    week, then to that of 90 days later. It stands under a free place of its voucher's and one of its newcomer's, never
    under that of another vouch: a dump does not see which vouches are of one member, or for one newcomer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    newcomer_token = models.BigIntegerField(unique=True)
    voucher_token = models.BigIntegerField(unique=True)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="vouch.facts")

    objects = VouchQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts"],
        blind=["newcomer_token", "voucher_token"],
        plain={
            "id": _("a random number"),
            "delete_after": _("to delete it 90 days after the newcomer was let in"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("who vouched for whom")

    def __str__(self) -> str:
        return f"vouch {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.newcomer_token = self._free_place("newcomer", self.facts["for"])
        self.voucher_token = self._free_place("voucher", self.facts["by"])
        super().save(*args, **kwargs)

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    @property
    def by(self) -> str:
        return str(self.facts["by"])

    def move_to(self, day: date) -> None:
        """Keep it until that day: opened, then sealed and found under the week of the other."""
        self.facts = {**self.facts}  # read while it still stands under its own week
        self.delete_after = day
        self.save(force_update=True)

    def _free_place(self, kind: str, account: str) -> int:
        """The token of the first place that no other vouch has. Both accounts are held meanwhile."""
        tokens = (_token(kind, place, week=self.key_week) for _kind, _form, place in _places(kind, account))
        others = Vouch.objects.exclude(pk=self.pk)
        return next(token for token in tokens if not others.filter(**{f"{kind}_token": token}).exists())


class PairQuerySet(models.QuerySet["Pair"]):
    def among(self, couples: Iterable[Couple]) -> list[Couple]:
        """Those of these of which a token is kept: the first of each vouched for the second."""
        couples = [*couples]
        kept = self.filter(token__among=_pair_tokens(couples)).values_list("token", flat=True)
        return _those_with(couples, {*kept})


class Pair(models.Model):
    """That one vouched for the other, without saying who: it answers for two who are named, and to nobody else.

    The number of the key under which the token stands is kept, so that a rotation leaves that key until the last such
    row is gone: without the two ids the token cannot be made anew.
    """

    token = models.BigIntegerField(primary_key=True)
    key_number = models.PositiveBigIntegerField()
    delete_after = models.DateField(db_index=True)

    objects = PairQuerySet.as_manager()

    ledger = Ledger(
        blind=["token"],
        plain={
            "key_number": _(
                "to keep the key as long as something stands under it; the same for a whole year"
            ),
            "delete_after": _("to delete it after 24 months"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("numbers that tell of two named members whether one vouched for the other")

    def __str__(self) -> str:
        return "pair"

    @classmethod
    def keep(cls, couple: Couple, *, today: date) -> None:
        """Keep for 24 months that the first of them vouched for the second."""
        number, token = _pair_written(couple)
        day = crypto.last_sunday_until(crypto.months_after(today, PAIR_KEPT_MONTHS))
        cls.objects.update_or_create(token=token, defaults={"key_number": number, "delete_after": day})


def _pair_written(couple: Couple) -> tuple[int, int]:
    """The number of the standing key that writes, and the token under it."""
    while True:
        number = crypto.writing_number(crypto.STANDING)
        (token,) = crypto.blind_tokens(_pair_forms([couple]), weeks=[crypto.STANDING], writing=True)
        if crypto.writing_number(crypto.STANDING) == number:  # no rotation came in between
            return number, token


def _those_with(couples: list[Couple], kept: set[int]) -> list[Couple]:
    """By halves: tokens come as a set, and of thousands a few are there."""
    if not kept or not _pair_tokens(couples) & kept:
        return []
    if len(couples) == 1:
        return couples
    half = len(couples) // 2
    return _those_with(couples[:half], kept) + _those_with(couples[half:], kept)


def _pair_tokens(couples: list[Couple]) -> set[int]:
    return crypto.blind_tokens(_pair_forms(couples), weeks=[crypto.STANDING])


def _pair_forms(couples: list[Couple]) -> list[tuple[str, int, str]]:
    return [("pair", VOUCHING_FORM, f"{voucher} {newcomer}") for voucher, newcomer in couples]


def _forms(kind: str, form: str) -> list[tuple[str, int, str]]:
    return [(kind, VOUCHING_FORM, form)]


def _places(kind: str, account: str) -> list[tuple[str, int, str]]:
    return [(kind, VOUCHING_FORM, f"{account} {place}") for place in range(PLACES)]


def _token(kind: str, form: str, *, week: int) -> int:
    (token,) = crypto.blind_tokens(_forms(kind, form), weeks=[week], writing=True)
    return token
