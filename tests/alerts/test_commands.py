"""The commands about reports: what they print, where, and with which exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError

from accounts.models import Account
from alerts.models import Policy, Report
from alerts.practising import PEOPLE
from tests import fieldcases
from tests.makers import what_is_said

ROOT = Path(__file__).resolve().parents[2]
AS_OF = {"as_of": "2026-11-16"}
COUNTED = {"read", "filed", "already", "too_old", "not_shared", "withdrawn"}
COUNTED |= {"refused", "unread_stories", "errors"}
DESTROY = "This file still holds everything in plain: destroy it and its copies."
MAKE_SITE = """
import django
django.setup()
from django.core.management import call_command
from jasmine import crypto
crypto.make_ring()
call_command("migrate", verbosity=0, skip_checks=True)
"""


@pytest.fixture(autouse=True)
def no_day_rehearsed_after_the_test(monkeypatch):
    monkeypatch.setattr("jasmine.crypto.weeks._rehearsed", None)


@pytest.fixture
def said(capsys):
    """What a command printed: standard output, and the JSON object that it is."""
    return lambda: json.loads(capsys.readouterr().out)


def a_file(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def a_line(**but: object) -> dict:
    return {"ref": "L-1", "reported_on": "2026-11-01", "text": "He shouted.", **what_is_said(), **but}


@pytest.fixture
def reports(tmp_path):
    return a_file(tmp_path / "reports.jsonl", a_line(), a_line(ref="L-2", incidents=["no_show"]))


def exit_code(*args: object, **options: object) -> int:
    with pytest.raises(SystemExit) as ended:
        call_command(*args, **options)
    return ended.value.code


def refusal(*args: object, **options: object) -> CommandError:
    with pytest.raises(CommandError) as refused:
        call_command(*args, **options)
    return refused.value


@pytest.mark.django_db
class TestImportReports:
    def test_json_is_one_object_with_the_counts(self, reports, said):
        call_command("import_reports", reports, json=True, **AS_OF)
        counts = said()
        assert counts.keys() >= COUNTED
        assert (counts["read"], counts["filed"], counts["not_shared"], counts["unread_stories"]) == (
            2,
            1,
            1,
            1,
        )
        assert (counts["refused"], counts["errors"]) == (0, [])

    def test_the_last_line_says_to_destroy_the_file(self, reports, capsys):
        call_command("import_reports", reports, **AS_OF)
        printed = capsys.readouterr().out
        assert printed.splitlines()[-1] == DESTROY
        assert "filed: 1" in printed
        assert "JASMINE_SHARE_NUISANCE" in printed

    def test_where_nuisance_is_shared_there_is_no_hint(self, reports, capsys):
        Policy.objects.update(share_nuisance=True)
        call_command("import_reports", reports, **AS_OF)
        assert "JASMINE_SHARE_NUISANCE" not in capsys.readouterr().out
        assert Report.objects.count() == 2

    def test_a_refused_line_is_told_and_the_exit_code_is_one(self, tmp_path, said):
        path = a_file(tmp_path / "reports.jsonl", a_line(), "{", a_line(ref="L-3"))
        assert exit_code("import_reports", path, json=True, **AS_OF) == 1
        counts = said()
        assert (counts["filed"], counts["refused"], [error["line"] for error in counts["errors"]]) == (
            2,
            1,
            [2],
        )
        assert all(error["why"] for error in counts["errors"])

    def test_refused_lines_are_told_in_words_too(self, tmp_path, capsys):
        path = a_file(tmp_path / "reports.jsonl", "{", a_line())
        assert exit_code("import_reports", path, **AS_OF) == 1
        assert "line 1: not JSON" in capsys.readouterr().out

    def test_refused_lines_are_kept_as_they_were_for_their_owner_alone(self, tmp_path):
        path, kept = tmp_path / "reports.jsonl", tmp_path / "refused.jsonl"
        broken = [b'{"ref": "\xff"}', b"{"]
        path.write_bytes(broken[0] + b"\r\n" + json.dumps(a_line()).encode() + b"\n" + broken[1])
        assert exit_code("import_reports", path, refused_to=kept, **AS_OF) == 1
        assert kept.read_bytes().splitlines() == broken
        assert kept.stat().st_mode & 0o077 == 0

    def test_refused_rows_stand_under_the_headings_of_their_sheet(self, tmp_path):
        path, kept = tmp_path / "sheet.csv", tmp_path / "refused.csv"
        path.write_text('Référence;Faits;Récit\nR-1;chahut;"un; deux"\n')
        assert exit_code("import_reports", path, refused_to=kept, **AS_OF) == 1
        assert kept.read_text() == 'Référence;Faits;Récit\nR-1;chahut;"un; deux"\n'

    def test_the_file_itself_is_never_overwritten(self, reports):
        before = reports.read_bytes()
        assert refusal("import_reports", reports, refused_to=reports, **AS_OF).returncode == 2
        assert reports.read_bytes() == before

    def test_a_rehearsal_keeps_nothing_and_says_so(self, reports, capsys):
        call_command("import_reports", reports, dry_run=True, **AS_OF)
        printed = capsys.readouterr().out
        assert "filed: 1" in printed
        assert "nothing was kept" in printed
        assert not Report.objects.exists()

    @pytest.mark.parametrize(
        ("texts", "kept"), [("story", ("He shouted.", "")), ("notice", ("", "He shouted."))]
    )
    def test_texts_are_for_moderators_or_for_all(self, reports, texts, kept):
        call_command("import_reports", reports, texts=texts, **AS_OF)
        (report,) = Report.objects.all()
        assert (report.story, report.notice) == kept

    def test_the_format_is_that_of_the_ending_or_the_one_named(self, tmp_path, said):
        fieldcases.load("reports.jsonl")
        sheet = tmp_path / "list.txt"
        sheet.write_bytes((fieldcases.FOLDER / "spreadsheet.csv").read_bytes())
        call_command("import_reports", sheet, format="csv", json=True, **AS_OF)
        assert (said()["filed"], Report.objects.count()) == (35, 35)

    def test_a_sheet_as_older_programs_save_it_is_the_same_sheet(self, tmp_path, said):
        fieldcases.load("reports.jsonl")
        content = (fieldcases.FOLDER / "spreadsheet.csv").read_bytes()
        head = b"\r\n".join(content.split(b"\r\n")[:9]) + b"\r\n"
        (tmp_path / "new.csv").write_bytes(head)
        (tmp_path / "old.csv").write_bytes(head.decode("utf-8-sig").encode("cp1252"))
        call_command("import_reports", tmp_path / "new.csv", json=True, **AS_OF)
        filed = said()["filed"]
        assert filed > 0
        call_command("import_reports", tmp_path / "old.csv", json=True, **AS_OF)
        assert said()["already"] == filed

    def test_a_map_tells_another_layout(self, tmp_path, said):
        sheet = a_file(
            tmp_path / "own.csv", "No|Filed|Where|What|Tel", "7|2026.11.01|FR-75|coup+vol|06 39 98 12 34"
        )
        layout = {
            "delimiter": "|",
            "day": "%Y.%m.%d",
            "columns": {
                "No": "ref",
                "Filed": "reported_on",
                "Where": "area",
                "What": "incidents",
                "Tel": "phone",
            },
            "words": {"incidents": {"Coup": "assault", "Vol": "theft"}},
            "split": {"incidents": "+"},
        }
        call_command("import_reports", sheet, map=a_file(tmp_path / "map.json", layout), json=True, **AS_OF)
        assert said()["filed"] == 1
        (report,) = Report.objects.all()
        assert report.facts["incidents"] == ["assault", "theft"]

    def test_an_unknown_heading_is_told_by_name(self, tmp_path):
        sheet = a_file(tmp_path / "own.csv", "Référence;Humeur", "R-1;mauvaise")
        told = refusal("import_reports", sheet, **AS_OF)
        assert "Humeur" in str(told)
        assert told.returncode == 1

    def test_the_template_is_a_sheet_to_fill(self, capsys, tmp_path, said):
        call_command("import_reports", template=True)
        (tmp_path / "empty.csv").write_text(capsys.readouterr().out)
        call_command("import_reports", tmp_path / "empty.csv", json=True, **AS_OF)
        assert said()["read"] == 0

    def test_a_file_that_is_not_there_is_told(self, tmp_path):
        told = refusal("import_reports", tmp_path / "none.jsonl", **AS_OF)
        assert "cannot be read" in str(told)
        assert told.returncode == 1

    @pytest.mark.parametrize("wrong", [("--texts", "both"), ("--format", "xlsx"), ("--nonsense",)])
    def test_wrong_use_is_two_and_prints_nothing(self, reports, capsys, wrong):
        with pytest.raises(SystemExit) as ended:
            execute_from_command_line(["manage.py", "import_reports", str(reports), *wrong])
        assert ended.value.code == 2
        assert capsys.readouterr().out == ""
        assert not Report.objects.exists()

    def test_a_file_must_be_named(self):
        assert refusal("import_reports").returncode == 2

    @pytest.mark.parametrize("day", ["soon", "16/11/2026", "2026-02-30", ""])
    def test_as_of_takes_a_day(self, reports, day):
        assert refusal("import_reports", reports, as_of=day).returncode == 2

    def test_as_of_is_refused_in_production(self, reports, settings):
        settings.PRODUCTION = True
        assert refusal("import_reports", reports, **AS_OF).returncode == 2
        assert not Report.objects.exists()


@pytest.mark.django_db
class TestDemo:
    def test_json_is_one_object_with_the_members(self, said):
        call_command("demo", json=True)
        members = said()["members"]
        assert all(member.keys() >= {"pseudonym", "passphrase", "role"} for member in members)
        assert [member["role"] for member in members].count("moderator") == 2
        assert len(members) == len(PEOPLE)

    def test_in_words_it_says_that_nothing_is_real(self, capsys):
        call_command("demo")
        printed = capsys.readouterr().out
        assert "nothing here is real" in printed
        assert all(person.passphrase in printed for person in PEOPLE)

    def test_it_refuses_a_site_with_real_people(self, heron, capsys):
        assert refusal("demo", json=True).returncode == 1
        assert capsys.readouterr().out == ""
        assert Account.objects.count() == 1


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The environment of a site of its own, on the embedded default."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JASMINE_")}
    environment |= {
        "JASMINE_VAR": str(tmp_path_factory.mktemp("site")),
        "DJANGO_SETTINGS_MODULE": "jasmine.settings",
    }
    subprocess.run([sys.executable, "-c", MAKE_SITE], env=environment, cwd=ROOT, check=True)
    return environment


def manage(site: dict[str, str], *args: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *map(str, args)]
    return subprocess.run(command, env=site, cwd=ROOT, capture_output=True, text=True, check=False)


class TestInAProcessOfItsOwn:
    def test_a_practice_site_says_the_same_after_a_restart_and_never_goes_into_production(self, site):
        first, second = manage(site, "demo", "--json"), manage(site, "demo", "--json")
        assert (first.returncode, first.stderr) == (0, "")
        assert first.stdout.count("\n") == 1
        assert json.loads(second.stdout) == json.loads(first.stdout)
        checked = manage({**site, "JASMINE_PRODUCTION": "1"}, "check", "--database", "default")
        assert checked.returncode == 1
        assert "jasmine.E016" in checked.stderr
        assert "jasmine.E016" not in manage(site, "check", "--database", "default").stderr
