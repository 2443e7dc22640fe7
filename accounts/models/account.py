"""Accounts: as little as can be known about a member."""

import secrets
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.codes import new_code
from accounts.passphrases import prepared
from accounts.vocabulary import MAY_ENTER, Role, Standing
from jasmine import crypto
from jasmine.fields import SealedJSON, SealedText
from jasmine.ledger import Ledger

PSEUDONYM_FORM = 1  # version of `folded`
MONTHS_UNTIL_LAPSE = 24
SPARE_KEY_DIGITS = 16


def a_spare_key() -> tuple[str, str]:
    """Make a spare key, 16 digits, and its Argon2id: before an account is held, for it takes a fifth of a second."""
    spare_key = new_code(SPARE_KEY_DIGITS)
    return spare_key, make_password(spare_key)


class AccountTampered(Exception):
    """The plain columns of an account do not say what its sealed column says."""


def folded(pseudonym: str) -> str:
    """One form for all spellings of a pseudonym: NFKC, casefold, no spaces around."""
    whole = pseudonym.encode(errors="ignore").decode()  # without halves of surrogate pairs
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", whole).casefold()).strip()


def pseudonym_token(pseudonym: str) -> int:
    """Under which number the account of that pseudonym is found."""
    (token,) = crypto.blind_tokens(
        [("pseudonym", PSEUDONYM_FORM, folded(pseudonym))], weeks=[crypto.STANDING], writing=True
    )
    return token


class AccountQuerySet(models.QuerySet["Account"]):
    def named(self, pseudonym: str) -> "Account | None":
        """The account with that pseudonym in any spelling."""
        forms = [("pseudonym", PSEUDONYM_FORM, folded(pseudonym))]
        tokens = crypto.blind_tokens(forms, weeks=[crypto.STANDING])
        hits = [account for account in self.filter(pseudonym_token__in=tokens) if account.is_named(pseudonym)]
        return hits[0] if hits else None


class Account(AbstractBaseUser):
    """A member, by pseudonym.

    `facts`: {"pseudonym", "standing", "role", "joined_on" ISO day, "group" id or "", "areas" that she picked,
    "epoch" of her sessions, "handle" by which her passkeys name her, "spare_key" as Argon2id or "", "second_steps"
    {kind: ids of their rows}}. Standing and role are repeated there, so that writing the table makes nobody moderator;
    and a row of a second step that was moved to her is none of hers. A row that exists is changed under `held`.
    """

    key_week = crypto.STANDING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym_token = models.BigIntegerField(unique=True)
    facts = SealedJSON(label="account.facts")
    password = SealedText(label="account.password")
    standing = models.CharField(max_length=12)
    role = models.CharField(max_length=12, default=Role.MEMBER)
    lapse_month = models.PositiveIntegerField()  # years × 12 + month − 1
    last_login = None

    USERNAME_FIELD = "id"
    objects = AccountQuerySet.as_manager()

    ledger = Ledger(
        sealed=["facts", "password"],
        blind=["pseudonym_token"],
        plain={
            "id": _("a random number, so that other rows can point at it"),
            "standing": _("to count who waits; the sealed copy decides"),
            "role": _("to find who can help; the sealed copy decides"),
            "lapse_month": _("to delete accounts after 24 months without a visit; a month and nothing finer"),
        },
    )

    class Meta:
        verbose_name = _("accounts")
        constraints = [
            models.CheckConstraint(condition=models.Q(standing__in=Standing.values), name="account_standing"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="account_role"),
        ]

    def __str__(self) -> str:
        return f"account {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The newest standing key writes the token too: a row that was read before a rotation brings no old one back.
        if kwargs.get("update_fields") is None:
            self.pseudonym_token = pseudonym_token(self.pseudonym)
        super().save(*args, **kwargs)

    @property
    def pseudonym(self) -> str:
        return str(self.facts["pseudonym"])

    @property
    def joined_on(self) -> date:
        return date.fromisoformat(self.facts["joined_on"])

    @property
    def group(self) -> str:
        """The partner group for which an outreach worker reports; "" for everybody else."""
        return str(self.facts.get("group", ""))

    @property
    def areas(self) -> list[str]:
        """Where she works, by her own word: ISO 3166-2, at most five."""
        return list(self.facts.get("areas", []))

    @property
    def epoch(self) -> str:
        """What every session of hers that is still good was begun under."""
        return str(self.facts.get("epoch", ""))

    @property
    def spare_key(self) -> str:
        """Argon2id of what she has on paper; "" if she was given none."""
        return str(self.facts.get("spare_key", ""))

    @property
    def waits(self) -> bool:
        """Whether she was not let in yet: she waits, or sleeps meanwhile."""
        awake = self.facts.get("asleep_from") if self.standing == Standing.ASLEEP else self.standing
        return bool(awake == Standing.WAITING)

    @property
    def handle(self) -> str:
        """The random name, 32 hexadecimal digits, by which her passkeys know her (WebAuthn, "user handle")."""
        return str(self.facts["handle"])

    @property
    def second_steps(self) -> dict[str, list[str]]:
        """Which rows are second steps of hers: ids, by kind."""
        return dict(self.facts.get("second_steps", {}))

    @classmethod
    @contextmanager
    def held(cls, pk: uuid.UUID) -> Iterator["Account"]:
        """The account as it is now, for a change that nobody else's change can undo; stored at the end.

        Raises DoesNotExist, AccountTampered.
        """
        with transaction.atomic():
            account = cls.objects.select_for_update().get(pk=pk)
            account.refuse_tampering()
            yield account
            account.save()

    def pick_areas(self, areas: list[str]) -> None:
        with type(self).held(self.pk) as account:
            account.tell(areas=areas)
        self.facts = account.facts

    def tell(self, **facts: Any) -> None:
        """Write some of her facts anew. To be stored by `held`."""
        self.facts = {**self.facts, **facts}

    def put_to(self, standing: Standing) -> None:
        """Her standing from now on, in the column and in the sealed copy. To be stored by `held`."""
        self.standing = standing
        self.tell(standing=str(standing))

    def appoint(self, role: Role) -> None:
        """Her role from now on. Her sessions end: the next one is begun for the new role. To be stored by `held`."""
        self.role = role
        self.tell(role=str(role))
        self.end_sessions()

    def end_sessions(self) -> None:
        """No session begun before now is good any more. To be stored by `held`."""
        self.tell(epoch=secrets.token_hex(8))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own, which knows the passphrase alone.
        salt = "accounts.models.Account.sessions"
        return salted_hmac(
            salt, f"{self.password}/{self.epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def is_named(self, pseudonym: str) -> bool:
        return folded(self.pseudonym) == folded(pseudonym)

    def may_enter(self) -> bool:
        """Whether the pages of members open. Raises AccountTampered."""
        self.refuse_tampering()
        return self.standing in MAY_ENTER

    def refuse_tampering(self) -> None:
        """Raises AccountTampered, or CannotOpen, unless the plain columns say what the sealed one says."""
        if (self.facts["standing"], self.facts["role"]) != (self.standing, self.role):
            raise AccountTampered

    def give_spare_key(self) -> str:
        """A new spare key, 16 digits, to be shown once; an older one is good no more. To be stored by `held`."""
        spare_key, hashed = a_spare_key()
        self.tell(spare_key=hashed)
        return spare_key

    @classmethod
    def open(
        cls, pseudonym: str, passphrase: str, *, today: date, role: str = Role.MEMBER, **more: Any
    ) -> "Account":
        """Store a new account in good standing. `more`: as for `drafted`.

        Raises IntegrityError if the pseudonym is taken.
        """
        secret = prepared(passphrase)
        if secret is None:
            raise ValueError("nobody can have this passphrase")
        account = cls.drafted(pseudonym, today=today, role=role, **more)
        account.set_password(secret)
        account.enter()
        return account

    @classmethod
    def drafted(cls, pseudonym: str, *, today: date, role: str = Role.MEMBER, **more: Any) -> "Account":
        """An account that is not stored yet, without a passphrase. `more`: `standing`, `joined_on`, `group`."""
        standing = Standing(more.get("standing", Standing.MEMBER))
        facts = {
            "pseudonym": pseudonym,
            "standing": str(standing),
            "role": str(role),
            "joined_on": more.get("joined_on", today).isoformat(),
            "group": more.get("group", ""),
            "epoch": secrets.token_hex(8),
            "handle": secrets.token_hex(16),
        }
        lapse_month = today.year * 12 + today.month - 1 + MONTHS_UNTIL_LAPSE
        return cls(facts=facts, standing=standing, role=role, lapse_month=lapse_month)

    def enter(self) -> None:
        """Store a drafted account. Raises IntegrityError if the pseudonym is taken.

        While standing keys rotate, the constraint of the column alone would not see it: accounts then have tokens
        under two keys.
        """
        if type(self).objects.named(self.pseudonym):
            raise IntegrityError("this pseudonym is taken")
        self.save(force_insert=True)
