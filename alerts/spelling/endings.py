"""Regular endings of Bulgarian and Albanian, for which no stemmer is kept, and the Arabic article.

They take off the article, the plural and the commonest cases, and nothing else: "колата", "коли" and "кола" become
one; so do "dera", "derën" and "derë". Words that bend within ("ръка", "ръце") stay apart. All take a folded word
and leave enough of it to be known by.
"""

import re

MOST_ENDINGS = 4  # on one word: plural, article, case, and the vowel below them
LONGEST_END = 24  # letters: they all stand in it, with what must stand before them

# The look-behinds say what must stand before an ending, and so how much of the word stays.
_BULGARIAN = (
    re.compile(
        r"(?:(?<=...)(?:ият|ът|ят)|(?<=...[аяоеи])та|(?<=...[ое])то|(?<=...[иеа])те|(?<=[сш]т|.щ)та)\Z"
    ),
    re.compile(r"(?<=...)ове\Z"),
    re.compile(r"(?<=...)(?:и[яи]|[аяоеий])\Z"),
    re.compile(r"(?<=..[бвгджзйклмнпрстфхцчшщ])(?:е(?=[нц]\Z)|ъ(?=[клмнр]\Z))"),  # "черен", "черна"
)
_BULGARIAN_DOER = re.compile(r"(?<=..ни)к\Z")  # "вестник", "вестници"; and "болница", "болници"

_ALBANIAN = re.compile(
    r"(?:(?<=....)(?:ave|eve|ive|ine|ise|at|it|ut|in|un|ve)|(?<=...)(?:en|es|et|i|u|a|e))\Z"
)

_ARABIC_WOMEN_AND_THINGS = re.compile(r"(?<=...)ات\Z")
_ARABIC_ARTICLE = re.compile(r"(?:ال(?=..)|(?:[وف]?[بك]ال|[وف]ال|[وف]?لل)(?=...))")


def bulgarian(word: str) -> str:
    """The word without article ("-ът", "-та", "-ият"), plural and last vowel; "черен" as in "черна"."""
    end = word[-LONGEST_END:]
    for _ in range(MOST_ENDINGS):
        for ending in _BULGARIAN:
            end = ending.sub("", end, count=1)
    return word[:-LONGEST_END] + _BULGARIAN_DOER.sub("ц", end)


def albanian(word: str) -> str:
    """The word without the endings of article, case and plural."""
    end = word[-LONGEST_END:]
    for _ in range(MOST_ENDINGS):
        end = _ALBANIAN.sub("", end, count=1)
    return word[:-LONGEST_END] + end


def without_arabic_article(word: str) -> str:
    """The word without "ال", also where "و", "ف", "ب", "ك" or "ل" stands before it."""
    article = _ARABIC_ARTICLE.match(word)
    return word[article.end() :] if article else word


def arabic_beginning_and_plural(word: str) -> str:
    """The word without its article, a plural in "-ات" as the singular in "-ة": the stemmer knows that better."""
    return _ARABIC_WOMEN_AND_THINGS.sub("ه", without_arabic_article(word))
