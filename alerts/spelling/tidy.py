"""Taking off a text what nobody sees, before anything is read in it.

Every kind starts here, so that a number pasted with invisible marks, typed in Arabic digits or in full width
is the same text as the plain one. All functions take any string, lone surrogates included, and never raise.
"""

import re
import unicodedata

# An identifier is a line, not a page; what follows is cut, so that hostile texts stay cheap.
LONGEST_TEXT = 2_000

# Not drawn, though Unicode counts them as letters, marks or symbols: fillers, selectors, joiners, keycaps.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u20e3") | {
    chr(point) for first, last in ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF)) for point in range(first, last + 1)
}
# Format (zero-width, bidi), control, surrogate, private use.
INVISIBLE_CATEGORIES = frozenset(("Cf", "Cc", "Cs", "Co"))
APOSTROPHES = frozenset("’‘‛ʼʹ`´")
QUOTES = frozenset("«»“”„‟‹›「」『』")
# Pictures, arrows and the like part one word from the next. Not the sign of a number, of a degree, of a gap.
SYMBOL_CATEGORIES = frozenset(("So", "Sk", "Sm"))
NO_SYMBOLS = frozenset("°×√゛゜")

_BRACKETED = re.compile(r"\([^()]*(?:\)|$)|\[[^\[\]]*(?:\]|$)|\{[^{}]*(?:\}|$)|【[^【】]*(?:】|$)")


def tidy(text: str) -> str:
    """`text` in NFKC, without invisible characters, digits of all scripts as 0-9, dashes and quotes plain.

    Pictures are spaces. Spaces are single; line breaks stay, since they part one number from the next. At most
    LONGEST_TEXT characters.
    """
    text = text.strip()[:LONGEST_TEXT]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    composed = _composed(text)[:LONGEST_TEXT]
    plain = "".join(_plain(character) for character in visible(composed))
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return "\n".join(line for line in lines if line)


def is_cut(text: str) -> bool:
    """Does `tidy` lose the end of this text? Some signs grow: one may stand for eighteen letters."""
    text = text.strip()
    return len(text) > LONGEST_TEXT or len(_composed(text)) > LONGEST_TEXT


def fold_case(text: str) -> str:
    """`text` with no difference of case left, in NFKC. Folding may uncompose, so it is repeated."""
    for _ in range(4):
        folded = unicodedata.normalize(
            "NFKC", text.casefold().replace("i\u0307", "i")
        )  # the Turkish dotted capital
        if folded == text:
            break
        text = folded
    return text


def without_remarks(text: str, *, instead: str = "") -> str:
    """`text` without what stands in brackets, "(à vérifier)"; an open bracket counts to the end."""
    return " ".join(_BRACKETED.sub(f" {instead} ", text).split())


def remarks(text: str) -> list[str]:
    """What stands in brackets in `text`, without them."""
    return [found[0].strip("()[]{}【】 ") for found in _BRACKETED.finditer(text)]


def has_letter(text: str) -> bool:
    return any(character.isalpha() for character in text)


def in_order_once(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", visible(text))


def visible(text: str) -> str:
    return "".join(character for character in text if character.isspace() or not _is_invisible(character))


def _is_invisible(character: str) -> bool:
    return character in INVISIBLE or unicodedata.category(character) in INVISIBLE_CATEGORIES


def _plain(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "−":
        return "-"
    if character in QUOTES:
        return '"'
    if category in SYMBOL_CATEGORIES and character not in NO_SYMBOLS and character not in APOSTROPHES:
        return " "
    return "'" if character in APOSTROPHES else character
