"""Names. Canonically case, accents, punctuation and the order of words make no difference, and scripts stay apart.

Beyond that everything works word by word, in a-z. What a word writes to the index and what an asked word looks for
is the same: how it sounds, the families of its short forms, and its spelling with each letter missing in turn: two
words that differ by one letter, changed, missing or too many, or by two neighbours swapped, have one of those in
common, since taking the odd letter out of both leaves the same rest. A word of LONG letters or more is stored as its
first and last HALF letters instead: one slip spoils one of them only. A word of LONG - 1 has both.

Two words together tell much more than either, so they are kept also as pairs: an end of one with an end of the other,
of which a slip in each leaves one alone; and one whole word with the first and with the last letter of the other, which
may then be spoilt twice. A question of two words looks for these first, since few rows stand under each.
`likeness` then says how much alike two words are. It never makes a match sure.
"""

import re
from functools import cached_property
from itertools import combinations, zip_longest

from rapidfuzz.distance import OSA

from alerts.spelling import diminutives, sounds
from alerts.spelling.letters import bare, in_latin, is_arabic, near
from alerts.spelling.tidy import fold_case, without_remarks

FEWEST_LETTERS = 2
MOST_WORDS, LONGEST_WORD = 8, 40
MOST_PARTS, SHORTEST_PART = 6, 2
LONGEST_TYPED = 2_000  # of a text that nobody tidied
MOST_OF_A_WORD, MOST_OF_A_NAME = 16, 44
LONG, HALF = 12, 5
ENDS = ((9, 4), (6, 3), (0, 2))  # letters of a word from which on an end of it, in a pair, has so many
PAIR, MOST_WORDS_PAIRED = 2, 3
EARS_FOR_COGNATES = 2
SHORT = 3  # letters of a word in which one slip makes another name
MOST_BESIDE_THE_SAME = 2  # slips in a word beside one that is the same
FARTHEST = 3  # letters by which words found by their letters may differ
FEWEST_FOR_TWO_SLIPS, FEWEST_FOR_TWO_EDITS = 5, 7
SAME, SAME_SOUND, ONE_SLIP, TWO_SLIPS, ONE_FAMILY, TWO_EDITS, OTHER = 1.0, 0.95, 0.9, 0.8, 0.7, 0.65, 0.0

_LABEL = re.compile(
    r"(?:nom|prénom|prenom|name|nombre|nome|имя|име|emri|nume|الاسم|姓名|名字)\s?:\s?", re.IGNORECASE
)


def canonical(text: str) -> str:
    """The folded name, words sorted and parted by one space; "" when tidied `text` is no name.

    Remarks in brackets go. One letter (or one Chinese character) is no name, more than MOST_WORDS words are a
    text.
    """
    words = bare(_without_label(text)).split()
    words = [word for word in words if any(character.isalnum() for character in word)]
    letters = sum(character.isalpha() for word in words for character in word)
    if letters < FEWEST_LETTERS or len(words) > MOST_WORDS or max(map(len, words)) > LONGEST_WORD:
        return ""
    return " ".join(sorted(words))


def _without_label(text: str) -> str:
    text = text.replace("\n", " ")
    text = fold_case(without_remarks(text) or text)
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


# --- word by word ---------------------------------------------------------------------------------------------------

Form = tuple[str, str]

# fmt: off
_TITLES = frozenset((
    "dr", "doctor", "docteur", "doc", "doctora", "doutor", "doktor", "dottore", "mr", "mister", "mrs", "ms", "miss",
    "monsieur", "mme", "madame", "mlle", "maitre", "tonton", "tata", "papi", "tio", "tia", "don", "dona", "senor",
    "senora", "sr", "sra", "seu", "senhor", "senhora", "dom", "uncle", "sir", "prof", "professor", "professeur",
    "nea", "nenea", "domnul", "domn", "dl", "doamna", "bai", "bay", "chicho", "gospodin", "g-n", "dyadya", "diadia",
    "gospozha", "zoti", "zotni", "xhaxhi", "herr", "frau", "hajj", "haj", "hadj", "sheikh", "cheikh", "captain",
    "الدكتور", "دكتور", "د", "السيد", "سيد", "استاذ", "الاستاذ", "الحاج", "حاج", "الشيخ", "شيخ", "عمو", "عم", "مستر",
))
_PARTICLES = frozenset((
    "de", "da", "do", "dos", "das", "du", "des", "del", "della", "di", "la", "le", "van", "von", "der", "den", "y", "e",
))
# fmt: on
_ARTICLES = frozenset(
    ("el", "al", "ul", "er", "ar", "es", "as", "en", "an", "ed", "ad", "et", "at", "ez", "az", "ech")
)
_OF_THE_FAITH = re.compile(r"(?:[aeu]d|[ae]l)d[ei]+ne?$")  # Nour Eddine, Noureddine, نور الدين
_LONE_ARTICLES = frozenset(("el", "al"))
_SERVANTS = frozenset(("abd", "abdu", "abdul", "abdel", "abdal", "abder", "abdoul"))
_ARABIC_ARTICLE = re.compile("^ال(?=...)")


def words(text: str) -> tuple[str, ...]:
    """The words of a name in a-z, at most MOST_PARTS, without titles and particles; () when `text` is no name.

    王伟 is "wang", "wei". Abd el-Kader is one word, Jean-François are two. Arabic words stay in Arabic letters, since
    their short vowels are not written, and only the letters tell that.
    """
    typed = bare(_without_label(text[:LONGEST_TYPED]))
    if sum(map(str.isalpha, typed)) < FEWEST_LETTERS:
        return ()
    typed_words = typed.split()[: MOST_PARTS * 4]
    parts = [part for word in typed_words for part in in_latin(word[:LONGEST_WORD])]
    parts = _without(_TITLES, _joined(parts))
    return tuple(dict.fromkeys(_without(_PARTICLES, parts)))[:MOST_PARTS]


def loose_forms(text: str) -> tuple[Form, ...]:
    """What a report's name writes to the index besides its exact form, the most useful first."""
    kept = words(text)
    each = [_forms(word) for word in kept] + [_forms_of_pairs(kept)]
    ranked = sorted((pair for forms in each for pair in forms), key=lambda pair: pair[0])
    return tuple(dict.fromkeys(form for _rank, form in ranked))[:MOST_OF_A_NAME]


def wanted_loosely(word: str) -> frozenset[Form]:
    """What one asked word looks for: the same."""
    return frozenset(form for part in words(word) for _rank, form in _forms(part))


def wanted_of_pair(one: str, other: str) -> tuple[frozenset[Form], frozenset[Form]]:
    """What two asked words look for, each as `words` gives it, in either order: by an end of each, and by one of them
    whole, for where those find nobody."""
    ends = _both(_ends(one, len(one)), _ends(other, len(other)))
    by_ends, by_one = (frozenset(_pair(*both) for both in pairs) for pairs in (ends, _wholes(one, other)))
    return by_ends, by_one


def likeness(asked: str, kept: str) -> float:
    """How much alike two words are: 1.0 the same word, down to 0.65; 0.0 not alike.

    0.95 the same but for spelling or script, 0.9 one slip, 0.8 two vowels heard otherwise, 0.7 short forms of one
    name, 0.65 two slips in a long word. Two names that both exist are not one name misspelt.
    """
    return compare(Heard(asked), Heard(kept))


class Heard:
    """A word, and all that it is compared by, each read once: many reports say the same names."""

    def __init__(self, text: str) -> None:
        self.word = _word(text)

    @cached_property
    def near(self) -> str:
        return near(self.word)

    @cached_property
    def kin(self) -> diminutives.Kin:
        return diminutives.kin(self.word)

    @cached_property
    def readings(self) -> tuple[str, ...]:
        return sounds.readings(self.word)


def compare(asked: Heard, kept: Heard) -> float:
    """The `likeness` of two words that were heard already."""
    if not asked.word or not kept.word:
        return OTHER
    if asked.word == kept.word:
        return SAME
    return _likeness(*sorted((asked, kept), key=lambda each: each.word))


def may_be_alike(asked: Heard, kept: Heard) -> bool:
    """A quick look at the letters alone, before two words are compared; what only sounds alike may fail it."""
    pairs = (asked.near, kept.near), (asked.word, kept.word)
    return any(OSA.distance(one, other, score_cutoff=FARTHEST) <= FARTHEST for one, other in pairs)


def compare_beside(asked: Heard, kept: Heard, *, slips: int) -> float:
    """The likeness of two words beside which another one of the same name was recognised: so many slips are believed.

    "Hnri Grebert" and "Henry Gebert" may be one man, though neither word alone would say so.
    """
    one, other = sorted((asked.word, kept.word), key=len)
    if len(one) < SHORT or len(other) == SHORT or is_arabic(one) or is_arabic(other):
        return OTHER
    if diminutives.are_two_names(asked.kin, kept.kin):
        return OTHER
    edits = min(_edits(one, other), _edits(*sorted((asked.near, kept.near))))
    return TWO_EDITS if edits <= min(slips, len(one) - 2) else OTHER


def _likeness(one: Heard, other: Heard) -> float:
    if one.near == other.near:
        return SAME_SOUND
    related = diminutives.are_related(one.kin, other.kin)
    are_two = not related and diminutives.are_two_names(one.kin, other.kin)
    pairs = sounds.heard(one.readings, other.readings)
    if sounds.the_same(pairs) or _is_written_alike(one.word, other.word):
        are_full = are_two and one.kin.is_full_name and other.kin.is_full_name
        return SAME_SOUND if not are_full or _are_cognates(one.word, other.word, pairs) else OTHER
    if are_two:
        return OTHER
    misspelt = ONE_SLIP if sounds.the_same_but_for_ng(pairs) else _misspelt(one.word, other.word, pairs)
    return max(misspelt, ONE_FAMILY) if related else misspelt


def _misspelt(one: str, other: str, pairs: list[sounds.Pair]) -> float:
    if min(len(one), len(other)) <= SHORT or any(_is_feminine_of(one, other, ending=end) for end in "aه"):
        return OTHER
    edits = min(_edits(one, other), _edits(near(one), near(other)))
    if edits <= 1:
        return ONE_SLIP
    if is_arabic(one) or is_arabic(other):
        return OTHER
    shortest = min(len(one), len(other))
    if shortest >= FEWEST_FOR_TWO_SLIPS and sounds.nearly_the_same(pairs):
        return TWO_SLIPS
    return TWO_EDITS if shortest >= FEWEST_FOR_TWO_EDITS and edits == 2 else OTHER


def _is_written_alike(one: str, other: str) -> bool:
    """Is one of the two in Arabic letters, and may the other be the same?"""
    latin, arabic = sorted((one, other), key=is_arabic)
    return is_arabic(arabic) and not is_arabic(latin) and sounds.may_be_written(arabic, latin)


def _are_cognates(one: str, other: str, pairs: list[sounds.Pair]) -> bool:
    """Two names that exist and are nevertheless told apart by nobody: not Denis and Denise, nor Farid and Faris."""
    if is_arabic(one) or is_arabic(other) or _is_feminine_of(near(one), near(other), ending="e"):
        return False
    return sounds.the_same(pairs, to_ears=EARS_FOR_COGNATES)


def _is_feminine_of(one: str, other: str, *, ending: str) -> bool:
    """Mihail and Mihaila, Mario and Maria, كريم and كريمة: a last letter that only one has, and no slip."""
    one, other = sorted((one, other), key=lambda word: word.endswith(ending))
    if one.endswith(ending) or not other.endswith(ending):
        return False
    return other[:-1] == one or (other[:-1] == one[:-1] and one[-1] in "eiou")


def _edits(one: str, other: str) -> int:
    return OSA.distance(one, other, score_cutoff=2)


def _word(text: str) -> str:
    """A word as `words` gives it; of several, joined."""
    is_plain = text.isascii() and text.isalpha() and text.islower()
    return text[:LONGEST_WORD] if is_plain else "".join(words(text))[:LONGEST_WORD]


def _forms(word: str) -> list[tuple[int, Form]]:
    """Each with its rank. The spellings always have their room, since one slip must always meet."""
    spelt = near(word)
    missing = [key for key in dict.fromkeys(map(near, _with_a_letter_missing(word))) if key != spelt]
    sound = [("name-sound", key) for key in sounds.keys(word)]
    family = [("name-family", each) for each in diminutives.families(word)]
    base = [("name-near", near(each)) for each in diminutives.bases(word)]
    others = [form for each in zip_longest(sound, family, base) for form in each if form]
    ranked = [(min(at, 2), form) for at, form in enumerate(others[: MOST_OF_A_WORD - 1 - len(missing)])]
    return [
        *ranked,
        (1, ("name-near", spelt)),
        *((3 + at, ("name-near", key)) for at, key in enumerate(missing)),
    ]


def _forms_of_pairs(kept: tuple[str, ...]) -> list[tuple[int, Form]]:
    """Each with its rank. A slip may make a word longer or shorter, so that other ends of it are looked for."""
    if len(kept) > MOST_WORDS_PAIRED:
        return []
    found: list[tuple[int, Form]] = []
    for one, other in combinations(kept, 2):
        ends = _both(_ends(one, len(one)), _ends(other, len(other)))
        slipped = _both(_ends_if_slipped(one), _ends_if_slipped(other)) if len(kept) == PAIR else []
        wholes = _wholes(one, other) if len(kept) == PAIR else []
        found += [(2, _pair(*both)) for both in ends + wholes] + [
            (MOST_OF_A_NAME, _pair(*both)) for both in slipped
        ]
    return found


def _pair(one: str, other: str) -> Form:
    return "name-pair", " ".join(sorted((one, other)))


def _both(some: list[str], others: list[str]) -> list[tuple[str, str]]:
    return [(one, other) for one in some for other in others]


def _wholes(one: str, other: str) -> list[tuple[str, str]]:
    """Either word whole, with an outermost letter of the other."""
    return [
        (whole, letter)
        for whole, rest in ((one, other), (other, one))
        for letter in (f"{rest[:1]}-", f"-{rest[-1:]}")
    ]


def _ends(word: str, letters: int) -> list[str]:
    """As they are looked for by one who typed so many letters."""
    size = next(size for fewest, size in ENDS if letters >= fewest)
    return [f"{word[:size]}-", f"-{word[-size:]}"]


def _ends_if_slipped(word: str) -> list[str]:
    return list(dict.fromkeys(end for more in (-1, 0, 1) for end in _ends(word, len(word) + more)))


def _with_a_letter_missing(word: str) -> list[str]:
    """The first letter last: it is the one least often wrong."""
    halves = [f"{word[:HALF]}-", f"-{word[-HALF:]}"] if len(word) >= LONG - 1 else []
    if len(word) >= LONG:
        return halves
    return halves + [word[:at] + word[at + 1 :] for at in [*range(1, len(word)), 0] if len(word) > SHORT]


def _joined(parts: list[str]) -> list[str]:
    """Abd el-Kader and Nour Eddine as one word; the article of others left out: El Mehdi, الحسن."""
    joined: list[str] = []
    for part in filter(None, parts):
        after = joined[-1] if joined else ""
        if after in _SERVANTS and part in _ARTICLES:
            joined[-1] = f"abd{part}"
        elif after and (part == "الدين" or _OF_THE_FAITH.match(part)):
            joined[-1] = after + (part if is_arabic(part) else "eddine")
        elif after in _SERVANTS or (after == "عبد" and is_arabic(part)) or _is_servant_of(after):
            joined[-1] = after + part
        elif part not in _LONE_ARTICLES:
            joined.append(part if after == "عبد" else _ARABIC_ARTICLE.sub("", part))
    return joined or parts


def _is_servant_of(word: str) -> bool:
    """abd + el, not yet followed by whose servant he is."""
    return word.startswith("abd") and word[3:] in _ARTICLES


def _without(others: frozenset[str], parts: list[str]) -> list[str]:
    """Without titles, particles and single letters, when anything else remains."""
    kept = [part for part in parts if part not in others and len(part) >= SHORTEST_PART]
    return kept or [part for part in parts if part]
