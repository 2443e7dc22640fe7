"""The closed lists: what a report can say with taps alone.

The values are the codes that are stored, imported and posted; they never change. The labels are what people read.
Each label stands alone in its sentence, so that every language can bend it as it must ("Black hair" beside "Black").
"""

from enum import StrEnum

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """How dangerous, computed from the incidents; 4 is the worst."""

    NUISANCE = 1, _("nuisance")
    RISKY = 2, _("risky")
    DANGEROUS = 3, _("dangerous")
    VERY_DANGEROUS = 4, _("very dangerous")


class Incident(TextChoices):
    """What happened, the gravest first."""

    MURDER_ATTEMPT = "murder_attempt", _("Tried to kill, or strangled")
    WEAPON = "weapon", _("Threatened or hurt with a weapon")
    RAPE = "rape", _("Rape, or tried to")
    DRUGGING = "drugging", _("Drugged without consent")
    CONFINEMENT = "confinement", _("Locked in, or kept from leaving")
    ARMED_ROBBERY = (
        "armed_robbery",
        _("Robbed with a weapon, force or threat (also money taken back by force)"),
    )
    AMBUSH = "ambush", _("Ambush: several people")
    ASSAULT = "assault", _("Hit or hurt")
    CONDOM_REMOVAL = "condom_removal", _("Condom removed without consent")
    BOUNDARIES = "boundaries", _("Did what was refused")
    STALKING = "stalking", _("Stalking: follows, waits, does not stop")
    BLACKMAIL = "blackmail", _("Blackmail")
    OUTING = "outing", _("Outing: tells others about the work, or threatens to")
    FILMING = "filming", _("Photos, films or recordings without consent")
    FAKE_POLICE = "fake_police", _("Pretended to be the police")
    THREATS = "threats", _("Threats")
    HATE = "hate", _("Insults out of hate")
    THEFT = "theft", _("Stole, without force")
    NONPAYMENT = "nonpayment", _("Did not pay, or not all")
    POLICE_DECOY = "police_decoy", _("Police trap: posed as a client")
    NO_SHOW = "no_show", _("Did not come")
    HAGGLING = "haggling", _("Haggles without end")
    ENDLESS_MESSAGES = "endless_messages", _("Messages without end, never a booking")
    FAKE_BOOKING = "fake_booking", _("False booking")


LEVEL_OF: dict[Incident, Level] = {
    Incident.MURDER_ATTEMPT: Level.VERY_DANGEROUS,
    Incident.WEAPON: Level.VERY_DANGEROUS,
    Incident.RAPE: Level.VERY_DANGEROUS,
    Incident.DRUGGING: Level.VERY_DANGEROUS,
    Incident.CONFINEMENT: Level.VERY_DANGEROUS,
    Incident.ARMED_ROBBERY: Level.VERY_DANGEROUS,
    Incident.AMBUSH: Level.VERY_DANGEROUS,
    Incident.ASSAULT: Level.DANGEROUS,
    Incident.CONDOM_REMOVAL: Level.DANGEROUS,
    Incident.BOUNDARIES: Level.DANGEROUS,
    Incident.STALKING: Level.DANGEROUS,
    Incident.BLACKMAIL: Level.DANGEROUS,
    Incident.OUTING: Level.DANGEROUS,
    Incident.FILMING: Level.DANGEROUS,
    Incident.FAKE_POLICE: Level.DANGEROUS,
    Incident.THREATS: Level.RISKY,
    Incident.HATE: Level.RISKY,
    Incident.THEFT: Level.RISKY,
    Incident.NONPAYMENT: Level.RISKY,
    Incident.POLICE_DECOY: Level.RISKY,
    Incident.NO_SHOW: Level.NUISANCE,
    Incident.HAGGLING: Level.NUISANCE,
    Incident.ENDLESS_MESSAGES: Level.NUISANCE,
    Incident.FAKE_BOOKING: Level.NUISANCE,
}


class YesNo(TextChoices):
    """Weapon seen, drunk or drugged, others with him, glasses. Stored as true, false or null."""

    UNKNOWN = "unknown", _("Don't know")
    YES = "yes", _("Yes")
    NO = "no", _("No")

    @classmethod
    def of(cls, known: bool | None) -> "YesNo":
        if known is None:
            return cls.UNKNOWN
        return cls.YES if known else cls.NO

    @property
    def known(self) -> bool | None:
        return {YesNo.YES: True, YesNo.NO: False}.get(self)


class Setting(TextChoices):
    """The kind of place. Never a place that could be found again."""

    OWN_PLACE = "own_place", _("At the sex worker's own place")
    CLIENT_PLACE = "client_place", _("At the client's place")
    HOTEL = "hotel", _("Hotel")
    CAR = "car", _("In a car")
    STREET = "street", _("Street")
    CLUB = "club", _("Club, bar or massage place")
    ONLINE = "online", _("Online")
    PHONE = "phone", _("By phone")
    OUTDOORS = "outdoors", _("Outdoors: park, wood, car park")
    OTHER = "other", _("Somewhere else")


class TimeSlot(TextChoices):
    UNKNOWN = "unknown", _("Don't know when in the day")
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")
    NIGHT = "night", _("Night")


class How(TextChoices):
    """How he went about it: what the next person can recognise while there is still time."""

    CHANGED_PLACE = "changed_place", _("Changed the place at the last minute")
    ANOTHER_MAN = "another_man", _("Another man hid, or came later")
    FALSE_NOTES = "false_notes", _("False banknotes")
    FALSE_CARD = "false_card", _("False or stolen card")
    ASKED_ADDRESS = "asked_address", _("Asked for your address first")
    DRINK_OR_CIGARETTE = "drink_or_cigarette", _("Offered a drink or a cigarette")
    TOOK_PHONE = "took_phone", _("Took the phone away")
    NEW_NUMBER = "new_number", _("A new number each time")
    REFUSED_TO_LEAVE = "refused_to_leave", _("Refused to leave")
    HID_CONDOM_TRICK = "hid_condom_trick", _("Hid what he did with the condom")
    CAME_BACK = "came_back", _("Came back later")


class AgeBand(TextChoices):
    """How old he looked, in years."""

    UNKNOWN = "unknown", _("Don't know the age")
    FROM_18 = "18-25", _("18 to 25")
    FROM_26 = "26-35", _("26 to 35")
    FROM_36 = "36-45", _("36 to 45")
    FROM_46 = "46-55", _("46 to 55")
    FROM_56 = "56-65", _("56 to 65")
    FROM_66 = "66+", _("66 or older")


class HeightBand(TextChoices):
    UNKNOWN = "unknown", _("Don't know the height")
    SHORT = "short", _("Short")
    AVERAGE = "average", _("Average height")
    TALL = "tall", _("Tall")


class Build(TextChoices):
    UNKNOWN = "unknown", _("Don't know the build")
    SLIM = "slim", _("Slim")
    AVERAGE = "average", _("Average build")
    HEAVY = "heavy", _("Heavy")
    MUSCULAR = "muscular", _("Muscular")


class Hair(TextChoices):
    UNKNOWN = "unknown", _("Don't know the hair")
    BLACK = "black", _("Black hair")
    BROWN = "brown", _("Brown hair")
    BLOND = "blond", _("Blond hair")
    RED = "red", _("Red hair")
    GREY = "grey", _("Grey hair")
    WHITE = "white", _("White hair")
    SHAVED = "shaved", _("Shaved head")
    BALD = "bald", _("Bald")


class FacialHair(TextChoices):
    UNKNOWN = "unknown", _("Don't know about a beard")
    NONE = "none", _("No beard or moustache")
    STUBBLE = "stubble", _("Stubble: a few days' beard")
    MOUSTACHE = "moustache", _("Moustache")
    GOATEE = "goatee", _("Goatee")
    BEARD = "beard", _("Beard")


class VehicleType(TextChoices):
    CAR = "car", _("Car")
    VAN = "van", _("Van")
    SUV = "suv", _("SUV")
    MOTORBIKE = "motorbike", _("Motorbike")
    SCOOTER = "scooter", _("Scooter")
    TRUCK = "truck", _("Lorry")
    TAXI = "taxi", _("Taxi")
    BICYCLE = "bicycle", _("Bicycle")


class Colour(TextChoices):
    """The colour of his car."""

    UNKNOWN = "unknown", _("Don't know the colour")
    BLACK = "black", _("Black")
    WHITE = "white", _("White")
    GREY = "grey", _("Grey")
    SILVER = "silver", _("Silver")
    RED = "red", _("Red")
    BLUE = "blue", _("Blue")
    GREEN = "green", _("Green")
    YELLOW = "yellow", _("Yellow")
    BROWN = "brown", _("Brown")


class Helped(TextChoices):
    """What helped. Nobody should have done any of it: it only tells the next person what worked once."""

    LEFT_AT_ONCE = "left_at_once", _("Left at once")
    CALLED_A_FRIEND = "called_a_friend", _("Called a friend")
    REFUSED_A_DEPOSIT = "refused_a_deposit", _("Refused a deposit")
    CHECKED_HIM_FIRST = "checked_him_first", _("Checked him first")
    SAID_NO = "said_no", _("Said no to the booking")
    SOMEONE_NEAR = "someone_near", _("Somebody was near")
    SOMEONE_KNEW = "someone_knew", _("Somebody knew where and until when")
    MADE_NOISE = "made_noise", _("Made noise, called for help")
    TALKED_CALMLY = "talked_calmly", _("Talked calmly until he left")
    PLAYED_FOR_TIME = "played_for_time", _("Played for time")


class PersonKind(TextChoices):
    """Described by what the person does, as the report says it. Nothing is proven."""

    CLIENT = "client", _("Client")
    THIRD_PARTY = "third_party", _("Third party: manager, partner, driver, landlord")
    POLICE = "police", _("Police")
    OTHER = "other", _("Somebody else")


class Police(TextChoices):
    """What she allows. Nothing is ever sent by the site: whatever she chose, a peer writes to her first."""

    NO = "no", _("No, nothing for the police")
    ASK = "ask", _("Ask me first")
    ANONYMOUS = "anonymous", _("Ask me first; if I agree, without anything about me")
    FULL = "full", _("Ask me first; if I agree, also how to reach me")


class Alert(TextChoices):
    """When others may see the report. Until then only her own checks find it."""

    NOW = "now", _("Now")
    IN_3_DAYS = "in_3_days", _("In 3 days")
    IN_14_DAYS = "in_14_days", _("In 14 days")
    WHEN_I_SAY = "when_i_say", _("When I say so")


class IdentifierKind(TextChoices):
    """What he can be recognised by."""

    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("E-mail address")
    HANDLE = "handle", _("Account on an app or site")
    NAME = "name", _("Name he gave")
    PLATE = "plate", _("Number plate")


class Platform(TextChoices):
    """Where a handle lives. Names of companies are the same in every language."""

    TELEGRAM = "telegram", "Telegram"
    WHATSAPP = "whatsapp", "WhatsApp"
    INSTAGRAM = "instagram", "Instagram"
    SNAPCHAT = "snapchat", "Snapchat"
    WECHAT = "wechat", "WeChat"
    VIBER = "viber", "Viber"
    SIGNAL = "signal", "Signal"
    FACEBOOK = "facebook", "Facebook"
    TIKTOK = "tiktok", "TikTok"
    WEBSITE = "website", _("Website")
    OTHER = "other", _("Another app")


class Language(TextChoices):
    """Each in its own words, so that whoever needs it can find it; sorted by these, as in the menu."""

    EN = "en", "English"
    ES = "es", "Español"
    FR = "fr", "Français"
    PT = "pt", "Português"
    RO = "ro", "Română"
    SQ = "sq", "Shqip"
    BG = "bg", "Български"
    RU = "ru", "Русский"
    AR = "ar", "العربية"
    ZH_HANS = "zh-hans", "简体中文"


class State(TextChoices):
    """Where a report stands, as its author reads it."""

    PRIVATE = "private", _("Private: only your own checks find it")
    WAITING = "waiting", _("Waiting: others do not see it yet")
    SHOWN = "shown", _("Shown to the others")
    HELD = "held", _("Held: a moderator is having another look")
    REFUSED = "refused", _("Refused by two moderators")
    CONTESTED = "contested", _("Contested: still shown while two moderators look")


class Peer(StrEnum):
    """Whether a peer has read a report. Of new members' reports some wait for it."""

    NOT_YET = "not_yet"
    UNCOUNTED = (
        "uncounted"  # shown at once, because it is very dangerous; nobody's independent word until it is read
    )
    FIRST = "first"  # shown to others when a peer has read it
    READ = "read"


class Desk(StrEnum):
    """Why a report is on the moderators' desk, beside what its state says."""

    FIRST = "first"  # nobody sees it before it is read
    UNREAD = "unread"
    WROTE = "wrote"  # its author waits for an answer
    EYES = "eyes"  # refused, and its author asks for other eyes


class RefusedFor(TextChoices):
    """Why two moderators refused a report, as its author reads it in her language."""

    THIRD_PERSON = (
        "third_person",
        _("It says who or where somebody else is: a colleague, a neighbour, a relative"),
    )
    NOT_DANGER = "not_danger", _("It does not tell of something that a client did")
    TWICE = "twice", _("You have reported the same before")
    SOMEBODY_ELSE = "somebody_else", _("What it names belongs to somebody else, who did not do this")
