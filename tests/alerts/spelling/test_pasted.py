"""A pasted message: what it says of who writes, and nothing of what else it says."""

import pytest

from alerts.spelling import question


def found(typed: str, kind: str = "name") -> list[str]:
    read = question.read(typed, default_country="FR")
    return [reading.canonical for reading in read.readings if reading.kind == kind]


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("Salut moi c'est Wanda, libre demain ? Mon numéro {} merci", "wanda"),
        ("bonsoir c'est wanda dispo ? {}", "wanda"),
        ("BONSOIR C'EST WANDA DISPO ? {}", "wanda"),
        ("Bonjour je m’appelle Anne-Sophie, rappelle au {}", "anne sophie"),
        ("Bonjour, je m'appelle Wanda Zorn et mon numéro est le {}", "wanda zorn"),
        ("Hi, my name is Wanda. Are you free? {}", "wanda"),
        ("hey it's Wanda, call me on {}", "wanda"),
        ("Hello I'm Wanda and I would like to see you tonight {}", "wanda"),
        ("hola me llamo wanda mi numero es {}", "wanda"),
        ("Buenas, soy Wanda, ¿estás libre? {}", "wanda"),
        ("Oi, me chamo Wanda, meu zap {}", "wanda"),
        ("Olá sou o Zeca, pode hoje? {}", "zeca"),
        ("Здравствуйте, меня зовут Ванда, мой номер {}", "ванда"),
        ("Привет, это Ванда. Можно сегодня? {}", "ванда"),
        ("Здравей, казвам се Ванда, номерът ми е {}", "ванда"),
        ("Bună, mă numesc Vanda, numărul meu e {}", "vanda"),
        ("Buna sunt Vanda, esti libera? {}", "vanda"),
        ("你好,我叫王芳,今晚有空吗 {}", "王芳"),
        ("你好我是王芳,电话 {}", "王芳"),
        ("مرحبا اسمي وليد رقمي {}", "وليد"),
        ("مرحبا انا وليد رقمي {}", "وليد"),
        ("Përshëndetje, quhem Vjollca, numri im {}", "vjollca"),
        ("Tungjatjeta, unë jam Vjollca {}", "vjollca"),
    ],
)
def test_the_name_that_introduces_itself_is_read_and_no_other_word(message: str, name: str) -> None:
    typed = message.format("06 39 98 41 72")
    assert found(typed) == [name]
    assert found(typed, "phone") == ["+33639984172"]


@pytest.mark.parametrize(
    "message",
    [
        "Bonjour c'est pour ce soir, {}",
        "bonjour, c'est combien ? {} merci",
        "C'est possible demain ? Je suis libre, {}",
        "hi, it's for tonight, i'm interested {}",
        "soy nuevo, {}",
        "привет, это мой номер {}",
        "我是客人 {}",
        "انا في الطريق {}",
        "Il répond au {} le soir",
        "Bonjour merci {}",
        "tél {} seulement le soir",
    ],
)
def test_a_sentence_without_a_name_gives_none(message: str) -> None:
    typed = message.format("06 39 98 41 72")
    assert found(typed) == []
    assert found(typed, "phone") == ["+33639984172"]


def test_everything_in_a_message_is_asked_at_once() -> None:
    typed = "Salut c'est Wanda, 06 39 98 41 72 ou wanda@example.org, insta @wanda_zorn, plaque QB-742-WK"
    read = question.read(typed, default_country="FR")
    assert {(one.kind, one.canonical) for one in read.readings} == {
        ("phone", "+33639984172"),
        ("email", "wanda@example.org"),
        ("handle", "wanda_zorn"),
        ("plate", "QB742WK"),
        ("name", "wanda"),
    }
    assert read.whole


@pytest.mark.parametrize(
    "beside",
    ["06 39 98 41 72", "+44 7700 900444", "@wz_7", "QB-742-WK", "*7531", "qb-742", "t.me/wz_7", "7531"],
)
@pytest.mark.parametrize(
    ("typed", "name"),
    [("Wanda", "wanda"), ("wanda zorn", "wanda zorn"), ("Ванда", "ванда"), ("王芳", "王芳")],
)
def test_a_few_plain_words_beside_an_identifier_are_a_name(typed: str, name: str, beside: str) -> None:
    assert name in found(f"{typed} {beside}")
    assert name in found(f"{beside} ; {typed}")


@pytest.mark.parametrize(
    "typed", ["06 39 98 41 72 (Wanda)", "Wanda tél. 06 39 98 41 72 le soir", "WhatsApp Wanda 0639984172"]
)
def test_labels_and_remarks_are_no_part_of_the_name(typed: str) -> None:
    assert found(typed) == ["wanda"]


@pytest.mark.parametrize("beside", ["06 39 98 41 72", "7531", "qb-742"])
def test_two_names_between_strokes_are_both_read(beside: str) -> None:
    assert found(f"Wanda/Zorn {beside}")[-1] == "wanda zorn"


def test_plain_words_alone_are_still_one_name() -> None:
    assert found("Wanda Zorn") == ["wanda zorn"]
    assert found("Zorn, Wanda")[-1] == "wanda zorn"
