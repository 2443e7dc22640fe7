"""Closed words of the ten languages, with words that are not in the field cases.

JASMINE_FUZZ: how many texts each property is tried on.
"""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import vocabulary
from alerts.spelling.closed import Closed, _listed, closed_in
from alerts.spelling.words import UNWRITTEN

MANY = min(int(os.environ.get("JASMINE_FUZZ", "200")), 100_000)
GROUPS = {
    "colour": vocabulary.Colour,
    "vehicle": vocabulary.VehicleType,
    "hair": vocabulary.Hair,
    "facial_hair": vocabulary.FacialHair,
    "build": vocabulary.Build,
    "height": vocabulary.HeightBand,
}


def said(text: str) -> set[str]:
    return {f"{one.group}:{one.code}" for one in closed_in(text)}


COLOURS = {
    "black": "noires, NEGRAS, pretos, neagra, e zezë, черните, чёрную, السوداء",
    "white": "blanche, white, brancas, albe, bardhë, бяла, белой, بيضاء, 白的",
    "grey": "gris foncé, gray, cinzentos, përhimë, сивата, серого, رمادية, 灰色的",
    "silver": "argentée, plateado, prata, argintie, сребриста, серебристая, فضية, 银灰色",
    "red": "rouges, rojas, vermelha, roșii, kuqe, червено, красным, حمراء, 红车",
    "blue": "bleu marine, azuis, albaștri, kaltër, синьо, голубая, الزرقاء, 深蓝色",
    "green": "vertes, verzi, gjelbër, зелената, зелёных, خضراء, 墨绿色",
    "yellow": "jaune, amarelas, galbenă, verdha, жълт, жёлтые, صفراء, 黄色",
    "brown": "marron, castanhos, maronie, kafe, кафява, коричневую, بنية, 咖啡色",
}
PIECES = [
    "noire",
    " ",
    "cheveux ",
    "سوداء",
    "و",
    "白色",
    "车",
    "barbe de ",
    "trois jours",
    "e ",
    "eyes",
    "4",
    "x4",
    "ë",
]
DRIVES = {
    "car": "bagnole, coches, viatura, mașini, veturën, колите, тачке, بالسيارة, 轿车",
    "van": "camionnettes, furgonetas, dubă, furgonin, бусчето, микроавтобусе, 面包车",
    "suv": "4x4, quatre-quatre, todoterreno, xhipin, джипове, внедорожника, 越野车",
    "motorbike": "motard, motocicletă, мотоциклетът, мотоциклом, دراجة نارية, 摩托车",
    "scooter": "mobylette, lambreta, тротинетка, самокате, سكوتر, 电动车",
    "truck": "poids lourd, lorries, camiones, kamioni, фурой, شاحنة, 大货车",
    "taxi": "taxis, taksisë, такси, سيارة أجرة, 出租车",
    "bicycle": "vélos, bici, biçikletën, колелото, велосипеде, 自行车",
}
LOOKS = {
    "hair:blond": "blondes, rubias, loiros, blonzi, bjonde, русокоса, شقراء, 金发",
    "hair:red": "rouquin, ginger, ruivas, roșcată, kuqalash, рижав, рыжего, 红头发",
    "hair:bald": "chauve, balding, calvos, chel, tullac, плешивия, лысым, أصلع",
    "hair:shaved": "crâne rasé, rapado, бръсната глава, бритоголовый, 光头",
    "facial_hair:beard": "barbus, bearded, mjekra, брадат, бородой, ملتحي, 大胡子",
    "facial_hair:moustache": "moustachu, bigode, mustăți, мустаците, усами, الشارب",
    "facial_hair:goatee": "barbichette, perilla, cavanhaque, катинарче, бородкой, 山羊胡",
    "build:slim": "maigre, skinny, flacos, hollë, слабата, худощавым, نحيفة, 苗条",
    "build:heavy": "obèse, gordito, grasă, trashë, дебелия, толстого, سمين, 胖子",
    "build:average": "corpulence moyenne, porte médio, trup mesatar, متوسط البنية, 中等身材",
    "build:muscular": "baraqué, musculado, мускулест, накачанный, مفتول العضلات",
    "height:short": "petite, bajita, scund, shkurtër, нисък, невысокого, قصيرة, 矮个子",
    "height:average": "taille moyenne, среднего роста, среден ръст, متوسط الطول",
    "height:tall": "grands, altos, înaltă, gjatë, високият, высокой, طويل, 高个子",
    "glasses:true": "lunettes, gafas, óculos, ochelari, syze, очилата, очках, نظارات",
}


def each(listed: dict[str, str]) -> list[tuple[str, str]]:
    return [(typed, code) for code, many in listed.items() for typed in many.split(", ")]


@pytest.mark.parametrize(("typed", "code"), each(COLOURS))
def test_a_colour_is_read_in_every_language_and_form(typed: str, code: str) -> None:
    assert f"colour:{code}" in said(typed)


@pytest.mark.parametrize(("typed", "code"), each(DRIVES))
def test_what_he_drives_is_read_in_every_language_and_form(typed: str, code: str) -> None:
    assert {one for one in said(typed) if one.startswith("vehicle:")} == {f"vehicle:{code}"}


@pytest.mark.parametrize(("typed", "meant"), each(LOOKS))
def test_how_he_looks_is_read_in_every_language_and_form(typed: str, meant: str) -> None:
    assert meant in said(typed)


@pytest.mark.parametrize(
    "typed", ["sans lunettes", "no glasses", "без очков", "pa syze", "没戴眼镜", "بدون نظارة"]
)
def test_without_glasses_is_not_with_glasses(typed: str) -> None:
    assert said(typed) == {"glasses:false"}


@pytest.mark.parametrize(
    "typed",
    [
        "barbe de trois jours",
        "three day beard",
        "barba por fazer",
        "barba de tres días",
        "mjekër treditore",
        "胡茬",
    ],
)
def test_the_longest_words_count(typed: str) -> None:
    assert closed_in(typed) == (Closed("facial_hair", "stubble", typed),)


def test_a_colour_alone_is_that_of_a_car_or_of_hair() -> None:
    assert said("Peugeot grise") == {"colour:grey", "hair:grey"}


@pytest.mark.parametrize(
    "typed", ["cheveux gris", "grey hair", "pelo de color gris", "flokë gri", "серые волосы"]
)
def test_beside_hair_a_colour_is_that_of_hair(typed: str) -> None:
    assert said(typed) == {"hair:grey"}


@pytest.mark.parametrize(
    "typed", ["camion blanc", "white truck", "kamion i bardhë", "бял камион", "شاحنة بيضاء"]
)
def test_beside_a_car_a_colour_is_the_cars(typed: str) -> None:
    assert said(typed) == {"vehicle:truck", "colour:white"}


@pytest.mark.parametrize(
    "typed", ["yeux verts", "green eyes", "ojos de color verde", "зелени очи", "عيون خضراء"]
)
def test_beside_eyes_a_colour_says_nothing(typed: str) -> None:
    assert said(typed) == set()


def test_each_says_from_which_words_it_was_read() -> None:
    assert closed_in("Opel Corsa Gris  métallisé, taxi") == (
        Closed("colour", "grey", "Gris  métallisé"),
        Closed("vehicle", "taxi", "taxi"),
    )


def test_an_arabic_word_is_given_whole() -> None:
    assert closed_in("فولفو والخضراء")[0].text == "والخضراء"


def test_chinese_needs_no_spaces() -> None:
    assert said("开一辆绿色的摩托车戴眼镜") == {"colour:green", "vehicle:motorbike", "glasses:true"}


@pytest.mark.parametrize("typed", ["", "Dimitri", "王白", "noiraud", "carte", "taxidermie", "06 39 98 41 72"])
def test_nothing_is_read_into_other_words(typed: str) -> None:
    assert closed_in(typed) == ()


def test_every_code_is_one_that_reports_can_keep_and_every_code_can_be_asked() -> None:
    asked = {meaning for meanings in _listed().values() for meaning in meanings if meaning[0] != "noun"}
    kept = {(group, code) for group, codes in GROUPS.items() for code in codes.values}
    kept -= {(group, "unknown") for group in GROUPS} | {("facial_hair", "none")}
    assert asked == kept | {("glasses", "true"), ("glasses", "false")}


@settings(max_examples=MANY, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4)).map("".join))
def test_whatever_is_typed_what_is_read_stands_in_it(text: str) -> None:
    assert all(one.text in UNWRITTEN.sub("", text) and one.group != "noun" for one in closed_in(text))


@pytest.mark.parametrize("piece", ["noire ", "و", "白色", "barbe de trois ", "ف فبل", "\ud800e "])
def test_hostile_texts_are_quick(piece: str) -> None:
    text = piece * (65_536 // len(piece))
    closed_in(piece)
    start = time.process_time()
    closed_in(text)
    assert time.process_time() - start < 0.05
