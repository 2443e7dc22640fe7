"""The first people of an organisation."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from accounts import second_step, totp
from accounts.models import Account, RecordEntry
from accounts.vocabulary import Role
from jasmine import crypto
from jasmine.models import Site
from tests.people import an_account

pytestmark = pytest.mark.django_db


def found(*args: str) -> dict:
    out = io.StringIO()
    call_command("found", *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def refused(*args: str) -> CommandError:
    with pytest.raises(CommandError) as error:
        found(*args)
    return error.value


def test_each_has_role_passphrase_spare_key_and_second_step():
    said = found("--admin", "Owl", "--admin", "Jay", "--moderator", "Robin")
    assert (said["admins"], said["moderators"]) == (2, 1)
    for member in said["members"]:
        account = Account.objects.named(member["pseudonym"])
        assert account.may_enter()
        assert account.role == member["role"]
        assert check_password(member["spare_key"], account.spare_key)
        steps = second_step.steps_of(account)
        assert (steps.totp, steps.recovery_left, len(member["recovery_codes"])) == (True, 10, 10)


def test_she_signs_in_with_what_was_printed(client):
    (member,) = found("--admin", "Owl")["members"]
    seed = second_step.TotpDevice.objects.get().facts["seed"]
    assert totp.uri(seed, label="x", issuer="x").split("secret=")[1][:32] in member["totp_uri"]
    fields = {"pseudonym": "owl", "passphrase": member["passphrase"]}
    assert client.post("/sign-in/", fields)["Location"] == "/sign-in/second-step/"
    client.post("/sign-in/second-step/", {"code": totp.code_at(seed, totp.step_at(datetime.now(UTC)))})
    assert client.get("/moderation/").status_code == 200


def test_founders_count_as_thirty_days_old():
    found("--admin", "Owl")
    assert Account.objects.named("Owl").joined_on == crypto.today() - timedelta(days=30)


def test_it_is_on_the_record():
    found("--admin", "Owl", "--moderator", "Robin")
    told = RecordEntry.objects.get().facts
    assert (told["kind"], told["by"], told["said"]) == ("founded", "", {"admins": 1, "moderators": 1})


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MODERATOR])
def test_it_is_refused_once_there_is_one(role):
    an_account("Owl", role=role)
    assert refused("--admin", "Jay").returncode == 1
    assert Account.objects.count() == 1


def test_it_is_refused_on_a_practice_site():
    Site.mark_as_practice()
    assert "practice" in str(refused("--admin", "Owl"))
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "names",
    [
        ["--admin", "Owl", "--moderator", "OWL "],
        ["--admin", "Owl", "--admin", "Owl"],
        ["--admin", "Owl", "--moderator", "Heron"],
        ["--admin", "Owl", "--moderator", "x"],
        ["--admin", "Owl", "--moderator", "owl@example.org"],
        ["--admin", "Owl", "--moderator", "06 39 98 12 34"],
    ],
)
def test_of_names_that_cannot_be_nobody_is_made(names, heron):
    assert refused(*names).returncode == 1
    assert list(Account.objects.all()) == [heron]
    assert not RecordEntry.objects.exists()


@pytest.mark.parametrize("names", [[], ["--moderator", "Robin"]])
def test_without_an_admin_it_is_wrong_use(names):
    assert refused(*names).returncode == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestOnATerminal:
    @pytest.fixture
    def type_in(self, monkeypatch):
        """What somebody types there, line by line; `unseen`: passphrases."""

        def answer(lines, unseen):
            typed, hidden = iter(lines), iter(unseen)
            monkeypatch.setattr("sys.stdin", Terminal())
            monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))
            monkeypatch.setattr("accounts.management.commands.found.getpass", lambda _prompt: next(hidden))
            out = io.StringIO()
            call_command("found", stdout=out, stderr=io.StringIO())
            return out.getvalue()

        return answer

    def test_it_asks_who_they_are_and_shows_everything_once(self, type_in):
        shown = type_in(["Owl", "", "Robin", "Magpie", "", "", "", ""], ["", "", ""])
        assert {account.pseudonym for account in Account.objects.all()} == {"Owl", "Robin", "Magpie"}
        assert shown.count("otpauth://totp/") == 3
        assert "█" in shown

    def test_her_own_passphrase_is_typed_twice_alike(self, type_in):
        own = "a heron in the reeds"
        type_in(["Owl", "", "", ""], ["short", own, "not the same", own, own])
        assert Account.objects.named("Owl").check_password(own)

    def test_a_code_makes_sure(self, type_in, monkeypatch):
        monkeypatch.setattr(totp, "new_seed", lambda: "5eed" * 10)
        code = totp.code_at("5eed" * 10, totp.step_at(datetime.now(UTC)))
        assert "That is right." in type_in(["Owl", "", "", "123", code], [""])
