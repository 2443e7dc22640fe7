"""Logs count, and never quote."""

import logging

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from jasmine.logs import OneLine

SECRET = "06 39 98 12 34"


def line(
    message: object, *args: object, name: str = "jasmine.alerts", error: BaseException | None = None
) -> str:
    kind = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, kind)
    return OneLine().format(record)


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


def test_a_count_is_said():
    assert line("forgot %d drafts", 3) == "ERROR jasmine.alerts: forgot 3 drafts"


def test_of_an_exception_the_type_and_the_place_are_said_and_never_the_message():
    said = line(f"could not read {SECRET}", error=raised(ValueError(SECRET)))
    assert said.startswith("ERROR jasmine.alerts: ValueError at ")
    assert "test_logs.py:" in said
    assert SECRET not in said


def test_an_exception_with_a_cause_says_neither():
    error = raised(RuntimeError(SECRET))
    error.__cause__ = raised(ValueError(SECRET))
    assert SECRET not in line("x", error=error)


def test_an_exception_that_was_never_raised_has_an_unknown_place():
    assert line("x", error=ValueError(SECRET)).endswith("ValueError at an unknown place")


@pytest.mark.parametrize("name", ["django.request", "django", "gunicorn.error", "django.security.csrf"])
def test_of_other_peoples_messages_only_the_shape_is_said(name):
    assert line("Bad Request: %s", f"/check/?q={SECRET}", name=name) == f"ERROR {name}: Bad Request: %s"


@given(some.text(), some.sampled_from(["django.request", "gunicorn.error", "jasmine.alerts"]))
def test_any_message_is_one_line(message, name):
    assert len(line(message, name=name).splitlines()) == 1


@given(some.text())
def test_any_text_in_a_message_is_one_line(text):
    assert len(line("read %s", text).splitlines()) == 1


@pytest.mark.parametrize("path", ["/nothing/0639981234/", "/check/?q=0639981234", "/reports/0639981234/"])
def test_no_address_comes_into_a_log(path, db, caplog):
    with caplog.at_level(logging.DEBUG):
        Client().get(path, headers={"user-agent": "0639981234"})
    assert "0639981234" not in "".join(OneLine().format(record) for record in caplog.records)


def test_a_crash_says_its_type_and_place_alone(db, caplog, monkeypatch):
    def crash():
        raise ValueError(SECRET)

    monkeypatch.setattr("jasmine.views.Site.is_practice", crash)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    said = [OneLine().format(record) for record in caplog.records]
    assert any("ValueError at " in one for one in said)
    assert SECRET not in "".join(said) + answer.content.decode()
