"""The index written anew after a rule changed."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from alerts import indexing, spelling
from alerts.checking import Outcome, check
from alerts.models import Index, Token
from tests.alerts.test_checking import with_facts_of
from tests.makers import PHONE, a_report, an_identifier
from tests.people import sign_in

pytestmark = pytest.mark.django_db


def reindexed(capsys):
    call_command("reindex", "--json")
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def upgrade(monkeypatch):
    """A rule changes, and with it under what phone numbers stand and are looked for."""
    return lambda: monkeypatch.setitem(spelling.FORM_VERSION, "phone-national", 99)


def test_a_report_of_an_older_rule_is_found_again_after_reindex(heron, plover, now, upgrade, capsys):
    a_report(heron)
    upgrade()
    assert check(PHONE, by=plover, now=now).outcome == Outcome.FAILED  # and never "nothing found"
    assert reindexed(capsys) | {"seconds": 0} == {"reindexed": 1, "left": 0, "seconds": 0}
    assert check(PHONE, by=plover, now=now).outcome == Outcome.FOUND


def test_again_it_changes_nothing(heron, capsys):
    a_report(heron)
    before = set(Token.objects.values_list("token", flat=True))
    reindexed(capsys)
    reindexed(capsys)
    assert set(Token.objects.values_list("token", flat=True)) == before


@pytest.fixture
def broken(heron):
    """A report that does not open, beside one that does."""
    report, other = a_report(heron), a_report(heron, identifiers=[an_identifier("06 39 98 99 99")])
    with_facts_of(report, other)
    return report


def test_a_report_that_does_not_open_is_left_and_told(broken):
    stands = set(Token.objects.filter(report=broken).values_list("token", flat=True))
    with pytest.raises(CommandError, match="do not open"):
        call_command("reindex")
    assert set(Token.objects.filter(report=broken).values_list("token", flat=True)) == stands


def test_what_is_past_its_day_is_not_touched(heron, now):
    report = a_report(heron)
    day_after = report.delete_after.replace(year=report.delete_after.year + 1)
    assert indexing.reindex(today=day_after, progress=lambda _count: None).reindexed == 0


class TestWhileItIsDue:
    @pytest.fixture
    def member(self, client, plover):
        sign_in(client, plover)
        return client

    @staticmethod
    def answered(member, typed):
        member.post("/check/", {"q": typed})
        return member.get("/check/").context["answer"]

    def test_a_check_that_finds_nothing_did_not_work(self, heron, member, upgrade):
        a_report(heron)
        upgrade()
        assert self.answered(member, PHONE).outcome == Outcome.FAILED
        call_command("reindex")
        assert self.answered(member, PHONE).outcome == Outcome.FOUND
        assert self.answered(member, "06 39 98 99 98").outcome == Outcome.NONE

    def test_what_is_found_is_shown_and_is_not_all(self, heron, member, upgrade):
        a_report(heron, identifiers=[an_identifier("@grebe_kx4471", "handle")])
        upgrade()
        answer = self.answered(member, "@grebe_kx4471")
        assert (answer.outcome, answer.whole) == (Outcome.FOUND, False)

    def test_health_fails_and_names_the_way_out(self, client, upgrade, capsys):
        upgrade()
        assert client.get("/healthz").content == b"failing"
        with pytest.raises(SystemExit):
            call_command("health")
        assert "manage.py reindex" in capsys.readouterr().out
        call_command("reindex")
        assert client.get("/healthz").content == b"ok"

    def test_another_country_of_the_site_makes_it_due_too(self, settings):
        settings.COUNTRY = "BE"
        assert Index.is_due()

    def test_set_up_writes_it_once(self, heron, upgrade, capsys):
        a_report(heron)
        upgrade()
        assert [self.set_up(capsys), self.set_up(capsys)] == [1, 0]

    @staticmethod
    def set_up(capsys):
        call_command("set_up", "--json")
        return json.loads(capsys.readouterr().out)["reindexed"]

    def test_set_up_leaves_it_due_where_a_report_does_not_open(self, broken, upgrade, capsys):
        upgrade()
        call_command("set_up", "--json")
        told = capsys.readouterr()
        assert json.loads(told.out)["reindexed"] == 1
        assert "do not open" in told.err
        assert Index.is_due()

    def test_those_that_do_not_open_can_be_given_up(self, broken, upgrade):
        upgrade()
        call_command("reindex", "--even-unreadable")
        assert not Index.is_due()

    def test_of_a_site_that_never_said_its_rules_it_is_due(self):
        Index.objects.all().delete()
        assert Index.is_due()


class TestWhatADumpCounts:
    """The number of tokens tells neither how long a name is nor how much was written."""

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"identifiers": [an_identifier("Bo", "name")]},
            {"identifiers": [an_identifier("Maximilian Brandstetter", "name")]},
            {"notice": "lanterne cour voisine dimanche bouteille escalier " * 5},
        ],
    )
    def test_it_is_always_a_multiple_of_sixteen(self, heron, said):
        report = a_report(heron, **said)
        assert Token.objects.filter(report=report).count() % 16 == 0

    def test_there_are_never_more_than_64(self, heron):
        names = [an_identifier(f"Maximilian Brandstetter{letter}", "name") for letter in "abcdefgh"]
        report = a_report(
            heron, identifiers=names, notice="lanterne cour voisine dimanche bouteille escalier"
        )
        assert Token.objects.filter(report=report).count() == 64

    def test_whole_identifiers_come_before_what_only_resembles(self, heron, plover, now):
        names = [an_identifier(f"Maximilian Brandstetter{letter}", "name") for letter in "abcdefgh"]
        a_report(heron, identifiers=[*names, an_identifier()])
        assert check(PHONE, by=plover, now=now).outcome == Outcome.FOUND


class TestWhatIsWritten:
    """If one of these fails, what is on disk has changed: raise FORM_VERSION of its kind, and say `reindex`."""

    def test_the_forms_of_a_report_that_tells_everything(self, heron):
        report = a_report(
            heron,
            identifiers=[
                an_identifier(),
                an_identifier("ZX-471-KG", "plate"),
                an_identifier("Torvald", "name"),
                an_identifier("grebe.k4471@example.org", "email"),
                an_identifier("@grebe_kx4471", "handle"),
            ],
            vehicle={"type": "van", "colour": "green", "make": "Talbot"},
            appearance={"marks": "dent en or"},
            notice="Il a cassé une lanterne.",
            language="fr",
        )
        assert written(report) == {
            ("email", "grebe.k4471@example.org"),
            ("fact", "van/green"),
            ("handle", "grebe_kx4471"),
            ("name", "torvald"),
            *(("name-near", key) for key in ("torvald", "orvald", "trvald", "tovald", "torald", "torvld")),
            *(("name-near", key) for key in ("torvad", "torval")),
            ("name-sound", "trvlt"),
            ("phone-head", "63998"),
            ("phone-national", "639981234"),
            ("phone-tail", "1234"),
            ("phone-tail", "981234"),
            ("plate", "ZX471KG"),
            ("plate-alike", "2X471K6"),
            ("plate-head", "ZX4"),
            ("plate-middle", "471"),
            ("plate-tail", "1KG"),
            *(("word", stem) for stem in ("talbot", "dent", "or", "lantern", "cass")),
        }

    def test_the_forms_of_a_report_without_identifier(self, heron):
        report = a_report(heron, identifiers=[], appearance={"hair": "red", "glasses": True, "marks": ""})
        assert written(report) == {("fact", "hair:red"), ("fact", "glasses:true")}

    def test_the_forms_of_a_name_with_short_forms(self, heron):
        report = a_report(heron, identifiers=[an_identifier("Paco", "name")])
        assert ("name-family", "francisco") in written(report)

    def test_every_kind_has_a_version_and_they_are_all_of_the_first(self):
        assert set(spelling.FORM_VERSION.values()) == {1}


def written(report):
    """The forms under which it stands, without those of its row."""
    return {
        (kind, form) for kind, _version, form in report.forms() if kind not in ("author", "filler", "ref")
    }
