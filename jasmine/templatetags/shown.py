"""What pages share: the level badge, the pictograms, a month.

The ground may not import an app, so the four words of `alerts.vocabulary.Level` stand here once more, as a headline.
"""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import segno
from babel.dates import format_skeleton
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

register = template.Library()

LEVELS = {4: _("Very dangerous"), 3: _("Dangerous"), 2: _("Risky"), 1: _("Nuisance")}
SIGNS_FILE = Path(__file__).resolve().parent.parent / "static" / "signs.svg"


@register.inclusion_tag("_level.html")
def level(number: int, said: str = "") -> dict[str, object]:
    """The badge of a level from 1 to 4: number, shape and word, so that colour never says it alone.

    `said`: a sentence that has the word in it, to stand in its place.
    """
    return {"number": number, "word": said or LEVELS[number]}


@register.filter
def month(day: date) -> str:
    """ "October 2026", as the language writes it within a sentence (CLDR); Django's own begins with a capital."""
    return str(format_skeleton("yMMMM", day, locale=to_locale(get_language() or settings.LANGUAGE_CODE)))


@register.simple_tag
def sign(code: object) -> SafeString | str:
    """The pictogram of a code of a closed list; nothing where none is drawn. The word always stands beside it."""
    if str(code) not in _signs():
        return ""
    return format_html(
        '<svg class="sign" width="24" height="24" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("signs.svg"),
        code,
    )


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A picture that a phone's camera reads. `label`: what it is, for those who hear the page."""
    drawn = segno.make(text, error="l", micro=False).svg_inline(scale=4, light="#fff")
    return format_html('<div role="img" aria-label="{}">{}</div>', label, SafeString(drawn))


@lru_cache(maxsize=1)
def _signs() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', SIGNS_FILE.read_text(encoding="utf-8")))
