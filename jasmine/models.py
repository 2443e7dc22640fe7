"""Rows that belong to the site and to nobody in it."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from jasmine.ledger import Ledger


class Session(AbstractBaseSession):
    """A session, where there is no Redis. Only the cookie's holder can name it or open it."""

    ledger = Ledger(
        by_holder=["session_data"],
        blind=["session_key"],
        plain={"expire_date": _("to forget sessions that are over; rounded up to a whole day")},
    )

    class Meta:
        verbose_name = _("who is signed in")


class Site(models.Model):
    """One row about the site itself."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    practice = models.BooleanField(default=False)

    ledger = Ledger(
        plain={
            "id": _("there is one row"),
            "practice": _("so that a practice site can never be taken for a real one"),
        }
    )

    class Meta:
        verbose_name = _("the site")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_site")]

    @classmethod
    def is_practice(cls) -> bool:
        """Whether nothing here is real."""
        return cls.objects.filter(practice=True).exists()

    @classmethod
    def mark_as_practice(cls) -> None:
        cls.objects.update_or_create(id=cls.ONLY, defaults={"practice": True})
