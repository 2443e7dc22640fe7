"""The bench: it measures what it says, on the fields that Jasmine has. How quick they are, no test says."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from alerts.management.commands import bench


@pytest.fixture(autouse=True)
def quickly(monkeypatch, settings):
    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(bench, "CALLS", 1)
    monkeypatch.setenv(bench.INSIDE, str(settings.VAR))  # the suite's own place is a throwaway one


def measured(*names: str) -> dict[str, float]:
    out = StringIO()
    call_command("bench", *names, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_sealing_is_measured_against_a_field_on_fernet():
    counts = measured("sealing")
    assert counts["sealed_bytes"] == 35 + 1024 + 16
    assert counts["fernet_bytes"] > 600
    assert counts["times_faster"] > 0


def test_a_field_on_fernet_says_it_again():
    field = bench.FernetText()
    assert field.read(field.stored(bench.STORY)) == bench.STORY
    assert len(bench.STORY.encode()) == 600


def test_every_name_is_measured_when_none_is_given():
    assert {"times_faster", "tokens_of_a_form_ms", "ring_read_ms"} <= measured().keys()


def test_an_unknown_name_is_wrong_use():
    with pytest.raises(CommandError):
        measured("everything")
