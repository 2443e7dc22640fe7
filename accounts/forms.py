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
