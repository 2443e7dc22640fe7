"""The pages of waiting, vouching and letting in, as they are walked."""

import re
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as some

from accounts import admitting
from accounts.forms import without_steering
from accounts.models import Account, Newcomer, Vouch
from accounts.vocabulary import Standing
from tests.accounts.test_vouching import put_to
from tests.makers import a_newcomer, a_vouch
from tests.people import an_account, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def siskin() -> Newcomer:
    return a_newcomer()


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.headers.get("Location")
    return answer.content.decode()


def code_on(text: str) -> str:
    return re.search(r"data-vouch-code>([\d ]+)<", text)[1]


def vouch_by_page(client, code: str, how: str = "met") -> str:
    """Type the code, then confirm. Gives the page that she sees at the end."""
    assert client.post("/vouch/", {"code": code}).status_code == 303
    assert client.post("/vouch/", {"confirm": "yes", "how": how}).status_code == 303
    return page(client, "/vouch/")


class TestWaiting:
    def test_she_sees_her_code_and_care_and_nothing_else_opens(self, client, siskin):
        sign_in(client, siskin.account)
        text = page(client, "/waiting/")
        assert code_on(text).replace(" ", "") == siskin.facts["vouch_code"]
        assert 'href="tel:' in text
        for path in ("/check/", "/reports/mine/", "/vouch/", "/"):
            answer = client.get(path, follow=True)
            assert answer.redirect_chain[-1] == ("/waiting/", 303)

    def test_nobody_else_has_that_page(self, client, heron):
        assert client.get("/waiting/").status_code == 302
        sign_in(client, heron)
        assert client.get("/waiting/").status_code == 303

    def test_a_question_is_answered(self, client, siskin, robin, now):
        admitting.ask(siskin, by=robin, question="<b>Where?</b>", now=now)
        sign_in(client, siskin.account)
        assert "&lt;b&gt;Where?" in page(client, "/waiting/")
        assert client.post("/waiting/", {"act": "answer", "text": "At\u202e the van"}).status_code == 303
        assert Newcomer.objects.get().facts["answer"] == "At the van"
        assert "You answered" in page(client, "/waiting/")

    def test_a_note_opens_the_second_door(self, client, siskin):
        sign_in(client, siskin.account)
        client.post("/waiting/", {"act": "note", "text": "I know nobody."})
        assert Newcomer.objects.get().facts["note"] == "I know nobody."

    def test_what_is_too_long_is_not_lost(self, client, siskin):
        sign_in(client, siskin.account)
        client.post("/waiting/", {"act": "note", "text": "a" * 501})
        assert "a" * 501 in page(client, "/waiting/")
        assert Newcomer.objects.get().facts["note"] == ""

    def test_who_was_refused_reads_it_and_may_go_at_once(self, client, siskin, robin, now):
        admitting.turn_away(siskin, by=robin, now=now)
        sign_in(client, siskin.account)
        assert "said no" in page(client, "/waiting/")
        client.post("/account/close/", {"reports": "delete"})
        assert not Account.objects.filter(pk=siskin.account_id).exists()


class TestVouching:
    def test_the_code_shows_the_pseudonym_before_her_word_counts(self, client, heron, siskin):
        sign_in(client, heron)
        client.post("/vouch/", {"code": siskin.facts["vouch_code"]})
        assert "Siskin" in page(client, "/vouch/")
        assert not Vouch.objects.exists()
        client.post("/vouch/", {"confirm": "yes", "how": "met"})
        assert Vouch.objects.get().by == str(heron.pk)

    def test_without_how_nothing_is_done_and_she_is_asked_again(self, client, heron, siskin):
        sign_in(client, heron)
        client.post("/vouch/", {"code": siskin.facts["vouch_code"]})
        for how in ({}, {"how": "invited"}, {"how": "x"}):
            client.post("/vouch/", {"confirm": "yes", **how})
            assert "Siskin" in page(client, "/vouch/")
        assert not Vouch.objects.exists()

    def test_without_a_code_a_confirmation_does_nothing(self, client, heron, siskin):
        sign_in(client, heron)
        client.post("/vouch/", {"confirm": "yes", "how": "met", "newcomer": str(siskin.pk)})
        assert not Vouch.objects.exists()

    def test_wrong_refused_and_lapsed_codes_are_answered_alike(self, client, heron, robin, siskin, now):
        refused, lapsed = siskin.facts["vouch_code"], a_newcomer("Dipper")
        admitting.turn_away(siskin, by=robin, now=now)
        lapsed.account.delete()
        sign_in(client, heron)
        told = set()
        for code in (refused, lapsed.facts["vouch_code"], "000000000000", "12", "x"):
            client.post("/vouch/", {"code": code})
            told.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page(client, "/vouch/")))
        assert len(told) == 1

    def test_after_ten_wrong_ones_an_hour_also_the_right_one_waits(self, client, heron, siskin):
        sign_in(client, heron)
        with time_machine.travel("2026-11-23T10:00:00Z", tick=True):
            sign_in(client, heron)
            for _ in range(10):
                client.post("/vouch/", {"code": "000000000000"})
            client.post("/vouch/", {"code": siskin.facts["vouch_code"]})
            assert "wait an hour" in page(client, "/vouch/").lower()
        with time_machine.travel("2026-11-23T11:00:01Z", tick=True):
            sign_in(client, heron)
            client.post("/vouch/", {"code": siskin.facts["vouch_code"]})
            assert "Siskin" in page(client, "/vouch/")

    def test_it_asks_for_a_fresh_proof(self, client, heron):
        sign_in(client, heron)
        session = client.session
        session["proved_at"] = 0
        session.save()
        assert client.get("/vouch/").headers["Location"].startswith("/account/proof/")

    @pytest.mark.parametrize(("days_here", "words"), [(29, "30 days"), (30, "Siskin")])
    def test_a_new_member_is_told_why_not(self, client, siskin, days_here, words):
        sign_in(client, an_account("Wagtail", days_here=days_here))
        client.post("/vouch/", {"code": siskin.facts["vouch_code"]})
        assert words in page(client, "/vouch/")


class TestTheQueue:
    def test_from_code_to_member(self, client, heron, plover, robin, siskin):
        sign_in(client, siskin.account)
        code = code_on(page(client, "/waiting/"))
        for member in (heron, plover):
            sign_in(client, member)
            assert "Thank you" in vouch_by_page(client, code)
        sign_in(client, robin)
        text = page(client, "/moderation/")
        assert f'data-newcomer="{siskin.pk}"' in text
        assert text.count("We met") == 2
        assert "Heron" not in text
        assert client.post(f"/moderation/newcomers/{siskin.pk}/", {"act": "yes"}).status_code == 303
        sign_in(client, siskin.account)
        page(client, "/check/")

    def test_several_stand_on_one_page_and_the_late_one_is_marked(self, client, robin, heron, plover, now):
        for name in ("Siskin", "Dipper", "Wheatear"):
            a_newcomer(name)
        late = a_newcomer("Late")
        for voucher in (heron, plover):
            a_vouch(late, by=voucher, now=now - timedelta(hours=49))
        sign_in(client, robin)
        text = page(client, "/moderation/")
        assert text.count("data-newcomer=") == 4
        assert text.count("more than 48 hours") == 1

    @pytest.mark.parametrize("act", ["yes", "no", "ask", "met"])
    def test_only_moderators_decide(self, client, siskin, heron, stork, owl, act):
        for somebody in (None, siskin.account, heron, stork, owl):
            client.logout()
            if somebody:
                sign_in(client, somebody)
            answer = client.post(f"/moderation/newcomers/{siskin.pk}/", {"act": act, "text": "?"})
            assert answer.status_code == 404
        assert Account.objects.get(pk=siskin.account_id).standing == Standing.WAITING

    def test_a_moderator_behind_a_firebreak_does_not(self, client, siskin, robin):
        put_to(robin, Standing.LIMITED)
        sign_in(client, robin)
        assert client.get("/moderation/").status_code == 404
        assert client.post(f"/moderation/newcomers/{siskin.pk}/", {"act": "no"}).status_code == 404

    def test_unready_or_unknown_nobody_is_let_in(self, client, siskin, robin):
        sign_in(client, robin)
        client.post(f"/moderation/newcomers/{siskin.pk}/", {"act": "yes", "standing": "member"})
        assert Account.objects.get(pk=siskin.account_id).standing == Standing.WAITING
        unknown = "/moderation/newcomers/00000000-0000-4000-8000-000000000000/"
        assert client.post(unknown, {"act": "yes"}).status_code == 404

    def test_no_and_ask(self, client, siskin, robin):
        sign_in(client, robin)
        client.post(f"/moderation/newcomers/{siskin.pk}/", {"act": "ask", "text": "Where?"})
        assert Newcomer.objects.get().facts["question"] == "Where?"
        client.post(f"/moderation/newcomers/{siskin.pk}/", {"act": "no"})
        assert Newcomer.objects.get().is_refused

    def test_an_outreach_worker_who_met_her_agrees_on_her_own_page(self, client, siskin, robin, stork, now):
        admitting.write_note(siskin.account, note="I know nobody.", now=now)
        sign_in(client, robin)
        client.post(f"/moderation/newcomers/{siskin.pk}/", {"act": "met"})
        sign_in(client, stork)
        decision = re.search(r'data-decision="([^"]+)"', page(client, "/decisions/"))[1]
        client.post(f"/decisions/{decision}/", {"act": "agree"})
        assert Account.objects.get(pk=siskin.account_id).standing == Standing.MEMBER


class TestWhoMayNotComeIn:
    @pytest.mark.parametrize(
        ("standing", "words"), [(Standing.SUSPENDED, "suspended"), (Standing.ASLEEP, "asleep")]
    )
    def test_every_page_leads_to_what_it_means(self, client, heron, standing, words):
        put_to(heron, standing)
        sign_in(client, heron)
        answer = client.get("/check/", follow=True)
        assert answer.redirect_chain[-1][0] == "/account/standing/"
        assert words in answer.content.decode()

    def test_a_pause_works_at_her_next_request_and_says_how_long(self, client, heron, robin):
        other = type(client)()
        sign_in(other, heron)
        sign_in(client, robin)
        client.post("/moderation/members/", {"pseudonym": "heron", "act": "pause"})
        assert other.get("/check/").status_code in (302, 303)
        sign_in(other, heron)
        assert "72 hours" in page(other, "/account/standing/")

    def test_she_writes_and_a_moderator_reads(self, client, kite, robin):
        sign_in(client, kite)
        client.post("/account/standing/", {"text": "It was not me."})
        sign_in(client, robin)
        text = page(client, "/moderation/")
        assert "It was not me." in text
        note = re.search(r'data-note="([^"]+)"', text)[1]
        client.post(f"/moderation/notes/{note}/", {"act": "yes"})
        assert "It was not me." not in page(client, "/moderation/")

    def test_two_suspend_and_the_circle_is_looked_at(self, client, heron, robin, magpie):
        sign_in(client, robin)
        client.post("/moderation/members/", {"pseudonym": "Heron", "act": "suspend", "why": "abuse"})
        sign_in(client, magpie)
        decision = re.search(r'data-decision="([^"]+)"', page(client, "/moderation/"))[1]
        client.post(f"/decisions/{decision}/", {"act": "agree"})
        assert Account.objects.get(pk=heron.pk).standing == Standing.SUSPENDED

    def test_a_limited_member_reads_what_it_means_from_her_account_and_writes(self, client, heron, robin):
        put_to(heron, Standing.LIMITED)
        sign_in(client, heron)
        assert 'href="/account/standing/"' in page(client, "/account/")
        assert "small budget" in page(client, "/account/standing/")
        client.post("/account/standing/", {"text": "I know her little."})
        sign_in(client, robin)
        assert "I know her little." in page(client, "/moderation/")

    def test_a_limited_member_stands_on_the_desk_until_somebody_has_looked(self, client, heron, robin):
        put_to(heron, Standing.LIMITED)
        sign_in(client, robin)
        assert f'data-limited="{heron.pk}"' in page(client, "/moderation/")
        client.post(f"/moderation/limited/{heron.pk}/", {"act": "yes"})
        assert Account.objects.get(pk=heron.pk).standing == Standing.MEMBER

    @pytest.mark.parametrize(
        "path", ["/moderation/members/", "/moderation/limited/{pk}/", "/moderation/notes/{pk}/"]
    )
    def test_the_moderators_pages_are_not_there_for_others(self, client, heron, stork, owl, path):
        for somebody in (None, heron, stork, owl):
            client.logout()
            if somebody:
                sign_in(client, somebody)
            assert (
                client.post(path.format(pk=heron.pk), {"pseudonym": "heron", "act": "pause"}).status_code
                == 404
            )


class TestClosing:
    @pytest.mark.parametrize("name", ["heron", "kite"])
    def test_it_is_gone_at_once_and_she_stands_at_the_door(self, client, request, name):
        account = request.getfixturevalue(name)
        sign_in(client, account)
        answer = client.post("/account/close/", {"reports": "keep"}, follow=True)
        assert "deleted" in answer.content.decode()
        assert not Account.objects.filter(pk=account.pk).exists()

    def test_it_asks_what_becomes_of_her_reports(self, client, heron):
        sign_in(client, heron)
        client.post("/account/close/", {})
        assert Account.objects.filter(pk=heron.pk).exists()

    def test_it_asks_for_a_fresh_proof(self, client, heron):
        sign_in(client, heron)
        session = client.session
        session["proved_at"] = 0
        session.save()
        assert (
            client.post("/account/close/", {"reports": "keep"})
            .headers["Location"]
            .startswith("/account/proof")
        )
        assert Account.objects.filter(pk=heron.pk).exists()


class TestWhatIsWritten:
    @given(some.text(alphabet=some.characters(exclude_categories=["Cs"])))
    def test_no_sign_that_steers_is_left_and_every_letter_stays(self, text):
        kept = without_steering(text)
        assert not {"\0", "\r", "\x1b", "\u202e", "\u2066"} & {*kept}
        assert [letter for letter in kept if letter.isalnum()] == [
            letter for letter in text if letter.isalnum()
        ]
        assert without_steering(kept) == kept
