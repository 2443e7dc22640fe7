"""E-mail addresses: lower case, the domain as the network writes it, without the +tag.

Dots are significant: no two addresses that differ by a dot are held for one.
"""

import re
from itertools import islice

from email_validator import EmailNotValidError, validate_email

from alerts.spelling.tidy import fold_case, in_order_once

LONGEST_LOCAL, LONGEST_DOMAIN = 64, 253
MOST_ADDRESSES, MOST_TRIED = 8, 40

_AT_WORDS = r"at|a|arobase|arroba|собака|кльомба|chiocciola|et"
_AT = re.compile(
    rf"\s?[(\[{{<]\s?(?:{_AT_WORDS}|@)\s?[)\]}}>]\s?|\s(?:at|arobase|arroba|собака)\s(?=[^\s@]+\.[^\s@.]{{2}})",
    re.IGNORECASE,
)
_DOT = re.compile(r"\s?[(\[{]\s?(?:dot|point|punto|ponto|точка|\.)\s?[)\]}]\s?", re.IGNORECASE)
_AROUND_AT = re.compile(r"(?<=[^\s@])(?:\s@\s|@\s)(?=[^\s@]+\.[^\s@.])")  # not "c'est @bob.x"
_WORD = re.compile(r"[^\s<>()\[\]{},;:\"|/?]+")
_ENDS = ".,;:!?'\"«»*"
_BEFORE_LOCAL = "-#&~=…"  # stuck to an address, and never its first sign
_HAN = r"\u3400-\u9fff"
_LETTER = (
    r"a-z\u00df-\u024f\u0370-\u052f"  # of a country's or a language's own ending, and "ß", which folds to two
)
# What is stuck to an address on either side: "email=zoe@", "邮箱zoe@", "@example.org-Zoé", "@example.org谢谢"
_STUCK_BEFORE = re.compile(rf"^[^@]*(?:=|[{_HAN}:](?=[{_LETTER}0-9]))", re.IGNORECASE)
_STUCK_BEHIND = re.compile(
    rf"@[\w.\-]*?\.(?!xn--)[{_LETTER}]{{2,}}(?P<rest>(?:[^\w.]|[{_HAN}]).*)$", re.IGNORECASE
)
_REFUSED_IN_LOCAL = re.compile(r"[^\w.!#$%&'*+\-=^`{|}~]")


def canonicals(text: str) -> tuple[str, ...]:
    """Every address in tidied `text`, at most MOST_ADDRESSES, in order; () when there is none."""
    return in_order_once([address for address, _ in take(text)[0]])


def take(text: str) -> tuple[list[tuple[str, str]], str]:
    """The addresses in tidied `text`, at most MOST_ADDRESSES, each as (canonical, typed); and what else stands in it.

    A semicolon stands for each address that was taken out.
    """
    signed = _with_signs(text)
    found: list[tuple[str, str]] = []
    left, end = [], 0
    words = (word for word in _WORD.finditer(signed) if word[0].count("@") == 1)
    for word in islice(words, MOST_TRIED):
        typed, before, behind = _unstuck(word[0])
        if address := _canonical(typed):
            found.append((address, typed))
            left += [signed[end : word.start()], before, " ; ", behind]
            end = word.end()
        if len(found) == MOST_ADDRESSES:
            break
    return found, "".join(left) + signed[end:] if found else text


def _with_signs(text: str) -> str:
    text = _DOT.sub(".", text.replace("\n", " ; "))
    return _AROUND_AT.sub("@", _AT.sub("@", text))


def _unstuck(word: str) -> tuple[str, str, str]:
    """The address in a word, and what stands before and behind it."""
    behind = _STUCK_BEHIND.search(word)
    rest = behind["rest"] if behind and not _is_in_domain(behind["rest"]) else ""
    before = _STUCK_BEFORE.match(word)
    word = word.removesuffix(rest)
    first = before[0] if before else ""
    return word.removeprefix(first).strip(_ENDS).lstrip(_BEFORE_LOCAL), first, rest


def _is_in_domain(rest: str) -> bool:
    """Does a domain go on behind a dash: "mail.my-site.org"?"""
    return rest.startswith("-") and "." in rest.strip(_ENDS)


def _canonical(address: str) -> str:
    local, _, domain = fold_case(address).partition("@")
    local = _without_tag(local)
    if not 1 <= len(local) <= LONGEST_LOCAL or _REFUSED_IN_LOCAL.search(local):
        return ""
    domain = _ascii_domain(domain.strip("."))
    return f"{local}@{domain}" if domain else ""


def _without_tag(local: str) -> str:
    name, _, _ = local.partition("+")
    return name or local


def _ascii_domain(domain: str) -> str:
    if (
        "." not in domain
        or len(domain) > LONGEST_DOMAIN
        or not any(c.isalpha() for c in domain.rpartition(".")[2])
    ):
        return ""
    try:
        # Under a neutral suffix the spelling alone is judged; reserved names (.onion) would be refused.
        checked = validate_email(f"a@{domain}.example", check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        return ""
    return (checked.ascii_domain or "").removesuffix(".example").lower()
