"""Lists of 2,048 words (BIP-39) whose first four letters are unique, in a–z: for passphrases and pseudonyms.

They come with the package `mnemonic`, which keeps them; the standard does not let them change.
"""

import unicodedata
from functools import cache

from mnemonic import Mnemonic

HEAD = 4  # letters that tell the words of a list apart
LISTS = {"en": "english", "fr": "french", "es": "spanish", "pt": "portuguese"}
FOR_THE_OTHERS = ["en", "fr"]  # what is offered in a language without a list

# Read if typed, never proposed: nobody should be given a word of violence, blame, insult or race.
UNKIND = """
abuse accuse addict arrest assault attack betray blood bomb bullet crime cruel danger disease evil fat fatal gun
illegal illness inmate insane knife negative pistol poverty prison race rifle sick suffer suspect trap ugly vicious
weapon

abusif affreux assaut asservir attaque atroce bafouer blessant brutal calvaire carabine carnage cruel danger duperie
effrayer ennemi ethnie frapper frayeur honteux horrible infliger injure insulter jouissif maléfice matraque menacer
nuisible offenser opprimer outrager phobie policier prison punitif scélérat séminal sévir suspect terrible toxine
trahir tyran

abono aborto abuso acoso adicto ano asalto ataque azote bruja bruto burro cáncer cárcel cerdo cochino crimen culpa
delito desnudo droga enano enemigo etnia fosa gordo hembra herir hostil ilegal infiel ladrón letal locura maldad
malo matar miedo miseria mortal muerte mula negro odiar odio orgía pecado peligro pobre policía prisión rabia rapto
raza rehén sangre satán sexo sufrir terror tóxico trauma tumba tumor veneno víctima

abater abduzir acusador arma autismo cacetada cadeado cigana crioulo criminal culpar delator drogaria gemer gemido
gordura inimigo judeu masmorra mamilo mulata navalha obcecado odiar orgasmo pancada paulada piranha pistola pivete
policiar punhal punir raiva sangue sensual traseiro veado vibrador
"""


def languages_for(language: str) -> list[str]:
    """The languages whose words are offered to somebody who reads `language` (as "fr" or "pt-br")."""
    own = language.lower().partition("-")[0]
    return [own] if own in LISTS else FOR_THE_OTHERS


@cache
def words(language: str) -> tuple[str, ...]:
    """The list of that language, in a–z."""
    return tuple(map(unaccented, Mnemonic(LISTS[language]).wordlist))


@cache
def proposed(language: str) -> tuple[str, ...]:
    """Those of the list that are given to people: some 2,000."""
    unkind = set(map(unaccented, UNKIND.split()))
    return tuple(word for word in words(language) if word not in unkind)


@cache
def heads(language: str) -> frozenset[str]:
    """The first four letters of each word (of some English and Spanish words there are three)."""
    return frozenset(word[:HEAD] for word in words(language))


def unaccented(text: str) -> str:
    """Small letters, without their accents and without signs that cannot be seen."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Cf"))
