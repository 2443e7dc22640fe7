"""What two people decide."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.vocabulary import DecisionState
from jasmine import crypto
from jasmine.fields import SealedJSON
from jasmine.ledger import Ledger


class Decision(models.Model):
    """One asks, another agrees.

    `facts`: {"kind", "about" id, "said" {what the rule is told besides}, "by" id, "asked_at" ISO moment, "seen" a print
    of what it is about as it was when asked, "alone_until" ISO moment or "" (the 24 hours of a single admin), "stops"
    ids of those who want it stopped, "state" once more, so that writing the table opens nothing again}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=8, default=DecisionState.OPEN, db_index=True)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="decision.facts")

    ledger = Ledger(
        sealed=["facts"],
        plain={
            "id": _("a random number"),
            "state": _("to list what waits"),
            "delete_after": _("to delete it two months after it was asked"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("what two people decide")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DecisionState.values), name="decision_state")
        ]

    def __str__(self) -> str:
        return f"decision {self.id}"

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)
