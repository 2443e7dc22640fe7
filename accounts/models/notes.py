"""What somebody who may not come in writes to the moderators."""

import logging
import uuid
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from jasmine import crypto
from jasmine.fields import SealedJSON
from jasmine.ledger import Ledger

log = logging.getLogger("jasmine.accounts")

NOTE_KEPT = timedelta(days=35)


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, account: str, *, today: date) -> "list[Note]":
        """Hers: one, or none. There are few notes, so that they need no token."""
        return [note for note in self.readable(today=today) if note.by == account]

    def readable(self, *, today: date) -> "list[Note]":
        """Those that open: one that does not must keep nobody from reading the others, or from leaving."""
        return [note for note in self.filter(delete_after__gte=today) if note.opens()]


class Note(models.Model):
    """At most 500 characters to the moderators. `facts`: {"by" account id, "text", "at" ISO moment}."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delete_after = models.DateField(db_index=True)
    facts = SealedJSON(label="note.facts")

    objects = NoteQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts"],
        plain={"id": _("a random number"), "delete_after": _("to delete it after 35 days")},
        weekly=True,
    )

    class Meta:
        verbose_name = _("notes to the moderators")

    def __str__(self) -> str:
        return f"note {self.id}"

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    def opens(self) -> bool:
        try:
            return bool(self.facts)
        except crypto.CannotOpen:
            log.error("a note to the moderators does not open: left out")
            return False

    @property
    def by(self) -> str:
        return str(self.facts["by"])
