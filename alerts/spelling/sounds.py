"""How a word of a name sounds, so that Щербаков, Chtcherbakov and Shcherbakov meet.

One spelling is read by five ears: French, Portuguese and English; Spanish; Eastern (German, Slavic, Turkish, and
Arabic names in Latin letters); Romanian and Italian; pinyin. A key is such a reading without its vowels, but for a
mark where it begins with one; a word has at most MOST_KEYS. What has fewer than two consonants keeps its vowels.
Keys join too much (Jean and Juan, Maria and Mauro): `name.likeness` decides. They are on disk: FORM_VERSION.

Words come from `name.words`: a-z, or Arabic letters, where short vowels are not written.
"""

import re

from alerts.spelling.letters import is_arabic

MOST_KEYS = 3
LONGEST_WORD, LONGEST_KEY = 40, 12
FEWEST_CONSONANTS = 2
MOST_SLIPS = 2

Pair = tuple[str, str]
Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> Rules:
    return tuple((re.compile(pattern), instead) for pattern, instead in pairs)


# In a reading S is any of sh, zh, ch, dj; X a hard h (х, خ, jota); G a g that stays hard; C is ts; N an ng
# that nothing follows.
_FOR_ALL_EARS = _rules(
    (r"chtch|schtsch|shch|chzh|tsch|dsch|tch|dzh|sch|sh|zh|xh|dj", "S"),  # щ, чж, ч, дж, ш, ж
    (r"ph", "f"),
    (r"th", "t"),
    (r"kh", "X"),
    (r"gh|gu(?=[eiy])", "G"),  # Gheorghe, Guillermo, Serguei
    (r"rh", "r"),
    (r"ck", "k"),
    (r"tsz|t[sz]", "C"),
    (r"x", "ks"),
    (r"oo|ou", "u"),
    (r"ee", "i"),
    (r"qu(?=[eiy])|q", "k"),
    (r"ng$", "N"),
    (r"ng(?=[^aeiouy])", "n"),
)
_WEST = _rules(
    (r"g(?=[eiy])|j", "S"),
    (r"(?<=S)e(?=[aou])", ""),  # Jean, Georges
    (r"c(?=[eiy]|ois)", "s"),  # François, often without its cedilla
    (r"ch", "S"),
    (r"c", "k"),
    (r"h", ""),
    (r"w", "u"),
    (r"gn", "n"),
    (r"(?<=[aeiou])ill|(?<=G)ill(?=au)", "i"),  # Guillaume, Mireille
    (r"(?<=[iyS])er$", "e"),  # Olivier, Roger
    (r"aul?[dt]$", "o"),  # Thibault, Renaud
    (
        r"(?<=[nr])d$|(?<=[aeiounr])[tsxzp]{1,2}$|(?<=[^aeiou])es$",
        "",
    ),  # Bernard, Robert, Denis, Georges; not David
    (r"(?<=i)e$|(?<=[^aeiou])e$", ""),
    (r"eau|au", "o"),
    (r"[ae][iy](?=[^aeiouy])", "e"),
    (r"oi", "ua"),
    (r"ao$", "an"),  # João
    (r"o(?=a)", "u"),
)
_SPANISH = _rules(
    (r"ch", "S"),
    (r"h", ""),
    (r"g(?=[eiy])|j", "X"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"w", "u"),
)
_EAST = _rules(
    (r"[sc]z|rz", "S"),  # Łukasz, Czesław, Grzegorz
    (r"ch", "X"),
    (r"c(?=[eivy])", "C"),
    (r"c", "k"),
    (r"(?<=[oe])w$", "v"),
    (r"w", "v"),
    (r"j", "i"),
)
_ROMANIAN = _rules(
    (r"ch(?=[eiy])", "k"),
    (r"ch", "S"),
    (r"[cg](?=[eiy])|j", "S"),
    (r"(?<=S)[ei](?=[aou])", ""),  # Giovanni, Mircea
    (r"c", "k"),
    (r"w", "v"),
)
# Arabic names in Latin letters, as one who knows the Arabic hears them.
_ARAB = _rules((r"c(?=[eiy])", "s"), (r"ch|j", "S"), (r"c", "k"), (r"h", "X"), (r"w", "u"))
# As Russians and Bulgarians write Chinese: Сяо, Цян, Цзян, Чжао, Жуй.
_PINYIN = _rules((r"ch|^r", "S"), (r"w", "v"))
_AT_LAST = _rules(
    (r"y", "i"),
    (r"[hX]", "h"),
    (r"G", "g"),
    (r"z", "s"),
    (r"v$", "f"),
    (r"(.)\1+", r"\1"),
)
_EARS = (_WEST, _EAST, _SPANISH, _ROMANIAN)
_CHINESE = re.compile(
    r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:[iu]ang|iong|[iu]?an|[ae]ng|[aeiu]n|ing|ong|i?ao|[aeu]i|i?ou|u[aoe]|u[ae]i|i[aeu]|er|[aeiou])){1,2}"
)
_MORE_LIKELY_CHINESE = re.compile(r"ng$|zh|x|q(?!u[aei])|^ji[aeou]?n?$|^ju[en]?$")  # Juan is not
_CHINESE_FIRST = _rules((r"(?<=[jqx])u", "yu"), (r"x", "s"), (r"[jq]|[zc](?!h)", "ts"), (r"(?<![zcs])h", "X"))

_VOWELS_OR_NOT = re.compile(r"[aeiou]+|[^aeiou]+")
_VOWELS = re.compile(r"[aeiou]+")
# Unstressed, or unwritten in Arabic, one is heard for the other.
_NEAR_VOWELS = frozenset(map(frozenset, ("ei", "ou", "ae")))


def keys(word: str) -> tuple[str, ...]:
    """The sound keys of a word, at most MOST_KEYS; () for what is no word."""
    heard = _arabic_readings(word) if is_arabic(word) else _likeliest_first(word)
    return tuple(dict.fromkeys(key for key in map(_key, heard) if key))[:MOST_KEYS]


def _likeliest_first(word: str) -> tuple[str, ...]:
    west, east, *others, chinese = readings(word)
    if _MORE_LIKELY_CHINESE.search(word):
        return (west, east, chinese, *others)
    return (west, east, *others, chinese)


def readings(word: str) -> tuple[str, ...]:
    """What each ear hears, one reading per ear; the fifth is there for words that may be pinyin."""
    word = word[:LONGEST_WORD]
    first = _apply(_FOR_ALL_EARS, word)
    heard = [_apply(_AT_LAST, _apply(ear, first)) for ear in _EARS]
    chinese = heard[1]
    if _CHINESE.fullmatch(word):
        chinese = _apply(_AT_LAST, _apply(_PINYIN, _apply(_FOR_ALL_EARS, _apply(_CHINESE_FIRST, word))))
    return (*heard, chinese)


def heard(one: tuple[str, ...], other: tuple[str, ...]) -> list[Pair]:
    """What each ear hears in both words, of their `readings`; to be compared by the three below."""
    return [(a, b) for a, b in zip(one, other, strict=True) if a and b]


def the_same(pairs: list[Pair], *, to_ears: int = 1) -> bool:
    """Do so many ears hear the same in both? A final ng and n are told apart."""
    return sum(a == b for a, b in pairs) >= to_ears


def the_same_but_for_ng(pairs: list[Pair]) -> bool:
    """Мин may be Min or Ming."""
    return any(a.replace("N", "n") == b.replace("N", "n") for a, b in pairs)


def nearly_the_same(pairs: list[Pair]) -> bool:
    """The same for an ear but for one vowel, or for at most MOST_SLIPS vowels that are near each other."""
    return any(_slips(a, b) <= MOST_SLIPS for a, b in pairs)


def may_be_written(arabic: str, word: str) -> bool:
    """May `word` in a-z be this Arabic word? Same consonants, and the long vowels where they are written."""
    heard = _apply(_AT_LAST, _apply(_ARAB, _apply(_FOR_ALL_EARS, word[:LONGEST_WORD])))
    latin = [_slots(reading.replace("N", "ng")) for reading in (heard, _heard_in_the_east(word))]
    return any(_fits(_slots(mine), theirs) for mine in _arabic_readings(arabic) for theirs in latin)


def _heard_in_the_east(word: str) -> str:
    return readings(word)[1]


def _apply(rules: Rules, text: str) -> str:
    for pattern, instead in rules:
        text = pattern.sub(instead, text)
    return text


def _key(reading: str) -> str:
    """A leading vowel (or y, w before one) as "a", then consonants; the last one unvoiced, as Ahmed and Ahmet."""
    consonants = _VOWELS.sub("", reading).replace("N", "n").replace("C", "s").replace("S", "x")
    if len(consonants) < FEWEST_CONSONANTS:
        return reading.replace("N", "n").replace("C", "s").replace("S", "x")[:LONGEST_KEY]
    start = "a" if _VOWELS.match(reading) else ""
    unvoiced = consonants[:-1] + consonants[-1].translate(_UNVOICED)
    return (start + unvoiced)[:LONGEST_KEY]


_UNVOICED = str.maketrans("bdgv", "ptkf")


def _slips(one: str, other: str) -> int:
    """How many vowels differ; more than MOST_SLIPS where anything else does, or the last is an "a" in one only."""
    mine, theirs = _VOWELS_OR_NOT.findall(one), _VOWELS_OR_NOT.findall(other)
    different = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    if len(mine) != len(theirs) or (mine[-1] != theirs[-1] and "a" in (mine[-1], theirs[-1])):
        return MOST_SLIPS + 1
    if len(different) == 1 and all(len(run) == 1 and _VOWELS.match(run) for run in different[0]):
        return 1
    return len(different) if all(_near(a, b) for a, b in different) else MOST_SLIPS + 1


def _near(one: str, other: str) -> bool:
    """Vowels near each other, an i before another vowel not counted (Гильермо)."""
    if not (_VOWELS.match(one) and _VOWELS.match(other)):
        return False
    one, other = (run[1:] if run[0] == "i" and len(run) > 1 else run for run in (one, other))
    return len(one) == len(other) and all(
        a == b or frozenset((a, b)) in _NEAR_VOWELS for a, b in zip(one, other, strict=True)
    )


# --- Arabic letters -------------------------------------------------------------------------------------------------

# و and ي are read as vowels everywhere: so is w by the western, y by every ear.
_ARABIC = str.maketrans(
    {
        **dict(zip("بتجحخدذرزسشصضطظغفقكلمنهپچژڤگکی", "btShhddrssSsdtdgfkklmnhpSSvgki", strict=True)),
        **dict(zip("اأإآٱوؤيىئ", "aaaaauuiai", strict=True)),
        **dict.fromkeys("ةء", ""),
        "ث": "t",
        "ع": "A",
    }
)
_SUN = re.compile(r"^(عبد)ال(?=[تثدذرزسشصضطظن])")  # the l is not heard: عبد الرحمن, Abderrahman
_OF_THE_FAITH = re.compile(r"الدين$")  # نور الدين, Noureddine
_ARTICLE = re.compile(r"^(عبد)ال")  # of which the vowel is any: Abdelkader, Abdul Qadir
_THROAT = _rules(
    (r"^A(?=[aiu])", ""), (r"^A", "a"), (r"A", "")
)  # ع begins a word with a vowel, else is dropped
_LONG = {"a": "aeo", "i": "ie", "u": "ou"}

Slots = tuple[list[str], list[str]]  # the consonants, and the vowels before, between and after them


def _arabic_readings(word: str) -> tuple[str, ...]:
    word = _ARTICLE.sub(r"\1ل", _SUN.sub(r"\1", _OF_THE_FAITH.sub("دين", word[:LONGEST_WORD])))
    plain = (spelling.translate(_ARABIC) for spelling in (word, _spelt_otherwise(word)))
    return tuple(_apply(_AT_LAST, _apply(_THROAT, re.sub(r"[^a-zAS]", "", one))) for one in plain)


def _spelt_otherwise(word: str) -> str:
    """What may be heard otherwise: عثمان (Othman, Ousmane), وليد (Walid, Valid), a last ه that is a ة (Fatima)."""
    word = word.replace("ث", "س")
    word = "ڤ" + word[1:] if word.startswith("و") else word
    return word[:-1] + "ا" if len(word) > FEWEST_CONSONANTS + 1 and word.endswith("ه") else word


def _slots(reading: str) -> Slots:
    consonants = _VOWELS.sub("", reading)
    vowels = re.split(r"[^aeiou]", reading)
    return list(consonants), vowels


def _fits(arabic: Slots, latin: Slots) -> bool:
    (mine, long), (theirs, vowels) = arabic, latin
    if len(mine) < FEWEST_CONSONANTS:
        return arabic == latin
    if mine != theirs or bool(long[0]) != bool(vowels[0]):
        return False
    if not _may_stand_for(long[0].replace("a", ""), vowels[0]):  # the alif that begins a word holds any vowel
        return False
    inside = zip(long[1:-1], vowels[1:-1], strict=True)
    return _may_end(long[-1], vowels[-1]) and all(_may_stand_for(*pair) for pair in inside)


def _may_stand_for(written: str, heard: str) -> bool:
    """Each long vowel is heard; where none is written one short vowel may be."""
    if not written:
        return len(heard) <= 1
    return all(any(vowel in heard for vowel in _LONG.get(one, one)) for one in written)


def _may_end(written: str, heard: str) -> bool:
    """No vowel that is heard at the end is short: only the French write an e there that nobody hears."""
    return _may_stand_for(written, heard) if written else heard in ("", "e")
