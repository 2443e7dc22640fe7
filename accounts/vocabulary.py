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


class Knows(models.TextChoices):
    """How somebody who vouches knows the newcomer. The last one is the word of whoever handed her the invitation."""

    WORKED_TOGETHER = "worked_together", _("We worked together")
    MET = "met", _("We met")
    THROUGH_GROUP = "through_group", _("Through a group")
    ONLINE_ONLY = "online_only", _("Online only")
    INVITED = "invited", _("Gave her the invitation")


class Door(models.TextChoices):
    """How a newcomer comes in: by vouches, or because moderators met somebody who knows nobody."""

    VOUCHES = "vouches", _("by vouches")
    NOTE = "note", _("by a note to the moderators")


class SuspendedFor(models.TextChoices):
    """Why an account is suspended. For abuse those it vouched for are looked at too."""

    ABUSE = "abuse", _("Misuse: is not who she said, or passes on what she reads here")
    CONDUCT = "conduct", _("Something else: how she treats others")


class Act(models.TextChoices):
    """What goes on the record of grave acts."""

    ASKED = "asked", _("asked for something that takes two")
    AGREED = "agreed", _("agreed, and it was done")
    REFUSED = "refused", _("refused")
    STOPPED = "stopped", _("stopped")
    LAPSED = "lapsed", _("lapsed: nobody agreed in time, or it could not be done any more")
    DONE_ALONE = "done_alone", _("done by one alone, after 24 hours")
    ADMITTED = "admitted", _("let a newcomer in")
    TURNED_AWAY = "turned_away", _("said no to a newcomer")
    PAUSED = "paused", _("paused an account for 72 hours")
    PAUSE_LIFTED = "pause_lifted", _("lifted a pause")
    CLEARED = "cleared", _("looked at an account behind a firebreak, and gave it back")
    PUT_TO_SLEEP = "put_to_sleep", _("put an account to sleep on its owner's word")
    RETURNED = "returned", _("came back, known to two members")
    REPORT_HELD = "report_held", _("held a report for 72 hours")
    REPORT_GIVEN_BACK = "report_given_back", _("gave a report back to the others")
    REPORT_STAYS_REFUSED = "report_stays_refused", _("looked again at a report that was refused: it stays so")
    REPORT_CORRECTED = "report_corrected", _("corrected what a report says has happened")
    LEFT = "left", _("somebody with a role closed her account")
    LEFT_IN_DOUBT = "left_in_doubt", _("closed an account that was paused, or whose suspension was asked")
    FOUNDED = "founded", _("terminal: the first admins and moderators")
    KEYS_ROTATED = "keys_rotated", _("terminal: keys changed")
    RESEALED = "resealed", _("terminal: rows moved to new keys")
    RESTORED = "restored", _("terminal: a backup brought back")
    UNLOCKED = "unlocked", _("terminal: the site unlocked")
    CLOCK_ANSWERED = "clock_answered", _("terminal: a clock alarm answered, and rows deleted")
    IMPORTED = "imported", _("terminal: an earlier list brought in")
