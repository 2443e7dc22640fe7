"""The catalogues are whole, and the tools that keep them so tell the truth."""

import gettext
import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polib
import pytest
from babel import Locale
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import override, to_locale
from hypothesis import given
from hypothesis import strategies as st

from alerts import showing, vocabulary
from alerts.views.verdict import BRIEFLY, verdict
from alerts.vocabulary import Incident, Level
from jasmine import catalogues
from jasmine.catalogues import Source
from jasmine.templatetags.shown import LEVELS

PERSONS = (None, "Reported by %(count)s person")
IN_ARABIC = ["صفر", "شخص واحد", "شخصان", "%(count)s أشخاص", "%(count)s شخصا", "%(count)s شخص"]


@pytest.fixture
def locale(tmp_path: Path, settings) -> Path:
    """A folder for catalogues of our own."""
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


def translated(language: str, *entries: polib.POEntry) -> None:
    path = catalogues.path_of(language)
    path.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = catalogues.updated(language, {}).metadata
    catalogue.extend(entries)
    catalogue.save(str(path))


def fault_of(entry: polib.POEntry, source: Source | None = None, *, language: str = "fr") -> list[str]:
    translated(language, entry)
    return list(catalogues.faults(language, {(entry.msgctxt, entry.msgid): source or Source()}))


# --- ours ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def found() -> dict[catalogues.Key, Source]:
    return catalogues.extract()


@pytest.mark.parametrize("language", catalogues.languages())
def test_everything_is_said_in_every_language(language: str, found) -> None:
    assert list(catalogues.faults(language, catalogues.due(language, found))) == []


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_catalogue_is_as_extraction_writes_it(language: str, found) -> None:
    due = catalogues.due(language, found)
    assert catalogues.path_of(language).read_text() == f"{catalogues.updated(language, due)}\n"


def test_our_english_says_nothing_that_is_never_said(found) -> None:
    assert list(catalogues.faults_of_the_source(found)) == []


def test_extraction_finds_code_and_pages(found) -> None:
    assert (None, "What we keep") in found  # templates/what_we_keep.html
    assert (None, "there is one row") in found  # jasmine/models.py


# --- the closed lists, in the ten languages -----------------------------------------------------------------

LISTS = [
    thing
    for thing in vars(vocabulary).values()
    if isinstance(thing, type) and issubclass(thing, Choices) and len(thing)
]
# Said as in English. Whatever else is, was forgotten.
THE_SAME = {
    "es": {"No", "Hotel", "Taxi"},
    "fr": {"Client", "Moustache", "Police", "Scooter", "Taxi"},
    "ro": {"Client", "Hotel", "Taxi"},
    "sq": {"Hotel"},
}
OUT_OF_ALPHABET = {"ar": "A-Za-z", "bg": "A-Za-zёыэ", "ru": "A-Za-z", "zh-hans": "A-Za-z"}
KEPT_IN_LATIN = {"SUV"}


@pytest.fixture
def spoken(language: str, locale: Path) -> Iterator[str]:
    """The site as it speaks `language`, from a catalogue that was compiled just now."""
    for source in (settings.BASE_DIR / "locale" / to_locale(language)).rglob("*.po"):
        copy = catalogues.path_of(language)
        copy.parent.mkdir(parents=True)
        shutil.copy(source, copy)
    assert catalogues.compile_catalogue(language)
    with override(language):
        yield language


def translatable(choices: type[Choices]) -> list[Promise]:
    return [member._label_ for member in choices if isinstance(member._label_, Promise)]


def in_english(label: Promise) -> str:
    with override("en"):
        return str(label)


@pytest.mark.parametrize("language", catalogues.languages())
def test_every_word_of_the_closed_lists_is_translated(spoken: str) -> None:
    same = {
        str(label) for choices in LISTS for label in translatable(choices) if str(label) == in_english(label)
    }
    assert same == THE_SAME.get(spoken, set())


@pytest.mark.parametrize("language", catalogues.languages())
def test_no_closed_list_says_the_same_thing_twice(spoken: str) -> None:
    for choices in LISTS:
        labels = [str(label).casefold() for label in choices.labels]
        assert len(set(labels)) == len(labels), choices


@pytest.mark.parametrize("language", OUT_OF_ALPHABET)
def test_no_letter_of_another_alphabet_hides_in_a_word(spoken: str) -> None:
    said = " ".join(str(label) for choices in LISTS for label in translatable(choices))
    strangers = re.compile(rf"\w*[{OUT_OF_ALPHABET[spoken]}]\w*", re.IGNORECASE)
    assert set(strangers.findall(said)) <= KEPT_IN_LATIN


@pytest.mark.parametrize(
    ("language", "said"),
    [("ru", "Шантаж"), ("pt", "Chantagem"), ("zh-hans", "敲诈要挟"), ("ar", "ابتزاز"), ("sq", "Shantazh")],
)
def test_a_language_that_the_site_does_not_offer_yet_is_spoken_all_the_same(spoken: str, said: str) -> None:
    assert str(Incident.BLACKMAIL.label) == said


def test_there_is_a_catalogue_for_each_of_the_ten_but_the_source() -> None:
    assert {*catalogues.languages(), settings.LANGUAGE_CODE} == set(vocabulary.Language.values)


def test_a_language_that_is_offered_is_due_whole_and_any_other_in_its_closed_lists(found) -> None:
    assert catalogues.due("fr", found) == found
    assert (None, "Blackmail") in catalogues.due("sq", found)
    assert (None, "Weapon seen") in catalogues.due("sq", found)
    assert ("in a verdict", "blackmail") in catalogues.due("sq", found)
    assert (None, "Very dangerous") in catalogues.due("sq", found)
    assert (None, "What we keep") not in catalogues.due("sq", found)


def test_a_language_is_due_whole_as_soon_as_it_is_offered(found, settings) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("sq", "Shqip")]
    assert catalogues.due("sq", found) == found


# --- the line about somebody, in the ten languages -----------------------------------------------------------

SOME_NUMBERS = (0, 1, 2, 5, 11, 100)  # each of the six Arabic forms, and every other
AS_IN_ENGLISH = {"fr": {"messages"}, "sq": {"person"}}
LEFT_OPEN = re.compile(r"%|\(\w+\)[ds]|[{}]")


def reported(number: int, *incidents: str) -> Any:
    """Somebody with as many reports, each by another author."""
    report = SimpleNamespace(facts={"incidents": incidents})
    return SimpleNamespace(
        level=4, surely=[report] * number, independent=number, last_seen_in=date(2026, 10, 1)
    )


def latin_words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[A-Za-zÀ-ž’]{2,}", text)}


def english_verdicts() -> str:
    with override("en"):
        return " ".join(said for number in SOME_NUMBERS for said in verdicts(number))


def verdicts(number: int) -> Iterator[str]:
    """Every word for what happened, in a line of its own."""
    return (verdict(reported(number, incident)) for incident in Incident)


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_verdict_holds_no_english_and_leaves_no_gap(spoken: str) -> None:
    english = latin_words(english_verdicts())
    for number in SOME_NUMBERS:
        for said in verdicts(number):
            assert latin_words(said) & english <= AS_IN_ENGLISH.get(spoken, set())
            assert not LEFT_OPEN.search(said)
            assert said.count(str(number)) >= 2  # the reports and the people


@pytest.mark.parametrize("language", OUT_OF_ALPHABET)
def test_a_verdict_holds_no_letter_of_another_alphabet(spoken: str) -> None:
    for number in SOME_NUMBERS:
        for said in verdicts(number):
            assert not re.search(rf"[{OUT_OF_ALPHABET[spoken]}]", said, re.IGNORECASE)


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_verdict_names_each_incident_differently(spoken: str) -> None:
    said = [str(word).casefold() for word in BRIEFLY.values()]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_badge_says_the_level_as_the_closed_list_does(spoken: str) -> None:
    assert {level: str(LEVELS[level]).casefold() for level in Level} == {
        level: str(level.label).casefold() for level in Level
    }


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("es", 1, "Muy peligroso: 1 aviso de 1 persona, el último en octubre de 2026: violación o intento"),
        ("pt", 2, "Muito perigoso: 2 relatos de 2 pessoas, o último em"),
        ("zh-hans", 5, "非常危险：5 条提醒，来自 5 人，最近一次在2026年10月：强奸或企图强奸"),
        ("ru", 1, "Очень опасный: 1 сообщение от 1 человека,"),
        ("ru", 22, "Очень опасный: 22 сообщения от 22 человек,"),
        ("ru", 5, "Очень опасный: 5 сообщений от 5 человек,"),
        ("bg", 2, "Много опасен: 2 сигнала от 2 души,"),
        ("ro", 11, "Foarte periculos: 11 semnalări de la 11 persoane,"),
        ("ro", 100, "Foarte periculos: 100 de semnalări de la 100 de persoane,"),
        ("ar", 1, "خطير جدًا: تنبيه واحد (1) من شخص واحد (1)، في أكتوبر 2026: اغتصاب أو محاولة"),
        ("ar", 2, "خطير جدًا: تنبيهان (2) من شخصين (2)، آخرهما في أكتوبر 2026: اغتصاب أو محاولة"),
        ("ar", 5, "خطير جدًا: 5 تنبيهات من 5 أشخاص،"),
        ("ar", 11, "خطير جدًا: 11 تنبيهًا من 11 شخصًا،"),
        ("sq", 2, "Shumë i rrezikshëm: 2 raportime nga 2 persona,"),
    ],
)
def test_a_verdict_counts_as_its_language_does(spoken: str, number: int, said: str) -> None:
    assert verdict(reported(number, "rape")).startswith(said)


@pytest.mark.parametrize("language", catalogues.languages())
def test_reports_and_people_are_counted_each_for_itself(spoken: str) -> None:
    person = reported(5, "rape")
    person.independent = 2
    assert {"5", "2"} <= set(re.findall(r"\d+", verdict(person)))


@pytest.mark.parametrize("language", catalogues.languages())
def test_what_is_seen_of_a_report_is_said_in_every_language(spoken: str) -> None:
    with override("en"):
        english = list(seen_of_a_report())
    ours = list(seen_of_a_report())
    assert [said for said, theirs in zip(ours, english, strict=True) if said == theirs] == []
    assert not any(LEFT_OPEN.search(said) for said in ours)


def seen_of_a_report() -> Iterator[str]:
    yield from showing._circumstances({"weapon": True, "intoxicated": True, "others_present": True})
    unknown = dict.fromkeys(("age_band", "height_band", "build", "hair", "facial_hair"), "unknown")
    for glasses in (True, False):
        yield from showing._looks({**unknown, "glasses": glasses, "marks": "", "spoke": ""})
    yield from showing._looks({**unknown, "glasses": None, "marks": "", "spoke": "…"})
    for months in (0, 1, 2, 5, 11, 100):
        seen, today = date(2018, 1, 1), date(2018 + months // 12, 1 + months % 12, 1)
        yield from (showing._seen(seen, today, changes_hands=hands) for hands in (True, False))


# --- what a template or a file says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "key", "plural"),
    [
        ('<p>it\'s {% translate "Sign in" %}', (None, "Sign in"), None),
        ('{% translate "May" context "month" %}', ("month", "May"), None),
        (
            "  {% if a %}\n {% blocktranslate trimmed %}\n  One\n  line\n{% endblocktranslate %}",
            (None, "One line"),
            None,
        ),
        (
            "{% blocktranslate count n=n %}one{% plural %}{{ n }} of us{% endblocktranslate %}",
            (None, "one"),
            "%(n)s of us",
        ),
        ('{% page title=_("Door") %}', (None, "Door"), None),
    ],
)
def test_strings_of_a_page(tmp_path: Path, page: str, key: catalogues.Key, plural: str | None) -> None:
    path = tmp_path / "page.html"
    path.write_text(page)
    [(said, _notes, context)] = catalogues._strings_of(path)
    assert (context, said) == (key[0], (key[1], plural) if plural else key[1])


def test_a_note_for_translators_comes_along(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text('# Translators: of a door\nname = _("open")\n')
    [(said, notes, _context)] = catalogues._strings_of(path)
    assert (said, notes) == ("open", ["Translators: of a door"])


# --- bringing up to date ------------------------------------------------------------------------------------


def test_what_was_translated_stays_and_what_nobody_says_goes(locale: Path) -> None:
    translated("fr", polib.POEntry(msgid="Yes", msgstr="Oui"), polib.POEntry(msgid="Gone", msgstr="Parti"))
    assert catalogues.bring_up_to_date("fr", {(None, "Yes"): Source(), (None, "No"): Source()}) == 1
    catalogue = polib.pofile(str(catalogues.path_of("fr")))
    assert [(entry.msgid, entry.msgstr) for entry in catalogue] == [("No", ""), ("Yes", "Oui")]


def test_the_same_strings_give_the_same_bytes(locale: Path) -> None:
    found = {(None, "b"): Source(), (None, "a"): Source(plural="as"), ("x", "a"): Source()}
    catalogues.bring_up_to_date("ar", found)
    first = catalogues.path_of("ar").read_bytes()
    catalogues.bring_up_to_date("ar", dict(reversed(found.items())))
    assert catalogues.path_of("ar").read_bytes() == first


def test_every_plural_form_is_compiled(locale: Path) -> None:
    catalogues.bring_up_to_date("ar", {PERSONS: Source(plural="Reported by %(count)s people")})
    catalogue = polib.pofile(str(catalogues.path_of("ar")))
    catalogue[0].msgstr_plural = dict(enumerate(IN_ARABIC))
    catalogue.save()
    assert catalogues.compile_catalogue("ar")
    with open(catalogues.path_of("ar").with_suffix(".mo"), "rb") as compiled:
        said = gettext.GNUTranslations(compiled)
    assert [said.ngettext(PERSONS[1], "", n) for n in (0, 1, 2, 3, 11, 100)] == IN_ARABIC


@pytest.mark.parametrize("language", catalogues.PLURAL_FORMS)
def test_plural_forms_part_the_numbers_as_cldr_does(language: str) -> None:
    number_of_forms, which = catalogues.PLURAL_FORMS[language]
    ours, cldr = gettext.c2py(which), Locale.parse(to_locale(language)).plural_form
    pairs = {(ours(n), cldr(n)) for n in range(2_000)}
    assert len(pairs) == number_of_forms == len({form for form, _category in pairs})


def test_nothing_is_compiled_twice(locale: Path) -> None:
    translated("fr", polib.POEntry(msgid="Yes", msgstr="Oui"))
    assert catalogues.compile_catalogue("fr")
    assert not catalogues.compile_catalogue("fr")


def test_a_language_without_catalogue_is_not_compiled(locale: Path) -> None:
    assert not catalogues.compile_catalogue("fr")


# --- what is missing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", catalogues.languages())
@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Yes", msgstr=""), "not translated"),
        (polib.POEntry(msgid="Yes", msgstr=" "), "not translated"),
        (polib.POEntry(msgid="Yes", msgstr="Oui", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid="Hi %(name)s", msgstr="Salut %(nom)s"), "other gaps than the English"),
        (polib.POEntry(msgid="Hi %(name)s", msgstr="Salut"), "other gaps than the English"),
        (
            polib.POEntry(msgid="a", msgid_plural="b", msgstr_plural={0: "a", 1: "b"}),
            "another plural than the code's",
        ),
    ],
)
def test_a_fault_is_named_in_every_language(
    locale: Path, language: str, entry: polib.POEntry, fault: str
) -> None:
    assert fault_of(entry, language=language) == [f"{language}: {fault}: {entry.msgid!r}"]


@pytest.mark.parametrize("language", catalogues.languages())
def test_one_plural_form_too_few_or_too_many_is_named(locale: Path, language: str) -> None:
    right, _which = catalogues.PLURAL_FORMS[language]
    few, many = (
        polib.POEntry(msgid=name, msgid_plural="b", msgstr_plural=dict.fromkeys(range(forms), "a"))
        for name, forms in (("few", right - 1), ("many", right + 1))
    )
    translated(language, few, many)
    found = {(None, name): Source(plural="b") for name in ("few", "many")}
    assert list(catalogues.faults(language, found)) == [
        f"{language}: a plural form is missing: 'few'",
        f"{language}: too many plural forms: 'many'",
    ]


def test_another_rule_for_plurals_is_named(locale: Path) -> None:
    translated("ru", polib.POEntry(msgid="Yes", msgstr="Да"))
    path = catalogues.path_of("ru")
    path.write_text(path.read_text().replace("nplurals=3", "nplurals=2"))
    assert list(catalogues.faults("ru", {(None, "Yes"): Source()})) == [
        "ru: another rule for plurals than ours"
    ]


def test_one_may_be_said_without_its_number(locale: Path) -> None:
    forms = {0: "une personne", 1: "%(count)s personnes"}
    entry = polib.POEntry(msgid="1 person", msgid_plural="%(count)s people", msgstr_plural=forms)
    assert fault_of(entry, Source(plural="%(count)s people")) == []


def test_a_string_that_is_missing_or_that_nobody_says_is_named(locale: Path) -> None:
    translated("fr", polib.POEntry(msgid="Old", msgstr="Vieux"))
    assert list(catalogues.faults("fr", {(None, "New"): Source()})) == [
        "fr: lacks 'New'",
        "fr: nobody says 'Old'",
    ]


def test_an_obsolete_string_is_named(locale: Path) -> None:
    translated("fr", polib.POEntry(msgid="Old", msgstr="Vieux", obsolete=True))
    assert list(catalogues.faults("fr", {})) == ["fr: obsolete: 'Old'"]


def test_a_missing_catalogue_is_named(locale: Path) -> None:
    assert list(catalogues.faults("fr", {})) == ["fr: there is no catalogue"]


def test_the_check_fails_for_a_language_that_is_not_offered_too(locale: Path, capsys) -> None:
    shutil.copytree(settings.BASE_DIR / "locale", locale, dirs_exist_ok=True)
    path = catalogues.path_of("sq")
    path.write_text(path.read_text().replace('"Shantazh"', '""'))
    with pytest.raises(CommandError):
        call_command("messages", check=True)
    assert "sq: not translated: 'Blackmail'" in capsys.readouterr().err


# --- what is never said -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Aide aux prostituées"),
        ("es", "Contra la VICTIMA"),
        ("pt", "Lista Negra"),
        ("zh-hans", "他在黑名单上"),
        ("ru", "Список жертв"),
        ("bg", "Черният списък"),
        ("ro", "A făcut o victimă"),
        ("ar", "وضحاياه"),
        ("sq", "Viktimat"),
    ],
)
def test_a_word_that_is_never_said_is_named_in_every_language(locale: Path, language: str, text: str) -> None:
    [fault] = fault_of(polib.POEntry(msgid="Yes", msgstr=text), language=language)
    assert re.fullmatch(rf"{language}: never '.+': {re.escape(repr(text))}", fault)


def test_a_word_that_is_never_said_is_named_in_a_plural_too(locale: Path) -> None:
    entry = polib.POEntry(msgid="a", msgid_plural="b", msgstr_plural={0: "rien", 1: "victimes"})
    assert fault_of(entry, Source(plural="b")) == ["fr: never 'victime*': 'victimes'"]


def test_a_word_that_is_never_said_is_named_in_our_english() -> None:
    found = {(None, "One client"): Source(plural="Two punters"), (None, "A plan"): Source()}
    assert list(catalogues.faults_of_the_source(found)) == ["en: never 'punter*': 'Two punters'"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Where sex work is criminalised, johnny"),
        ("fr", "La machine du maçon"),
        ("es", "Una disputa"),
        ("ar", "ينبغي"),
        ("ro", "După curbă"),
    ],
)
def test_a_word_that_only_holds_another_is_said(language: str, text: str) -> None:
    assert catalogues.words_never_said(language, text) == []


@pytest.mark.parametrize("language", vocabulary.Language.values)
def test_every_language_says_what_it_never_says(language: str) -> None:
    listed = tomllib.loads(catalogues.NEVER_FILE.read_text())[language]
    assert len(listed) >= 10
    for word in listed:
        assert word in catalogues.words_never_said(language, word.replace("*", ""))


@given(st.sampled_from(vocabulary.Language.values), st.text(st.characters()))
def test_any_text_can_be_looked_at(language: str, text: str) -> None:
    assert isinstance(catalogues.words_never_said(language, text), list)


def test_english_is_the_source_and_has_no_catalogue() -> None:
    assert settings.LANGUAGE_CODE not in catalogues.languages()
