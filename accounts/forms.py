"""What is typed on the pages about accounts. A form checks, a rule acts."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    pseudonym = forms.CharField(label=_("Pseudonym"), max_length=100, strip=True)
    passphrase = forms.CharField(label=_("Passphrase"), strip=False, widget=forms.PasswordInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.update(
                {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
            )
        # With "off" Chrome still asks whether to save it, and keeps the pseudonym in plain in its profile when she
        # declines. What it takes for a code that is used once it does not ask about.
        self.fields["passphrase"].widget.attrs["autocomplete"] = "one-time-code"
