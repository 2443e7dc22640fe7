import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import vocabulary
from alerts.spelling.closed import Closed, closed_in

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


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(
            (one, "black")
            for one in ("noires", "NEGRAS", "pretos", "neagra", "e zezë", "черните", "чёрную", "السوداء")
        ),
        *(
            (one, "white")
            for one in ("blanche", "white", "brancas", "albe", "bardhë", "бяла", "белой", "بيضاء", "白的")
        ),
        *(
            (one, "grey")
            for one in ("gris foncé", "gray", "cinzentos", "сивата", "серого", "رمادية", "灰色的")
        ),
        *(
            (one, "silver")
            for one in ("argentée", "plateado", "prata", "argintie", "сребриста", "серебристая", "银灰色")
        ),
        *(
            (one, "red")
            for one in ("rouges", "rojas", "vermelha", "roșii", "kuqe", "червено", "красным", "حمراء", "红车")
        ),
        *(
            (one, "blue")
            for one in ("bleu marine", "azuis", "albaștri", "kaltër", "синьо", "голубая", "الزرقاء")
        ),
        *((one, "green") for one in ("vertes", "verzi", "gjelbër", "зелената", "зелёных", "خضراء", "墨绿色")),
        *(
            (one, "yellow")
            for one in ("jaune", "amarelas", "galbenă", "verdha", "жълт", "жёлтые", "صفراء", "黄色")
        ),
        *(
            (one, "brown")
            for one in ("marron", "castanhos", "maronie", "kafe", "кафява", "коричневую", "بنية", "咖啡色")
        ),
    ],
)
def test_a_colour_is_read_in_every_language_and_form(typed: str, code: str) -> None:
    assert f"colour:{code}" in said(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(
            (one, "car")
            for one in ("bagnole", "coches", "viatura", "mașini", "veturën", "колите", "тачке", "بالسيارة")
        ),
        *(
            (one, "van")
            for one in ("camionnettes", "furgonetas", "dubă", "бусчето", "микроавтобусе", "面包车")
        ),
        *(
            (one, "suv")
            for one in ("4x4", "quatre-quatre", "todoterreno", "xhipin", "джипове", "внедорожника", "越野车")
        ),
        *(
            (one, "motorbike")
            for one in ("motard", "motocicletă", "мотоциклетът", "мотоциклом", "دراجة نارية", "摩托车")
        ),
        *((one, "scooter") for one in ("mobylette", "lambreta", "тротинетка", "самокате", "سكوتر", "电动车")),
        *(
            (one, "truck")
            for one in ("poids lourd", "lorries", "camiones", "kamioni", "фурой", "شاحنة", "大货车")
        ),
        *((one, "taxi") for one in ("taxis", "taksisë", "такси", "سيارة أجرة", "出租车")),
        *((one, "bicycle") for one in ("vélos", "bici", "biçikletën", "колелото", "велосипеде", "自行车")),
    ],
)
def test_what_he_drives_is_read_in_every_language_and_form(typed: str, code: str) -> None:
    assert said(typed) == {f"vehicle:{code}"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            (one, "hair:blond")
            for one in ("blondes", "rubias", "loiros", "blonzi", "bjonde", "русокоса", "شقراء", "金发")
        ),
        *(
            (one, "hair:red")
            for one in ("rouquin", "ginger", "ruivas", "roșcată", "kuqalash", "рижав", "рыжего", "红头发")
        ),
        *(
            (one, "hair:bald")
            for one in ("chauve", "balding", "calvos", "chel", "tullac", "плешивия", "лысым", "أصلع")
        ),
        *((one, "hair:shaved") for one in ("crâne rasé", "rapado", "бръсната глава", "бритоголовый", "光头")),
        *(
            (one, "facial_hair:beard")
            for one in ("barbus", "bearded", "mjekra", "брадат", "бородой", "ملتحي", "大胡子")
        ),
        *(
            (one, "facial_hair:moustache")
            for one in ("moustachu", "bigode", "mustăți", "мустаците", "усами", "الشارب")
        ),
        *(
            (one, "facial_hair:goatee")
            for one in ("barbichette", "perilla", "cavanhaque", "катинарче", "бородкой", "山羊胡")
        ),
        *(
            (one, "build:slim")
            for one in ("maigre", "skinny", "flacos", "hollë", "слабата", "худощавым", "نحيفة", "苗条")
        ),
        *(
            (one, "build:heavy")
            for one in ("obèse", "gordito", "grasă", "trashë", "дебелия", "толстого", "سمين", "胖子")
        ),
        *(
            (one, "build:muscular")
            for one in ("baraqué", "musculado", "мускулест", "накачанный", "مفتول العضلات")
        ),
        *(
            (one, "height:short")
            for one in ("petite", "bajita", "scund", "нисък", "невысокого", "قصيرة", "矮个子")
        ),
        *(
            (one, "height:tall")
            for one in ("grands", "altos", "înaltă", "gjatë", "високият", "высокой", "طويل", "高个子")
        ),
        *(
            (one, "glasses:true")
            for one in ("lunettes", "gafas", "óculos", "ochelari", "syze", "очилата", "очках", "نظارات")
        ),
    ],
)
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
    "typed", ["cheveux gris", "grey hair", "pelo de color gris", "флокë grey hair", "серые волосы"]
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
    from alerts.spelling.closed import _listed

    asked = {meaning for meanings in _listed().values() for meaning in meanings if meaning[0] != "noun"}
    kept = {(group, code) for group, codes in GROUPS.items() for code in codes.values}
    kept -= {(group, "unknown") for group in GROUPS} | {("facial_hair", "none")}
    assert asked == kept | {("glasses", "true"), ("glasses", "false")}


@given(st.text())
def test_whatever_is_typed_what_is_read_stands_in_it(text: str) -> None:
    assert all(one.code and one.group != "noun" for one in closed_in(text))


@pytest.mark.parametrize("piece", ["noire ", "و", "白色", "barbe de trois ", "ف فبل", "\ud800e "])
def test_hostile_texts_are_quick(piece: str) -> None:
    text = piece * (65_536 // len(piece))
    closed_in(piece)
    start = time.perf_counter()
    closed_in(text)
    assert time.perf_counter() - start < 0.05
