"""Pseudonyms: two words that are proposed, or her own."""

import secrets
import unicodedata

from django.utils.translation import gettext_lazy as _

from accounts.wordlists import languages_for, proposed

WORDS = 2
SHORTEST, LONGEST = 2, 40  # characters
DIGITS_OF_A_PHONE = 7
_STEERING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class PseudonymRefused(Exception):
    """The parent of what a pseudonym is refused for; never raised itself. `sentence`: what she is told."""

    sentence = _("Please take another pseudonym.")


class WrongLength(PseudonymRefused):
    sentence = _("A pseudonym has 2 to 40 characters.")


class LooksLikeContact(PseudonymRefused):
    sentence = _("An e-mail address or a phone number would say who you are. Please take another pseudonym.")


def propose(language: str) -> str:
    """Two words of a list, as "Velvet Orbit": some four million for each language."""
    choice = proposed(languages_for(language)[0])
    return " ".join(secrets.choice(choice).title() for _ in range(WORDS))


def tidied(typed: str) -> str:
    """What she typed, without signs that cannot be seen or that turn the line around. Raises PseudonymRefused."""
    seen = [letter if not letter.isspace() else " " for letter in typed]
    kept = "".join(letter for letter in seen if unicodedata.category(letter) not in _STEERING)
    pseudonym = " ".join(unicodedata.normalize("NFC", kept).split())
    letters = sum(unicodedata.category(letter)[0] in "LNS" for letter in pseudonym)
    if letters < SHORTEST or len(pseudonym) > LONGEST:
        raise WrongLength
    if "@" in pseudonym or sum(map(str.isdigit, pseudonym)) >= DIGITS_OF_A_PHONE:
        raise LooksLikeContact
    return pseudonym
