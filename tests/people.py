"""The cast.

Heron is a member of long standing, and so is Plover; Finch came three days ago. Stork does outreach for the night van.
Wren waits, Kite is suspended. Robin moderates, and so does Magpie; Owl is admin: these three have an app for codes.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import second_step, totp
from accounts.models import Account
from accounts.vocabulary import TRUSTED, Role, Standing
from jasmine import crypto

PASSPHRASE = "reed lake stone moss fern"
SEED = "5eed" * 10  # of everybody's app
CAST: dict[str, dict[str, Any]] = {
    "heron": {"days_here": 400},
    "plover": {"days_here": 200},
    "finch": {"days_here": 3},
    "stork": {"days_here": 300, "role": Role.OUTREACH, "group": "night-van"},
    "wren": {"days_here": 0, "standing": Standing.WAITING},
    "kite": {"days_here": 200, "standing": Standing.SUSPENDED},
    "robin": {"days_here": 500, "role": Role.MODERATOR},
    "magpie": {"days_here": 450, "role": Role.MODERATOR},
    "owl": {"days_here": 600, "role": Role.ADMIN},
}


def an_account(
    pseudonym: str, *, days_here: int = 100, standing: str = Standing.MEMBER, **more: Any
) -> Account:
    """Somebody with PASSPHRASE; with an app for codes too, where her role asks for one."""
    today = crypto.today()
    account = Account.open(
        pseudonym, PASSPHRASE, today=today, joined_on=today - timedelta(days=days_here), **more
    )
    if standing != Standing.MEMBER:
        account.facts = {**account.facts, "standing": str(standing)}
        account.standing = standing
        account.save()
    if account.role in TRUSTED:
        second_step.provide_totp(account, SEED)
    return account


def sign_in(client: Client, account: Account) -> None:
    """Begin a session as she would."""
    answer = client.post("/sign-in/", {"pseudonym": account.pseudonym, "passphrase": PASSPHRASE})
    if answer.headers.get("Location") == "/sign-in/second-step/":
        client.post("/sign-in/second-step/", {"code": a_code(account)})


def a_code(account: Account) -> str:
    """What her app shows. Which codes she has used is forgotten: no test waits half a minute for the next one."""
    second_step.provide_totp(account, SEED)
    return totp.code_at(SEED, totp.step_at(timezone.now()))


def fixtures() -> dict[str, Any]:
    """One fixture for each of the cast."""
    return {name: _fixture(name, traits) for name, traits in CAST.items()}


def _fixture(name: str, traits: dict[str, Any]) -> Any:
    @pytest.fixture(name=name)
    def somebody(request: pytest.FixtureRequest) -> Account:
        if "transactional_db" not in request.fixturenames and "live_server" not in request.fixturenames:
            request.getfixturevalue("db")
        return an_account(name.title(), **traits)

    return somebody
