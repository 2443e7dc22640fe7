"""The catalogues are whole, and the tools that keep them so tell the truth."""

import gettext
from pathlib import Path

import polib
import pytest
from babel import Locale
from django.conf import settings
from django.utils.translation import to_locale

from jasmine import catalogues
from jasmine.catalogues import Source

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
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.extend(entries)
    catalogue.save(str(path))


def fault_of(entry: polib.POEntry, source: Source | None = None) -> list[str]:
    translated("fr", entry)
    return list(catalogues.faults("fr", {(entry.msgctxt, entry.msgid): source or Source()}))


# --- ours ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def found() -> dict[catalogues.Key, Source]:
    return catalogues.extract()


@pytest.mark.parametrize("language", catalogues.languages())
def test_everything_is_said_in_every_language(language: str, found) -> None:
    assert list(catalogues.faults(language, found)) == []


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_catalogue_is_as_extraction_writes_it(language: str, found) -> None:
    assert catalogues.path_of(language).read_text() == f"{catalogues.updated(language, found)}\n"


def test_extraction_finds_code_and_pages(found) -> None:
    assert (None, "What we keep") in found  # templates/what_we_keep.html
    assert (None, "there is one row") in found  # jasmine/models.py


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


def test_every_language_has_its_plural_forms() -> None:
    assert set(catalogues.languages()) <= catalogues.PLURAL_FORMS.keys()


def test_nothing_is_compiled_twice(locale: Path) -> None:
    translated("fr", polib.POEntry(msgid="Yes", msgstr="Oui"))
    assert catalogues.compile_catalogue("fr")
    assert not catalogues.compile_catalogue("fr")


def test_a_language_without_catalogue_is_not_compiled(locale: Path) -> None:
    assert not catalogues.compile_catalogue("fr")


# --- what is missing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Yes", msgstr=""), "not translated"),
        (polib.POEntry(msgid="Yes", msgstr="Oui", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid="Hi %(name)s", msgstr="Salut %(nom)s"), "other gaps than the English"),
        (polib.POEntry(msgid="Hi %(name)s", msgstr="Salut"), "other gaps than the English"),
        (
            polib.POEntry(msgid="a", msgid_plural="b", msgstr_plural={0: "a", 1: "b"}),
            "another plural than the code's",
        ),
    ],
)
def test_a_fault_is_named(locale: Path, entry: polib.POEntry, fault: str) -> None:
    assert fault_of(entry) == [f"fr: {fault}: {entry.msgid!r}"]


def test_a_missing_plural_form_is_named(locale: Path) -> None:
    entry = polib.POEntry(msgid="a", msgid_plural="b", msgstr_plural={0: "a", 1: ""})
    assert fault_of(entry, Source(plural="b")) == ["fr: a plural form is missing: 'a'"]


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


def test_english_is_the_source_and_has_no_catalogue() -> None:
    assert settings.LANGUAGE_CODE not in catalogues.languages()
