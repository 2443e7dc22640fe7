"""Somebody has the database, and nothing else: what he must not get from it.

He reads every cell of every table, sessions too, as bytes and as text, and tries what he finds against the site.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection, models
from django.test import Client

from accounts import second_step
from accounts.models import Account, TotpDevice
from jasmine.ledger import our_models
from tests.makers import a_report
from tests.people import PASSPHRASE, an_account, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PSEUDONYM = "Zaunkönigin"
Cell = tuple[str, str, Any]  # table, column, value


@pytest.fixture
def member() -> Account:
    return an_account(PSEUDONYM, days_here=400)


@pytest.fixture
def seed(member: Account) -> str:
    """The seed, hexadecimal, of her app for codes."""
    begun = second_step.begin_totp(member)
    second_step.provide_totp(member, begun.hex)
    return begun.hex


@pytest.fixture
def open_session(member: Account) -> Client:
    """Her phone: signed in, with something typed."""
    client = Client()
    sign_in(client, member)
    client.post("/check/", {"q": "06 39 98 12 34"})
    return client


def cells() -> Iterator[Cell]:
    """Every cell of every table, as the database holds it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (its own list)
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((table, name, value) for name, value in zip(names, row, strict=True))


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def everything() -> bytes:
    """The dump, and what its base64 says."""
    read = []
    for _table, _column, value in cells():
        read.append(as_bytes(value))
        with suppress(ValueError):
            read.append(b64decode(as_bytes(value), validate=True))
    return b"\n".join(read)


def written(text: str) -> set[bytes]:
    """The ways in which somebody would look for a text."""
    forms = {text, text.lower(), text.upper(), text.casefold()}
    plain = {form.encode(code) for form in forms for code in ("utf-8", "utf-16-le", "utf-16-be")}
    return plain | {b64encode(form).rstrip(b"=") for form in plain} | {form.hex().encode() for form in plain}


def hits(text: str) -> list[bytes]:
    dump = everything()
    return [form for form in written(text) if form in dump]


def test_the_search_finds_what_is_there(member):
    assert hits(str(member.pk)) or hits(member.pk.hex)


def test_no_pseudonym(member, open_session):
    assert hits(PSEUDONYM) == []


def test_no_passphrase_and_no_hash_of_one_to_guess_at(member):
    assert hits(PASSPHRASE) == []
    assert hits("$argon2id$") == []


def test_no_seed_of_a_second_step(member, seed):
    secret = parse_qs(urlsplit(second_step.begin_totp(member).uri).query)["secret"][0]
    assert len(secret) == 32  # the search below is for one like it
    assert hits(seed) == []
    assert bytes.fromhex(seed) not in everything()
    assert TotpDevice.objects.count() >= 1


def test_what_names_a_session_opens_none(member, open_session):
    store = import_module(settings.SESSION_ENGINE).SessionStore
    cookie = open_session.cookies[settings.SESSION_COOKIE_NAME].value
    assert store(cookie).load()
    assert hits(cookie) == []
    names = [as_bytes(value).decode(errors="replace") for _table, _column, value in cells()]
    assert store.name_of(cookie) in names or settings.REDIS_URL
    assert not any(store(name).load() for name in names if len(name) >= 32)


def test_nothing_finer_than_a_month_says_that_somebody_was_here(member, open_session, seed):
    """Times stand in what carries a day of deletion, and in a session's rounded end, which names nobody."""
    a_report(by=member)
    fields = [(model, field) for model in our_models() for field in model._meta.concrete_fields]
    timed = {
        (model, field.name)
        for model, field in fields
        if isinstance(field, models.DateField | models.TimeField)
    }
    of_accounts = {
        (model, name)
        for model, name in timed
        if any(f.related_model is Account for f in model._meta.concrete_fields) or model is Account
    }
    assert {name for _model, name in of_accounts} <= {"delete_after"}
    for table, _column, value in cells():
        if table == "django_migrations":  # when the site was last upgraded
            continue
        assert not isinstance(value, datetime) or value.time() == datetime.min.time()


def test_rows_of_one_person_do_not_name_each_other(member, seed, open_session):
    """A report, a draft and an account share no value by which they could be put together."""
    a_report(by=member)
    hers = {str(member.pk), member.pk.hex, str(member.pseudonym_token)}
    of_reports = {str(value) for table, _column, value in cells() if table.startswith("alerts_")}
    assert len(of_reports) > 10
    assert not hers & of_reports


def test_nothing_that_lets_somebody_in(member):
    """Invitations, used and not, a spare key on its way to paper, vouch codes, the cookie of a phone with digits."""
    inside, newcomer, lost = Client(), Client(), Client()
    sign_in(inside, member)
    open_one, used, to_return = (shown(inside, "/invitations/", "invitation", act="make") for _ in range(3))
    newcomer.post("/join/", {"invitation": used})
    spare_key = shown(newcomer, "/join/", "spare-key", pseudonym="Siskin", passphrase=PASSPHRASE)
    vouch_code = VOUCH_CODE.search(newcomer.get("/waiting/").content.decode())[1]
    back = {"pseudonym": PSEUDONYM, "invitation": to_return, "passphrase": PASSPHRASE}
    code_of_return = shown(lost, "/come-back/invited/", "vouch-code", **back)
    inside.post("/account/own-phone/", {"digits": "308514"})
    secrets = [open_one, used, to_return, spare_key, vouch_code, code_of_return]
    for secret in [*secrets, *(code.replace(" ", "") for code in secrets), inside.cookies["phone"].value]:
        assert len(secret) >= 12
        assert hits(secret) == []


VOUCH_CODE = re.compile(r"data-vouch-code>([\d ]+)<")


def shown(client: Client, path: str, name: str, **typed: str) -> str:
    """The code that a page shows after this was sent."""
    client.post(path, {"act": "done"} if name == "invitation" else {})
    answer = client.post(path, typed)
    page = client.get(answer["Location"], follow=True).content.decode()
    return re.search(rf"data-{name}>([\d ]+)<", page)[1]
