"""System checks: nothing starts while what must hold does not. Their ids are stable: operators look them up."""

import pytest
from django.core import checks as django_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test.utils import isolate_apps

from accounts.models import Account
from alerts.models import Report
from jasmine import checks, crypto
from jasmine.fields import SealedText
from jasmine.ledger import Ledger
from jasmine.models import Site
from tests.test_ledger import a_model

IDS = {  # never given to another thing
    "jasmine.E001": "a column that the ledger does not account for",
    "jasmine.E002": "a label that is missing, or on two columns",
    "jasmine.E003": "the key ring",
    "jasmine.E010": "DEBUG",
    "jasmine.E011": "the session cookie",
    "jasmine.E012": "JASMINE_HOSTS",
    "jasmine.E013": "JASMINE_ROOT_KEY_FILE",
    "jasmine.E014": "JASMINE_SECRET_KEY_FILE",
    "jasmine.E015": "JASMINE_RP_ID",
    "jasmine.E016": "a practice site",
}


@pytest.fixture
def production(settings):
    """A production site with which nothing is wrong."""
    settings.PRODUCTION = settings.SESSION_COOKIE_SECURE = True
    settings.NAMED_HOSTS = settings.NAMED_ROOT_KEY = settings.NAMED_SECRET_KEY = settings.NAMED_RP_ID = True
    return settings


def ids(messages) -> list[str]:
    return [message.id for message in messages]


def is_one_sentence(message) -> bool:
    return "\n" not in message.msg and ". " not in message.msg and len(message.msg) > 10


def test_all_is_well_here():
    assert [message for message in django_checks.run_checks() if message.is_serious()] == []


class TestTheLedger:
    def test_a_model_that_is_not_accounted_for_stops_everything(self, monkeypatch):
        monkeypatch.setattr(Report, "ledger", Ledger())
        messages = list(checks.every_column_is_accounted_for())
        assert {*ids(messages)} == {"jasmine.E001"}
        with pytest.raises(SystemCheckError, match=r"alerts\.Report: story is not in the ledger"):
            call_command("check")

    @pytest.mark.parametrize("label", ["", "report.story"])
    @isolate_apps("alerts")
    def test_a_label_must_be_there_and_on_one_column_alone(self, monkeypatch, label):
        model = a_model(Ledger(), story=SealedText(label=label))
        monkeypatch.setattr(checks, "our_models", lambda: [Report, Account, model])
        (message,) = checks.labels_are_there_and_unlike()
        assert message.id == "jasmine.E002"
        assert repr(label) in message.msg

    def test_our_own_labels_are_right(self):
        assert checks.labels_are_there_and_unlike() == []


class TestTheRing:
    def test_a_ring_with_every_key_is_right(self):
        assert checks.the_ring_holds_every_key() == []

    def test_a_missing_ring(self, settings, tmp_path):
        settings.KEYRING = tmp_path
        (message,) = checks.the_ring_holds_every_key()
        assert message.id == "jasmine.E003"
        assert "set_up" in message.hint

    @pytest.mark.parametrize("week", ["first", "last but many", "standing"])
    def test_a_missing_key(self, settings, tmp_path, week):
        settings.KEYRING = tmp_path
        crypto.make_ring()
        weeks = crypto.live_weeks()
        crypto.destroy_week(
            {"first": weeks[0], "last but many": weeks[200], "standing": crypto.STANDING}[week]
        )
        assert ids(checks.the_ring_holds_every_key()) == ["jasmine.E003"]

    def test_a_missing_root_key(self, settings, tmp_path):
        settings.KEYRING, settings.ROOT_KEY_FILE = tmp_path, tmp_path / "root.key"
        crypto.make_ring()
        settings.ROOT_KEY_FILE.rename(tmp_path / "elsewhere")
        (message,) = checks.the_ring_holds_every_key()
        assert (message.id, message.is_serious()) == ("jasmine.W001", False)  # locked: it starts, and says so


class TestProduction:
    def test_a_site_that_names_everything_is_right(self, production):
        assert checks.production_is_not_insecure() == []

    @pytest.mark.parametrize(
        ("name", "value", "number"),
        [
            ("DEBUG", True, "jasmine.E010"),
            ("SESSION_COOKIE_SECURE", False, "jasmine.E011"),
            ("NAMED_HOSTS", False, "jasmine.E012"),
            ("NAMED_ROOT_KEY", False, "jasmine.E013"),
            ("NAMED_SECRET_KEY", False, "jasmine.E014"),
            ("NAMED_RP_ID", False, "jasmine.E015"),
        ],
    )
    def test_each_insecure_default_is_refused_with_one_sentence(self, production, name, value, number):
        setattr(production, name, value)
        (message,) = checks.production_is_not_insecure()
        assert message.id == number
        assert is_one_sentence(message)

    def test_elsewhere_the_defaults_are_welcome(self, production):
        production.PRODUCTION = production.NAMED_HOSTS = production.NAMED_ROOT_KEY = False
        assert checks.production_is_not_insecure() == []


@pytest.mark.django_db
class TestPractice:
    def test_a_practice_site_is_never_a_real_one(self, production):
        Site.mark_as_practice()
        (message,) = checks.production_is_not_practice(databases=["default"])
        assert message.id == "jasmine.E016"
        assert is_one_sentence(message) or ":" in message.msg

    def test_an_unmarked_site_is_right(self, production):
        assert checks.production_is_not_practice(databases=["default"]) == []

    def test_elsewhere_practice_is_welcome(self):
        Site.mark_as_practice()
        assert checks.production_is_not_practice(databases=["default"]) == []


def test_the_ids_are_stable():
    written = {*_ids_in(checks.__file__)}
    assert written == set(IDS)


def _ids_in(path: str) -> list[str]:
    with open(path) as file:
        return [f"jasmine.{part[:4]}" for part in file.read().split('"jasmine.')[1:] if part.startswith("E")]
