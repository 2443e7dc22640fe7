"""The bench: it measures what it says, on the fields and pages that Jasmine has. How quick they are, no test says."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings as ours
from django.core.management import CommandError, call_command

from accounts import benching as signing
from alerts.benching import INSIDE
from alerts.management.commands import bench

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def quickly(monkeypatch, settings):
    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(bench, "CALLS", 1)
    monkeypatch.setenv(INSIDE, str(settings.VAR))  # the suite's own place is a throwaway one


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


def test_several_names_are_measured_in_one_run():
    assert {"times_faster", "tokens_of_a_form_ms", "ring_read_ms"} <= measured(
        "sealing", "tokens", "ring"
    ).keys()


def test_every_name_is_measured_when_none_is_given(monkeypatch):
    monkeypatch.setattr(bench, "check", lambda reports, samples: {"checked": (reports, samples)})
    monkeypatch.setattr(bench, "sign_in", lambda samples: {"signed_in": samples})
    names = {"times_faster", "tokens_of_a_form_ms", "ring_read_ms", "checked", "signed_in"}
    assert names <= measured().keys()


def test_an_unknown_name_is_wrong_use():
    with pytest.raises(CommandError):
        measured("everything")


def test_the_check_is_measured_over_http_beside_plain_columns():
    figures = a_short_run("--reports", "200", "--samples", "8")
    assert figures["reports"] == 200
    assert 2 < figures["identifiers_a_report"] < 2.6
    assert 10 < figures["tokens_a_report"] <= 64
    assert 500 < figures["index_bytes_a_report"] < 20_000
    assert figures["number_answered"] == figures["number_plain_answered"] == 0.75  # one in four is nobody's
    assert figures["name_found_one_slip_each"] > 0.9
    assert min(value for name, value in figures.items() if name.endswith(("_ms", "p95_ratio"))) > 0
    assert ("name_plain_p95_ms" in figures) == (
        figures["database"] == "postgresql"
    )  # pg_trgm is PostgreSQL's


def a_short_run(*arguments: str) -> dict[str, float]:
    """The check's figures, as `make bench` starts it: with servers and a site of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in (INSIDE, "JASMINE_VAR")}
    run = subprocess.run(
        [sys.executable, "manage.py", "bench", "check", *arguments, "--json"],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "jasmine.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.skipif(not ours.DATABASE_URL, reason="needs JASMINE_DATABASE_URL")
def test_the_database_of_a_bench_is_dropped_at_its_end():
    with bench._own_database(ours.DATABASE_URL) as address, psycopg.connect(address) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (urlsplit(address).path[1:],)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


def test_a_server_that_cannot_be_reached_is_told_without_its_address():
    with pytest.raises(CommandError) as refused, bench._own_database("postgresql://kite:kite@127.0.0.1:9/x"):
        pass
    assert "kite" not in str(refused.value)


def test_without_a_server_there_is_no_database_to_drop():
    with bench._own_database("") as address:
        assert address == ""


@pytest.mark.django_db
def test_signing_in_is_measured_with_three_kinds_of_wrong():
    figures = signing.sign_in(25)
    assert figures["sign_in_samples"] == 25
    assert min(figures[f"sign_in_{kind}_ms"] for kind in ("unknown", "wrong", "suspended")) > 0
    assert figures["sign_in_apart_ms"] >= 0


@pytest.mark.django_db
def test_a_try_that_was_not_looked_at_is_not_measured(monkeypatch):
    monkeypatch.setattr(signing, "WRONG_AN_HOUR", 10**6)  # so all come from one network
    with pytest.raises(signing.NotMeasured):
        signing.sign_in(25)
