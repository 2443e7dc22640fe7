"""The page of an answer: a verdict in words, sure and perhaps apart, what joins the rest, and nothing too much."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts import budgets
from accounts.budgets import Allowance
from alerts import checking, spelling
from alerts.checking import Answer, Outcome, Person
from alerts.linking import Joined
from alerts.spelling import Reading
from alerts.views.answer import Group, Page, Told, page, recognised
from alerts.views.verdict import BRIEFLY, verdict
from alerts.vocabulary import Incident
from tests.makers import PHONE, a_report, an_identifier
from tests.people import sign_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 16)
MAIL = "m.karsten@example.org"
(NUMBER,) = spelling.readings(PHONE, default_country="FR")
ADDRESS = Reading("email", MAIL)
NAME = Reading("name", "granchamp", text="Granchamp")
Ask = Callable[[Answer], str]


@pytest.fixture(autouse=True)
def _on_that_day(on_reference_day):
    """The months that the tests name are months of a set day."""


@pytest.fixture
def tell(heron) -> Callable[..., Page]:
    """What a page tells Heron of these people."""

    def told(*people: Person, **more: Any) -> Page:
        answer = Answer(Outcome.FOUND, list(people), **more)
        return page(answer, typed=PHONE, reader=heron, today=TODAY)

    return told


@pytest.fixture
def ask(heron, client, monkeypatch) -> Ask:
    """The page on which Heron reads this answer."""

    def read(answer: Answer, typed: str = PHONE) -> str:
        monkeypatch.setattr(checking, "check", lambda *_args, **_more: answer)
        sign_in(client, heron)
        client.post("/check/", {"q": typed})
        return client.get("/check/").content.decode()

    return read


def him(
    *reports: Any, match: str = "sure", reading: Reading = NUMBER, joins: Sequence[Any] = (), **more: Any
) -> Person:
    """`joins`: report, by what, how surely; each by something that the first report has too."""
    joined = [Joined(*one, known=reports[0]) for one in joins]
    return Person(match, reading, list(reports), joined=joined, **more)


def seen_by(somebody: Any, month: str, **but: Any) -> Any:
    return a_report(somebody, incident_on=month, **but)


def by_mail(somebody: Any, month: str, **but: Any) -> Any:
    return seen_by(somebody, month, identifiers=[an_identifier(MAIL, "email")], **but)


def joins(report: Any, by: Reading, match: str) -> Joined:
    return Joined(report, by, match, known=report)


def words(html: str) -> str:
    """What somebody reads in it."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def articles(html: str) -> list[tuple[str, str]]:
    """Of each report: id, match."""
    return re.findall(r'<article [^>]*data-report="([^"]+)"[^>]*data-match="(\w+)"', html)


class TestTheVerdict:
    def test_it_says_what_how_often_and_how_lately(self, heron, plover):
        person = him(
            seen_by(heron, "2026-10", incidents=["drugging", "rape"]),
            seen_by(plover, "2026-02", incidents=["theft"]),
            seen_by(plover, "2026-01", incidents=["rape"]),
        )
        assert verdict(person) == (
            "Very dangerous: 3 reports by 2 people, last in October 2026: rape or attempt · drugging · theft"
        )

    def test_one_report_is_one_report_by_one_person(self, heron):
        person = him(seen_by(heron, "2026-10", incidents=["threats"]))
        assert verdict(person) == "Risky: 1 report by 1 person, last in October 2026: threats"

    def test_it_names_the_gravest_three_at_most(self, heron):
        said = ["theft", "hate", "weapon", "assault", "rape"]
        assert verdict(him(seen_by(heron, "2026-10", incidents=said))).endswith(
            ": weapon · rape or attempt · assault"
        )

    def test_every_incident_can_be_said_briefly(self):
        assert list(BRIEFLY) == list(Incident)

    def test_what_surely_joins_counts_and_what_perhaps_joins_does_not(self, heron, plover, robin):
        joins = [
            (by_mail(plover, "2026-05", incidents=["rape"]), ADDRESS, "sure"),
            (seen_by(robin, "2023-03", incidents=["weapon"]), NUMBER, "perhaps"),
        ]
        person = him(seen_by(heron, "2026-10", incidents=["theft"]), joins=joins)
        assert verdict(person).startswith("Very dangerous: 2 reports by 2 people, ")
        assert "weapon" not in verdict(person)

    def test_it_stands_on_top_of_the_page_and_says_that_one_is_enough(self, ask, plover):
        person = him(seen_by(plover, "2026-10"))
        html = ask(Answer(Outcome.FOUND, [person]))
        first = html[html.index("<h1") :]
        assert words(first[: first.index("</h1>")]) == f"4 {verdict(person)}"
        assert (
            "Reported by 1 person. One is enough to take care. You can say no. You owe no reason."
            in words(html)
        )
        assert 'data-independent="1"' in html

    def test_where_several_reported_him_it_does_not_speak_of_one(self, ask, plover, robin):
        html = ask(Answer(Outcome.FOUND, [him(seen_by(plover, "2026-10"), seen_by(robin, "2026-09"))]))
        assert "One is enough" not in html
        assert 'data-independent="2"' in html

    def test_each_language_can_say_it(self, heron):
        person = him(seen_by(heron, "2026-10"))
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                assert "2026" in verdict(person)


class TestPerhaps:
    def test_it_stands_apart_after_what_is_sure(self, ask, plover, robin):
        sure, other = him(seen_by(plover, "2026-10")), him(seen_by(robin, "2026-09"), match="perhaps")
        html = ask(Answer(Outcome.FOUND, [other, sure]))
        assert [match for _report, match in articles(html)] == ["sure", "perhaps"]
        assert (
            html.index('data-match="sure"')
            < html.index("Perhaps, not sure")
            < html.index('data-match="perhaps"')
        )

    @pytest.mark.parametrize(
        ("clues", "said"),
        [
            (("name", "tail"), ["a name that sounds alike", "the end of a phone number"]),
            (("plate_part", "car"), ["part of a number plate", "the car"]),
            (("words",), ["words of the report"]),
            (("looks", "area"), ["what he looks like", "the area"]),
            (("plate_alike",), ["a number plate that looks almost the same"]),
        ],
    )
    def test_it_says_what_speaks_for_it(self, tell, plover, clues, said):
        assert only(tell(him(seen_by(plover, "2026-10"), match="perhaps", clues=clues)).perhaps).clues == said

    def test_without_clues_the_reading_speaks(self, tell, plover):
        told = tell(him(seen_by(plover, "2026-10"), match="perhaps", reading=NAME))
        assert only(told.perhaps).clues == ["a name that sounds alike"]

    def test_a_clue_that_has_no_words_is_not_told(self, tell, plover):
        told = tell(him(seen_by(plover, "2026-10"), match="perhaps", clues=("moon", "car")))
        assert only(told.perhaps).clues == ["the car"]

    def test_a_number_one_digit_off_is_asked_back_masked(self, tell, plover):
        near = seen_by(
            plover, "2026-10", identifiers=[an_identifier("07 00 11 22 33"), an_identifier("06 39 98 12 35")]
        )
        told = tell(him(near, match="perhaps", clues=("near_phone", "name")), recognised=(NAME, NUMBER))
        assert only(told.perhaps).clues[0] == (
            "a phone number that differs by one digit: did you mean +33 6 •• •• •• 35?"
        )

    def test_a_name_accuses_nobody_and_the_page_says_so(self, ask, plover):
        person = him(seen_by(plover, "2026-10"), match="perhaps", clues=("name", "car"))
        assert "A name alone is no proof." in ask(Answer(Outcome.PERHAPS, [person]))

    def test_without_a_name_it_is_not_spoken_of(self, ask, plover):
        person = him(seen_by(plover, "2026-10"), match="perhaps", clues=("tail",))
        assert "A name alone" not in ask(Answer(Outcome.PERHAPS, [person]))

    def test_it_stays_masked_also_what_was_typed_and_what_it_is_joined_by(self, ask, plover, robin):
        joins = [(by_mail(robin, "2026-05"), ADDRESS, "sure")]
        person = him(seen_by(plover, "2026-10"), match="perhaps", clues=("tail",), joins=joins)
        html = ask(Answer(Outcome.PERHAPS, [person]), typed="981234")
        assert "+33639981234" not in html
        assert MAIL not in html
        assert [match for _report, match in articles(html)] == ["perhaps", "perhaps"]

    def test_too_many_alike_are_said_to_be_too_many(self, ask, plover):
        person = him(seen_by(plover, "2026-10"), match="perhaps", clues=("tail",))
        html = ask(Answer(Outcome.PERHAPS, [person], too_common=True))
        assert "Add something else you know." in html

    @pytest.mark.parametrize("outcome", [Outcome.NONE, Outcome.PERHAPS])
    def test_too_many_alike_to_show_one_is_never_no_report(self, ask, outcome):
        html = ask(Answer(outcome, too_common=True))
        assert "No report found" not in html
        assert "Too many are alike. This is not an answer." in words(html)
        assert html.count("Add something else you know.") == 1


class TestWhatJoins:
    def test_it_says_by_which_identifier_masked(self, tell, plover, robin):
        joins = [(by_mail(robin, "2026-05"), ADDRESS, "sure")]
        told = only(tell(him(seen_by(plover, "2026-10"), joins=joins)).sure)
        group = told.groups[1]
        assert (group.by, group.value) == ("Also about him, by the same e-mail address:", "m•••@e•••.org")
        assert (group.match, group.doubt) == ("sure", "")

    def test_what_she_typed_is_plain_there_too(self, tell, plover, robin):
        joins = [(seen_by(robin, "2023-03"), NUMBER, "perhaps")]
        group = only(tell(him(seen_by(plover, "2026-10"), joins=joins)).sure).groups[1]
        assert group.value == "+33639981234"
        assert [value for _kind, value in group.reports[0].identifiers] == ["+33639981234"]

    def test_a_number_that_may_have_changed_hands_is_told_with_both_months(self, tell, plover, robin):
        joins = [(seen_by(robin, "2023-03"), NUMBER, "perhaps")]
        group = only(tell(him(seen_by(plover, "2026-10"), joins=joins)).sure).groups[1]
        assert group.match == "perhaps"
        assert group.doubt == (
            "Perhaps somebody else: this may have changed hands. Seen in March 2023 and in October 2026."
        )

    def test_where_it_was_in_doubt_the_page_says_so(self, tell, plover, robin):
        joins = [(seen_by(robin, "2026-10"), NUMBER, "perhaps")]
        group = only(tell(him(seen_by(plover, "2026-10"), joins=joins)).sure).groups[1]
        assert group.doubt == "Perhaps somebody else: it is not sure that this is his."

    def test_a_number_that_was_typed_may_have_changed_hands_itself(self, tell, plover, robin):
        told = only(
            tell(him(seen_by(plover, "2026-10"), seen_by(robin, "2024-08"), seen_by(robin, "2024-09"))).sure
        )
        assert told.groups[0].doubt == (
            "These may be two people: seen in September 2024, then in October 2026. Numbers change hands."
        )

    @pytest.mark.parametrize(("reading", "month"), [(NUMBER, "2024-10"), (ADDRESS, "2022-01")])
    def test_less_than_two_years_and_what_is_no_number_raise_no_doubt(self, tell, plover, reading, month):
        person = him(seen_by(plover, "2026-10"), seen_by(plover, month), reading=reading)
        assert only(tell(person).sure).groups[0].doubt == ""

    def test_those_by_one_identifier_stand_together(self, tell, plover, robin, stork):
        joins = [(by_mail(who, "2026-05"), ADDRESS, "sure") for who in (robin, stork)]
        told = only(tell(him(seen_by(plover, "2026-10"), joins=joins)).sure)
        assert [len(group.reports) for group in told.groups] == [1, 2]

    def test_the_page_marks_each_as_sure_or_perhaps(self, ask, plover, robin, stork):
        mine, sure, perhaps = (
            seen_by(plover, "2026-10"),
            by_mail(robin, "2026-05"),
            seen_by(stork, "2023-03"),
        )
        joins = [(sure, ADDRESS, "sure"), (perhaps, NUMBER, "perhaps")]
        html = ask(Answer(Outcome.FOUND, [him(mine, joins=joins)]))
        assert articles(html) == [
            (str(mine.pk), "sure"),
            (str(sure.pk), "sure"),
            (str(perhaps.pk), "perhaps"),
        ]


class TestHowMuch:
    def test_five_people_a_page_sure_ones_first(self, tell, plover):
        others = [him(seen_by(plover, "2026-10"), match="perhaps") for _ in range(4)]
        sure = [him(seen_by(plover, "2026-09")) for _ in range(3)]
        told = tell(*others, *sure)
        assert (len(told.sure), len(told.perhaps), told.left_out) == (3, 2, 2)

    def test_five_reports_a_person_the_gravest_and_joined_ones_among_them(self, tell, plover, robin):
        light = [seen_by(plover, "2026-10", incidents=["threats"]) for _ in range(6)]
        joins = [(by_mail(robin, "2026-05", incidents=["rape"]), ADDRESS, "sure")]
        told = only(tell(him(*light, joins=joins)).sure)
        assert [(group.match, len(group.reports)) for group in told.groups] == [("sure", 4), ("sure", 1)]
        assert (told.count, told.shown) == (7, 5)

    def test_what_is_left_out_is_counted(self, ask, plover):
        html = ask(Answer(Outcome.FOUND, [him(*[seen_by(plover, "2026-10") for _ in range(6)])]))
        assert len(articles(html)) == 5
        assert "6 reports in all; the gravest stand here." in words(html)

    def test_where_more_may_be_joined_than_are_counted_it_says_so(self, ask, plover, robin):
        other = by_mail(robin, "2026-05")
        fifty, fewer = (
            him(seen_by(plover, "2026-10"), joins=[(other, ADDRESS, "sure")] * n) for n in (50, 49)
        )
        assert "At least 51 reports, there may be more;" in words(ask(Answer(Outcome.FOUND, [fifty])))
        assert "50 reports in all;" in words(ask(Answer(Outcome.FOUND, [fewer])))

    def test_where_there_are_many_people_the_last_ones_have_at_least_one_report(self, tell, plover):
        reports = [seen_by(plover, "2026-10") for _ in range(6)]
        people = [him(*reports) for _ in range(9)]
        assert [told.shown for told in tell(*people).sure] == [5, 5, 1, 1, 1]

    def test_doubtful_ones_give_way(self, tell, plover, robin):
        joins = [(seen_by(robin, "2023-03", incidents=["rape"]), NUMBER, "perhaps")]
        light = [seen_by(plover, "2026-10", incidents=["threats"]) for _ in range(5)]
        assert [group.by for group in only(tell(him(*light, joins=joins)).sure).groups] == [""]


class TestFreshness:
    @pytest.mark.parametrize(
        ("month", "said"),
        [
            ("2026-11", "last seen this month"),
            ("2026-10", "last seen 1 month ago"),
            ("2026-06", "last seen 5 months ago"),
            ("2026-05", "last seen 6 months ago; numbers change hands"),
            ("2025-09", "last seen 14 months ago; numbers change hands"),
        ],
    )
    def test_of_a_number_it_is_told_in_months(self, tell, plover, month, said):
        assert freshness(only(tell(him(seen_by(plover, month))).sure).groups[0]) == [said]

    def test_an_address_does_not_change_hands(self, tell, plover):
        told = tell(him(by_mail(plover, "2025-09"), reading=ADDRESS))
        assert freshness(only(told.sure).groups[0]) == ["last seen 14 months ago"]

    def test_each_identifier_has_its_own_whichever_report_saw_it_last(self, tell, plover, robin):
        both = [an_identifier(), an_identifier(MAIL, "email")]
        joins = [(by_mail(robin, "2026-10"), ADDRESS, "sure")]
        told = tell(him(seen_by(plover, "2025-09", identifiers=both), joins=joins))
        assert freshness(only(told.sure).groups[0]) == [
            "last seen 14 months ago; numbers change hands",
            "last seen 1 month ago",
        ]

    def test_no_day_is_told(self, ask, plover):
        html = ask(Answer(Outcome.FOUND, [him(seen_by(plover, "2026-10-27"))]))
        assert "2026-10-27" not in html
        assert "27" not in words(html).replace(PHONE, "")


class TestRecognised:
    def test_what_was_typed_alone_is_not_said_back(self):
        assert recognised([Reading("phone", "+33639981234", text=PHONE)], typed=PHONE) == []

    def test_each_piece_of_a_message_is_said_back_once(self):
        read = [
            Reading("phone", "+33639981234", text=PHONE),
            Reading("handle", "grey_fox", text="grey_fox"),
            Reading("name", "grey fox", text="grey_fox"),
            Reading("tail", "4130", text="…4130"),
        ]
        assert recognised(read, typed="call me") == [
            ("phone number", "+33639981234"),
            ("account", "grey_fox"),
            ("end of a phone number", "…4130"),
        ]

    def test_of_a_name_beside_a_number_it_is_not_said_that_they_are_one_account(self):
        read = spelling.readings("Granchamp 4130", default_country="FR")
        assert recognised(read, typed="Granchamp 4130") == [
            ("end of a phone number", "4130"),
            ("name", "Granchamp"),
        ]

    def test_the_page_says_it_for_hits_and_for_none(self, ask, plover):
        read = (Reading("phone", "+33639981234", text=PHONE), NAME)
        said = "Recognised: phone number +33639981234 · name Granchamp"
        for answer in (
            Answer(Outcome.FOUND, [him(seen_by(plover, "2026-10"))], recognised=read),
            Answer(Outcome.PERHAPS, [him(seen_by(plover, "2026-10"), match="perhaps")], recognised=read),
            Answer(Outcome.NONE, recognised=read),
        ):
            assert said in words(ask(answer, typed=f"{PHONE} Granchamp"))

    def test_nothing_in_it_turns_the_page_around(self):
        read = [Reading("name", "x", text="Gran\u202echamp\u2066"), NAME]
        assert recognised(read, typed="")[0] == ("name", "Granchamp")


class TestHeIsHereNow:
    def test_what_helped_with_him_comes_first_and_what_helped_most_often_before_all(
        self, tell, plover, robin
    ):
        reports = [
            seen_by(plover, "2026-10", helped=["left_at_once", "made_noise"]),
            seen_by(robin, "2026-10", helped=["made_noise"]),
        ]
        assert tell(him(*reports)).helped == ["Made noise, called for help", "Left at once"]

    def test_the_page_has_it_with_numbers_to_call(self, ask, plover):
        html = ask(Answer(Outcome.FOUND, [him(seen_by(plover, "2026-10", helped=["said_no"]))]))
        here = html[html.index("He is here now") : html.index("<article")]
        assert "What helped with him: Said no to the booking" in words(here)
        assert 'href="tel:17"' in here
        assert 'href="sms:114"' in here


class TestWithoutAnAnswer:
    @pytest.mark.parametrize(
        ("answer", "said", "to_do"),
        [
            (
                Answer(Outcome.NONE),
                "No report found. That is not a guarantee.",
                "Tell somebody where you will be",
            ),
            (
                Answer(Outcome.UNREADABLE),
                "It is not an answer.",
                "Type a phone number or its last six digits",
            ),
            (
                Answer(Outcome.TOO_MANY),
                "It is not an answer.",
                "Check at most five numbers or names at a time.",
            ),
            (Answer(Outcome.FAILED), "This is not an answer.", "Try again; until then you know nothing"),
            (Answer(Outcome.BUDGET), "Cannot say more today.", "Ask somebody you trust to check"),
            (
                Answer(Outcome.BUDGET, is_very_dangerous=True),
                "Very dangerous: reported",
                "You can say no. You owe no reason.",
            ),
        ],
        ids=["none", "unreadable", "too many", "failed", "budget", "budget, very dangerous"],
    )
    def test_the_page_says_so_and_what_to_do(self, ask, answer, said, to_do):
        html = ask(answer)
        assert f'data-answer="{answer.outcome}"' in html
        assert said in words(html)
        assert to_do in words(html)
        assert "<article" not in html

    @pytest.mark.parametrize("outcome", [Outcome.NONE, Outcome.FAILED, Outcome.BUDGET])
    def test_where_she_knows_nothing_about_him_numbers_to_call_stand_in_the_answer(self, ask, outcome):
        html = ask(Answer(outcome))
        answer = html[html.index("data-answer") : html.index("</section>")]
        assert 'href="tel:112"' in answer

    def test_nothing_found_offers_to_warn_the_others(self, ask):
        html = ask(Answer(Outcome.NONE))
        assert 'href="/reports/new/"' in html[html.index("data-answer") : html.index("</section>")]

    def test_a_used_up_budget_that_knows_nothing_does_not_say_that_there_is_nothing(self, ask):
        html = ask(Answer(Outcome.BUDGET))
        assert "there may be reports, also grave ones" in html
        assert 'class="level' not in html


class TestDiscreetly:
    def test_one_tap_and_it_stays_also_when_she_leaves(self, client: Client, heron):
        sign_in(client, heron)
        answer = client.post("/check/", {"discreet": "1"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/check/")
        client.get("/exit/")
        sign_in(client, heron)
        assert b'value="0">Plain view' in client.get("/check/").content

    def test_one_tap_and_it_is_over(self, client: Client, heron):
        sign_in(client, heron)
        client.post("/check/", {"discreet": "1"})
        client.post("/check/", {"discreet": "0"})
        assert b'value="1">Discreet view' in client.get("/check/").content

    @pytest.mark.parametrize("secure", [True, False])
    def test_its_cookie_is_kept_as_the_language_is(self, client: Client, heron, settings, secure):
        settings.LANGUAGE_COOKIE_SECURE = secure
        sign_in(client, heron)
        client.post("/check/", {"discreet": "1"})
        cookie = client.cookies["discreet"]
        assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("1", True, "Lax")
        assert (cookie["max-age"], bool(cookie["secure"])) == (settings.LANGUAGE_COOKIE_AGE, secure)

    def test_the_answer_stays_where_it_was(self, ask, client, plover):
        ask(Answer(Outcome.FOUND, [him(seen_by(plover, "2026-10"))]))
        client.post("/check/", {"discreet": "1"})
        assert 'class="answer discreet" data-answer="found"' in client.get("/check/").content.decode()

    def test_shape_number_and_verdict_are_seen_and_the_rest_is_folded(self, ask, client, plover, robin):
        client.cookies["discreet"] = "1"
        person = him(seen_by(plover, "2026-10"), seen_by(robin, "2026-10"))
        seen = unfolded(ask(Answer(Outcome.FOUND, [person])))
        assert verdict(person) in words(seen)
        assert '<span class="shape"><bdi>4</bdi></span>' in seen
        assert "<article" not in seen
        assert PHONE not in words(seen)

    @pytest.mark.parametrize("outcome", [Outcome.FOUND, Outcome.PERHAPS])
    def test_there_is_no_pictogram(self, ask, client, plover, outcome):
        client.cookies["discreet"] = "1"
        match = "sure" if outcome == Outcome.FOUND else "perhaps"
        html = ask(
            Answer(outcome, [him(seen_by(plover, "2026-10", incidents=["drugging", "rape"]), match=match)])
        )
        answer = html[html.index("data-answer") : html.index("</section>")]
        assert "<svg" not in answer

    def test_a_strangers_tap_sets_nothing(self, client: Client):
        client.post("/check/", {"discreet": "1"})
        assert "discreet" not in client.cookies


class TestWithWhatIsReallyFound:
    @pytest.fixture
    def look_up(self, client, heron) -> Callable[[str], str]:
        def read(typed: str) -> str:
            sign_in(client, heron)
            client.post("/check/", {"q": typed})
            return client.get("/check/").content.decode()

        return read

    def test_a_pasted_message_finds_him_by_all_that_is_in_it(self, look_up, plover, robin):
        a_report(plover)
        by_mail(robin, "2026-05", incidents=["assault"])
        html = look_up(f"Bonjour, voici mon numéro {PHONE} ou bien {MAIL} merci")
        assert {match for _report, match in articles(html)} == {"sure"}
        assert len(articles(html)) == 2
        assert f"e-mail address {MAIL}" in words(html)
        assert "phone number +33639981234" in words(html)

    def test_who_is_joined_stands_under_who_was_found(self, look_up, plover, robin):
        both = [an_identifier(), an_identifier(MAIL, "email")]
        seen_by(plover, "2026-10", identifiers=both)
        joined = by_mail(robin, "2026-05", incidents=["assault"])
        html = look_up(PHONE)
        assert articles(html)[-1] == (str(joined.pk), "sure")
        assert "Also about him, by the same e-mail address: m•••@e•••.org" in words(html)
        assert MAIL not in html

    def test_the_end_of_a_number_is_perhaps_and_masked(self, look_up, plover):
        a_report(plover)
        html = look_up("…98 12 34")
        assert [match for _report, match in articles(html)] == ["perhaps"]
        assert "What speaks for it: the end of a phone number" in words(html)
        assert "+33639981234" not in html

    def test_a_used_up_budget_says_no_more_than_very_dangerous(self, look_up, plover, monkeypatch):
        monkeypatch.setattr(budgets, "spend_check", lambda *_args, **_more: Allowance.BARE)
        a_report(plover, incidents=["rape"], notice="He comes back.")
        html = look_up(PHONE)
        assert 'data-answer="budget"' in html
        assert "Very dangerous: reported" in words(html)
        assert "He comes back." not in html
        assert articles(html) == []


class TestHerAreas:
    @pytest.fixture
    def read(self, client, heron) -> Callable[[], str]:
        sign_in(client, heron)
        return lambda: words(client.get("/check/").content.decode())

    def test_what_was_reported_there_lately_is_told_the_worst_first(self, read, heron, plover):
        heron.pick_areas(["FR-34", "FR-69"])
        for area, what in (("FR-34", "theft"), ("FR-69", "rape"), ("FR-34", "drugging"), ("FR-13", "rape")):
            a_report(plover, area=area, incidents=[what])
        assert "Your areas, last 7 days: Very dangerous: 2 · Risky: 1" in read()

    def test_where_nothing_was_the_page_says_so(self, read, heron):
        heron.pick_areas(["FR-34"])
        assert "Your areas, last 7 days: no report" in read()

    def test_whoever_picked_none_can(self, read):
        assert "Pick your areas" in read()

    def test_discreetly_nothing_is_told_of_them(self, client, read, heron, plover):
        heron.pick_areas(["FR-75"])
        a_report(plover)
        client.cookies["discreet"] = "1"
        assert "areas" not in read()

    def test_they_are_what_is_near(self, client, heron, monkeypatch):
        heron.pick_areas(["FR-34"])
        asked: list[Any] = []
        monkeypatch.setattr(
            checking, "check", lambda *_args, near, **_more: asked.append(near) or Answer(Outcome.NONE)
        )
        sign_in(client, heron)
        client.post("/check/", {"q": PHONE})
        client.get("/check/")
        assert asked == [["FR-34"]]


def only(told: list[Told]) -> Told:
    (one,) = told
    return one


def freshness(group: Group) -> list[str]:
    (report,) = group.reports
    return report.freshness


def unfolded(html: str) -> str:
    """The answer without what is folded away."""
    answer = html[html.index("data-answer") : html.index("</section>")]
    while answer != (
        answer := re.sub(r"<details[^>]*>(?:(?!<details).)*?</details>", "", answer, flags=re.DOTALL)
    ):
        pass
    return answer


class TestTheViewItself:
    def test_who_asks_for_the_head_alone_has_asked_nothing(self, client, heron, monkeypatch):
        sign_in(client, heron)
        client.post("/check/", {"q": PHONE})
        monkeypatch.setattr(checking, "check", lambda *_args, **_more: pytest.fail("it was asked"))
        assert client.head("/check/").status_code == 200

    def test_an_answer_that_cannot_be_shown_is_none(self, client, heron, monkeypatch):
        a_report(heron)

        def broken(answer: Answer, **more: Any) -> Page:
            if answer.people:
                raise ValueError
            return page(answer, **more)

        monkeypatch.setattr("alerts.views.check.page", broken)
        sign_in(client, heron)
        client.post("/check/", {"q": PHONE})
        assert 'data-answer="failed"' in client.get("/check/").content.decode()
