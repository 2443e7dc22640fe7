"""The record of grave acts: a chain, so that no link can be changed, moved or taken out unseen."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from jasmine import crypto
from jasmine.fields import SealedJSON
from jasmine.ledger import Ledger

HASH_BYTES = 32


class RecordEntry(models.Model):
    """One grave act.

    `facts`: {"kind", "by" account id or "" for the terminal, "about" id, "said", "at" ISO moment; and its place:
    "number", "day" of deletion, "before" the link before in hexadecimal, "day_before" that of the entry before or ""}.
    `link`: SHA-256 over the link before, the number, the day and the sealed bytes of `facts`.
    """

    sealed_once = (
        True  # re-sealing would break the chain; under a key in doubt it stays until its week is over
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveBigIntegerField(unique=True)
    link = models.BinaryField(max_length=HASH_BYTES)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="record.facts")

    ledger = Ledger(
        sealed=["facts"],
        plain={
            "id": _("a random number"),
            "number": _("its place in the record"),
            "link": _(
                "to prove that nothing before it was changed or taken out; it tells nothing of what it says"
            ),
            "delete_after": _("to delete it after 12 months"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("the record of grave acts")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"entry {self.number}"

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)


class RecordHead(models.Model):
    """Where the record ends, and where what is kept of it begins. One row: who writes holds it."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    count = models.PositiveBigIntegerField(default=0)
    head = models.BinaryField(max_length=HASH_BYTES, default=bytes(HASH_BYTES))

    ledger = Ledger(
        plain={
            "id": _("there is one row"),
            "count": _("how many grave acts the record has had"),
            "head": _("its last link, to find what was taken off its end"),
        }
    )

    class Meta:
        verbose_name = _("the end of the record")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_record")]
