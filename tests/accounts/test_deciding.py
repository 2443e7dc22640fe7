"""What takes two people is done by two, once, and as it was when it was asked."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts import deciding, record
from accounts.deciding import (
    AboutHerself,
    AlreadyAsked,
    AskerGone,
    Changed,
    DecisionRefused,
    NobodyElse,
    NotForHer,
    Over,
    OwnDecision,
)
from accounts.models import Account, Decision, RecordEntry
from accounts.tasks import decisions_due
from accounts.vocabulary import TRUSTED, DecisionState, Role, Standing
from jasmine import clock, crypto
from tests.people import an_account, sign_in

NOW = datetime.now(UTC)
MOMENT = timedelta(microseconds=1)
DAY, WEEK = timedelta(hours=24), timedelta(days=7)


class Shed:
    """Something that two people may move."""

    def __init__(self) -> None:
        self.colour = "green"
        self.moved: list[dict[str, Any]] = []

    def move(self, **told: Any) -> None:
        if self.colour == "burnt":
            raise NotForHer
        self.moved.append(told)

    def kind(self, **but: Any) -> deciding.Kind:
        may_agree: Callable[[Account, Decision], bool] = lambda account, _decision: account.role in TRUSTED  # noqa: E731
        traits = {
            "name": "move_shed",
            "label": "Move the shed",
            "act": self.move,
            "may_ask": lambda account: account.role in TRUSTED,
            "may_agree": may_agree,
            "seen": lambda _about: self.colour,
            "told": lambda _decision: "behind the house",
        }
        return deciding.Kind(**{**traits, **but})


@pytest.fixture
def shed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shed]:
    monkeypatch.setattr(deciding, "_kinds", {**deciding._kinds})
    shed = Shed()
    deciding.register(shed.kind())
    return shed


@pytest.fixture
def asked(shed, owl, robin) -> Decision:
    return ask(owl)


def ask(by: Account, *, about: str = "the shed", now: datetime = NOW, **said: Any) -> Decision:
    return deciding.ask("move_shed", about=about, by=by, now=now, **said)


def kept(decision: Decision) -> Decision:
    return Decision.objects.get(pk=decision.pk)


def acts() -> list[str]:
    return [entry.facts["kind"] for entry in RecordEntry.objects.order_by("number")]


def put_to(account: Account, standing: Standing) -> None:
    with Account.held(account.pk) as held:
        held.put_to(standing)


def appoint(account: Account, role: Role) -> None:
    with Account.held(account.pk) as held:
        held.appoint(role)


class TestTwo:
    def test_asking_alone_does_nothing(self, asked, shed):
        assert shed.moved == []
        assert kept(asked).state == DecisionState.OPEN

    def test_it_is_done_when_another_agrees_and_told_who_they_were(self, shed, owl, robin):
        deciding.agree(ask(owl, to="the garden"), by=robin, now=NOW + DAY)
        said = {"to": "the garden"}
        assert shed.moved == [
            {"about": "the shed", "said": said, "by": owl, "agreed_by": robin, "now": NOW + DAY}
        ]

    def test_who_asked_does_not_agree(self, asked, shed, owl):
        with pytest.raises(OwnDecision):
            deciding.agree(asked, by=owl, now=NOW)
        assert shed.moved == []

    def test_whom_it_is_about_neither_asks_nor_agrees_nor_refuses(self, shed, owl, robin):
        with pytest.raises(AboutHerself):
            ask(robin, about=str(robin.pk))
        about_robin = ask(owl, about=str(robin.pk))
        with pytest.raises(AboutHerself):
            deciding.agree(about_robin, by=robin, now=NOW)
        with pytest.raises(AboutHerself):
            deciding.refuse(about_robin, by=robin, now=NOW)
        assert shed.moved == []

    def test_a_member_neither_asks_nor_answers(self, asked, shed, heron):
        with pytest.raises(NotForHer):
            ask(heron, about="another shed")
        for answer in (deciding.agree, deciding.refuse, deciding.stop):
            with pytest.raises(NotForHer):
                answer(asked, by=heron, now=NOW)
        assert shed.moved == []

    def test_the_same_is_not_asked_twice(self, asked, robin):
        with pytest.raises(AlreadyAsked):
            ask(robin)
        assert ask(robin, about="another shed").pk != asked.pk

    def test_refused_it_is_not_done(self, asked, shed, robin):
        deciding.refuse(asked, by=robin, now=NOW)
        assert kept(asked).state == DecisionState.REFUSED
        with pytest.raises(Over):
            deciding.agree(asked, by=robin, now=NOW)
        assert shed.moved == []

    def test_who_asked_takes_it_back(self, asked, owl, robin):
        deciding.stop(asked, by=owl, now=NOW)
        with pytest.raises(Over):
            deciding.agree(asked, by=robin, now=NOW)

    def test_another_does_not_stop_what_waits_for_a_second_person(self, asked, robin):
        with pytest.raises(NotForHer):
            deciding.stop(asked, by=robin, now=NOW)


class TestOnce:
    def test_replayed_it_is_over(self, asked, shed, robin, magpie):
        deciding.agree(asked, by=robin, now=NOW)
        for by in (robin, magpie):
            with pytest.raises(Over):
                deciding.agree(asked, by=by, now=NOW)
        assert len(shed.moved) == 1

    def test_opened_again_in_the_table_it_is_over(self, asked, shed, robin, magpie):
        deciding.refuse(asked, by=robin, now=NOW)
        Decision.objects.update(state=DecisionState.OPEN)
        with pytest.raises(Over):
            deciding.agree(asked, by=magpie, now=NOW)
        assert deciding.open_for(magpie, now=NOW) == []

    def test_changed_in_between_nothing_is_done(self, asked, shed, robin):
        shed.colour = "red"
        with pytest.raises(Changed):
            deciding.agree(asked, by=robin, now=NOW)
        assert shed.moved == []
        assert kept(asked).state == DecisionState.OPEN
        deciding.refuse(asked, by=robin, now=NOW)

    def test_what_cannot_be_done_leaves_it_open_and_nothing_on_the_record(self, shed, owl, robin):
        shed.colour = "burnt"
        asked = ask(owl)
        with pytest.raises(DecisionRefused):
            deciding.agree(asked, by=robin, now=NOW)
        assert kept(asked).state == DecisionState.OPEN
        assert acts() == ["asked"]

    @pytest.mark.django_db(transaction=True)
    def test_agreed_twenty_times_at_once_it_is_done_once(self, transactional_db, asked, shed, robin, magpie):
        said = at_once(
            lambda number: deciding.agree(asked, by=(robin, magpie)[number % 2], now=NOW), times=20
        )
        assert len(shed.moved) == 1
        assert sorted(said) == ["Decision"] + ["Over"] * 19
        assert acts() == ["asked", "agreed"]

    @pytest.mark.django_db(transaction=True)
    def test_agreed_and_refused_at_once_it_is_the_one_or_the_other(
        self, transactional_db, asked, shed, robin, magpie
    ):
        answers = [(deciding.agree, robin), (deciding.refuse, magpie)]
        said = at_once(lambda number: answers[number][0](asked, by=answers[number][1], now=NOW), times=2)
        assert sorted(said) == ["Decision", "Over"]
        assert (len(shed.moved) == 1) == (kept(asked).state == DecisionState.DONE)

    @pytest.mark.django_db(transaction=True)
    def test_asked_ten_times_at_once_it_waits_once(self, transactional_db, shed, owl, robin):
        said = at_once(lambda _number: ask(owl), times=10)
        assert sorted(said) == ["AlreadyAsked"] * 9 + ["Decision"]
        assert Decision.objects.count() == 1


def at_once(act: Callable[[int], Any], *, times: int) -> list[str]:
    """What became of each, by the name of its type."""

    def one(number: int) -> str:
        try:
            return type(act(number)).__name__
        except DecisionRefused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


class TestWhoIsStillThere:
    @pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.SUSPENDED, Standing.LIMITED])
    def test_who_lost_her_standing_since_does_not_agree(self, asked, shed, robin, standing):
        put_to(robin, standing)
        with pytest.raises(NotForHer):
            deciding.agree(asked, by=robin, now=NOW)

    def test_who_lost_her_role_since_does_not_agree(self, asked, robin):
        appoint(robin, Role.MEMBER)
        with pytest.raises(NotForHer):
            deciding.agree(asked, by=robin, now=NOW)

    def test_a_role_written_into_the_table_agrees_to_nothing(self, asked, shed, heron):
        Account.objects.filter(pk=heron.pk).update(role=Role.ADMIN)
        heron.refresh_from_db()
        with pytest.raises(NotForHer):
            deciding.agree(asked, by=heron, now=NOW)
        assert shed.moved == []

    def test_when_who_asked_may_not_ask_any_more_nothing_is_done(self, asked, shed, owl, robin):
        appoint(owl, Role.MEMBER)
        with pytest.raises(AskerGone):
            deciding.agree(asked, by=robin, now=NOW)
        assert shed.moved == []


class TestSevenDays:
    def test_it_waits_for_seven_days_and_no_longer(self, asked, shed, robin):
        assert deciding.lapse_due(NOW + WEEK - MOMENT) == 0
        assert deciding.lapse_due(NOW + WEEK) == 1
        assert kept(asked).state == DecisionState.LAPSED
        with pytest.raises(Over):
            deciding.agree(asked, by=robin, now=NOW + WEEK - MOMENT)

    def test_after_them_nobody_agrees_even_if_the_clock_has_not_come_by(self, asked, robin):
        with pytest.raises(Over):
            deciding.agree(asked, by=robin, now=NOW + WEEK)
        assert deciding.open_for(robin, now=NOW + WEEK) == []

    def test_until_the_last_moment_it_is_agreed_to(self, asked, shed, robin):
        deciding.agree(asked, by=robin, now=NOW + WEEK - MOMENT)
        assert len(shed.moved) == 1

    def test_its_row_goes_two_months_after_it_was_asked(self, asked):
        assert asked.delete_after == crypto.last_sunday_until(NOW.date() + timedelta(days=60))


@pytest.fixture
def by_one(shed, owl) -> Decision:
    """Owl is the only one who could agree."""
    return ask(owl)


class TestOneAlone:
    def test_it_waits_24_hours_and_is_done_then(self, by_one, shed):
        assert deciding.run_due(NOW + DAY - MOMENT) == 0
        assert shed.moved == []
        assert deciding.run_due(NOW + DAY) == 1
        assert [told["agreed_by"] for told in shed.moved] == [None]

    def test_it_is_done_once(self, by_one, shed):
        assert [deciding.run_due(NOW + DAY), deciding.run_due(NOW + DAY)] == [1, 0]
        assert len(shed.moved) == 1

    def test_where_somebody_could_agree_the_clock_does_nothing(self, asked, shed):
        assert deciding.run_due(NOW + WEEK - MOMENT) == 0
        assert shed.moved == []

    @pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.ASLEEP])
    def test_who_is_kept_out_by_one_leaves_nobody_alone(self, shed, owl, robin, standing):
        put_to(robin, standing)
        assert ask(owl).facts["alone_until"] == ""

    @pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.CLOSED])
    def test_who_is_gone_agrees_to_nothing(self, shed, owl, robin, standing):
        put_to(robin, standing)
        assert ask(owl).facts["alone_until"]

    def test_one_moderator_stops_it(self, by_one, shed, robin):
        deciding.stop(by_one, by=robin, now=NOW)
        assert deciding.run_due(NOW + DAY) == 0
        assert kept(by_one).state == DecisionState.STOPPED

    def test_three_members_stop_it_and_two_do_not(self, by_one, heron, plover, finch):
        for member in (heron, plover):
            assert deciding.stop(by_one, by=member, now=NOW).state == DecisionState.OPEN
        assert deciding.stop(by_one, by=finch, now=NOW).state == DecisionState.STOPPED

    def test_one_member_three_times_is_one(self, by_one, heron, shed):
        for _again in range(3):
            deciding.stop(by_one, by=heron, now=NOW)
        assert deciding.run_due(NOW + DAY) == 1

    def test_who_was_suspended_since_does_not_count(self, by_one, heron, plover, finch):
        for member in (heron, plover):
            deciding.stop(by_one, by=member, now=NOW)
        put_to(heron, Standing.SUSPENDED)
        assert deciding.stop(by_one, by=finch, now=NOW).state == DecisionState.OPEN

    @pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.ASLEEP])
    def test_who_is_kept_out_by_one_since_still_counts(self, by_one, heron, plover, finch, standing):
        for member in (heron, plover):
            deciding.stop(by_one, by=member, now=NOW)
        put_to(heron, standing)
        assert deciding.stop(by_one, by=finch, now=NOW).state == DecisionState.STOPPED

    @pytest.mark.parametrize("standing", [Standing.LIMITED, Standing.WAITING, Standing.PAUSED])
    def test_who_is_not_in_good_standing_has_no_word(self, by_one, heron, standing):
        put_to(heron, standing)
        with pytest.raises(NotForHer):
            deciding.stop(by_one, by=heron, now=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_three_members_at_once_stop_it(self, transactional_db, by_one, heron, plover, finch):
        members = [heron, plover, finch]
        at_once(lambda number: deciding.stop(by_one, by=members[number], now=NOW), times=3)
        assert kept(by_one).state == DecisionState.STOPPED

    def test_a_second_person_who_comes_meanwhile_agrees_or_refuses(self, by_one, shed, robin):
        deciding.refuse(by_one, by=robin, now=NOW)
        assert deciding.run_due(NOW + DAY) == 0

    def test_what_has_changed_lapses(self, by_one, shed):
        shed.colour = "red"
        assert deciding.run_due(NOW + DAY) == 0
        assert kept(by_one).state == DecisionState.LAPSED
        assert acts() == ["asked", "lapsed"]

    def test_one_that_fails_does_not_keep_the_others(self, shed, owl):
        def fall(*, about: str, **_told: Any) -> None:
            if about == "a ruin":
                raise ZeroDivisionError
            shed.moved.append({})

        deciding.register(shed.kind(act=fall))
        ask(owl, about="a ruin"), ask(owl)
        assert deciding.run_due(NOW + DAY) == 1
        assert len(shed.moved) == 1

    def test_some_things_nobody_does_alone(self, shed, owl):
        deciding.register(shed.kind(alone=False))
        with pytest.raises(NobodyElse):
            ask(owl)
        assert not Decision.objects.exists()


class TestTheRecord:
    def test_asked_and_agreed(self, asked, owl, robin):
        deciding.agree(asked, by=robin, now=NOW)
        told = [entry.facts for entry in RecordEntry.objects.order_by("number")]
        assert [(one["kind"], one["by"]) for one in told] == [
            ("asked", str(owl.pk)),
            ("agreed", str(robin.pk)),
        ]
        assert {one["about"] for one in told} == {"the shed"}
        assert told[0]["said"] == {"what": "move_shed", "decision": str(asked.pk), "said": {}}

    @pytest.mark.parametrize(
        ("answer", "by", "told"), [(deciding.refuse, "robin", "refused"), (deciding.stop, "owl", "stopped")]
    )
    def test_refused_or_taken_back(self, asked, request, answer, by, told):
        answer(asked, by=request.getfixturevalue(by), now=NOW)
        assert acts() == ["asked", told]

    def test_done_by_one_alone(self, by_one, owl):
        deciding.run_due(NOW + DAY)
        assert acts() == ["asked", "done_alone"]
        assert RecordEntry.objects.last().facts["by"] == str(owl.pk)


@pytest.mark.usefixtures("by_one")
class TestTheClock:
    def test_it_lapses_and_does_what_is_due(self, shed, time_machine):
        time_machine.move_to(NOW + DAY)
        clock.write(clock.State(last_run_on=crypto.today()))
        decisions_due()
        assert len(shed.moved) == 1

    @pytest.mark.parametrize("why", ["locked", "clock"])
    def test_nothing_is_done_while_the_site_is_locked_or_the_clock_in_doubt(
        self, shed, time_machine, monkeypatch, why
    ):
        time_machine.move_to(NOW + DAY)
        clock.write(clock.State(last_run_on=crypto.today(), doubted=why == "clock"))
        monkeypatch.setattr(crypto, "is_locked", lambda: why == "locked")
        decisions_due()
        clock.write(clock.State(last_run_on=crypto.today()))
        assert shed.moved == []


class TestThePages:
    def test_the_desk_is_404_to_whoever_may_not(self, client, heron, stork, wren):
        for account in (None, heron, stork, wren):
            if account:
                sign_in(client, account)
            for path in ("/moderation/", "/organisation/", "/organisation/roles/", "/organisation/record/"):
                assert client.get(path).status_code == 404
                assert client.post(path).status_code == 404

    def test_a_row_waits_with_its_form_and_is_done_when_it_is_sent(self, client, asked, shed, robin):
        sign_in(client, robin)
        page = client.get("/moderation/").content.decode()
        assert f'data-decision="{asked.pk}"' in page
        assert "Move the shed" in page
        assert "behind the house" in page
        answer = client.post(f"/decisions/{asked.pk}/", {"act": "agree"})
        assert (answer.status_code, answer["Location"]) == (303, "/moderation/")
        assert len(shed.moved) == 1

    def test_no_other_field_of_a_form_means_anything(self, client, asked, shed, owl, robin):
        sign_in(client, owl)
        fields = {"by": robin.pk, "agreed_by": robin.pk, "state": "done", "alone_until": "", "role": "admin"}
        client.post(f"/decisions/{asked.pk}/", {"act": "agree", **fields})
        assert shed.moved == []
        assert kept(asked).facts == asked.facts

    @pytest.mark.parametrize("act", ["", "run", "AGREE", "agree refuse"])
    def test_an_unknown_act_does_nothing(self, client, asked, shed, robin, act):
        sign_in(client, robin)
        assert client.post(f"/decisions/{asked.pk}/", {"act": act}).status_code == 303
        assert kept(asked).state == DecisionState.OPEN

    def test_somebody_elses_decision_is_404_as_one_that_is_not_there(self, client, asked, heron):
        sign_in(client, heron)
        theirs = client.post(f"/decisions/{asked.pk}/", {"act": "agree"})
        nothing = client.post(f"/decisions/{uuid4()}/", {"act": "agree"})
        assert (theirs.status_code, theirs.content) == (404, nothing.content)
        assert client.get(f"/decisions/{asked.pk}/").status_code == 404

    def test_signed_out_it_is_404(self, client, asked):
        assert client.post(f"/decisions/{asked.pk}/", {"act": "agree"}).status_code == 404

    def test_a_moderator_without_her_second_step_gets_404(self, client, asked, robin):
        client.force_login(robin)
        assert client.get("/moderation/").status_code == 404
        assert client.post(f"/decisions/{asked.pk}/", {"act": "agree"}).status_code == 404

    def test_it_asks_for_a_fresh_proof_after_15_minutes(self, client, asked, shed, robin, time_machine):
        time_machine.move_to(NOW)
        sign_in(client, robin)
        time_machine.move_to(NOW + timedelta(minutes=14, seconds=50))
        assert client.get("/moderation/").status_code == 200
        time_machine.move_to(NOW + timedelta(minutes=16))
        answer = client.post(f"/decisions/{asked.pk}/", {"act": "agree"})
        assert answer["Location"].startswith("/account/proof/")
        assert shed.moved == []

    def test_everybody_is_shown_what_one_alone_is_about_to_do(self, client, by_one, heron):
        sign_in(client, heron)
        assert "about to do something grave" in client.get("/check/").content.decode()
        page = client.get("/decisions/").content.decode()
        assert "Move the shed" in page
        assert "behind the house" not in page  # whom it is about is for those who decide
        client.post(f"/decisions/{by_one.pk}/", {"act": "stop"})
        assert kept(by_one).facts["stops"] == [str(heron.pk)]

    def test_it_is_never_said_to_be_done_before_now(self, client, by_one, heron, time_machine):
        time_machine.move_to(NOW + DAY + timedelta(hours=6))
        sign_in(client, heron)
        assert "It is done in 1 hour if nobody stops it." in client.get("/decisions/").content.decode()

    def test_nobody_is_shown_what_waits_for_a_second_person(self, client, asked, heron):
        sign_in(client, heron)
        assert "about to do something grave" not in client.get("/check/").content.decode()
        assert "Move the shed" not in client.get("/decisions/").content.decode()

    def test_the_head_of_the_record_is_there_to_be_noted(self, client, asked, robin):
        sign_in(client, robin)
        head = record.head()[1]
        assert (
            " ".join([head[:4], head[4:8], head[8:12], head[12:16]])
            in client.get("/moderation/").content.decode()
        )

    def test_an_account_of_the_table_alone_sees_nothing(self, client, asked):
        nobody = an_account("Dunnock", role=Role.MEMBER)
        sign_in(client, nobody)
        Account.objects.filter(pk=nobody.pk).update(role=Role.MODERATOR)
        assert client.get("/moderation/").status_code == 404
