"""A message that only greets has nothing in it to look for; whoever has a name keeps it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.checking import Outcome, check
from alerts.spelling import greeting, question
from alerts.spelling.tidy import tidy
from tests.fieldcases import load
from tests.makers import a_report, an_identifier

GREETINGS = [
    "bonjour",
    "Bonjour ça va ?",
    "bonjour ca va",
    "Bonsoir, dispo ce soir 20h ?",
    "Salut, tu es libre ce soir ? C'est combien pour 1h ?",
    "Bonjour je voudrais un rendez-vous demain après-midi svp",
    "hi, are you free tonight?",
    "Hello! How are you? What's your price for an hour?",
    "Hi, will you be available tomorrow",
    "hola",
    "Hola guapa, ¿estás libre esta noche?",
    "Buenas tardes, cuánto cuesta una hora",
    "Oi, tudo bem? Quanto custa?",
    "Bom dia, você atende hoje?",
    "Привет, как дела?",
    "Добрый вечер, вы свободны сегодня? Сколько стоит час?",
    "Здравей, как си? Свободна ли си довечера?",
    "Добър ден, колко струва един час",
    "Bună seara, ce mai faci? Ești liberă?",
    "Salut, cât costă o oră",
    "Përshëndetje, si je?",
    "Mirëmbrëma, a je e lirë sonte?",
    "مرحبا كيف حالك",
    "السلام عليكم، متاحة الليلة؟",
    "你好",
    "你好，今晚有空吗？",
    "多少钱一小时",
]


def is_whole(typed: str) -> bool:
    return question.read(typed, default_country="FR").whole


@pytest.mark.parametrize("typed", GREETINGS)
def test_nobody_is_meant_in_any_language(typed: str) -> None:
    assert not is_whole(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "Will",
            "hi Will",
            "May",
            "salut Mai",
            "Ella",
            "hola Linda",
            "Ali",
            "مرحبا علي",
            "سلام",
            "نور",
            "Don",
            "Era",
        ),
        *(
            "bonjour c'est Karim",
            "Bonjour Karim",
            "hi Bob, free tonight?",
            "你好小明",
            "我是王伟",
            "Привет, Вера",
            "Salut Sorin",
        ),
        *("solo", "noir", "van noir", "bonjour_toi", "@bonjour", "salut.toi", "t.me/bonjour"),
        *("bonjour 06 39 98 41 72", "bonjour 4130", "snap salut", "", "?"),
    ],
)
def test_a_name_an_account_or_a_number_is_no_greeting(typed: str) -> None:
    assert not greeting.is_all(tidy(typed))


def test_no_name_of_the_field_cases_is_a_greeting() -> None:
    kept = [one["value"] for report in load("reports.jsonl") for one in report["identifiers"]]
    asked = [one["q"] for one in load("queries.jsonl")]
    assert [text for text in kept + asked if greeting.is_all(tidy(text))] == []


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert greeting.is_all(text) in (True, False)


@pytest.mark.django_db
def test_a_greeting_is_told_as_unreadable_and_still_finds_who_is_called_so(heron, plover, now) -> None:
    assert check("bonjour ça va ?", by=plover, now=now).outcome == Outcome.UNREADABLE
    a_report(heron, identifiers=[an_identifier("hola guapa", "handle")])
    assert check("hola guapa", by=plover, now=now).outcome == Outcome.PERHAPS
