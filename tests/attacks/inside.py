"""What the tests do and ask inside a site that runs: the site's own pages, and one more that only tests have."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts import coming_back, deciding, guessing, inviting, second_step, suspending, throttling
from accounts.models import Account, RecordEntry, Vouch, pseudonym_token
from accounts.vocabulary import Role, Standing
from jasmine import urls
from tests import makers, people
from tests.settings import CheapHasher

HASHES = f"hashes:{os.environ['PORT']}"  # several sites may share a Redis


class CountingHasher(CheapHasher):
    """Counts every Argon2id, in all processes of the site."""

    def encode(self, password: str, salt: str) -> str:
        _one_more_hash()
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        _one_more_hash()
        return super().verify(password, encoded)


def _one_more_hash() -> None:
    cache.add(HASHES, 0, timeout=None)
    cache.incr(HASHES)


def somebody(pseudonym: str, **traits: Any) -> None:
    people.an_account(pseudonym, **traits)


def code_of(pseudonym: str) -> str:
    return people.a_code(Account.objects.named(pseudonym))


def recovery_codes_of(pseudonym: str) -> list[str]:
    return second_step.new_recovery_codes(Account.objects.named(pseudonym))


def invitation_of(pseudonym: str) -> str:
    return inviting.invite(by=Account.objects.named(pseudonym), now=datetime.now(UTC))


def newcomer(pseudonym: str, vouched_by: list[str]) -> dict[str, str]:
    """Somebody who waits, with these members' words: her vouch code, and under which id she stands in the queue."""
    waits = makers.a_newcomer(pseudonym)
    for voucher in vouched_by:
        makers.a_vouch(waits, by=Account.objects.named(voucher))
    return {"code": waits.facts["vouch_code"], "id": str(waits.pk)}


def vouches_by(pseudonym: str) -> int:
    given = Vouch.objects.by(str(Account.objects.named(pseudonym).pk), today=datetime.now(UTC).date())
    return len(given)


def asked_to_suspend(pseudonym: str, by: str) -> str:
    """The id of a decision that waits for a second person."""
    about, asks = str(Account.objects.named(pseudonym).pk), Account.objects.named(by)
    asked = deciding.ask(suspending.SUSPEND, about=about, by=asks, now=datetime.now(UTC), why="abuse")
    return str(asked.pk)


def acts_about(pseudonym: str) -> list[str]:
    about = str(Account.objects.named(pseudonym).pk)
    return [entry.facts["kind"] for entry in RecordEntry.objects.all() if entry.facts["about"] == about]


def spare_key_of(pseudonym: str) -> str:
    return coming_back.new_spare_key(Account.objects.named(pseudonym))


def how_many_accounts() -> int:
    return Account.objects.count()


def forget_guesses() -> None:
    """Codes that were tried from anywhere in this hour."""
    now = datetime.now(UTC)
    while throttling.counted("code", guessing.ALL, window=guessing.WINDOW, now=now) > 0:
        throttling.take_back("code", guessing.ALL, window=guessing.WINDOW, now=now)


def put(pseudonym: str, standing: str) -> None:
    with Account.held(Account.objects.named(pseudonym).pk) as account:
        account.put_to(Standing(standing))


def appoint(pseudonym: str, role: str) -> None:
    with Account.held(Account.objects.named(pseudonym).pk) as account:
        account.appoint(Role(role))


def role_of(pseudonym: str) -> list[str]:
    account = Account.objects.named(pseudonym)
    return [account.role, account.standing]


def write_into_the_table(pseudonym: str, column: str, value: str) -> None:
    token = pseudonym_token(pseudonym)
    with connection.cursor() as cursor:
        said = f"UPDATE accounts_account SET {column} = %s WHERE pseudonym_token = %s"  # noqa: S608
        cursor.execute(said, [value, token])


def hashes() -> int:
    """How many were computed since this was asked last."""
    made = cache.get(HASHES, 0)
    cache.set(HASHES, 0, timeout=None)
    return made


def wrong_tries(pseudonym: str) -> int:
    now = datetime.now(UTC)
    return throttling.counted("passphrase", pseudonym_token(pseudonym), window=throttling.DAY, now=now)


DOES: list[Callable[..., Any]] = [
    somebody,
    code_of,
    recovery_codes_of,
    invitation_of,
    newcomer,
    vouches_by,
    asked_to_suspend,
    acts_about,
    spare_key_of,
    how_many_accounts,
    forget_guesses,
    put,
    appoint,
    role_of,
    write_into_the_table,
    hashes,
    wrong_tries,
]


@csrf_exempt
def inside(request: HttpRequest, name: str) -> JsonResponse:
    does = {function.__name__: function for function in DOES}
    return JsonResponse({"said": does[name](**json.loads(request.body))})


urlpatterns = [path("inside/<name>/", inside), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)
