"""The name in a message: the one that introduces itself ("c'est Momo"), or a few plain words beside an identifier.

It is a second clue and never more, so it may be one name too many; the words of a sentence are none.
"""

import re

from alerts.spelling import handle

MOST_INTRODUCED = 3
MOST_PLAIN_WORDS = 6  # beside an identifier; more of them are a sentence
FEWEST_LETTERS = 2

# What only a name follows, and what other words may follow as well.
_SURELY = (
    "je m'appelle|j'm'appelle|moi,? c'est|mon nom est|mon nom c'est|mon prénom est|mon prénom c'est|"
    "on m'appelle|"
    "my name is|my name's|the name is|the name's|i am called|they call me|"
    "me llamo|mi nombre es|me dicen|"
    "me chamo|chamo-me|o? ?meu nome é|"
    "меня зовут|звать меня|мо[её] имя|"
    "казвам се|името ми е|викат ми|"
    "m[ăa] numesc|numele meu e(?:ste)?|m[ăa] cheam[ăa]|îmi zice|imi zice|"
    "[اأإ]سمي|"
    "quhem|m[ëe] quajn[ëe]|emri im [ëe]sht[ëe]"
)
_MAYBE = (
    "c'est|je suis|ici|"
    "i'm|i am|it's|it is|this is|"
    "soy|"
    "(?:aqui é|sou|é)(?: [oa])?|"
    "это|"
    "аз съм|тук е|"
    "(?:eu )?sunt|"
    "[اأ]نا|معاك|معك|"
    "(?:un[ëe] )?jam"
)
_WORD = r"[^\W\d_][^\s,;:!?.()\[\]\"…]*"
_INTRODUCED = re.compile(
    rf"(?<!\w)(?:(?P<surely>{_SURELY})|(?:{_MAYBE}))\s?:?\s(?P<name>{_WORD})(?:\s(?P<second>{_WORD}))?",
    re.IGNORECASE,
)
_INTRODUCED_IN_CHINESE = re.compile(r"(?:我叫|我的名字[是叫]|我是|叫我)\s?(?P<name>[\u3400-\u9fff]+)")
_SHORTEST_CHINESE, _LONGEST_CHINESE = 2, 3  # signs of a name among others; a foreign one may have four
_PRONOUNS_IN_CHINESE = tuple("我你您他她")
_NO_CHINESE_NAME = tuple("客新从在来想做一个他她你的不很学本看说要有没")

# Greetings, and what people write beside a number or after "it's": nobody's name.
_PLAIN = """
bonjour bonsoir salut coucou merci svp stp bisous dispo disponible libre soir matin midi nuit jour demain
aujourd'hui hier semaine weekend après-midi seulement uniquement urgent ok oui non le la les l'autre
un une des du de au aux à en et ou
pour par avec sans chez sur dans vers pas bien
bon bonne cher trop très plus encore toujours parfait cool gentil
dommage quoi qui quand où combien comment possible ce ça celui
toi vous lui eux ici juste noté vrai faux mieux tout
monsieur madame m mme mr client nouveau nouvelle même numéro portable poste ext app appel sms
plaque immatriculation immat plate placa matrícula matricula targa
hi hello hey thanks thank please tonight today tomorrow morning evening night noon only after before the an
and or not ok okay yes no good fine for from with
at in on is are was here there available free sorry sure ready still just very
interested looking mister mrs sir client number call text
hola buenas buenos gracias noche tarde mañana hoy día días días
solo sólo después antes el los las una unos y o por
para con sin en de del muy bien sí libre interesado nuevo nueva señor señora número llamar mensajes
olá oi obrigado obrigada noite manhã hoje amanhã só depois o os as
um uma e ou com sem em no na do da muito bem
sim novo nova interessado senhor senhora quanto
привет здравствуйте здравствуй добрый день вечер вечером
утром ночью днём днем сегодня завтра спасибо пожалуйста
только после до на в и или не да нет я мы новый клиент номер звонить писать можно хорошо
здравей здравейте благодаря моля довечера утре днес само след преди сутрин вечерта нощ добре нов
bună buna salutare mulțumesc multumesc seara dimineața dimineata
noaptea azi mâine maine doar după dupa înainte
și si sau cu fără pentru la pe în din un o bine da nu interesat nou domnul
përshëndetje pershendetje faleminderit mirëmbrëma miremengjesi sonte sot nesër neser vetëm vetem pas para
natën naten mëngjes dhe ose me në ne nga për per mirë mire po klient
مرحبا السلام عليكم شكرا اهلا مساء صباح الخير الليلة اليوم غدا فقط
بعد قبل في من على الى مع هنا و او لا نعم متاح
مش عايز اريد جاهز زبون رقم
你好 您好 谢谢 今晚 今天 明天 晚上 早上 下午 只 号码 客人
"""
# Where one of these stands, the words are a sentence and not a name.
_PRONOUNS_AND_VERBS = """
je j'ai tu il elle on nous ils elles mon ma mes son
sa ses ton ta est sont suis c'est était qui que qu'il répond
i i'm he she we they my his her your it it's is was has have who that
yo él ella ellos mi su mis sus es está fue que quien soy
eu ele ela eles meu minha seu sua é está foi que quem sou
я он она мы они мой моя его её ее мне меня это что кто был
аз той тя ние те моят му ми съм беше това който
eu ele noi meu mea lui este sunt care că
unë ai ajo ne ata im tij saj është ishte jam që
zéro zero cero ноль нуль нула صفر 零
انا هو هي نحن هم كان التي الذي اسمي
"""
NO_NAME = frozenset(_PLAIN.split())
OF_A_SENTENCE = frozenset(_PRONOUNS_AND_VERBS.split())


def introduced(text: str) -> list[str]:
    """The names, as typed, that introduce themselves in tidied `text`: "je m'appelle Karim", "我叫李明"."""
    is_plain = not any(sign.isupper() for sign in text[1:])
    found = [_introduced(match, is_plain=is_plain) for match in _INTRODUCED.finditer(text)]
    for match in _INTRODUCED_IN_CHINESE.finditer(text):
        found += _in_chinese(match["name"])
    return list(dict.fromkeys(name for name in found if name))[:MOST_INTRODUCED]


def beside(texts: list[str], remarks: list[str]) -> str:
    """The few plain words beside an identifier that may be a name, as typed; "" when they are none or a sentence.

    `remarks` stood in brackets: they are a name where each word has its capital.
    """
    words = [word for text in texts for word in _plain_words(text)]
    folded = {word.casefold() for word in words}
    is_sentence = folded & OF_A_SENTENCE or any(word.startswith(_PRONOUNS_IN_CHINESE) for word in words)
    if len(words) > MOST_PLAIN_WORDS or is_sentence:
        return ""
    names = [word for word in words if _may_be_a_name(word)]
    for remark in remarks:
        said = _plain_words(remark)
        names += said if all(word[:1].isupper() and _may_be_a_name(word) for word in said) else []
    return " ".join(names)


def _introduced(match: re.Match[str], *, is_plain: bool) -> str:
    """`is_plain`: the text has no capitals, and so a name has none either."""
    name, second = _stripped(match["name"]), _stripped(match["second"] or "")
    has_case = name.lower() != name.upper()
    if not _may_be_a_name(name) or (has_case and not (match["surely"] or is_plain or name[0].isupper())):
        return ""
    goes_on = second[:1].isupper() and not match.string.isupper() and _may_be_a_name(second)
    return f"{name} {second}" if goes_on else name


def _in_chinese(run: str) -> list[str]:
    """Nothing parts a name from what follows, so each length that it may have is tried."""
    if run.startswith(_NO_CHINESE_NAME):
        return []
    if len(run) <= _LONGEST_CHINESE + 1:
        return [run] if len(run) >= _SHORTEST_CHINESE else []
    return [run[:length] for length in range(_SHORTEST_CHINESE, _LONGEST_CHINESE + 1)]


def _plain_words(text: str) -> list[str]:
    words = (_stripped(word) for word in text.replace("/", " ").split())
    return [word for word in words if word and handle.is_words(word) and not handle.is_label(word)]


def _may_be_a_name(word: str) -> bool:
    letters = sum(sign.isalpha() for sign in word)
    is_other = word.casefold() in NO_NAME or word.casefold() in OF_A_SENTENCE
    return letters >= FEWEST_LETTERS and not is_other and handle.is_words(word)


def _stripped(word: str) -> str:
    return word.strip(".,;:!?()[]{}\"'«»“”…-–|/\\*#\0")
