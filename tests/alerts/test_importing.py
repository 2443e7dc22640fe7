"""Bringing in an earlier list: every good line once, every bad one told, none lost, none half."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from alerts import facts, importing, sheets
from alerts.checking import Outcome, check
from alerts.importing import Result, Wish, import_lines, json_lines
from alerts.models import Policy, Report, Token
from jasmine import crypto
from tests import fieldcases
from tests.makers import PHONE, an_identifier, what_is_said

ROOT = Path(__file__).resolve().parents[2]
DAY = (crypto.today() - timedelta(days=20)).isoformat()
EARLIER = (crypto.today() - timedelta(days=21)).isoformat()

# A process of its own, on the suite's database and keys: imports, and is killed where it is told.
KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from alerts import importing
from alerts.models import Report

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

importing.LINES_AT_ONCE = 5
where, index, left = sys.argv[3], Report.index, [8]

def index_until_killed(report):
    left[0] -= 1
    index(report) if left[0] else die()

if where == "inside":
    Report.index = index_until_killed
between = die if where == "between" else lambda read: None
with open(sys.argv[2], "rb") as file:
    importing.import_lines(
        importing.json_lines(file), importing.Wish(datetime.now(UTC)), refused=lambda line: None, progress=between
    )
"""


def a_line(**but: object) -> dict:
    return {"ref": "L-1", "reported_on": DAY, "text": "He shouted.", **what_is_said(), **but}


def some_lines(count: int) -> list[dict]:
    return [
        a_line(ref=f"L-{number}", identifiers=[an_identifier(f"06 39 98 {number:04}")])
        for number in range(count)
    ]


def raw(*lines: object) -> list[bytes]:
    return [line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines]


def imported(*lines: object, now, **wish: object) -> Result:
    kept = wish.pop("kept", [])
    return import_lines(
        json_lines(raw(*lines)), Wish(now, **wish), refused=kept.append, progress=lambda _read: None
    )


def counts(result: Result) -> tuple[int, int, int, int]:
    return result.filed, result.already, result.not_shared, len(result.errors)


def why(*lines: object, now) -> list[str]:
    return [error["why"] for error in imported(*lines, now=now).errors]


def file(name: str) -> bytes:
    fieldcases.load("reports.jsonl")
    return (fieldcases.FOLDER / name).read_bytes()


def import_file(name: str, now, **wish: object) -> Result:
    content = file(name)
    lines = (
        sheets.sheet_lines(content, sheets.layout())
        if name.endswith(".csv")
        else json_lines(content.splitlines(True))
    )
    return import_lines(lines, Wish(now, **wish), refused=lambda _line: None, progress=lambda _read: None)


@pytest.fixture
def nuisance_is_shared(db):
    Policy.objects.update(share_nuisance=True)


@pytest.mark.django_db
class TestTheFieldCases:
    def test_where_nuisance_is_not_shared(self, on_reference_day):
        assert counts(import_file("reports.jsonl", on_reference_day)) == (216, 0, 24, 0)
        assert counts(import_file("reports.jsonl", on_reference_day)) == (0, 216, 24, 0)
        assert counts(import_file("spreadsheet.csv", on_reference_day)) == (0, 35, 5, 0)
        assert Report.objects.count() == 216

    def test_where_nuisance_is_shared(self, on_reference_day, nuisance_is_shared):
        assert counts(import_file("reports.jsonl", on_reference_day)) == (240, 0, 0, 0)
        assert counts(import_file("spreadsheet.csv", on_reference_day)) == (0, 40, 0, 0)
        assert Report.objects.count() == 240

    def test_the_spreadsheet_first(self, on_reference_day, nuisance_is_shared):
        assert counts(import_file("spreadsheet.csv", on_reference_day)) == (40, 0, 0, 0)
        assert counts(import_file("reports.jsonl", on_reference_day)) == (200, 40, 0, 0)

    def test_bad_lines_are_told_line_by_line(self, on_reference_day):
        expected = json.loads(file("bad_lines.expect.json"))
        import_lines(
            json_lines(file("reports.jsonl").splitlines(True)[:1]),
            Wish(on_reference_day),
            refused=lambda _line: None,
            progress=lambda _read: None,
        )
        told = {
            error["line"]: error["why"] for error in import_file("bad_lines.jsonl", on_reference_day).errors
        }
        assert all(told.values())
        for case in expected:
            if case["outcome"] != "either":
                assert (case["line"] in told) == (case["outcome"] == "reject"), case

    def test_what_was_imported_is_found_and_opens(self, on_reference_day, heron):
        import_file("spreadsheet.csv", on_reference_day)
        for report in Report.objects.all():
            report.refuse_tampering()
            assert report.is_imported
        assert check("Thiago.r508@example.org", by=heron, now=on_reference_day).outcome == Outcome.FOUND


@pytest.mark.django_db
class TestOnce:
    def test_a_line_is_filed_once_however_often_it_comes(self, now):
        assert counts(imported(a_line(), a_line(), now=now)) == (1, 1, 0, 0)
        assert counts(imported(a_line(), now=now)) == (0, 1, 0, 0)
        assert Report.objects.count() == 1

    @pytest.mark.parametrize(
        "same",
        [
            {"text": " He   shouted.\n"},
            {"identifiers": [an_identifier("+33 6 39.98.12.34")]},
            {"area": "FR-75C"},
            {"client": "c001"},
        ],
    )
    def test_the_same_said_otherwise_is_already_there(self, now, same):
        assert counts(imported(a_line(), a_line(**same), now=now)) == (1, 1, 0, 0)

    @pytest.mark.parametrize(
        "other",
        [
            {"text": "He left."},
            {"text": ""},
            {"reported_on": EARLIER},
            {"incident_on": EARLIER},
            {"area": "FR-69"},
            {"incidents": ["rape", "theft"]},
            {"identifiers": [an_identifier("06 39 98 12 35")]},
            {"identifiers": [an_identifier(), an_identifier("Jean", "name")]},
        ],
    )
    def test_a_known_reference_with_other_content_is_refused(self, now, other):
        assert counts(imported(a_line(), now=now)) == (1, 0, 0, 0)
        assert why(a_line(**other), now=now) == ["ref: this reference is known, with other content"]
        assert Report.objects.count() == 1

    def test_without_a_reference_it_is_filed_once_too(self, now):
        line, other = a_line(), a_line(text="He left.")
        del line["ref"], other["ref"]
        assert counts(imported(line, other, line, now=now)) == (2, 1, 0, 0)
        assert counts(imported(other, line, now=now)) == (0, 2, 0, 0)


@pytest.mark.django_db
class TestWithdrawn:
    """What was taken out before its day is not brought in again."""

    @pytest.fixture(autouse=True)
    def taken_out(self, now, settings, tmp_path):
        """A line that was filed, and taken out again; on a ring of this test's own, which alone remembers it."""
        settings.KEYRING = tmp_path / "ring"
        crypto.make_ring()
        imported(a_line(), now=now)
        report = Report.objects.get()
        crypto.remember_gone([("ref", report.facts["ref"])], week=report.key_week)
        report.delete()

    def test_it_is_counted_and_not_filed(self, now):
        result = imported(a_line(), a_line(ref="L-2"), now=now)
        assert (result.withdrawn, *counts(result)) == (1, 1, 0, 0, 0)
        assert [report.facts["ref"] for report in Report.objects.all()] == ["L-2"]

    def test_whatever_the_line_says_now(self, now):
        assert imported(a_line(text="He shouted, and threw a glass."), now=now).withdrawn == 1

    def test_a_rehearsal_says_so_too(self, now):
        assert imported(a_line(), now=now, dry_run=True).withdrawn == 1


@pytest.mark.django_db
class TestWhatBecomesOfALine:
    def test_a_report_past_its_day_is_too_old_and_no_error(self, now):
        result = imported(a_line(incidents=["theft"], reported_on="2024-11-01"), now=now)
        assert (result.too_old, *counts(result)) == (1, 0, 0, 0, 0)

    def test_a_text_is_a_story_for_moderators(self, now):
        assert imported(a_line(), a_line(ref="L-2", text=""), now=now).unread_stories == 1
        assert {(one.story, one.notice) for one in Report.objects.all()} == {("He shouted.", ""), ("", "")}

    def test_or_a_notice_for_which_the_organisation_answers(self, now):
        assert imported(a_line(), now=now, texts="notice").unread_stories == 0
        (report,) = Report.objects.all()
        assert (report.story, report.notice) == ("", "He shouted.")

    def test_a_rehearsal_says_the_same_and_keeps_nothing(self, now):
        lines = [*some_lines(3), a_line(ref="L-1", text="Other."), a_line(ref=7)]
        rehearsed = imported(*lines, now=now, dry_run=True)
        assert not Report.objects.exists()
        assert not Token.objects.exists()
        assert imported(*lines, now=now) == rehearsed
        assert counts(rehearsed) == (3, 0, 0, 2)

    def test_all_that_was_imported_is_one_author(self, now, heron):
        imported(a_line(), a_line(ref="L-2"), now=now)
        answer = check(PHONE, by=heron, now=now)
        assert (answer.independent, len(answer.people[0].reports)) == (1, 2)

    def test_a_refused_line_is_given_as_it_was(self, now):
        kept: list = []
        broken = b'{"ref": "\xff"}\r\n'
        imported(a_line(), broken, b"\n", a_line(ref=7), now=now, kept=kept)
        assert [line.number for line in kept] == [2, 4]
        assert kept[0].raw == broken.rstrip(b"\r\n")
        assert json.loads(kept[1].raw) == a_line(ref=7)

    def test_the_good_ones_are_filed_all_the_same(self, now, monkeypatch):
        monkeypatch.setattr(importing, "LINES_AT_ONCE", 2)
        lines = some_lines(4)
        assert counts(imported(lines[0], b"{", lines[1], b"[]", b"null", lines[2], lines[3], now=now)) == (
            4,
            0,
            0,
            3,
        )

    @pytest.mark.parametrize("day", ["2026-11-31", "01/11/2026", "20261101", "", None, 7])
    def test_a_day_that_is_none_is_told(self, now, day):
        (told,) = why(a_line(reported_on=day), now=now)
        assert told.startswith("reported_on: ")

    def test_a_day_to_come_is_told(self, now):
        (told,) = why(a_line(reported_on=(now.date() + timedelta(days=1)).isoformat()), now=now)
        assert told.startswith("reported_on: ")
        assert why(a_line(reported_on=now.date().isoformat()), now=now) == []

    @pytest.mark.parametrize("ref", ["", "  ", 7, None, "a\nb", "x" * (importing.LONGEST_REF + 1), "\ud800"])
    def test_a_reference_that_is_none_is_told(self, now, ref):
        (told,) = why(a_line(ref=ref), now=now)
        assert told.startswith("ref: ")

    @pytest.mark.parametrize(
        "line",
        [
            b"{",
            b"[]",
            b"null",
            b"7",
            b'{"ref": 1, "ref": 2}',
            b'{"weapon": NaN}',
            b'{"weapon": -Infinity}',
            b'{"weapon": ' + b"9" * 5000 + b"}",
            b"[" * 3000,
            b'{"x": "' + b"x" * importing.LONGEST_LINE + b'"}',
            b"\xff\xfe",
        ],
    )
    def test_what_is_no_report_is_told(self, now, line):
        assert len(why(line, now=now)) == 1

    def test_every_reason_can_be_written_and_steers_no_terminal(self, now):
        hostile = "\x1b[2J\ud800"
        told = why(
            a_line(**{hostile: 1}),
            a_line(ref="L-2", setting=hostile),
            a_line(ref="L-3", identifiers=[{**an_identifier(), "country": hostile}]),
            now=now,
        )
        assert len(told) == 3
        assert all(sentence.isprintable() for sentence in told)

    def test_the_largest_report_with_the_longest_reference_is_kept(self, now):
        def line(names: int) -> dict:
            boxes = [an_identifier("🌸" * facts.LONGEST_IDENTIFIER, "name") for _ in range(8)]
            last = an_identifier("x" * names, "name")
            return a_line(
                ref="🌸" * importing.LONGEST_REF, identifiers=[*boxes, last], text="🌸" * facts.LONGEST_STORY
            )

        longest = next(names for names in range(200, 0, -1) if not wrong(line(names)))
        assert counts(imported(line(longest), now=now)) == (1, 0, 0, 0)

    def test_a_reference_is_no_way_to_another_report(self, now):
        imported(a_line(), now=now)
        (report,) = Report.objects.all()
        tokens = crypto.blind_tokens([("ref", 1, "L-1 ")], weeks=[report.key_week], writing=True)
        assert not Report.objects.with_token(tokens).exists()


@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_are_read_and_every_line_keeps_its_number(chunks):
    lines = b"\n".join(chunks).splitlines(True)
    read = list(json_lines(lines))
    assert [line.number for line in read] == [number for number, one in enumerate(lines, 1) if one.strip()]
    assert all(line.why or isinstance(line.said, dict) for line in read)


@pytest.mark.django_db(transaction=True)
class TestInterrupted:
    @pytest.mark.parametrize(("where", "kept"), [("between", 5), ("inside", 5)])
    def test_what_is_killed_is_finished_by_the_next_run(self, tmp_path, now, where, kept):
        lines = raw(*some_lines(12))
        path = tmp_path / "reports.jsonl"
        path.write_bytes(b"".join(lines))
        assert killed_process(path, where) == -signal.SIGKILL
        assert Report.objects.count() == kept
        assert counts(imported(*lines, now=now)) == (12 - kept, kept, 0, 0)
        assert sorted(report.facts["ref"] for report in Report.objects.all()) == sorted(
            f"L-{n}" for n in range(12)
        )
        assert Token.objects.values("report").distinct().count() == 12

    def test_two_imports_at_once_file_each_line_once(self, now, monkeypatch):
        monkeypatch.setattr(importing, "LINES_AT_ONCE", 3)
        lines, ready, results = some_lines(12), Barrier(2), []

        def run() -> None:
            ready.wait()
            results.append(imported(*lines, now=now))
            connections.close_all()

        threads = [Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [result.filed + result.already for result in results] == [12, 12]
        assert sum(result.filed for result in results) == 12
        assert Report.objects.count() == 12


def killed_process(path: Path, where: str) -> int:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-c", KILLED, name, str(path), where]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def wrong(line: dict) -> bool:
    said = {key: value for key, value in line.items() if key not in importing.NOT_FACTS}
    try:
        facts.validated(said, reported_on=crypto.today())
    except facts.FactsRefused:
        return True
    return False
