"""A phone on which six digits are enough."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.admission import first_sunday_from
from jasmine import crypto
from jasmine.fields import SealedJSON
from jasmine.ledger import Ledger

GOOD_FOR = timedelta(days=30)
TOKEN_FORM = 1


class OwnPhoneQuerySet(models.QuerySet["OwnPhone"]):
    def with_cookie(self, cookie: str, *, today: date) -> "OwnPhone | None":
        """The phone that has this cookie (64 hexadecimal digits)."""
        last = crypto.week_of(first_sunday_from(today + GOOD_FOR))
        weeks = range(crypto.week_of(today), last + 1)
        tokens = crypto.blind_tokens([("own phone", TOKEN_FORM, cookie)], weeks=weeks)
        return self.filter(cookie_token__in=tokens, delete_after__gte=today).first()


class OwnPhone(models.Model):
    """`facts`: {"account" id, "proof" of her sessions as they were then, "digits" Argon2id of the six digits and the
    cookie, "good_until" ISO moment, "wrong" how many wrong digits since the last right ones}.

    The cookie is kept nowhere but on the phone: without it the digits cannot be tried.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cookie_token = models.BigIntegerField(unique=True)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="own_phone.facts")

    objects = OwnPhoneQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts"],
        blind=["cookie_token"],
        plain={"id": _("a random number"), "delete_after": _("to delete it after 30 days")},
        weekly=True,
    )

    class Meta:
        verbose_name = _("phones on which six digits are enough")

    def __str__(self) -> str:
        return f"phone {self.id}"

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    @classmethod
    def made(cls, cookie: str, *, now: datetime, **facts: Any) -> "OwnPhone":
        """A phone with that cookie, not stored yet."""
        phone = cls(delete_after=first_sunday_from(now.date() + GOOD_FOR))
        (phone.cookie_token,) = crypto.blind_tokens(
            [("own phone", TOKEN_FORM, cookie)], weeks=[phone.key_week], writing=True
        )
        phone.facts = {"good_until": (now + GOOD_FOR).isoformat(), "wrong": 0, **facts}
        return phone

    def tell(self, **facts: Any) -> None:
        """Write some of the facts anew. To be stored by whoever holds the row."""
        self.facts = {**self.facts, **facts}
