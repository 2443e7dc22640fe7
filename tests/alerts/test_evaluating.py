"""How the check is judged, and how good it is on the field cases."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import execute_from_command_line

from alerts.evaluating import Judge, ReportsRefused, as_table, evaluate
from tests import fieldcases

ROOT = Path(__file__).resolve().parents[2]
SURE_KINDS = ("phone_exact", "phone_format", "email", "handle", "handle_url", "plate")
MAKE_SITE = """
import django
django.setup()
from django.core.management import call_command
from jasmine import crypto
crypto.make_ring()
call_command("migrate", verbosity=0, skip_checks=True)
"""


def asked(kind: str = "phone_exact", **but: object) -> dict:
    return {"id": "Q-1", "kind": kind, "expect": ["anna"], "expect_top": "anna", "must_not": ["boris"], **but}


def judged(query: dict, sure: list[str], perhaps: list[str] = ()) -> dict:
    """Reports are called by their person: "anna-1" is about anna."""
    refs = [f"{person}-{number}" for person in ("anna", "boris", "carla") for number in range(20)]
    refs += [f"p{number}-0" for number in range(20)]
    judge = Judge({ref: ref.partition("-")[0] for ref in refs})
    judge.count(query, list(sure), list(perhaps))
    return judge.tallies[query["kind"]].told()


class TestTheJudge:
    def test_who_is_expected_and_listed_first_is_found_and_first(self):
        assert judged(asked(), ["anna-1", "carla-1"]) == {
            "queries": 1,
            "found": 1.0,
            "first": 1.0,
            "wrong": 0,
        }

    def test_perhaps_is_listed_too(self):
        assert judged(asked(), [], ["anna-1"])["first"] == 1.0

    def test_who_is_listed_second_is_not_first(self):
        told = judged(asked(), ["carla-1", "anna-1"])
        assert (told["found"], told["first"]) == (1.0, 0.0)

    def test_nothing_listed_is_neither(self):
        assert judged(asked(), []) == {"queries": 1, "found": 0.0, "first": 0.0, "wrong": 0}

    def test_many_reports_about_one_person_are_one_person(self):
        assert judged(asked(), [f"carla-{number}" for number in range(15)] + ["anna-1"])["found"] == 1.0

    @pytest.mark.parametrize(("before", "found"), [(9, 1.0), (10, 0.0)])
    def test_ten_people_are_looked_at(self, before, found):
        assert judged(asked(), [f"p{number}-0" for number in range(before)] + ["anna-0"])["found"] == found

    def test_half_of_those_expected_is_a_half(self):
        assert judged(asked(expect=["anna", "carla"]), ["anna-1"])["found"] == 0.5

    def test_a_confident_answer_about_somebody_who_must_not_be_named_is_wrong(self):
        assert judged(asked(), ["anna-1", "boris-1", "boris-2"])["wrong"] == 1
        assert judged(asked(), ["anna-1"], ["boris-1"])["wrong"] == 0

    @pytest.mark.parametrize("kind", ["negative_far", "junk"])
    def test_where_silence_is_right_any_confident_answer_is_wrong(self, kind):
        query = asked(kind, expect=[], expect_top=None, must_not=[])
        assert judged(query, ["carla-1"]) == {"queries": 1, "found": None, "first": None, "wrong": 1}
        assert judged(query, [], ["carla-1"])["wrong"] == 0

    def test_the_table_has_a_line_a_kind(self):
        lines = as_table({"plate": judged(asked("plate"), ["anna-1"])}).splitlines()
        assert lines[1].split() == ["plate", "1", "1.0", "1.0", "0"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder and environment of a site of its own, on the embedded default."""
    folder = tmp_path_factory.mktemp("site")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JASMINE_")}
    environment |= {"JASMINE_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "jasmine.settings"}
    subprocess.run([sys.executable, "-c", MAKE_SITE], env=environment, cwd=ROOT, check=True)
    return folder, environment


def hashes(folder: Path) -> dict[str, str]:
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def evaluated(site, tmp_path_factory):
    """What the command printed, the answers that it wrote, and the site's files before and after."""
    fieldcases.load("reports.jsonl")
    answers = tmp_path_factory.mktemp("answers") / "answers.jsonl"
    before = hashes(site[0])
    command = [sys.executable, "manage.py", "evaluate_checks", "--as-of", "2026-11-16", "--json"]
    files = (
        "--reports",
        str(fieldcases.FOLDER / "reports.jsonl"),
        "--queries",
        str(fieldcases.FOLDER / "queries.jsonl"),
    )
    command += [*files, "--answers", str(answers)]
    ran = subprocess.run(command, env=site[1], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in answers.read_text().splitlines()]
    return json.loads(ran.stdout), lines, before, hashes(site[0])


class TestOnTheFieldCases:
    @pytest.mark.parametrize("kind", SURE_KINDS)
    def test_whoever_is_asked_for_exactly_is_found_first_and_nobody_else_accused(self, evaluated, kind):
        told = evaluated[0]["kinds"][kind]
        assert told["queries"] > 0
        assert (told["found"], told["first"], told["wrong"]) == (1.0, 1.0, 0)

    @pytest.mark.parametrize(
        ("kind", "found", "first"),
        [
            ("phone_partial_tail", 0.97, 0.90),
            ("plate_partial", 0.97, 0.90),
            ("name_exact", 0.97, 0.90),
            ("name_typo", 0.90, 0.80),
            ("name_translit", 0.85, 0.75),
            ("name_diminutive", 0.70, None),
            ("mixed", 0.90, 0.85),
            ("text_fact: same_words", 0.90, 0.80),
            ("text_fact: mark", 0.90, 0.80),
            ("text_fact: closed_words", 0.90, 0.80),
            ("text_fact: inflected", 0.70, None),
        ],
    )
    def test_whoever_is_half_known_is_found_and_nobody_accused(self, evaluated, kind, found, first):
        told = {**evaluated[0]["kinds"], **evaluated[0]["notes"]}[kind]
        assert told["found"] >= found
        assert first is None or told["first"] >= first
        assert told["wrong"] == 0

    @pytest.mark.parametrize("kind", ["negative_near", "negative_far", "junk"])
    def test_where_nobody_is_meant_nobody_is_accused(self, evaluated, kind):
        assert evaluated[0]["kinds"][kind]["wrong"] == 0

    def test_all_was_asked_of_all(self, evaluated):
        told = evaluated[0]
        assert told["reports"] == 240
        assert sum(kind["queries"] for kind in told["kinds"].values()) == len(
            fieldcases.load("queries.jsonl")
        )
        assert 0 < told["p50_ms"] <= told["p95_ms"]

    def test_the_answers_are_a_line_a_query_in_their_order(self, evaluated):
        lines = evaluated[1]
        assert [line["id"] for line in lines] == [query["id"] for query in fieldcases.load("queries.jsonl")]
        assert all(line.keys() == {"id", "sure", "perhaps"} for line in lines)
        refs = {report["ref"] for report in fieldcases.load("reports.jsonl")}
        assert all(refs.issuperset(line["sure"] + line["perhaps"]) for line in lines)
        assert any(line["sure"] for line in lines)

    def test_the_site_is_left_as_it_was(self, evaluated):
        _told, _lines, before, after = evaluated
        assert len(before) >= 3  # rows, ring, root key
        assert after == before


class TestWhatCannotBeJudged:
    @pytest.mark.django_db
    def test_a_report_that_cannot_be_filed_is_told(self, tmp_path, now):
        (tmp_path / "reports.jsonl").write_text("{}\n")
        with pytest.raises(ReportsRefused, match="1 lines"):
            evaluate(tmp_path / "reports.jsonl", tmp_path / "queries.jsonl", now=now)

    def test_files_must_be_named(self, capsys):
        with pytest.raises(SystemExit) as ended:
            execute_from_command_line(["manage.py", "evaluate_checks", "--json"])
        assert ended.value.code == 2
        assert capsys.readouterr().out == ""
