"""What is typed on the pages about accounts. A form checks, a rule acts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

UNKEPT = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
# With "off" Chrome still asks whether to save it, and keeps the pseudonym in plain in its profile when she declines.
# What it takes for a code that is used once it does not ask about.
UNKEPT_SECRET = {**UNKEPT, "autocomplete": "one-time-code"}


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
        label=_("Or a code: from your app, or a recovery code"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs=UNKEPT_SECRET),
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
