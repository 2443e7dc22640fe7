"""Roles: who gets one, who loses one, and that two people stand behind it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts import deciding, second_step
from accounts.appointing import (
    HasNotThatRole,
    HasRole,
    LastAdmin,
    NeedsGroup,
    NeedsSecondStep,
    NotInGoodStanding,
    ask_to_give,
    ask_to_take,
)
from accounts.deciding import AboutHerself, Changed, DecisionRefused, NobodyElse, NotForHer
from accounts.models import Account, Decision
from accounts.vocabulary import Role, Standing
from tests.people import SEED, an_account, sign_in

NOW = datetime.now(UTC)
DAY = timedelta(hours=24)


def role_of(account: Account) -> str:
    held = Account.objects.get(pk=account.pk)
    held.refuse_tampering()
    return held.role


def give(account: Account, role: Role, *, by: Account, **more: Any) -> Decision:
    return ask_to_give(account, role, by=by, now=NOW, **more)


def take(account: Account, role: Role, *, by: Account) -> Decision:
    return ask_to_take(account, role, by=by, now=NOW)


def agree(decision: Decision, by: Account) -> Decision:
    return deciding.agree(decision, by=by, now=NOW)


@pytest.fixture
def jay() -> Account:
    """A second admin."""
    return an_account("Jay", role=Role.ADMIN)


@pytest.fixture
def ready(heron) -> Account:
    """Heron, with a second step."""
    second_step.provide_totp(heron, SEED)
    return Account.objects.get(pk=heron.pk)


class TestGiving:
    def test_two_make_a_moderator(self, ready, robin, magpie):
        asked = give(ready, Role.MODERATOR, by=robin)
        assert role_of(ready) == Role.MEMBER
        agree(asked, magpie)
        assert role_of(ready) == Role.MODERATOR

    def test_her_sessions_end(self, ready, robin, magpie, client):
        sign_in(client, ready)
        client.post("/sign-in/second-step/", {"code": "0"})
        epoch = Account.objects.get(pk=ready.pk).epoch
        agree(give(ready, Role.MODERATOR, by=robin), magpie)
        assert Account.objects.get(pk=ready.pk).epoch != epoch

    def test_without_a_second_step_she_is_trusted_with_nothing(self, heron, robin, magpie):
        for role in (Role.MODERATOR, Role.ADMIN):
            with pytest.raises(NeedsSecondStep):
                give(heron, role, by=robin)

    def test_a_second_step_that_she_removed_meanwhile_is_missed(self, ready, robin, magpie):
        asked = give(ready, Role.MODERATOR, by=robin)
        second_step.remove_totp(ready)
        with pytest.raises(NeedsSecondStep):
            agree(asked, magpie)
        assert role_of(ready) == Role.MEMBER

    def test_an_outreach_worker_has_a_group_and_needs_no_second_step(self, heron, robin, magpie):
        with pytest.raises(NeedsGroup):
            give(heron, Role.OUTREACH, by=robin, group=" ")
        agree(give(heron, Role.OUTREACH, by=robin, group=" night-van "), magpie)
        assert role_of(heron) == Role.OUTREACH
        assert Account.objects.get(pk=heron.pk).group == "night-van"

    @pytest.mark.parametrize("standing", [s for s in Standing if s != Standing.MEMBER])
    def test_only_who_is_in_good_standing_gets_one(self, robin, magpie, standing):
        somebody = an_account("Dunnock", standing=standing)
        with pytest.raises(NotInGoodStanding):
            give(somebody, Role.OUTREACH, by=robin, group="van")

    def test_suspended_in_between_nothing_is_done(self, ready, robin, magpie):
        asked = give(ready, Role.MODERATOR, by=robin)
        with Account.held(ready.pk) as held:
            held.put_to(Standing.SUSPENDED)
        with pytest.raises(Changed):
            agree(asked, magpie)
        assert role_of(ready) == Role.MEMBER

    def test_who_has_it_does_not_get_it_again(self, robin, magpie, owl):
        with pytest.raises(HasRole):
            give(magpie, Role.MODERATOR, by=robin)

    def test_giving_takes_no_admin_role_away(self, robin, magpie, owl):
        for role in (Role.MODERATOR, Role.OUTREACH, Role.MEMBER):
            with pytest.raises(HasRole):
                give(owl, role, by=robin, group="van")

    def test_nobody_gives_herself_one(self, robin, magpie, owl):
        with pytest.raises(AboutHerself):
            give(robin, Role.ADMIN, by=robin)

    def test_a_member_or_outreach_worker_gives_none(self, ready, plover, stork, robin):
        for by in (plover, stork):
            with pytest.raises(NotForHer):
                give(ready, Role.MODERATOR, by=by)


class TestTheAdminRole:
    def test_two_moderators_make_no_admin(self, ready, robin, magpie, owl):
        asked = give(ready, Role.ADMIN, by=robin)
        with pytest.raises(NotForHer):
            agree(asked, magpie)
        agree(asked, owl)
        assert role_of(ready) == Role.ADMIN

    def test_an_admin_asks_and_a_moderator_agrees(self, ready, robin, owl):
        agree(give(ready, Role.ADMIN, by=owl), robin)
        assert role_of(ready) == Role.ADMIN

    def test_a_sole_admin_without_a_moderator_makes_none(self, ready, owl):
        with pytest.raises(NobodyElse):
            give(ready, Role.ADMIN, by=owl)

    def test_moderators_without_an_admin_make_none(self, ready, robin, magpie):
        with pytest.raises(NobodyElse):
            give(ready, Role.ADMIN, by=robin)

    def test_a_moderator_becomes_admin(self, robin, magpie, owl):
        agree(give(robin, Role.ADMIN, by=owl), magpie)
        assert role_of(robin) == Role.ADMIN

    def test_the_last_admin_stays(self, owl, robin, magpie):
        with pytest.raises(LastAdmin):
            take(owl, Role.ADMIN, by=robin)

    @pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.PAUSED, Standing.ASLEEP])
    def test_an_admin_who_cannot_act_does_not_count(self, owl, jay, robin, standing):
        with Account.held(jay.pk) as held:
            held.put_to(standing)
        with pytest.raises(LastAdmin):
            take(owl, Role.ADMIN, by=robin)

    def test_an_admin_of_the_table_alone_does_not_count(self, owl, heron, robin):
        Account.objects.filter(pk=heron.pk).update(role=Role.ADMIN)
        with pytest.raises(LastAdmin):
            take(owl, Role.ADMIN, by=robin)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_admins_who_are_taken_it_at_once_one_stays(self, transactional_db, owl, jay, robin):
        of_owl, of_jay = take(owl, Role.ADMIN, by=robin), take(jay, Role.ADMIN, by=robin)
        answers = [(of_owl, jay), (of_jay, owl)]

        def answer(nr: int) -> bool:
            try:
                return bool(agree(*answers[nr]))
            except DecisionRefused:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as both:
            done = list(both.map(answer, range(2)))
        assert sorted(done) == [False, True]
        assert Account.objects.filter(role=Role.ADMIN).count() == 1


class TestTaking:
    def test_two_take_it(self, magpie, robin, owl):
        agree(take(magpie, Role.MODERATOR, by=robin), owl)
        assert role_of(magpie) == Role.MEMBER

    def test_an_outreach_worker_leaves_her_group(self, stork, robin, owl):
        agree(take(stork, Role.OUTREACH, by=robin), owl)
        assert Account.objects.get(pk=stork.pk).group == ""

    @pytest.mark.parametrize("role", [Role.OUTREACH, Role.ADMIN, Role.MEMBER])
    def test_what_she_does_not_have_is_not_taken(self, magpie, robin, owl, role):
        with pytest.raises(HasNotThatRole):
            take(magpie, role, by=robin)

    def test_given_another_one_in_between_nothing_is_done(self, magpie, robin, owl, jay):
        taken = take(magpie, Role.MODERATOR, by=robin)
        agree(give(magpie, Role.ADMIN, by=owl), jay)
        with pytest.raises(Changed):
            agree(taken, owl)
        assert role_of(magpie) == Role.ADMIN

    def test_a_sole_admin_takes_one_after_24_hours(self, stork, owl):
        take(stork, Role.OUTREACH, by=owl)
        deciding.run_due(NOW + DAY)
        assert role_of(stork) == Role.MEMBER


class TestThePage:
    def post(self, client, **fields):
        return client.post("/organisation/roles/", fields, follow=True).content.decode()

    def test_asked_on_one_page_and_agreed_on_another(self, client, ready, robin, magpie):
        sign_in(client, robin)
        page = self.post(client, pseudonym=" HERON ", role="moderator", act="give")
        assert "when somebody else agrees" in page
        client.post("/sign-out/")
        sign_in(client, magpie)
        assert "Heron · moderator" in client.get("/moderation/").content.decode()
        client.post(f"/decisions/{Decision.objects.get().pk}/", {"act": "agree"})
        assert role_of(ready) == Role.MODERATOR

    def test_why_not_is_said_and_what_was_typed_stays(self, client, heron, robin, magpie):
        sign_in(client, robin)
        page = self.post(client, pseudonym="Heron", role="moderator", act="give")
        assert "She needs a second step first" in page
        assert 'value="Heron"' in page
        assert "Nobody has this pseudonym." in self.post(client, pseudonym="Nobody", role="admin", act="give")
        assert "does not have that role" in self.post(client, pseudonym="Heron", role="admin", act="take")

    @pytest.mark.parametrize("role", ["", "member", "owner", "moderator admin"])
    def test_a_role_that_is_none_is_not_asked_for(self, client, ready, robin, magpie, role):
        sign_in(client, robin)
        assert "pick a role" in self.post(client, pseudonym="Heron", role=role, act="give")
        assert not Decision.objects.exists()

    def test_no_other_field_of_the_form_means_anything(self, client, ready, robin, magpie):
        sign_in(client, robin)
        more = {"by": magpie.pk, "agreed_by": magpie.pk, "alone_until": "2020-01-01", "state": "done"}
        self.post(client, pseudonym="Heron", role="moderator", act="give", **more)
        facts = Decision.objects.get().facts
        assert (facts["by"], facts["state"], facts["alone_until"]) == (str(robin.pk), "open", "")
        assert role_of(ready) == Role.MEMBER

    def test_the_record_tells_what_and_by_whom(self, client, ready, robin, magpie):
        agree(give(ready, Role.MODERATOR, by=magpie), robin)
        sign_in(client, robin)
        page = client.get("/organisation/record/").content.decode()
        assert page.index("Give a role: agreed") < page.index("Give a role: asked")
        assert "<bdi>Magpie</bdi>" in page
        assert "Heron" not in page

    def test_it_asks_for_a_fresh_proof(self, client, ready, robin, magpie, time_machine):
        time_machine.move_to(NOW)
        sign_in(client, robin)
        time_machine.move_to(NOW + timedelta(minutes=14, seconds=30))
        client.get("/check/")
        time_machine.move_to(NOW + timedelta(minutes=16))
        answer = client.post(
            "/organisation/roles/", {"pseudonym": "Heron", "role": "moderator", "act": "give"}
        )
        assert answer["Location"].startswith("/account/proof/")
        assert not Decision.objects.exists()
