"""Accounts on platforms: the name of the account, without @, label, address and case.

The platform does not part two handles: the same unusual name on two platforms is worth a look. Dots, dashes
and underscores are significant.
"""

import re
import unicodedata
from urllib.parse import parse_qs, unquote

from alerts.spelling.tidy import fold_case, has_letter, in_order_once, without_remarks

SHORTEST, LONGEST, LONGEST_NUMBER = 2, 64, 20
MOST_WORDS = 6
MOST_HANDLES = 8
KEPT_SIGNS = "._-~+'#:"

# Where an account is a phone number.
NUMBER_PLATFORMS = frozenset(("whatsapp", "viber", "signal"))
_NUMBER_LABELS = (
    "whatsapp|whats app|whats|whatsap|wsp|wpp|wapp|zap|zapzap|viber|signal|вотсап|ватсап|вацап|вайбер|"
    "вайбър|сигнал|واتساب|واتس اب|واتس|فايبر|سيجنال"
)
_LABELS = (
    f"{_NUMBER_LABELS}|telegram|télégram|telegramm|tele|tg|телеграм|телеграмм|телега|тг|تيليجرام|تلغرام|تليجرام|电报|"
    "instagram|insta|ig|инстаграм|инста|انستغرام|انستقرام|انستا|snapchat|snap|снапчат|снап|سناب شات|سناب|"
    "facebook|fb|messenger|фейсбук|فيسبوك|tiktok|tik tok|тикток|تيك توك|抖音|wechat|weixin|微信|微信号|qq|"
    "twitter|skype|скайп|discord|onlyfans|mym|grindr|tinder|badoo|happn|kik|threema|vk|вк|vkontakte|line|"
    "website|web site|site web|site|сайт|网站|pseudo|pseudonyme|compte|profil|profile|username|user|account|"
    "nick|perfil|usuario|usuário|cuenta|conta|ник|логин|потребител|акаунт|cont|utilizator|llogari|"
    "përdorues|حساب|账号|帐号|用户名"
)
# Too short or too common to be taken for a label without a colon.
_LABELS_WITH_COLON = f"{_LABELS}|x|of|face|sc|id|login|messages"
_LABEL = re.compile(rf"(?:(?:{_LABELS_WITH_COLON})\s?[:=]\s?|(?:{_LABELS})\s(?:-\s)?)(?=\S)", re.IGNORECASE)
_LABEL_WITH_COLON = re.compile(rf"(?:{_LABELS_WITH_COLON})\s?[:=]\s?(?=\S)", re.IGNORECASE)
_LABEL_ALONE = re.compile(_LABELS, re.IGNORECASE)
# Where an account has a name of its own; each of them is hardly ever another word.
_PLATFORMS = (
    "telegram|télégram|telegramm|телеграм|телеграмм|телега|تيليجرام|تلغرام|تليجرام|电报|instagram|insta|ig|инстаграм|"
    "инста|انستغرام|انستقرام|انستا|snapchat|snap|снапчат|سناب شات|سناب|facebook|fb|messenger|фейсбук|فيسبوك|tiktok|"
    "tik tok|тикток|抖音|wechat|weixin|微信|微信号|twitter|skype|скайп|discord|onlyfans|mym|kik|threema|vkontakte"
)
_BEHIND_PLATFORM = re.compile(
    rf"(?<![^\W_])(?<!\w[.\-])(?:{_PLATFORMS})(?![^\W_]|\.\w)(?P<colon>\s?[:=])?\s?"
    r"(?:(?:est|is|es|é|e|c'est|c|это|є|-|->)(?P<is>\s?:?\s))?(?P<word>[^\s;,:=()]+)?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"[^\W\d_]{2,}(?:\.[^\W\d_]{2,})+")
_FILES = "jpg jpeg png gif webp heic pdf doc docx txt csv html zip mov avi opus ogg vcf"
_FILE_ENDINGS = frozenset(_FILES.split())
# What is behind one of these may be a name: an account there is a number, or no platform was named.
_VAGUE_LABEL = re.compile(
    rf"(?:{_NUMBER_LABELS}|compte|profile?|user|username|account|perfil|usuario|usuário|cuenta|conta|акаунт|потребител|"
    r"cont|utilizator|llogari|përdorues|حساب|账号|帐号|用户名)(?!\w)",
    re.IGNORECASE,
)
_NAMES_TOO = re.compile(r"(?:line|nick|ник)\s", re.IGNORECASE)  # "Line Martin" is somebody's name
_NUMBER_LABEL = re.compile(rf"(?:{_NUMBER_LABELS})\b", re.IGNORECASE)

# fmt: off
_PROFILE_HOSTS = frozenset((
    "t.me", "telegram.me", "telegram.dog", "instagram.com", "instagr.am", "snapchat.com", "twitter.com",
    "x.com", "tiktok.com", "facebook.com", "fb.com", "fb.me", "m.me", "messenger.com", "onlyfans.com",
    "mym.fans", "fansly.com", "threads.net", "threads.com", "vk.com", "vk.ru", "ok.ru", "linkedin.com",
    "youtube.com", "twitch.tv", "reddit.com", "discord.com", "discordapp.com", "linktr.ee", "pinterest.com",
    "tumblr.com", "wa.me", "api.whatsapp.com", "whatsapp.com", "viber.com", "signal.me", "weibo.com",
    "skype.com", "kik.me",
))
# fmt: on
# Steps in an address that come before the account, and pages that are nobody's account.
_STEPS = frozenset(("add", "u", "s", "t", "user", "users", "in", "c", "channel", "profile", "stories", "_u"))
_NO_ACCOUNT = frozenset(
    (
        "p",
        "reel",
        "reels",
        "explore",
        "tv",
        "joinchat",
        "share",
        "groups",
        "watch",
        "hashtag",
        "message",
        "qr",
    )
)
_LINK = re.compile(
    r"(?<![\w@.\-])(?:(?P<scheme>[a-z]+)://)?(?P<host>(?:[a-z0-9_-]+\.)+[a-z]{2,})(?::\d+)?/(?P<path>[^\s\"|<>;,]*)",
    re.IGNORECASE,
)
_HAN_BEHIND = re.compile(r"(?<=[a-z0-9_.])[\u3400-\u9fff]+$", re.IGNORECASE)

_MENTION = re.compile(r"(?:^|[\s:;,/(])@\s?([^\s@;,/]+)")
_BETWEEN = re.compile(r"[;,]|\s/\s")
_NUMBER_ALONE = re.compile(r"\(?[+\d][\d\s().+\-/;,]+")


def canonicals(text: str) -> tuple[str, ...]:
    """Every handle in tidied `text`, at most MOST_HANDLES; () when it says nothing."""
    text = text.replace("\n", " ; ")
    found = [_canonical(account) for account in _linked(text)]
    if not found:
        bare = without_remarks(text) or text
        found = [
            _canonical(part) for part in _MENTION.findall(bare) or map(_unlabelled, _BETWEEN.split(bare))
        ]
    return in_order_once([handle for handle in found if handle])[:MOST_HANDLES]


def is_mentioned(text: str) -> bool:
    """Is there an account after an @, rather than an e-mail address around one?"""
    return bool(_MENTION.search(text))


def take_links(text: str) -> tuple[list[str], str]:
    """The accounts that profile links in tidied `text` lead to; and what else stands in it."""
    words = text.split(" ")
    accounts = [_account_in_link(_unwrapped(word)) if "/" in word else "" for word in words]
    left = (_without_link(word) if account else word for word, account in zip(words, accounts, strict=True))
    return [handle for account in accounts if (handle := _canonical(account))], " ".join(left)


def _without_link(word: str) -> str:
    """What is stuck to a link: "t.me/bob|Karim"."""
    return _LINK.sub(";", word, count=1) if _LINK.search(word) else ";"


def take_mentions(text: str) -> tuple[list[str], str]:
    """The accounts after an @ in tidied `text`; and what else stands in it."""
    accounts = [handle for account in _MENTION.findall(text) if (handle := _canonical(account))]
    return accounts, _MENTION.sub(" ; ", text) if accounts else text


def after_label(text: str) -> str:
    """What `text` itself calls an account: what follows a label with a colon, or the name of a platform; or ""."""
    text = text.strip()
    if _LABEL_WITH_COLON.match(text) or (_LABEL.match(text) and not _NAMES_TOO.match(text)):
        return _unlabelled(text)
    return ""


def behind_platforms(text: str) -> list[str]:
    """The accounts in tidied `text` that stand behind the name of a platform, wherever that stands.

    Behind a colon any word is one, otherwise a word with a sign or a digit in it.
    """
    found = [
        _canonical(one["word"].strip("\"'!?.…*"))
        for one in _BEHIND_PLATFORM.finditer(text)
        if one["word"] and (one["colon"] or _has_own_signs(one["word"]))
    ]
    return list(in_order_once([account for account in found if has_letter(account)]))[:MOST_HANDLES]


def is_platform_named(text: str) -> bool:
    """Does `text` speak of a platform where accounts have names?"""
    return bool(_BEHIND_PLATFORM.search(text))


def is_dotted(word: str) -> bool:
    """Is this word letters with a dot inside: no end of a sentence, "merci.Karim", and no file?"""
    word = word.strip("\"'!?.…*")
    behind = word.partition(".")[2]
    is_name = bool(_DOTTED.fullmatch(word)) and (
        word.isupper() or not behind[:1].isupper() or word[:1].isupper()
    )
    return is_name and word.rpartition(".")[2].lower() not in _FILE_ENDINGS


def _has_own_signs(word: str) -> bool:
    return is_dotted(word) or (has_letter(word) and any(sign.isdecimal() or sign in "_" for sign in word))


def names_platform(text: str) -> bool:
    """Does `text` say on which platform it is an account: "compte insta : x", and not "profil x", "whatsapp x"?"""
    text = text.strip() if after_label(text) else ""
    while label := _LABEL.match(text):
        if not _VAGUE_LABEL.match(label[0]):
            return True
        text = text[label.end() :]
    return False


def is_label(word: str) -> bool:
    """Is this word itself what an account or a number is announced by: "insta", "WhatsApp"?"""
    return bool(_LABEL_ALONE.fullmatch(word))


def has_colon(text: str) -> bool:
    """Does `text` begin with a label and its colon?"""
    return bool(_LABEL_WITH_COLON.match(text.strip()))


def number_text(text: str, platform: str = "") -> str:
    """What in a handle may be a phone number, or "": "viber +33639981702", a number under WhatsApp."""
    text = text.replace("\n", " ; ")
    number = _unlabelled(text).lstrip("@ ")
    if not _NUMBER_ALONE.fullmatch(without_remarks(number)):
        return ""
    on_number_platform = platform.strip().lower() in NUMBER_PLATFORMS or _NUMBER_LABEL.match(text)
    # Elsewhere digits alone may be an account's own number; a plus or a zero in front speaks for a phone.
    return number if on_number_platform or number.startswith(("+", "0", "(")) else ""


def is_words(handle: str) -> bool:
    """Are there letters alone in this handle? Then it may as well be a name."""
    return all(_is_letter(character) or character in " -'" for character in handle.replace(". ", " "))


def _unlabelled(text: str) -> str:
    text = text.strip()
    while label := _LABEL.match(text):  # "compte instagram : x" has two
        text = text[label.end() :]
    return text


def _canonical(account: str) -> str:
    text = _settled(account)
    letters = sum(character.isalnum() for character in text)
    if letters < SHORTEST or len(text) > LONGEST or text.count(" ") >= MOST_WORDS:
        return ""
    if not has_letter(text) and not (text.isdecimal() and letters <= LONGEST_NUMBER and text.strip("0")):
        return ""
    return text


def _is_letter(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character).startswith("M")


def _is_kept(character: str) -> bool:
    return character.isalnum() or character in KEPT_SIGNS or unicodedata.category(character).startswith("M")


def _settled(account: str) -> str:
    """Case, signs and labels off, until nothing moves: a label may stand behind a picture."""
    text = ""
    while account != text:
        text = account
        signs = "".join(character if _is_kept(character) else " " for character in fold_case(text))
        words = [word for word in signs.split() if any(character.isalnum() for character in word)]
        account = _unlabelled(" ".join(words).lstrip("'#:+ ").rstrip("'#:+. "))
    return account


def _linked(text: str) -> list[str]:
    words = (word for word in text.split(" ") if "/" in word)
    return [account for word in words if (account := _account_in_link(_unwrapped(word)))]


def _unwrapped(word: str) -> str:
    return word.strip("<>()[]\"',;")


def _account_in_link(word: str) -> str:
    if "tg://resolve?" in word.lower():
        return parse_qs(word.partition("?")[2]).get("domain", [""])[0]
    link = _LINK.search(word)
    if not link:
        return ""
    host = link["host"].lower().removeprefix("www.")
    known = host in _PROFILE_HOSTS or host.partition(".")[2] in _PROFILE_HOSTS
    if not known and not (link["scheme"] or link["host"].lower().startswith("www.")):
        return ""
    path, _, query = link["path"].partition("#")[0].partition("?")
    steps = [unquote(step).lstrip("@~") for step in path.split("/") if step]
    account = _account_on_known_host(steps, query) if known else ""
    return _HAN_BEHIND.sub("", account) or _whole_address(host, steps)


def _account_on_known_host(steps: list[str], query: str) -> str:
    if steps[:1] == ["profile.php"]:
        return parse_qs(query).get("id", [""])[0]
    if steps[:1] == ["people"]:
        return steps[-1]
    while steps and steps[0].lower() in _STEPS:
        steps = steps[1:]
    return "" if not steps or steps[0].lower() in _NO_ACCOUNT or steps[0].startswith("+") else steps[0]


def _whole_address(host: str, steps: list[str]) -> str:
    # On a site we do not know, no part of the address is surely the person: "photos" would join strangers.
    return ":".join((host, *steps))
