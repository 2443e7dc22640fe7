"""The desk for reports: what it shows and to whom, who may do what, and a clear page for whoever was second."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import deciding
from accounts.models import Account, Decision
from accounts.vocabulary import Role
from alerts import filing, moderating
from alerts.models import Report
from alerts.moderating import print_of
from alerts.vocabulary import Peer, RefusedFor, State
from tests.makers import PHONE, a_report, an_identifier
from tests.people import an_account, sign_in

pytestmark = pytest.mark.django_db

STORY = "He was kind at first."
NOTICE = "Kind at first, then took the key."
DESK = "/moderation/"


def page_of(report: Report) -> str:
    return f"/moderation/reports/{report.pk}/"


def hers(report: Report) -> str:
    return f"/reports/{report.pk}/moderators/"


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def as_(account: Account) -> Client:
    client = Client()
    sign_in(client, account)
    return client


def press(client: Client, report: Report, act: str, **typed: Any) -> Any:
    """Press a button of its page as it stands now."""
    return client.post(page_of(report), {"act": act, "seen": print_of(fresh(report)), **typed})


def notes_on(client: Client, path: str) -> str:
    return " ".join(re.findall(r'<p class="note [^>]*>([^<]*)', client.get(path).content.decode()))


class TestTheDesk:
    def test_a_story_is_opened_with_one_button_and_read_with_another(self, heron, robin, now):
        report = a_report(heron, story=STORY, now=now)
        client = as_(robin)
        desk = client.get(DESK).content.decode()
        assert f'data-report="{report.pk}" data-level="4" data-state="shown"' in desk
        assert STORY not in desk
        answer = press(client, report, "take")
        assert (answer.status_code, answer.headers["Location"]) == (303, page_of(report))
        opened = client.get(page_of(report)).content.decode()
        assert re.search(rf"<details><summary>[^<]*</summary>\s*<blockquote[^>]*><bdi>{STORY}", opened)
        answer = press(client, report, "yes", notice=NOTICE)
        assert (answer.status_code, answer.headers["Location"]) == (303, DESK)
        assert fresh(report).notice == NOTICE
        assert str(report.pk) not in client.get(DESK).content.decode()

    def test_facts_without_a_story_are_read_from_the_desk(self, heron, robin, now):
        report = a_report(heron, now=now)
        client = as_(robin)
        assert 'name="act" value="yes"' in client.get(DESK).content.decode()
        press(client, report, "yes")
        assert fresh(report).peer == Peer.READ

    def test_nobody_on_it_is_named(self, heron, robin, now):
        report = a_report(heron, story=STORY, now=now)
        moderating.write_to_moderators(report, text="Please help me.", by=heron, now=now)
        client = as_(robin)
        press(client, report, "take")
        for path in (DESK, page_of(report)):
            html = client.get(path).content.decode()
            assert heron.pseudonym not in html
            assert str(heron.pk) not in html
            assert PHONE not in html

    def test_after_ten_stories_it_suggests_a_rest_and_after_30_it_stops(
        self, heron, robin, magpie, now, monkeypatch
    ):
        monkeypatch.setattr(moderating, "REST_AFTER", 1)
        monkeypatch.setattr(moderating, "STORIES_A_DAY", 2)
        client, reports = as_(robin), [a_report(heron, story=STORY, now=now) for _ in range(3)]
        assert "rest" not in client.get(DESK).content.decode()
        press(client, reports[0], "take")
        assert "A rest does you good" in client.get(DESK).content.decode()
        press(client, reports[1], "take")
        press(client, reports[2], "take")
        assert "It is enough" in notes_on(client, DESK)
        assert STORY not in client.get(page_of(reports[2])).content.decode()
        client.post("/moderation/more/")
        assert len(deciding.open_about(f"{robin.pk} {now.date()}", now=datetime.now(now.tzinfo))) == 1

    def test_she_says_which_languages_she_reads(self, heron, robin, magpie, now):
        report, client = a_report(heron, story=STORY, language="ro", now=now), as_(robin)
        assert client.post("/moderation/languages/", {"reads": ["fr"]}).status_code == 303
        html = client.get(DESK).content.decode()
        assert str(report.pk) not in html
        assert "1 story waits in a language that you do not read" in html
        moderating.pick_languages(magpie, ["fr"])
        assert "No moderator reads the language" in client.get(DESK).content.decode()

    def test_nobody_else_says_so(self, plover, owl):
        for somebody in (plover, owl):
            assert as_(somebody).post("/moderation/languages/", {"reads": ["fr"]}).status_code == 404


class TestTwoAtOnce:
    def test_the_second_reads_that_somebody_has_it(self, heron, robin, magpie, now):
        report = a_report(heron, story=STORY, now=now)
        first, second = as_(robin), as_(magpie)
        press(first, report, "take")
        press(second, report, "take")
        html = second.get(page_of(report)).content.decode()
        assert "Another moderator is reading this just now" in html
        assert STORY not in html

    def test_what_was_written_stays_when_something_changed(self, heron, robin, now):
        report, client = a_report(heron, story=STORY, now=now), as_(robin)
        press(client, report, "take")
        client.post(page_of(report), {"act": "yes", "seen": "of before", "notice": NOTICE})
        html = client.get(page_of(report)).content.decode()
        assert "Something has changed since you opened it" in html
        assert NOTICE in html
        assert fresh(report).notice == ""

    def test_whoever_is_late_reads_that_its_author_took_it_back(self, heron, robin, now):
        report, client = a_report(heron, story=STORY, now=now), as_(robin)
        press(client, report, "take")
        seen = print_of(fresh(report))
        filing.withdraw_report(fresh(report), by=heron)
        answer = client.post(page_of(report), {"act": "yes", "seen": seen, "notice": NOTICE})
        assert (answer.status_code, answer.headers["Location"]) == (303, DESK)
        assert "took this report back" in notes_on(client, DESK)


class TestTheSecond:
    def test_she_finds_it_on_the_desk_reads_it_and_agrees(self, heron, robin, magpie, now):
        report = a_report(heron, story=STORY, now=now)
        first, second = as_(robin), as_(magpie)
        press(first, report, "take")
        press(first, report, "yes", notice=NOTICE)
        press(first, report, "take")
        press(first, report, "no", why="twice")
        (asked,) = deciding.open_about(str(report.pk), now=now)
        assert str(report.pk) not in first.get(DESK).content.decode()
        assert f'data-report="{report.pk}"' in second.get(DESK).content.decode()
        press(second, report, "take")
        html = second.get(page_of(report)).content.decode()
        assert STORY in html
        assert f'data-decision="{asked.pk}"' in html
        second.post(f"/decisions/{asked.pk}/", {"act": "agree"})
        assert fresh(report).state == State.REFUSED


class TestHerPage:
    def test_she_reads_why_and_asks_for_other_eyes(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        refused(report, robin, magpie, now)
        client = as_(heron)
        why = str(RefusedFor.TWICE.label)
        assert why in client.get("/reports/mine/").content.decode()
        assert why in client.get(hers(report)).content.decode()
        assert client.post(hers(report), {"act": "eyes"}).status_code == 303
        other = as_(an_account("Teal", role=Role.MODERATOR))
        assert "asks for other eyes" in other.get(DESK).content.decode()
        press(other, report, "back")
        assert fresh(report).state == State.SHOWN

    def test_they_write_to_each_other(self, heron, robin, now):
        report, client, desk = a_report(heron, now=now), as_(heron), as_(robin)
        client.post(hers(report), {"act": "write", "text": "I want somebody to help me."})
        assert "I want somebody to help me." in desk.get(page_of(report)).content.decode()
        press(desk, report, "ask", text="We can go with you.")
        assert "We can go with you." in client.get(hers(report)).content.decode()

    def test_she_agrees_that_the_level_falls(self, heron, robin, now):
        report, client, desk = a_report(heron, now=now), as_(heron), as_(robin)
        press(desk, report, "correct", incidents=["threats"])
        assert fresh(report).level == 4
        assert "its level would fall" in client.get(hers(report)).content.decode()
        client.post(hers(report), {"act": "agree"})
        assert fresh(report).level == 2

    def test_it_is_not_there_for_anybody_else(self, heron, plover, robin, now):
        report = a_report(heron, now=now)
        for somebody in (plover, robin):
            assert as_(somebody).get(hers(report)).status_code == 404
            assert as_(somebody).post(hers(report), {"act": "write", "text": "x"}).status_code == 404
        assert moderating.thread_of(fresh(report)) == []


# --- who × act × state ------------------------------------------------------------------------------------------

NOT_YET = "not yet"  # waiting, for a day that its author chose
STATES = [State.PRIVATE, NOT_YET, State.WAITING, State.SHOWN, State.HELD, State.REFUSED, State.CONTESTED]
WHO = ["nobody", "member", "outreach", "admin", "author", "reported him too", "moderator"]
MODERATORS = {"author", "reported him too", "moderator"}
READABLE = {State.WAITING, State.SHOWN, State.HELD, State.CONTESTED}
# In which states a moderator who has nothing to do with it may; everybody else never.
MAY: dict[str, set[str]] = {
    "look": {*READABLE, State.REFUSED},
    "take": {*READABLE, State.REFUSED},
    "yes": READABLE,
    "hold": {State.SHOWN, State.CONTESTED},
    "no": READABLE,
    "correct": READABLE,
    "back": {State.HELD},
    "stays": set(),  # of other eyes alone: tried by itself
    "ask": {State.HELD, State.REFUSED},
    "": set(),
    "delete": set(),
}


def refused(report: Report, one: Account, other: Account, now: datetime) -> None:
    moderating.claim(report.pk, by=one, now=now)
    seen = print_of(fresh(report))
    asked = moderating.ask_to_refuse(report.pk, why=RefusedFor.TWICE, seen=seen, by=one, now=now)
    deciding.agree(asked, by=other, now=now)


def in_state(state: str, author: Account, robin: Account, magpie: Account, now: datetime) -> Report:
    """Without a story: whether it was opened is tried by itself."""
    if state == State.PRIVATE:
        return a_report(author, incidents=["no_show"], now=now)
    report = a_report(author, alert="in_3_days" if state == NOT_YET else "now", now=now)
    if state == State.HELD:
        moderating.hold(report.pk, by=robin, now=now)
    elif state == State.REFUSED:
        refused(report, robin, magpie, now)
    elif state in (State.WAITING, State.CONTESTED):
        report.tell(peer=str(Peer.FIRST if state == State.WAITING else Peer.NOT_YET))
        report.put_to(State(state))
        report.save()
    return fresh(report)


def whoever(who: str, author: Account) -> Client:
    if who == "nobody":
        return Client()
    if who == "author":
        return as_(author)
    roles = {"outreach": Role.OUTREACH, "admin": Role.ADMIN, "member": Role.MEMBER}
    somebody = an_account("Dunlin", role=roles.get(who, Role.MODERATOR))
    if who == "reported him too":
        a_report(somebody, identifiers=[an_identifier("+33 6 39 98 12 34")])
    return as_(somebody)


TYPED = {"notice": NOTICE, "why": "twice", "incidents": ["rape", "threats"], "text": "Was it him?"}


def what_stands(report: Report) -> tuple[Any, ...]:
    """All that an act could change."""
    row = fresh(report)
    is_claimed = cache.get(moderating._claim_key(row)) is not None
    return (row.facts, row.notice, row.moderated, row.delete_after, Decision.objects.count(), is_claimed)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", WHO)
def test_who_may_do_what(heron, robin, magpie, now, who, state):
    author = an_account("Sanderling", role=Role.MODERATOR) if who == "author" else heron
    client = whoever(who, author)
    for act, may in MAY.items():
        report = in_state(state, author, robin, magpie, now)
        before = what_stands(report)
        if act == "look":
            code = client.get(page_of(report)).status_code
            was_allowed = code == 200
            assert code in (200, 404)
        else:
            answer = press(client, report, act, **TYPED)
            assert answer.status_code == (303 if who in MODERATORS else 404)
            was_allowed = what_stands(report) != before
        assert was_allowed == (who == "moderator" and state in may), f"{who}: {act} while {state}"


@pytest.mark.parametrize("act", ["back", "stays"])
@pytest.mark.parametrize("who", ["one of the two", "somebody else"])
def test_other_eyes_are_others(heron, robin, magpie, now, act, who):
    report = in_state(State.REFUSED, heron, robin, magpie, now)
    moderating.ask_other_eyes(report, by=heron, now=now)
    before = what_stands(report)
    client = as_(robin) if who == "one of the two" else whoever("moderator", heron)
    press(client, report, act)
    assert (what_stands(report) != before) == (who == "somebody else")


def test_what_is_not_there_looks_to_strangers_like_what_is(heron, plover, now):
    report, client = a_report(heron, now=now), as_(plover)
    there, not_there = client.get(page_of(report)), client.get(f"/moderation/reports/{uuid4()}/")
    assert (there.status_code, there.content) == (404, not_there.content)
