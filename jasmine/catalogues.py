"""Catalogues without GNU gettext: what the pages say is extracted, compiled and checked here.

The source is English and needs no catalogue. A catalogue holds no date and no place in the code, so that a change
shows the strings that changed and nothing else.

A language that the site offers is whole. Of the others the closed lists are: whoever reads a report, or types a word of
one, finds it in her own language. Their catalogues hold these lists and nothing else, so that one rule judges both:
what stands in a catalogue is translated. To offer a language, name it in `LANGUAGES` and run `messages`.
"""

import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract as babel_extract
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
FOR_TRANSLATORS = "Translators:"
# What a reader is told of somebody, in words that are known beforehand.
CLOSED_LISTS = (
    "alerts/vocabulary.py",
    "alerts/showing.py",
    "alerts/views/verdict.py",
    "jasmine/templatetags/shown.py",
)
NEVER_FILE = Path(__file__).resolve().parent.parent / "locale" / "never.toml"
GAP = re.compile(r"%\(\w+\)|%[sd]|\{\w*\}")

# How many forms a language has, and which one a number takes: CLDR's rules for whole numbers (without its own form for
# round millions in some). Babel's and Django's tables differ from them, and from each other.
PLURAL_FORMS = {
    "ar": (
        6,
        "n == 0 ? 0 : n == 1 ? 1 : n == 2 ? 2 : n % 100 >= 3 && n % 100 <= 10 ? 3 : n % 100 >= 11 ? 4 : 5",
    ),
    "bg": (2, "n != 1"),
    "es": (2, "n != 1"),
    "fr": (2, "n > 1"),
    "pt": (2, "n > 1"),
    "ro": (3, "n == 1 ? 0 : n == 0 || (n % 100 > 0 && n % 100 < 20) ? 1 : 2"),
    "ru": (
        3,
        "n % 10 == 1 && n % 100 != 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2",
    ),
    "sq": (2, "n != 1"),
    "zh-hans": (1, "0"),
}

Key = tuple[str | None, str]  # context, and what the page says in English


@dataclass
class Source:
    """One string as the code has it."""

    plural: str | None = None
    notes: set[str] = field(default_factory=set)
    closed: bool = False  # it stands in a closed list


def languages() -> list[str]:
    """The languages that have a catalogue: the ten but the source's."""
    return sorted(PLURAL_FORMS)


def due(language: str, found: dict[Key, Source]) -> dict[Key, Source]:
    """What the catalogue of `language` holds: everything if the site offers it, else the closed lists."""
    if language in dict(settings.LANGUAGES):
        return found
    return {key: source for key, source in found.items() if source.closed}


def path_of(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"


# --- what the code says -------------------------------------------------------------------------------------


def extract() -> dict[Key, Source]:
    """Every string that our code and templates show to people."""
    closed = {settings.BASE_DIR / name for name in CLOSED_LISTS}
    found: dict[Key, Source] = {}
    for path in _sources():
        for said, notes, context in _strings_of(path):
            singular, plural = said if isinstance(said, tuple) else (said, None)
            source = found.setdefault((context, singular), Source())
            source.plural = source.plural or plural
            source.notes.update(notes)
            source.closed |= path in closed
    return found


def _sources() -> Iterator[Path]:
    for app in settings.OUR_APPS:
        folder = settings.BASE_DIR / app.split(".")[0]
        yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)
    yield from sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.*") if path.is_file())


def _strings_of(path: Path) -> Iterator[tuple[str | tuple[str, str], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into calls of gettext among filler; Python's indentation rules do not hold there.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, said, notes, context in babel_extract(
        "python", BytesIO(text.encode()), KEYWORDS, [FOR_TRANSLATORS]
    ):
        yield said, notes, context  # type: ignore[misc]


# --- what people write --------------------------------------------------------------------------------------


def bring_up_to_date(language: str, found: dict[Key, Source]) -> int:
    """Write the catalogue of `language` anew: what was translated stays, what nobody says goes.

    Gives how many strings are still to be translated.
    """
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = updated(language, found)
    path.write_text(f"{catalogue}\n", encoding="utf-8")
    return len(catalogue.untranslated_entries())


def updated(language: str, found: dict[Key, Source]) -> polib.POFile:
    """The catalogue of `language` as `bring_up_to_date` writes it."""
    known = {_key(entry): entry for entry in _read(language) if not entry.obsolete}
    catalogue = polib.POFile(wrapwidth=100)
    forms, _which = PLURAL_FORMS[language]
    catalogue.metadata = {
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _plural_rule(language),
    }
    for key in sorted(found, key=lambda key: (key[1], key[0] or "")):
        catalogue.append(_entry(key, found[key], known.get(key), forms))
    return catalogue


def _plural_rule(language: str) -> str:
    forms, which = PLURAL_FORMS[language]
    return f"nplurals={forms}; plural=({which});"


def _entry(key: Key, source: Source, known: polib.POEntry | None, plural_forms: int) -> polib.POEntry:
    context, singular = key
    entry = polib.POEntry(msgctxt=context, msgid=singular, comment="\n".join(sorted(source.notes)))
    entry.flags = ["python-format"] if re.search(r"%\(\w+\)", singular + (source.plural or "")) else []
    if source.plural:
        entry.msgid_plural = source.plural
        entry.msgstr_plural = dict.fromkeys(range(plural_forms), "")
    if known is None:
        return entry
    entry.tcomment = known.tcomment
    entry.flags += [flag for flag in known.flags if flag == "fuzzy"]
    if source.plural:
        entry.msgstr_plural |= {
            form: text for form, text in known.msgstr_plural.items() if form < plural_forms
        }
    else:
        entry.msgstr = known.msgstr
    return entry


def _read(language: str) -> polib.POFile:
    path = path_of(language)
    return polib.pofile(str(path), encoding="utf-8") if path.exists() else polib.POFile()


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


# --- what the site reads ------------------------------------------------------------------------------------


def compile_catalogue(language: str) -> bool:
    """Make django.mo from django.po. False if there was nothing to do: it is newer, or there is no catalogue."""
    source = path_of(language)
    compiled = source.with_suffix(".mo")
    if not source.exists() or (compiled.exists() and compiled.stat().st_mtime_ns > source.stat().st_mtime_ns):
        return False
    whole = compiled.with_suffix(
        f".{os.getpid()}.part"
    )  # a page may read it meanwhile: the old one, or the new one
    _read(language).save_as_mofile(str(whole))
    whole.replace(compiled)
    return True


# --- what is missing ----------------------------------------------------------------------------------------


def faults(language: str, found: dict[Key, Source]) -> Iterator[str]:
    """A sentence for everything that keeps the catalogue of `language` from being whole."""
    if not path_of(language).exists():
        yield f"{language}: there is no catalogue"
        return
    entries = _read(language)
    if entries.metadata.get("Plural-Forms") != _plural_rule(language):
        yield f"{language}: another rule for plurals than ours"
    known = {_key(entry) for entry in entries if not entry.obsolete}
    yield from (
        f"{language}: lacks {singular!r}" for context, singular in found if (context, singular) not in known
    )
    yield from (f"{language}: nobody says {singular!r}" for context, singular in known - found.keys())
    forms, _which = PLURAL_FORMS[language]
    for entry in entries:
        if fault := _fault(entry, found.get(_key(entry)), forms):
            yield f"{language}: {fault}: {entry.msgid!r}"
        for text in _texts(entry):
            yield from (f"{language}: never {word!r}: {text!r}" for word in words_never_said(language, text))


def faults_of_the_source(found: dict[Key, Source]) -> Iterator[str]:
    """A sentence for every word in the code's own English that we never say."""
    language = settings.LANGUAGE_CODE
    for (_context, singular), source in found.items():
        for text in filter(None, (singular, source.plural)):
            yield from (f"{language}: never {word!r}: {text!r}" for word in words_never_said(language, text))


def _fault(entry: polib.POEntry, source: Source | None, plural_forms: int) -> str | None:
    if entry.obsolete:
        return "obsolete"
    if entry.fuzzy:
        return "fuzzy"
    if source and (source.plural or "") != entry.msgid_plural:
        return "another plural than the code's"
    if entry.msgid_plural and set(entry.msgstr_plural) - set(range(plural_forms)):
        return "too many plural forms"
    texts = [entry.msgstr]
    if entry.msgid_plural:
        texts = [entry.msgstr_plural.get(form, "") for form in range(plural_forms)]
    if not all(text.strip() for text in texts):
        return "a plural form is missing" if entry.msgid_plural else "not translated"
    allowed = [_gaps(entry.msgid), _gaps(entry.msgid_plural)] if entry.msgid_plural else [_gaps(entry.msgid)]
    if any(_gaps(text) not in allowed for text in texts):
        return "other gaps than the English"
    return None


def _gaps(text: str) -> list[str]:
    """The named gaps of a sentence, as `%(count)`; a form may turn them round."""
    return sorted(set(GAP.findall(text.replace("%%", ""))))


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


# --- what is never said -------------------------------------------------------------------------------------


def words_never_said(language: str, text: str) -> list[str]:
    """The words and beginnings of words in `text` that locale/never.toml rules out, as they stand there."""
    folded = _folded(text)
    return [word for word, pattern in _never(language) if pattern.search(folded)]


@lru_cache
def _never(language: str) -> list[tuple[str, re.Pattern[str]]]:
    listed = tomllib.loads(NEVER_FILE.read_text(encoding="utf-8"))[language]
    return [(word, _pattern(word)) for word in listed]


def _pattern(word: str) -> re.Pattern[str]:
    """A whole word, or several; a star stands for any letters."""
    letters = re.escape(_folded(word)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    return re.compile(rf"(?<!\w){letters}(?!\w)")


def _folded(text: str) -> str:
    """Without accents, points and capitals, so that none of them hides a word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
