"""An identifier that was reported is read in any ordinary surroundings, or the text is not whole.

Only then is "nothing found" never said of somebody whom the community knows.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.spelling import Identifier, ask, match, readings

REPORTED = {
    ("phone", "+33639984172"): ["0639984172", "06 39 98 41 72", "06.39.98.41.72", "+33 6 39 98 41 72"],
    ("email", "zoe.b55@example.org"): [
        "zoe.b55@example.org",
        "ZOE.B55@EXAMPLE.ORG",
        "zoe.b55(at)example.org",
    ],
    ("handle", "moka_55"): ["@moka_55", "insta: moka_55", "t.me/moka_55", "https://instagram.com/moka_55"],
    ("handle", "blue.tiger"): ["@blue.tiger", "insta : blue.tiger", "my snap is blue.tiger"],
    ("plate", "ZZ-555-ZZ"): ["ZZ-555-ZZ", "zz 555 zz", "ZZ555ZZ"],
    ("plate", "V 38 QRT"): ["V 38 QRT", "v 38 qrt", "V38QRT", "sa plaque c'est v 38 qrt"],
}
AROUND = [
    "{}",
    "je te donne {} merci",
    "bonjour, c'est {}",
    "Karim {}",
    "{} Karim",
    "{}, Karim",
    "{} | Karim",
    "Karim | {}",
    "Karim|{}",
    "{}👍",
    "👉{}",
    "📞 {}",
    "→ {}",
    "1. {}",
    "1) {}",
    "- {}",
    "• {}",
    "> {}",
    "({})",
    "«{}»",
    "“{}”",
    '"{}"',
    "{} !",
    "{} ?",
    "{}...",
    "{}…",
    "num : {}",
    "contact: {}",
    "75 {}",
    "le 12 {}",
    "75011 {}",
    "{} 18h30",
    "150€ {}",
    "{} BMW noire",
    "[12/03/2024 18:30] Karim: {}",
    "12/03/2024, 18:30 - Karim: {}",
    "Le 12/03/2024 à 18:30 : {}",
    "我的号码是{}谢谢",
    "电话{}",
    "{}谢谢",
    "my number is {} thanks",
    "Мой номер {} спасибо",
    "رقمي {} شكرا",
    "{}\nKarim",
    "Karim\n{}",
    "{} (vu en 2023)",
]


def is_read_or_told(typed: str, reported: Identifier) -> bool:
    asked = ask(typed, default_country="FR")
    found = [match(reading, reported, default_country="FR") for reading in asked.readings]
    # a piece of a plate or the end of a number shows the report as well
    return any(found) or not asked.whole or bool(asked.of_kind("tail", "plate_part"))


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(("kind", "value"), REPORTED)
def test_what_was_reported_is_read_in_any_surroundings_or_told(kind: str, value: str, around: str) -> None:
    for spelled in REPORTED[kind, value]:
        assert is_read_or_told(around.format(spelled), Identifier(kind, value)), spelled


@given(st.sampled_from(sorted(REPORTED)), st.sampled_from(AROUND), st.sampled_from(AROUND), st.integers(0, 3))
def test_and_in_two_surroundings_at_once(
    reported: tuple[str, str], inner: str, outer: str, seat: int
) -> None:
    spelled = REPORTED[reported][seat % len(REPORTED[reported])]
    assert is_read_or_told(outer.format(inner.format(spelled)), Identifier(*reported))


@pytest.mark.parametrize(
    ("typed", "kind", "canonical"),
    [
        ("👉zoe.b55@example.org", "email", "zoe.b55@example.org"),
        ("邮箱zoe.b55@example.org谢谢", "email", "zoe.b55@example.org"),
        ("zoe.b55@example.org-Karim", "email", "zoe.b55@example.org"),
        ("«t.me/moka_55»", "handle", "moka_55"),
        ("t.me/moka_55|Karim", "handle", "moka_55"),
        ("微信moka_55", "handle", "moka_55"),
        ("je suis Karim, mon insta : blue.tiger", "handle", "blue.tiger"),
        ("my snap is blue.tiger", "handle", "blue.tiger"),
        ("insta : blue.tiger | Karim", "handle", "blue.tiger"),
        ("👉V38QRT", "plate", "V38QRT"),
        ("车牌ZZ555ZZ", "plate", "ZZ555ZZ"),
        ("v 38 qrt et w 41 xyz", "plate", "W41XYZ"),
        ("V38QRT+W41XYZ", "plate", "W41XYZ"),
        ("plaque v 38 qrt bmw noire", "plate", "V38QRT"),
        ("06 ZZ-555-ZZ", "plate", "ZZ555ZZ"),
        ("ZZ-555-ZZ 123", "plate", "ZZ555ZZ"),
        ("Karim06.39.98.41.72", "phone", "+33639984172"),
        ("Karim#0639984172", "phone", "+33639984172"),
        ("我的号码是06 39 98 41 72谢谢", "phone", "+33639984172"),
        ("12/03/2024, 18:30 - +33 6 39 98 41 72: bonjour", "phone", "+33639984172"),
        ("Marc (4130)", "tail", "4130"),
    ],
)
def test_what_stands_around_does_not_hide_it(typed: str, kind: str, canonical: str) -> None:
    assert (kind, canonical) in {(one.kind, one.canonical) for one in readings(typed, default_country="FR")}


@pytest.mark.parametrize(
    "typed", ["KarimZX471KG", "KarimZX-471-KG", "ZX471KGKarim", "plaqueZX471KG", "ZX-471-KGvert", "éZX471KG"]
)
def test_where_the_capitals_of_a_plate_begin_or_end_it_is_read_and_the_word_as_well(typed: str) -> None:
    found = {(one.kind, one.canonical) for one in readings(typed, default_country="FR")}
    assert {("plate", "ZX471KG"), ("handle", typed.lower())} <= found


@pytest.mark.parametrize(
    "typed",
    [
        "karim123fr",
        "karimzx471kg",
        "KARIMZX471KG",
        "@KarimZX471KG",
        "t.me/KarimZX471KG",
        "aZX471KGb@example.org",
    ],
)
def test_in_letters_of_one_case_or_in_an_account_no_plate_is_guessed(typed: str) -> None:
    found = readings(typed, default_country="FR")
    assert not any(one.kind == "plate" and len(one.canonical) == len("ZX471KG") for one in found)


@pytest.mark.parametrize("head", ["12/03/2024, 18:30 - Karim: ", "[12/03/2024 18:30] Karim: "])
def test_the_head_of_a_chat_is_a_name_and_no_number(head: str) -> None:
    found = readings(f"{head}bonjour", default_country="FR")
    assert "karim" in {one.canonical for one in found if one.kind == "name"}
    assert not any(one.kind in ("phone", "tail") for one in found)


@pytest.mark.parametrize(
    "typed",
    [
        "il est sur insta",
        "sa plaque commence mal",
        "https://example.org/a?tel=0639984172",
        "bob@",
        "x zoe@@example.org",
        "\ufdfa" * 200,
        " ; ".join(f"ZZ-55{seat}-ZZ" for seat in range(10)),
    ],
)
def test_what_is_announced_and_not_read_is_told(typed: str) -> None:
    assert not ask(typed, default_country="FR").whole


@pytest.mark.parametrize("typed", ["Karim (2024)", "Karim, 30 ans", "京A12345", "il a 35 ans", "Léa 200€"])
def test_plain_remarks_leave_a_text_whole(typed: str) -> None:
    assert ask(typed, default_country="FR").whole


@given(st.text(max_size=200))
def test_any_text_is_read(typed: str) -> None:
    ask(typed, default_country="FR")
