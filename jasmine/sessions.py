"""Sessions that only their holder can open.

The cookie holds 256 random bits. The store keeps 30 bytes of their SHA-256 as the row's name, so that a copy of the
store holds no usable session, and the contents sealed under the cookie's own value. Expiry is rounded up to a whole
day. With Redis (which keeps nothing on disk) the same two strings stand there instead of in the table.
"""

import json
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import redis
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from jasmine import crypto
from jasmine.models import Session

ID_BYTES = 32
NAME_BYTES = 30
LABEL = "session.data"


class DatabaseSessions(DatabaseStore):
    """Django's sessions in the database, with names that are hashes and contents that are sealed."""

    # Django's own, which its type stubs do not know.
    _get_or_create_session_key: Callable[[], str]
    _get_session: Callable[..., dict[str, Any]]

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(ID_BYTES)

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and len(key) >= ID_BYTES

    @staticmethod
    def name_of(key: str | None) -> str:
        """How the store names the session of that cookie."""
        return urlsafe_b64encode(sha256((key or "").encode()).digest()[:NAME_BYTES]).decode()

    def encode(self, session_dict: dict[str, Any]) -> str:
        content = json.dumps(session_dict, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        pieces = [content[at : at + crypto.LONGEST] for at in range(0, len(content), crypto.LONGEST)]
        # What was typed and refused waits here, and may be longer than one sealed value.
        return ".".join(self._sealed(piece, f"{number}/{len(pieces)}") for number, piece in enumerate(pieces))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        pieces = str(session_data).split(".")
        try:
            content = b"".join(
                self._opened(piece, f"{number}/{len(pieces)}") for number, piece in enumerate(pieces)
            )
        except (crypto.CannotOpen, ValueError):
            return {}
        opened: dict[str, Any] = json.loads(content)
        return opened

    def _sealed(self, piece: bytes, place: str) -> str:
        label = f"{LABEL}/{place}"
        return b64encode(crypto.seal_for_holder(piece, label=label, secret=self._secret())).decode()

    def _opened(self, piece: str, place: str) -> bytes:
        return crypto.unseal_for_holder(b64decode(piece), label=f"{LABEL}/{place}", secret=self._secret())

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=self.name_of(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = self.name_of(row.session_key)
        row.expire_date = _end_of_day(row.expire_date)
        return row

    def _get_session_from_db(self) -> Session | None:
        found = Session.objects.filter(
            session_key=self.name_of(self.session_key), expire_date__gt=timezone.now()
        )
        row = found.first()
        if row is None:
            self._session_key = None
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=self.name_of(key)).delete()

    def _secret(self) -> bytes:
        # A new session is encoded before it is saved under its key; both are this store's.
        return sha256(b"jasmine/1/session" + self._get_or_create_session_key().encode()).digest()


class RedisSessions(DatabaseSessions):
    """The same in Redis, which forgets by itself. What was ended elsewhere while a request ran stays ended."""

    def exists(self, session_key: str) -> bool:
        return bool(_redis().exists(self._in_redis(session_key)))

    def load(self) -> dict[str, Any]:
        data: Any = _redis().get(self._in_redis(self.session_key))
        if data is None:
            self._session_key = None
            return {}
        return self.decode(data.decode())

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self.encode(self._get_session(no_load=must_create))
        seconds = settings.SESSION_COOKIE_AGE
        if not _redis().set(
            self._in_redis(self.session_key), data, ex=seconds, nx=must_create, xx=not must_create
        ):
            raise CreateError if must_create else UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            _redis().delete(self._in_redis(key))

    def _in_redis(self, key: str | None) -> str:
        return f"session:{self.name_of(key)}"

    @classmethod
    def clear_expired(cls) -> None:
        """Nothing to do: Redis does it."""


SessionStore = RedisSessions if settings.REDIS_URL else DatabaseSessions

BRIEFLY = "briefly"


def keep_briefly(session: SessionBase, name: str, value: Any, *, until: float) -> None:
    """Keep what is to be forgotten soon, at the moment `until` (seconds since 1970)."""
    session[BRIEFLY] = {**session.get(BRIEFLY, {}), name: {"value": value, "until": until}}


def kept_briefly(session: SessionBase, name: str, *, now: float) -> Any:
    """What was kept under that name, or None when it is over."""
    held = session.get(BRIEFLY, {}).get(name)
    return held["value"] if held and now < held["until"] else None


def forget_kept(session: SessionBase, name: str) -> None:
    """Forget what was kept under that name, if anything was."""
    if name in session.get(BRIEFLY, {}):
        session[BRIEFLY] = {other: entry for other, entry in session[BRIEFLY].items() if other != name}


def forget_what_is_over(session: SessionBase, *, now: float) -> None:
    """Take out what was to be kept until now."""
    held = session.get(BRIEFLY, {})
    kept = {name: entry for name, entry in held.items() if now < entry["until"]}
    if len(kept) < len(held):
        session[BRIEFLY] = kept


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


def _end_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=1), time.min, tzinfo=moment.tzinfo)
