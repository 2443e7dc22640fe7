"""What is tapped and typed about reports. A form checks one step; filing checks the whole and acts.

Field names are the keys of `alerts.facts` (see docs of the importer), values their codes; `said()` gives a step's part
of what a report says.
"""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts import areas, facts, spelling
from alerts.spelling import Reading
from alerts.vocabulary import (
    AgeBand,
    Alert,
    Build,
    Colour,
    FacialHair,
    Hair,
    HeightBand,
    Helped,
    How,
    IdentifierKind,
    Incident,
    PersonKind,
    Police,
    Setting,
    TimeSlot,
    VehicleType,
    YesNo,
)

QUIET = {"autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
ROWS = 3  # boxes for identifiers that stand empty
FEWEST_DIGITS = 2  # that are worth keeping of a phone number
# "bob77": a word of small letters that can be spoken, and digits behind it, is no piece of a plate.
_LIKE_AN_ACCOUNT = re.compile(r"(?=[^\W\d]*[aeiouyаеиоуыэюя])[^\W\d_][^\W\d_A-ZА-Я]{2,}\d{1,4}", re.UNICODE)


class YesNoField(forms.ChoiceField):
    """True, false, or None for "don't know", which stands first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YesNo.choices, widget=forms.RadioSelect, required=False, initial="unknown", **kwargs
        )

    def clean(self, value: Any) -> bool | None:
        return YesNo(super().clean(value) or YesNo.UNKNOWN).known


class IdentifierRows(forms.Widget):
    """Boxes for phone numbers, names and accounts, each with a choice of what it is."""

    template_name = "alerts/_identifier_rows.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:
        values, kinds = data.getlist(name), data.getlist(f"{name}_kind")
        kinds += [""] * (len(values) - len(kinds))
        return [(value, kind) for value, kind in zip(values, kinds, strict=False) if value.strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"]["rows"] = [*(value or []), *[("", "")] * ROWS][: facts.MOST_IDENTIFIERS]
        context["widget"]["kinds"] = [("", gettext("I don't know")), *IdentifierKind.choices]
        return context


class IdentifiersField(forms.Field):
    """Identifiers as `alerts.facts` keeps them. Where she did not say what it is, its spelling does.

    What can be found under nothing is refused; only part of a phone number may stand beside something whole.
    """

    widget = IdentifierRows

    def clean(self, value: list[tuple[str, str]]) -> list[dict[str, str]]:
        self._refuse_too_many(value)
        kept = [one for typed, kind in value for one in self._identifiers(typed, kind)]
        self._refuse_too_many(kept)  # one box may hold several
        if kept and not any(map(_canonicals, kept)):
            raise forms.ValidationError(
                _(
                    "This is only a part, and nobody would find him by it. Add something whole, or take it out and "
                    "give two facts about him or his car."
                )
            )
        return kept

    def _refuse_too_many(self, some: list[Any]) -> None:
        if len(some) > facts.MOST_IDENTIFIERS:
            most = {"most": facts.MOST_IDENTIFIERS}
            raise forms.ValidationError(
                _("At most %(most)d numbers, names and accounts in one report."), params=most
            )

    def _identifiers(self, typed: str, kind: str) -> list[dict[str, str]]:
        if len(typed) > facts.LONGEST_IDENTIFIER:
            raise forms.ValidationError(
                _("One of these is too long. One number, name or account in each box, please.")
            )
        chosen = kind in IdentifierKind.values
        kept = _as_chosen(typed.strip(), kind) if chosen else _as_spelled(typed.strip())
        if not kept:
            raise self._unreadable() if chosen else self._ambiguous(typed)
        return kept

    def _ambiguous(self, typed: str) -> forms.ValidationError:
        """It may be several things, and under the wrong one it would accuse somebody else."""
        if not spelling.readings(typed, default_country=settings.COUNTRY):
            return self._unreadable()
        return forms.ValidationError(
            _("“%(typed)s” may be several things. Choose beside it what it is."),
            params={"typed": " ".join(facts.without_steering(typed).split())},
        )

    def _unreadable(self) -> forms.ValidationError:
        return forms.ValidationError(
            _("One of these cannot be read. Say what it is beside it, or take it out.")
        )


def _as_chosen(typed: str, kind: str) -> list[dict[str, str]]:
    """Under the kind that she chose, and what else the box holds; else what its spelling says."""
    said = {"kind": kind, "value": typed}
    found = set(_canonicals(said))
    if not found:
        return [said] if kind == IdentifierKind.PHONE and _is_part_of_a_number(typed) else _as_spelled(typed)
    return [said, *(other for other in _as_spelled(typed, but=kind) if not found >= {*_canonicals(other)})]


def _as_spelled(typed: str, *, but: str = "") -> list[dict[str, str]]:
    """Every kind that the box holds; `but`: without the pieces that may be of this kind.

    Nothing where a piece can be kept as nothing: it would be lost silently.
    """
    asked = spelling.ask(typed, default_country=settings.COUNTRY)
    pieces = _pieces(asked.readings, typed)
    others = [piece for piece, read in pieces.items() if read[0].kind != "name"]
    kept: list[dict[str, str]] = []
    for piece, read in pieces.items():
        if but in {one.kind for one in read}:
            continue
        stands_alone = len(pieces) == 1 or (others == [piece] and not _is_part(read))
        whole = typed if stands_alone else piece
        some = _kept(piece, read, whole, is_broken=not asked.whole and _is_part_of_a_number(piece))
        if not some:
            return []
        kept += some
    is_all_kept = asked.whole or but or any(one["value"] == typed for one in kept)
    return kept if is_all_kept or not _is_part_of_a_number(typed) else kept + _as_part("phone", typed)


def _pieces(read: list[Reading], typed: str) -> dict[str, list[Reading]]:
    """What the box may hold, by the piece it was read from.

    Words beside something that can be found may be a name, or "le soir": those stay with it, as they were typed.
    """
    names = {one.text: one for one in reversed(read) if one.kind == "name"}
    words = [one for one in read if one.text in names and _is_only_a_name(one, names[one.text])]
    others = [one for one in read if one.kind != "name" and one not in words]
    taken = {one.text for one in others}
    parts = {one.text for one in others if _is_part([one])}
    kept = [one for one in read if one.kind == "name" and one.text not in taken]
    if taken - parts:
        apart = {one.text for one in words}
        kept = [
            one for one in kept if spelling.is_likely_a_name(one.text, typed=typed, apart=one.text in apart)
        ]
    pieces: dict[str, list[Reading]] = {}
    for one in others + kept:
        pieces.setdefault(one.text, []).append(one)
    return pieces


def _is_only_a_name(one: Reading, name: Reading) -> bool:
    """Is this account nothing but the words of the name, with no label before them?"""
    is_word = one.kind == IdentifierKind.HANDLE and not one.marked
    return is_word and len(one.canonical.split()) >= len(name.canonical.split())


def _is_part(read: list[Reading]) -> bool:
    """Is this the end of a number or a piece of a plate, and no number that was read whole?"""
    kinds = {one.kind for one in read}
    return bool(kinds & {"tail", "plate_part"}) and IdentifierKind.PHONE not in kinds


def _kept(piece: str, read: list[Reading], typed: str, *, is_broken: bool) -> list[dict[str, str]]:
    """A piece as its kind, or its kinds. A part of something is kept as such, and never as an account or a plate."""
    kinds = [one.kind for one in read]
    is_whole = kinds[0] in (IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.NAME)
    if not is_whole and ("tail" in kinds or is_broken):
        return _as_part(IdentifierKind.PHONE, typed)
    if not is_whole and "plate_part" in kinds and _LIKE_AN_ACCOUNT.fullmatch(piece):
        kinds = [IdentifierKind.HANDLE]
    elif not is_whole and "plate_part" in kinds:
        return _as_part(IdentifierKind.PLATE, typed)
    return [one for kind in _kinds(kinds) if (one := _written(kind, piece, typed, read))]


def _as_part(kind: str, typed: str) -> list[dict[str, str]]:
    """Kept, but under nothing that could be taken for the whole."""
    part = {"kind": str(kind), "value": typed}
    return [] if _canonicals(part) else [part]


def _kinds(kinds: list[str]) -> list[str]:
    """Letters with digits may be an account or a plate, and are then kept as both."""
    if kinds[0] in ("plate", "handle"):
        return [kind for kind in ("plate", "handle") if kind in kinds]
    return kinds[:1]


def _written(kind: str, piece: str, typed: str, read: list[Reading]) -> dict[str, str] | None:
    """As she typed it, with her remarks, if that is found by what was read in the piece; else the piece."""
    whole, part = {"kind": kind, "value": typed}, {"kind": kind, "value": piece}
    asked = {one.canonical for one in read if one.kind == kind}
    by_piece, by_all = {*_canonicals(part)} & asked, {*_canonicals(whole)}
    if by_all and by_piece <= by_all <= asked:
        return whole
    return part if by_piece else None


def _canonicals(kept: dict[str, str]) -> tuple[str, ...]:
    return spelling.canonicals(spelling.Identifier(**kept), default_country=settings.COUNTRY)


def _is_part_of_a_number(typed: str) -> bool:
    digits = sum(map(str.isdecimal, typed))
    asked = spelling.ask(typed, default_country=settings.COUNTRY)
    return digits >= FEWEST_DIGITS and bool(asked.of_kind("tail") or not asked.whole)


MOST_AREAS = 5


class AreaField(forms.CharField):
    """An area by code, name, number, or the first digits of the postcode; gives the ISO 3166-2 code."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        found = areas.find(typed, country=settings.COUNTRY)
        if not found:
            raise forms.ValidationError(
                _("That area is not known. Give a département, a region or the first digits of the postcode.")
            )
        if len(found) > 1:
            names = "; ".join(f"{code}: {areas.name(code)}" for code in found[:6])
            raise forms.ValidationError(
                _("Several areas match. Type one of these codes: %(names)s"), params={"names": names}
            )
        return found[0]


class AreasField(AreaField):
    """Up to five areas, parted by commas."""

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        typed = [part for part in re.split(r"[,;\n،，、]", value or "") if part.strip()]
        found = list(dict.fromkeys(super(AreasField, self).clean(part) for part in typed))
        if len(found) > MOST_AREAS:
            raise forms.ValidationError(_("At most %(most)d areas."), params={"most": MOST_AREAS})
        return found


class AreasForm(forms.Form):
    areas = AreasField(
        label=_("Where do you work?"),
        help_text=_(
            "Départements, regions or postcodes, with commas between them: 75, Hérault, 69. At most five."
        ),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={**QUIET, "list": "areas"}),
    )


def _choice(choices: Any, label: Any, *, radio: bool = True, **kwargs: Any) -> forms.ChoiceField:
    widget = forms.RadioSelect if radio else forms.Select
    return forms.ChoiceField(choices=choices.choices, label=label, widget=widget, required=False, **kwargs)


def _choices(choices: Any, label: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(
        choices=choices.choices, label=label, widget=widget, required=False, **kwargs
    )


def _short(label: Any, longest: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=False, widget=forms.TextInput(attrs=QUIET), **kwargs
    )


class CheckForm(forms.Form):
    q = forms.CharField(
        label=_("Phone number, e-mail, account, name or number plate"),
        required=False,
        widget=forms.TextInput(attrs={**QUIET, "enterkeyhint": "search"}),
    )


class WhatForm(forms.Form):
    """Step 1: what happened."""

    incidents = _choices(Incident, _("What happened?"))
    weapon = YesNoField(label=_("Was a weapon seen?"))
    intoxicated = YesNoField(label=_("Was he drunk or drugged?"))
    others_present = YesNoField(label=_("Were others with him?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incidents"].required = True
        self.fields["incidents"].error_messages["required"] = _("Choose at least one thing that happened.")

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class LooksMixin(forms.Form):
    """What he looks like, and his car."""

    age_band = _choice(AgeBand, _("Age"), radio=False)
    height_band = _choice(HeightBand, _("Height"), radio=False)
    build = _choice(Build, _("Build"), radio=False)
    hair = _choice(Hair, _("Hair"), radio=False)
    facial_hair = _choice(FacialHair, _("Beard or moustache"), radio=False)
    glasses = YesNoField(label=_("Glasses"))
    marks = _short(_("Marks: tattoo, scar"), facts.LONGEST_MARKS)
    spoke = _short(_("Language he spoke"), facts.LONGEST_SPOKE)
    vehicle_type = forms.ChoiceField(
        label=_("Vehicle"),
        required=False,
        choices=lazy(lambda: [("", gettext("No vehicle, or don't know")), *VehicleType.choices], list),
    )
    vehicle_colour = _choice(Colour, _("Colour of the vehicle"), radio=False)
    vehicle_make = _short(_("Make of the vehicle"), facts.LONGEST_MAKE)

    LOOKS = ("age_band", "height_band", "build", "hair", "facial_hair", "glasses", "marks", "spoke")

    def looks(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        looks = {key: cleaned[key] for key in self.LOOKS if cleaned[key] not in ("", None)}
        return {"appearance": looks, "vehicle": self._vehicle()}

    def looks_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in LooksMixin.base_fields]

    def _vehicle(self) -> dict[str, str] | None:
        cleaned = self.cleaned_data
        if not (
            cleaned["vehicle_type"]
            or cleaned["vehicle_make"]
            or cleaned["vehicle_colour"] not in ("", "unknown")
        ):
            return None
        return {
            "type": cleaned["vehicle_type"] or str(VehicleType.CAR),
            "colour": cleaned["vehicle_colour"] or str(Colour.UNKNOWN),
            "make": cleaned["vehicle_make"],
        }


class WhoForm(LooksMixin):
    """Step 2: who."""

    identifier = IdentifiersField(
        label=_("Phone number, name, account, e-mail, number plate"),
        help_text=_(
            "One in each box. Any way of writing it is good. For an account, say where: “telegram: name”."
        ),
        required=False,
    )
    person = _choice(PersonKind, _("Who was it?"), initial=PersonKind.CLIENT)

    def said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {"identifiers": cleaned["identifier"], "person": cleaned["person"] or "client", **self.looks()}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.is_bound and not self.errors and not self._is_enough():
            self.add_error(
                "identifier", _("Give one thing to recognise him by, or two facts about him or his car.")
            )
        return cleaned

    def _is_enough(self) -> bool:
        looks = self.looks()
        said = {"appearance": {**facts.EMPTY_APPEARANCE, **looks["appearance"]}, "vehicle": looks["vehicle"]}
        return bool(self.cleaned_data["identifier"]) or facts.describing(said) >= facts.DESCRIBING_ENOUGH


class WhereForm(forms.Form):
    """Step 3: where and when, and when others may see it."""

    area = AreaField(
        label=_("Where? Département, region, or first digits of the postcode"),
        help_text=_("Nothing finer. Do not write your own address."),
        max_length=60,
        widget=forms.TextInput(attrs={**QUIET, "list": "areas"}),
        error_messages={"required": _("Say in which area. The first digits of the postcode are enough.")},
    )
    setting = _choice(Setting, _("Kind of place"), radio=False, initial=Setting.OTHER)
    incident_on = forms.CharField(
        label=_("Which day?"),
        help_text=_("The others see the month only."),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"type": "date", **QUIET}),
    )
    month_only = forms.BooleanField(label=_("I only know the month"), required=False)
    about = forms.BooleanField(label=_("About that day, I am not sure"), required=False)
    time_slot = _choice(TimeSlot, _("When in the day?"), radio=False)
    alert = _choice(
        Alert,
        _("When may the others see it?"),
        initial=Alert.NOW,
        help_text=_("Could he guess that it was you? Until then only your own checks find it."),
    )

    def clean_incident_on(self) -> str:
        typed = self.cleaned_data["incident_on"].strip()
        try:
            facts.checked_day(typed)
        except facts.FactsRefused as refusal:
            raise forms.ValidationError(refusal.problems[0][1]) from None
        return typed

    def said(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        day = cleaned["incident_on"]
        return {
            "area": cleaned["area"],
            "setting": cleaned["setting"] or "other",
            "incident_on": day[:7] if cleaned["month_only"] else day,
            "about": cleaned["about"],
            "time_slot": cleaned["time_slot"] or "unknown",
            "alert": cleaned["alert"] or "now",
        }


class MoreForm(LooksMixin):
    """The rest, offered once the report is sent: what helps the others, her own words, what may be done with it."""

    how = _choices(How, _("How did he go about it?"))
    helped = _choices(Helped, _("What helped?"))
    story = forms.CharField(
        label=_("In your own words"),
        help_text=_(
            "Only moderators read this. 2,000 characters at most. Leave out names and addresses, yours too."
        ),
        required=False,
        max_length=facts.LONGEST_STORY,
        widget=forms.Textarea(attrs={**QUIET, "rows": 6}),
    )
    show_now = forms.BooleanField(label=_("Let the others see it now"), required=False)
    warn = forms.BooleanField(label=_("Warn the others"), required=False)
    statistics = forms.BooleanField(label=_("Count me in figures"), required=False)
    contact = forms.BooleanField(label=_("You may write to me here about it"), required=False)
    police = _choice(
        Police, _("Police"), radio=False, help_text=_("Nothing is ever sent to the police by the site.")
    )

    def __init__(self, *args: Any, waits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not waits:
            del self.fields["show_now"]

    def said(self) -> dict[str, Any]:
        """What `filing.add_to_report` takes."""
        cleaned = self.cleaned_data
        shares = {"alert": cleaned["warn"], "police": cleaned["police"] or "no"}
        shares |= {key: cleaned[key] for key in ("statistics", "contact")}
        lists = {key: cleaned[key] for key in ("how", "helped", "story")}
        return {**lists, "show_now": cleaned.get("show_now", False), "shares": shares, **self.looks()}

    @staticmethod
    def typed(said: dict[str, Any], story: str) -> dict[str, Any]:
        """What this form shows of a report that is there."""
        looks, car, shares = said["appearance"], said["vehicle"] or {}, said["shares"]
        return {
            **looks,
            "glasses": YesNo.of(looks["glasses"]),
            **{f"vehicle_{key}": car.get(key, "") for key in ("type", "colour", "make")},
            "how": said["how"],
            "helped": said["helped"],
            "story": story,
            "warn": shares["alert"],
            **{key: shares[key] for key in ("statistics", "contact", "police")},
        }


STEPS: dict[str, type[forms.Form]] = {"what": WhatForm, "who": WhoForm, "where": WhereForm}
