"""What is typed on the pages about accounts. A form checks, a rule acts."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.vocabulary import Knows, Role, SuspendedFor

LONGEST_NOTE = 500  # characters
STEERING = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))
UNKEPT = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
# With "off" Chrome still asks whether to save it, and keeps the pseudonym in plain in its profile when she declines.
# What it takes for a code that is used once it does not ask about.
UNKEPT_SECRET = {**UNKEPT, "autocomplete": "one-time-code"}
UNKEPT_DIGITS = {**UNKEPT_SECRET, "inputmode": "numeric", "dir": "ltr"}


class SignInForm(forms.Form):
    pseudonym = forms.CharField(
        label=_("Pseudonym"), max_length=100, strip=True, widget=forms.TextInput(attrs=UNKEPT)
    )
    passphrase = forms.CharField(
        label=_("Passphrase"), strip=False, widget=forms.PasswordInput(attrs=UNKEPT_SECRET)
    )

    def __init__(self, *args: Any, waits: bool = False, **more: Any) -> None:
        """`waits`: her passphrase is kept for a minute, so its box may stay empty."""
        super().__init__(*args, **more)
        if waits:
            self.fields["passphrase"].required = False
            self.fields["passphrase"].help_text = _("Kept for a minute: you need not type it again.")


class ProofForm(forms.Form):
    """One of the two is enough."""

    passphrase = forms.CharField(
        label=_("Passphrase"), strip=False, required=False, widget=forms.PasswordInput(attrs=UNKEPT_SECRET)
    )
    code = forms.CharField(
        label=_("Or a code: of your app, a recovery code, or your spare key if you have neither"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=UNKEPT_SECRET),
    )


class InvitationForm(forms.Form):
    invitation = forms.CharField(
        label=_("Your invitation: 12 digits"), max_length=100, widget=forms.TextInput(attrs=UNKEPT_DIGITS)
    )


class JoinForm(forms.Form):
    """The passphrase can be read while it is typed: the page shows the words from which it is copied anyway."""

    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        help_text=_("Not your name, and none that you work under. You can keep the one that is proposed."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=UNKEPT),
    )
    passphrase = forms.CharField(
        label=_("Passphrase"),
        help_text=_("The five words, or your own of 12 characters or more."),
        strip=False,
        widget=forms.TextInput(attrs=UNKEPT_SECRET),
    )


class NewPassphraseForm(forms.Form):
    passphrase = forms.CharField(
        label=_("New passphrase"),
        help_text=_("The five words, or your own of 12 characters or more."),
        strip=False,
        widget=forms.TextInput(attrs=UNKEPT_SECRET),
    )


class ComeBackForm(NewPassphraseForm):
    pseudonym = forms.CharField(
        label=_("Pseudonym"), max_length=100, strip=True, widget=forms.TextInput(attrs=UNKEPT)
    )
    spare_key = forms.CharField(
        label=_("Spare key: 16 digits"), max_length=100, widget=forms.TextInput(attrs=UNKEPT_DIGITS)
    )

    field_order = ["pseudonym", "spare_key", "passphrase"]


class ReturnForm(NewPassphraseForm):
    """Coming back with an invitation of somebody who knows her."""

    pseudonym = ComeBackForm.base_fields["pseudonym"]
    invitation = InvitationForm.base_fields["invitation"]

    field_order = ["pseudonym", "invitation", "passphrase"]


class DigitsForm(forms.Form):
    digits = forms.CharField(
        label=_("Six digits"),
        max_length=20,
        widget=forms.PasswordInput(attrs=UNKEPT_DIGITS),
    )


class NewDigitsForm(forms.Form):
    """They can be read while they are chosen."""

    digits = forms.CharField(
        label=_("Six digits"), max_length=20, widget=forms.TextInput(attrs=UNKEPT_DIGITS)
    )


class NamedForm(forms.Form):
    """Somebody whom a moderator is told."""

    pseudonym = forms.CharField(
        label=_("Her pseudonym"), max_length=100, strip=True, widget=forms.TextInput(attrs=UNKEPT)
    )


class CodeForm(forms.Form):
    """A code of an app, a recovery code or a spare key: digits of any script."""

    code = forms.CharField(
        label=_("Code"),
        max_length=100,
        widget=forms.TextInput(attrs={**UNKEPT_SECRET, "inputmode": "numeric", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        if label:
            self.fields["code"].label = label
        self.fields["code"].help_text = help_text


class RoleForm(forms.Form):
    pseudonym = forms.CharField(
        label=_("Her pseudonym"), max_length=100, strip=True, widget=forms.TextInput(attrs=UNKEPT)
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[choice for choice in Role.choices if choice[0] != Role.MEMBER]
    )
    group = forms.CharField(
        label=_("For an outreach worker: of which partner group"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=UNKEPT),
    )


class WordsForm(forms.Form):
    """A few sentences to or from the moderators."""

    text = forms.CharField(
        max_length=LONGEST_NOTE,
        help_text=_("At most 500 characters. No names and no addresses, please."),
        widget=forms.Textarea(attrs={**UNKEPT, "rows": 4}),
    )

    def __init__(self, *args: Any, label: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].label = label

    def clean_text(self) -> str:
        text = without_steering(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(_("Write a few words."))
        return text


class VouchForm(forms.Form):
    """How she knows whom she vouches for."""

    how = forms.ChoiceField(
        label=_("How do you know her?"),
        choices=[choice for choice in Knows.choices if choice[0] != Knows.INVITED],
        widget=forms.RadioSelect,
    )


class CloseForm(forms.Form):
    """What becomes of her reports."""

    DELETE, KEEP = "delete", "keep"
    reports = forms.ChoiceField(
        label=_("Your reports"),
        choices=[
            (KEEP, _("They stay until their day, without you: nobody can tell any more who wrote them")),
            (DELETE, _("They are deleted now")),
        ],
        widget=forms.RadioSelect,
    )


class StandingForm(forms.Form):
    """Whose account, and for a suspension why."""

    pseudonym = forms.CharField(
        label=_("Pseudonym"), max_length=100, strip=True, widget=forms.TextInput(attrs=UNKEPT)
    )
    why = forms.ChoiceField(
        label=_("Why, if you ask for a suspension"),
        choices=SuspendedFor.choices,
        widget=forms.RadioSelect,
        required=False,
    )


def without_steering(text: str) -> str:
    """A text of somebody's without control and bidi characters, which could hide what is read, or turn it around."""
    return "".join(letter for letter in text if letter == "\n" or not _steers(letter)).strip()


def _steers(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") or unicodedata.bidirectional(letter) in STEERING
