"""The closed lists about accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    WAITING = "waiting", _("waiting")
    MEMBER = "member", _("member")
    LIMITED = "limited", _("limited")
    PAUSED = "paused", _("paused")
    SUSPENDED = "suspended", _("suspended")
    ASLEEP = "asleep", _("asleep")
    CLOSED = "closed", _("closed")


class Role(models.TextChoices):
    MEMBER = "member", _("member")
    OUTREACH = "outreach", _("outreach worker")
    MODERATOR = "moderator", _("moderator")
    ADMIN = "admin", _("organisation admin")


MAY_ENTER = frozenset({Standing.MEMBER, Standing.LIMITED})


class DecisionState(models.TextChoices):
    OPEN = "open", _("waits for a second person")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    STOPPED = "stopped", _("stopped")
    LAPSED = "lapsed", _("lapsed")


# Who may not act without a second step, and whose sessions are short.
TRUSTED = frozenset({Role.MODERATOR, Role.ADMIN})
