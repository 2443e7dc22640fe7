"""What stands around an identifier in a message, and would hide it: the head of a pasted chat, words stuck to it.

Whatever is parted here is only parted: every sign that may be a piece of an identifier stays in the text.
"""

import re

HAN = r"\u3400-\u9fff"

_DAY = r"\d{1,4}[./\-]\d{1,2}[./\-]\d{2,4}"
_TIME = r"\d{1,2}(?::\d\d){1,2}(?:\s?[ap]\.?\s?m\b\.?)?|\d{1,2}\s?h\s?\d\d"
# "12/03/2024, 18:30 - Karim:", "[18:30, 12/03/2024] Karim:"
_HEAD = re.compile(
    rf"(?<![\d/.\-])\[?(?:{_DAY},?\s(?:(?:à|at|um|в|alle|às|a las)\s)?(?:{_TIME})|(?:{_TIME}),\s{_DAY})(?!\d)"
    r"\]?(?:\s?-(?=\s))?"
    r"(?:\s~?\s?(?P<name>[^\W\d_][^:;\n\d@/]{0,40}):(?=\s|$))?",
    re.IGNORECASE,
)
_LIST_SIGN = re.compile(r"(?m)^[1-9]\d?\s?[.)]\s(?=[0+]|\D)")  # "1. 06 39 98 41 72"

_CHINESE_LABEL = re.compile(r"(车牌号码?|车牌|電話|电话|号码|手机号?|微信号?|邮箱)([是:]?)(?=\S)")
_CHINESE_PLATE = re.compile(rf"[{HAN}][A-Z][·.\-]?[A-Z0-9]{{4,6}}[学挂警港澳]?", re.IGNORECASE)
_RUN = re.compile(r"[+@(]?[A-Za-z0-9](?:[\s.\-_/+@():]?[A-Za-z0-9]){3,}")
_YEAR_OR_PRICE = re.compile(r"\d{4}")  # "2024年"
_IS_HAN = re.compile(rf"[{HAN}]")
_GROUPS_OF_A_NUMBER = re.compile(
    r"(?<=[^\W\d_])(?:\+\d|0\d)\d?(?:[\s.\-/]\d{2,3}){3,}|(?<!\d)(?:\+\d|0\d)\d?(?:[\s.\-/]\d{2,3}){3,}(?=[^\W\d_]{3})(?!ans|eur|min)"
)
_HASH_BEFORE_NUMBER = re.compile(r"(?<=[^\W\d_])#(?=\+?\d{9})")
_SIGN_AND_HAN = re.compile(rf"[.…)\]](?=[{HAN}])|[{HAN}](?=[(\[])")
_IN_SIGNS = re.compile(
    r"(?<!\S)(?P<sign>[_~])(?P<word>[^\s_~](?:\S*[^\s_~])?)(?P=sign)(?!\S)"
)  # slanted in a chat
_DOTS_AT_END = re.compile(r"(?<=[^\W\d_])(?:\.{2,}|…)(?=\s|$)")
_PLUS_BETWEEN_WORDS = re.compile(r"(?<=[^\W_])\+(?=[^\W\d_])")

# "KarimGK482RT", "GK-482-RTKarim": where small letters end and a French plate's capitals begin, or the other way round.
_PLATE = r"[A-Z]{2}[\-.]?\d{3}[\-.]?[A-Z]{2}"
_PLATE_BY_ITS_CAPITALS = re.compile(rf"(?<=[a-zß-ÿ]){_PLATE}(?![^\W_])|(?<![^\W_]){_PLATE}(?=[A-Z]?[a-zß-ÿ])")
_NO_WORD_TO_PART = re.compile(r"[@/:]")  # an address, an account, a link


def take_heads(text: str) -> tuple[list[str], str]:
    """Who wrote the messages of a chat pasted into tidied `text`; and the text without their heads and list signs."""
    text = _LIST_SIGN.sub("", text)
    names = [head["name"].strip() for head in _HEAD.finditer(text) if head["name"]]
    return names, _HEAD.sub(" ; ", text)


def parted(text: str) -> tuple[list[str], str]:
    """The words with an identifier stuck to Chinese, or a plate to small letters; and `text` with spaces between."""
    text = _SIGN_AND_HAN.sub(r"\g<0> ", text.replace("|", " ; ").replace('"', " "))
    text = _CHINESE_LABEL.sub(r"\1\2 ", text)
    words = text.split(" ")
    stuck = [word for word in words if _IS_HAN.search(word) and _parted_from_han(word) != word]
    stuck += [word for word in words if _plate_parted(word) != word]
    text = " ".join(_plate_parted(word) for word in words)
    text = _GROUPS_OF_A_NUMBER.sub(r" \g<0> ", _parted_from_han(text))
    return stuck, " ".join(_HASH_BEFORE_NUMBER.sub(" ", text).split())


def in_signs(text: str) -> list[str]:
    """The words that a chat shows slanted or struck: "_bob_7_"; the signs may as well be an account's own."""
    return [one["word"] for one in _IN_SIGNS.finditer(text)]


def without_dots(text: str) -> str:
    """A word that a message trails off behind, "4821 KLM...", without its dots."""
    return _DOTS_AT_END.sub(" ", text)


def parted_by_plus(text: str) -> str:
    """Two words with a plus between, "B77KLM+C12XYZ", as two."""
    return _PLUS_BETWEEN_WORDS.sub(" ; ", text)


def _plate_parted(word: str) -> str:
    return word if _NO_WORD_TO_PART.search(word) else _PLATE_BY_ITS_CAPITALS.sub(r" \g<0> ", word)


def _parted_from_han(text: str) -> str:
    return _RUN.sub(_with_spaces, text)


def _with_spaces(run: re.Match[str]) -> str:
    before, behind = run.string[: run.start()][-1:], run.string[run.end() :][:1]
    is_plate = _CHINESE_PLATE.fullmatch(before + run[0]) and not _IS_HAN.match(
        run.string[: run.start()][-2:-1]
    )
    is_count = bool(behind) and _YEAR_OR_PRICE.fullmatch(run[0])
    if is_plate or is_count or "://" in run[0]:
        return run[0]
    first = " " if _IS_HAN.match(before) else ""
    return first + run[0] + (" " if _IS_HAN.match(behind) else "")
