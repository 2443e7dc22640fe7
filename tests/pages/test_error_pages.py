"""Pages of what went wrong: with emergency numbers, with every header, and telling nobody anything."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from alerts.vocabulary import Alert
from jasmine import emergency
from tests.makers import a_report
from tests.people import sign_in

pytestmark = pytest.mark.django_db

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
BELOW_A_REPORT = ["", "correct/", "withdraw/"]


def not_taken(client: Client) -> HttpResponse:
    return client.post("/check/", {"q": "1" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}, follow=True)


def unknown_host(client: Client) -> HttpResponse:
    return client.get("/", headers={"host": "elsewhere.example"})


def unknown_page(client: Client) -> HttpResponse:
    return client.get("/no-such-page/")


def broken_page(client: Client) -> HttpResponse:
    return client.get("/what-we-keep/")


WRONG = {not_taken: 200, unknown_host: 400, unknown_page: 404, broken_page: 500}


@pytest.fixture
def answer(
    request: pytest.FixtureRequest, client: Client, heron: Any, monkeypatch: pytest.MonkeyPatch
) -> HttpResponse:
    monkeypatch.delattr("jasmine.views.our_models")
    client.raise_request_exception = False
    sign_in(client, heron)
    return request.param(client)


def each_of(wrong: dict[Callable[[Client], HttpResponse], int]) -> Any:
    rows = [pytest.param(ask, status, id=ask.__name__) for ask, status in wrong.items()]
    return pytest.mark.parametrize(("answer", "status"), rows, indirect=["answer"])


@each_of(WRONG)
def test_an_error_has_its_status_and_every_header(answer, status):
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "geolocation=()" in answer.headers["Permissions-Policy"]


@each_of(WRONG)
def test_an_error_shows_the_emergency_numbers_unfolded(answer, status):
    shown = answer.content.decode()
    assert all(f'href="{number.uri}"' in shown for number in emergency.numbers(settings.COUNTRY))
    assert '<details class="emergency" open>' in shown


@each_of(WRONG)
def test_an_error_tells_nothing_of_who_is_there(answer, status):
    assert "sign-out" not in answer.content.decode()
    assert not answer.cookies


@pytest.mark.parametrize("below", BELOW_A_REPORT)
@pytest.mark.parametrize("method", ["get", "post", "head", "put", "options", "trace"])
def test_a_report_that_waits_looks_like_one_that_does_not_exist(client, heron, plover, method, below):
    waiting = a_report(plover, alert=Alert.WHEN_I_SAY)
    sign_in(client, heron)
    answers = [getattr(client, method)(f"/reports/{report}/{below}") for report in (waiting.pk, uuid4())]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code in (404, 405)


@pytest.mark.parametrize("below", BELOW_A_REPORT)
def test_signed_out_every_report_looks_like_one_that_does_not_exist(client, plover, below):
    shown = a_report(plover)
    answers = [client.get(f"/reports/{report}/{below}") for report in (shown.pk, uuid4())]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code == 404


@pytest.mark.parametrize("below", ["correct/", "withdraw/"])
def test_what_only_its_author_may_do_looks_to_others_like_a_report_that_does_not_exist(
    client, heron, plover, below
):
    shown = a_report(plover)
    sign_in(client, heron)
    answers = [client.post(f"/reports/{report}/{below}") for report in (shown.pk, uuid4())]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code == 404


def told(answer: HttpResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.content, sorted(answer.headers.items())
