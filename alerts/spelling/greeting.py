"""A message that only greets, or asks whether she is free: there is nothing in it to look for.

"Nothing found" would be said of nobody. So every word must be plain, and one of them a greeting or of a booking; a word
that may be somebody's name is neither. What such a text may be all the same (an account of that name) stays asked.
"""

import re
import unicodedata
from functools import lru_cache

from alerts.spelling import introduction, words
from alerts.spelling.tidy import fold_case

# Each says by itself that nobody is meant.
_GREETINGS = """
bonjour bonsoir salut coucou cc slt bjr bsr allo merci svp stp dispo disponible disponibles bisous
hi hello hey heya thanks thx please available
hola buenas gracias
ola oi obrigado obrigada
привет приветик здравствуйте здравствуй здрасте спасибо пожалуйста свободна
здравей здравейте здрасти благодаря моля свободна
buna salutare multumesc mersi
pershendetje tungjatjeta faleminderit mirembrema miremengjes miremengjesi miredita
مرحبا مرحبتين اهلا شكرا هلا
"""
# Beside others.
_OF_A_BOOKING = """
ca va vas allez allons bien comment ouvert ouverte possible possibilite rdv rendez rendezvous rencontre
rencontrer voir venir passer
heure heures minutes minute tarif tarifs prix combien cout adresse secteur quartier ville envie aimerais
voudrais veux peux pouvez
travailles travaillez recois recevez deplaces deplacez joignable repond repondre reponds appelle appeler
infos renseignements photos
belle jolie bebe cherie madame mademoiselle soiree nuitee apres midi ce soir suis interesse interessee
parles parlez francais
how much price prices rate rates cost hour hours half night day week weekend meet meeting book booking
appointment incall outcall
come see visit love babe baby dear beautiful sexy lady miss girl doing going up what's whats sup good
afternoon address location area
want like know can could you're youre speak english work working tonight's soon now later reply answer back
que tal buenos dia dias tarde tardes noche noches guapa bonita preciosa amor carino cuanto cuesta cobras
precio precios tarifa
tarifas hora horas cita quedar quedamos vernos puedo puedes quiero quisiera estas disponible atiendes
direccion zona donde
tudo bem bom boa dia tarde noite gata gostosa quanto custa cobra preco precos valor valores hora horas
encontro marcar posso pode quero
gostaria atende disponivel endereco local onde
как дела добрый доброе доброго утро утра день дня вечер вечера ночь ночи свободны работаешь работаете
сколько стоит цена цены час часа
часов встреча встретиться можно хочу можем приехать приеду адрес район где красавица милая девушка можешь
можете
как си сте здрасти добро утро ден вечер добър свободни работиш работите колко струва цена цени час часа
среща срещнем може искам
адрес къде красавице можеш можете днес довечера
ce faci esti sunteti ziua seara noaptea dimineata libera disponibila cat costa pret preturi tarife ora ore intalnire
putem pot vreau adresa
zona unde frumoaso iubito poti lucrezi diseara
si je jeni lire dispozicion sa kushton cmimi cmimet ora ore takim takohemi mund adresa zona ku bukuroshe
zemer punon sonte
كيف حالك الحال متاحة متاح فاضية فاضي السلام سلام عليكم ورحمة الله وبركاته وعليكم بكم كم السعر سعرك الساعة
ساعة موعد نلتقي اقابلك
ممكن اريد عايز بدي العنوان المكان وين فين حبيبتي حلوة اليوم الليلة مساء صباح الخير النور بخير
"""
# A preposition in one language, a name in another.
_NAMES = "will may don ella era ata nas das mai nada ale على علي"
_NAMES_TOO = frozenset(_NAMES.split())
_NO_NAME_HERE = re.compile(
    r"\b(?:will|may)\s(?=(?:i|you|we|it)\b)|\bdon'?t\b|\bmai\s(?=faci\b)", re.IGNORECASE
)
_CHINESE = (
    "你好|您好|嗨|哈喽|早上好|晚上好|下午好|晚安|谢谢|请问|请|在吗|在不在|有空|有时间|方便|可以|能|今晚|今天|明天|现在|晚上|下午|早上|"
    "多少钱|价格|价钱|怎么收费|收费|多少|一小时|小时|见面|预约|约|地址|哪里|什么|时候|美女|宝贝|亲爱的|吗|呢|吧|啊|的|了|是|在|我|你|您|想|"
    "要|有|不|去|来|也|都|空|过"
)
_IN_CHINESE = re.compile(rf"(?=..)(?:{_CHINESE})+")
_IS_HAN = re.compile(rf"[{words.HAN}]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NOT_BETWEEN_WORDS = re.compile(r"[\d_@#~+=/\\|<>]|\w\.\w")  # an account or an address has one of these


def is_all(text: str) -> bool:
    """Is tidied `text` nothing but greetings and words around them, in any of the ten languages?"""
    if _NOT_BETWEEN_WORDS.search(text):
        return False
    said = [_bare(word) for word in _WORD.findall(_NO_NAME_HERE.sub(" ", text))]
    if not all(_is_plain(word) for word in said):
        return False
    if len(said) == 1 and not _IS_HAN.search(said[0]):
        return said[0] in _listed(_GREETINGS)
    return any(_IS_HAN.search(word) or word in _listed(f"{_GREETINGS} {_OF_A_BOOKING}") for word in said)


def _is_plain(word: str) -> bool:
    if _IS_HAN.search(word):
        return bool(_IN_CHINESE.fullmatch(word))
    known = _listed(f"{_GREETINGS} {_OF_A_BOOKING}") | _small_words()
    # "j'ai", "qu'est", "what's": each half by itself, a letter alone among them
    return word in known or all(len(half) < 2 or half in known for half in re.split("['’]", word))


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    """What nobody is called: prepositions, pronouns, "to be"."""
    listed = introduction.NO_NAME | introduction.OF_A_SENTENCE | words.stopwords()
    return frozenset(map(_bare, listed - _NAMES_TOO)) - _NAMES_TOO


@lru_cache(maxsize=4)
def _listed(some: str) -> frozenset[str]:
    return frozenset(map(_bare, some.split()))


def _bare(word: str) -> str:
    """In small letters without accents, as they are typed in haste."""
    parted = unicodedata.normalize("NFD", fold_case(word))
    return "".join(sign for sign in parted if unicodedata.category(sign) != "Mn")
