"""Reports, the tokens under which they are found, drafts, and the policy."""

import logging
import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from alerts import spelling
from alerts.facts import forms_of, identifiers_of
from alerts.vocabulary import Desk, Level, Peer, State
from jasmine import crypto
from jasmine.fields import SealedJSON, SealedText
from jasmine.ledger import Ledger

log = logging.getLogger("jasmine.alerts")

ORGANISATION = "organisation"  # the author of what an organisation brought in from its earlier list
AUTHOR_FORM = 1
REF_FORM = 1
MOST_TOKENS = 64  # a report
TOKENS_STEP = 16
FILLER_FORM = 1
DRAFT_KEPT = timedelta(days=14)
REFUSAL_KEPT = timedelta(days=30)
UNKNOWN_WEEK = -1  # of a row that was read without its day of deletion: such a row is not saved


class ReportTampered(Exception):
    """The plain columns of a report do not say what its sealed facts say."""


class TooManyForms(Exception):
    """The identifiers of one report have more spellings than it may have tokens."""


def author_forms(author: str) -> list[tuple[str, int, str]]:
    """Under which form her own reports are found."""
    return [("author", AUTHOR_FORM, author)]


def ref_forms(ref: str) -> list[tuple[str, int, str]]:
    """Under which form an imported report is found again by its reference in the organisation's file."""
    return [("ref", REF_FORM, ref)]


def index_rules() -> str:
    """Everything that decides under which tokens reports stand and are looked for."""
    own = {"author": AUTHOR_FORM, "ref": REF_FORM}
    versions = sorted({**spelling.FORM_VERSION, **own}.items())
    return " ".join([settings.COUNTRY, *(f"{kind}:{version}" for kind, version in versions)])


def voices(account: Any) -> frozenset[str]:
    """As which authors an account speaks: for itself and, of an outreach worker, for the group."""
    own = {str(account.pk)}
    return frozenset(own | {f"group:{account.group}"} if account.group else own)


class ReportQuerySet(models.QuerySet["Report"]):
    # Repeated in the sealed facts, or deciding under which key the row is sealed: see `Report.move_to`.
    NOT_BY_UPDATE = frozenset({"level", "area", "filed_week", "delete_after", "state"})

    def current(self, today: date) -> "ReportQuerySet":
        """Those whose Sunday is not over."""
        return self.filter(delete_after__gte=today)

    def with_token(self, tokens: Iterable[int]) -> "ReportQuerySet":
        """Those that stand under any of these tokens. Open and compare before believing."""
        return self.filter(pk__in=Token.objects.filter(token__among=tokens).values("report_id"))

    def update(self, **changes: Any) -> int:
        if self.NOT_BY_UPDATE & changes.keys():
            raise FieldError("these columns are repeated in the sealed facts: save the row")
        return super().update(**changes)

    def by(self, account: Any, *, today: date) -> list["Report"]:
        """Her own reports that open, the newest first."""
        authors = voices(account)
        forms = [form for author in authors for form in author_forms(author)]
        hits = self.current(today).with_token(crypto.blind_tokens(forms, weeks=crypto.live_weeks()))
        own = [report for report in hits if report.opens() and report.author in authors]
        return sorted(own, key=lambda report: report.reported_on, reverse=True)


class Report(models.Model):
    """What one member says one person did, once.

    `facts`: see `alerts.facts`, and what filing adds: "layout", "reported_on" ISO day, "visible_on" ISO day or "" (when
    she says so), "ref" of an import or "", "peer" whether one has read it, and a copy of each plain column.
    `moderation`: see `alerts.moderating`; nothing until a moderator or her author has something to say about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    level = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=6)
    filed_week = models.PositiveIntegerField()
    delete_after = models.DateField(db_index=True)
    state = models.CharField(max_length=10)
    on_desk = models.BooleanField(default=False)
    facts = SealedJSON(label="report.facts")
    story = SealedText(label="report.story")
    notice = SealedText(label="report.notice")
    author = SealedText(label="report.author")
    moderation = SealedJSON(label="report.moderation", null=True)

    objects = ReportQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts", "story", "notice", "author", "moderation"],
        plain={
            "id": _("a random number, so that a page can be asked for"),
            "level": _("to list the most dangerous first"),
            "area": _("to count what happened in an area, no finer than a département"),
            "filed_week": _("to count by week; never the day"),
            "delete_after": _("to delete it on the day that was promised"),
            "state": _("to know whether others see it"),
            "on_desk": _("to find what waits for moderators; not why"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("reports")
        indexes = [
            models.Index(
                fields=["-level", "filed_week"], condition=models.Q(on_desk=True), name="on_the_desk"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="report_level"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="report_state"),
        ]

    def __str__(self) -> str:
        return f"report {self.id}"

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    @property
    def reported_on(self) -> date:
        return date.fromisoformat(self.facts["reported_on"])

    @property
    def last_seen_in(self) -> date:
        """The first of the month in which he was seen, or else reported: the day shows nowhere, not in an order."""
        on = self.facts["incident_on"]
        return date.fromisoformat(f"{on[:7]}-01") if on else self.reported_on.replace(day=1)

    @property
    def is_imported(self) -> bool:
        """From the organisation's earlier list."""
        return bool(self.facts["ref"])

    @property
    def moderated(self) -> dict[str, Any]:
        """What stands in `moderation`: nothing yet, of a row that was there before that column."""
        return self.moderation or {}

    @property
    def peer(self) -> Peer:
        """Whether a peer has read it."""
        return Peer(self.facts.get("peer", Peer.NOT_YET))

    @property
    def identifiers(self) -> list[spelling.Identifier]:
        return identifiers_of(self.facts)

    @cached_property
    def marks(self) -> list[tuple[spelling.Reading, bool]]:
        """What it can be joined by, and whether its author was in doubt. Read once for each row that was opened:
        reading a phone number takes longer than opening the row."""
        return [
            (reading, spelling.is_in_doubt(kept))
            for kept in self.identifiers
            for reading in spelling.meanings(kept, default_country=settings.COUNTRY)
            if reading.kind in spelling.SURE_KINDS
        ]

    def plain_columns(self) -> dict[str, Any]:
        """What the sealed facts repeat."""
        return {
            "level": self.level,
            "area": self.area,
            "filed_week": self.filed_week,
            "delete_after": self.delete_after.isoformat(),
            "state": self.state,
        }

    def tell(self, **facts: Any) -> None:
        """Write some of its facts anew, with what they repeat of the plain columns. To be saved."""
        self.facts = {**self.facts, **facts, **self.plain_columns()}
        self.on_desk = bool(self.why_on_desk())

    def note(self, **said: Any) -> None:
        """Write some of what stands in `moderation` anew. To be saved."""
        self.moderation = {**self.moderated, **said}
        self.on_desk = bool(self.why_on_desk())

    def put_to(self, state: State) -> None:
        """Its state from now on, in the column and in the sealed copy. To be saved."""
        self.state = state
        self.tell()

    def refuse_tampering(self) -> None:
        """Raises ReportTampered, or CannotOpen, unless the plain columns say what the sealed facts say."""
        said = self.plain_columns()
        if {key: self.facts.get(key) for key in said} != said:
            raise ReportTampered

    def opens(self) -> bool:
        """Whether all of it can be read, and says what its plain columns say."""
        try:
            self.refuse_tampering()
            return bool(self.author) and None not in (self.notice, self.story, self.moderated)
        except (crypto.CryptoError, ReportTampered):
            log.error("a report does not open")
            return False

    def shown_to(self, reader: Any, *, today: date) -> bool:
        """Whether her checks find it: her own always, that of others from the day their authors chose."""
        if self.author in voices(reader) or self.state in (State.SHOWN, State.CONTESTED):
            return True
        return self.state == State.WAITING and self.peer != Peer.FIRST and self.is_let_go(today)

    def is_let_go(self, today: date) -> bool:
        """Whether the day from which its author lets others see it has come."""
        day: str = self.facts["visible_on"]
        return "held_back" not in self.facts and day != "" and day <= today.isoformat()

    def why_on_desk(self) -> list[Desk]:
        """Why moderators are to look at it, beside what its state says."""
        said = self.moderated
        unread = {Peer.FIRST: Desk.FIRST, Peer.READ: None}.get(self.peer, Desk.UNREAD)
        why = [unread if self.state != State.PRIVATE else None]
        why += [Desk.WROTE if said.get("unanswered") else None]
        why += [Desk.EYES if said.get("refusal", {}).get("other_eyes") else None]
        return [one for one in why if one]

    def forms(self) -> list[tuple[str, int, str]]:
        """Under what this report is found: whole identifiers, and as much of the rest as there is room for.

        Parts of identifiers and likenesses come first, then his marks and his car, then words of the notice. Raises
        TooManyForms where the whole ones alone are more than a report may have tokens.
        """
        default = settings.COUNTRY
        exact = {form for kept in self.identifiers for form in spelling.forms(kept, default_country=default)}
        own = author_forms(self.author) + (ref_forms(self.facts["ref"]) if self.is_imported else [])
        if len(own) + len(exact) > MOST_TOKENS:
            raise TooManyForms  # what was left out would be looked for in vain
        each = [spelling.loose_forms(kept, default_country=default) for kept in self.identifiers]
        loose = [form for turn in zip_longest(*each) for form in turn if form]  # a little of each identifier
        found = dict.fromkeys([*sorted(exact), *loose, *forms_of(self.facts), *self._words()])
        kept = [(kind, spelling.FORM_VERSION[kind], form) for kind, form in found]
        kept = (own + kept)[:MOST_TOKENS]
        # Filled up: how many there are would tell a dump how long his name is, or how much was written.
        empty = -len(kept) % TOKENS_STEP
        return kept + [("filler", FILLER_FORM, f"{self.pk} {number}") for number in range(empty)]

    def _words(self) -> list[tuple[str, str]]:
        car, language = self.facts["vehicle"], self.facts["language"]
        marks = spelling.words_told(self.facts["appearance"]["marks"], language)
        return [
            *spelling.words_told(car["make"] if car else "", ""),
            *marks,
            *spelling.words_told(self.notice or "", language),
        ]

    def index(self) -> None:
        """Write the tokens under which this report is found. Nothing else writes them. Raises TooManyForms."""
        tokens = crypto.blind_tokens(self.forms(), weeks=[self.key_week], writing=True)
        Token.objects.filter(report_id=self.pk).delete()
        Token.objects.bulk_create([Token(token=token, report_id=self.pk) for token in tokens])

    @transaction.atomic
    def move_to(self, day: date) -> None:
        """Change its day of deletion: everything is opened, sealed to the new week, and indexed anew."""
        for column in self._meta.concrete_fields:
            getattr(self, column.attname)
        self.delete_after = day
        self.facts = {**self.facts, "delete_after": day.isoformat()}
        self._sealed_week = self.key_week
        self.save(force_update=True)
        self.index()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._sealed_week not in (None, self.key_week):
            raise FieldError("only `move_to` changes a report's day of deletion")
        super().save(*args, **kwargs)
        self._sealed_week = self.key_week

    _sealed_week: int | None = None  # the week under which the stored row is sealed

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "Report":
        report = super().from_db(*args, **kwargs)
        report._sealed_week = report.key_week if "delete_after" in report.__dict__ else UNKNOWN_WEEK
        return report


class Token(models.Model):
    """A number under which a report is found. It does not say what kind of thing it stands for."""

    pk = models.CompositePrimaryKey("token", "report")
    token = models.BigIntegerField()
    report = models.ForeignKey(Report, on_delete=models.CASCADE)

    ledger = Ledger(blind=["token"], plain={"report": _("which report stands under the number")}, weekly=True)

    class Meta:
        verbose_name = _("numbers under which reports are found")


class Index(models.Model):
    """One row: by which rules all tokens are written. Without it nobody knows."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    rules = models.TextField()

    ledger = Ledger(
        plain={
            "id": _("there is one row"),
            "rules": _("to know whether every report can be found; the same for everybody"),
        }
    )

    class Meta:
        verbose_name = _("how reports are found")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_index")]

    @classmethod
    def is_due(cls) -> bool:
        """Whether some tokens may be of older rules: a check by those of today would miss them."""
        return not cls.objects.filter(rules=index_rules()).exists()

    @classmethod
    def mark_written(cls) -> None:
        cls.objects.update_or_create(id=cls.ONLY, defaults={"rules": index_rules()})


class Draft(models.Model):
    """A report that is being tapped, so that she can leave any time and come back.

    `content`: {"step": code, "typed": {step: {field: [values]}}}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.BigIntegerField()
    delete_after = models.DateField(db_index=True)
    content = SealedJSON(label="draft.content")

    ledger = Ledger(
        sealed=["content"],
        blind=["owner"],
        plain={
            "id": _("a random number"),
            "delete_after": _("to delete it after at most 14 days"),
        },
        weekly=True,
    )

    class Meta:
        verbose_name = _("reports that are not sent yet")
        constraints = [models.UniqueConstraint(fields=["owner"], name="one_draft_a_member")]

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    @property
    def is_new(self) -> bool:
        """Whether it was never stored."""
        return self._state.adding

    @classmethod
    def of(cls, owner: str, *, today: date) -> "Draft":
        """Her draft, or a new one that is not stored yet."""
        last = crypto.week_of(today + DRAFT_KEPT)
        tokens = crypto.blind_tokens(_draft_forms(owner), weeks=range(crypto.week_of(today), last + 1))
        found = cls.objects.filter(owner__in=tokens, delete_after__gte=today).first()
        return found if found and found.opens() else cls._new(owner, today)

    def opens(self) -> bool:
        """Whether what was tapped can be read. If not, it is lost, and she begins anew."""
        try:
            return "typed" in self.content
        except crypto.CryptoError:
            log.error("a draft does not open")
            return False

    @classmethod
    def _new(cls, owner: str, today: date) -> "Draft":
        delete_after = crypto.last_sunday_until(today + DRAFT_KEPT)
        week = crypto.week_of(delete_after)
        (token,) = crypto.blind_tokens(_draft_forms(owner), weeks=[week], writing=True)
        return cls(owner=token, delete_after=delete_after, content={"typed": {}})


def _draft_forms(owner: str) -> list[tuple[str, int, str]]:
    return [("draft", 1, owner)]


class Refusal(models.Model):
    """Why a report was refused: for its author, when the report itself is deleted.

    `content`: {"report" id, "why" code, "level", "incidents" codes}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.BigIntegerField(db_index=True)
    delete_after = models.DateField(db_index=True)
    content = SealedJSON(label="refusal.content")

    ledger = Ledger(
        sealed=["content"],
        blind=["owner"],
        plain={"id": _("a random number"), "delete_after": _("to delete it after at most 30 days")},
        weekly=True,
    )

    class Meta:
        verbose_name = _("why reports were refused")

    @property
    def key_week(self) -> int:
        return crypto.week_of(self.delete_after)

    @classmethod
    def tell(cls, author: str, *, today: date, **content: Any) -> None:
        day = crypto.last_sunday_until(today + REFUSAL_KEPT)
        (owner,) = crypto.blind_tokens(_refusal_forms(author), weeks=[crypto.week_of(day)], writing=True)
        cls.objects.create(owner=owner, delete_after=day, content=content)

    @classmethod
    def of(cls, authors: Iterable[str], *, today: date) -> "list[Refusal]":
        """Theirs that open."""
        weeks = range(crypto.week_of(today), crypto.week_of(today + REFUSAL_KEPT) + 1)
        forms = [form for author in authors for form in _refusal_forms(author)]
        owners = crypto.blind_tokens(forms, weeks=weeks)
        return [one for one in cls.objects.filter(owner__in=owners, delete_after__gte=today) if one.opens()]

    def opens(self) -> bool:
        try:
            return "why" in self.content
        except crypto.CryptoError:
            log.error("a refusal does not open")
            return False


def _refusal_forms(author: str) -> list[tuple[str, int, str]]:
    return [("refusal", 1, author)]


class Policy(models.Model):
    """One row: how long reports are kept, and whether nuisance is shared. Changes hold for reports filed after them."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    share_nuisance = models.BooleanField()
    keep_very_dangerous = models.PositiveSmallIntegerField(default=60)  # months, all of them
    keep_dangerous = models.PositiveSmallIntegerField(default=36)
    keep_risky = models.PositiveSmallIntegerField(default=18)
    keep_nuisance = models.PositiveSmallIntegerField(default=3)
    keep_private_nuisance = models.PositiveSmallIntegerField(default=12)
    keep_without_identifier = models.PositiveSmallIntegerField(default=12)

    KEEPS = {
        Level.VERY_DANGEROUS: "keep_very_dangerous",
        Level.DANGEROUS: "keep_dangerous",
        Level.RISKY: "keep_risky",
        Level.NUISANCE: "keep_nuisance",
    }

    ledger = Ledger(
        plain={
            "id": _("there is one row"),
            **dict.fromkeys(
                ["share_nuisance", *KEEPS.values(), "keep_private_nuisance", "keep_without_identifier"],
                _("a rule of the organisation, the same for everybody"),
            ),
        }
    )

    class Meta:
        verbose_name = _("rules of the organisation")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_policy"),
            models.CheckConstraint(
                condition=models.Q(
                    keep_very_dangerous__range=(1, 60),
                    keep_dangerous__range=(1, 60),
                    keep_risky__range=(1, 60),
                    keep_nuisance__range=(1, 60),
                    keep_private_nuisance__range=(1, 60),
                    keep_without_identifier__range=(1, 60),
                ),
                name="kept_60_months_at_most",
            ),
        ]

    @classmethod
    def now(cls) -> "Policy":
        return cls.objects.get(pk=cls.ONLY)

    def months_for(self, level: Level, *, private: bool, has_identifier: bool) -> int:
        """How many months a report of that level is kept."""
        if level == Level.NUISANCE and private:
            return self.keep_private_nuisance
        months: int = getattr(self, self.KEEPS[level])
        return months if has_identifier else min(months, self.keep_without_identifier)


class PurgeRun(models.Model):
    """What one purge did, in counts of rows; of weeks whose keys were destroyed and proved to be gone."""

    run_on = models.DateField()
    expired = models.PositiveIntegerField()
    deleted = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    weeks_destroyed = models.PositiveIntegerField()

    ledger = Ledger(
        plain={
            "id": _("to know which run came after which"),
            "run_on": _(
                "to see that the promised days are kept; a day on which the site worked, and nobody else"
            ),
            **dict.fromkeys(
                ["expired", "deleted", "overdue", "weeks_destroyed"],
                _("a count, so that everybody can see that what is due is deleted"),
            ),
        }
    )

    class Meta:
        verbose_name = _("deletions on their day")
