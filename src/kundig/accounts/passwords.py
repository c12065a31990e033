"""What a password must not be."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# fmt: off
GERMAN = frozenset({
    "passwort", "kennwort", "geheim", "geheimnis", "willkommen", "hallo", "sommer", "winter", "frühling", "herbst",
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "deutschland",
    "schatz", "kundig", "kunde", "kunden", "firma", "admin", "administrator", "verwaltung", "zugang", "anmelden",
    "start",
})
# fmt: on
FRAME = re.compile(r"^[\W\d_]+|[\W\d_]+$")
LONGEST_OBVIOUS = 100
"""Longer ones nobody tries first, and looking for a word in them would take long."""


class ObviousPasswordValidator(CommonPasswordValidator):
    """Refuses the passwords everybody tries first, in English and German, also with digits and signs around them."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST_OBVIOUS:
            return
        plain = password.strip().casefold()
        word = FRAME.sub("", plain)
        if plain in self.passwords or word in self.passwords or word in GERMAN:
            raise ValidationError(_("Many people use this password; it is tried first."), code="password_too_common")

    def get_help_text(self) -> str:
        return _("Not a word that many use, not even with digits behind it: “Sommer2026!” is tried first.")
