"""What may be done, how far, and how the house looks to whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """What a grant allows; `ADMINISTER` covers settings, users and rights."""

    READ = "read", _("Read")
    CREATE = "create", _("Create")
    CHANGE = "change", _("Change")
    DELETE = "delete", _("Delete")
    EXPORT = "export", _("Export")
    BULK = "bulk", _("In bulk")
    ADMINISTER = "administer", _("Administer")


class Scope(models.IntegerChoices):
    """How far a grant reaches. Ordered, so that `max` of several grants is the widest."""

    NONE = 0, _("never")
    OWN = 1, _("own")
    TEAM = 2, _("team")
    ALL = 3, _("all")


class FieldRight(models.IntegerChoices):
    """What a role may do with one field of records it reads. Ordered, so that `max` of several roles is the widest."""

    HIDDEN = 0, _("hidden")
    READ = 1, _("read only")
    WRITE = 2, _("read and write")


class Language(models.TextChoices):
    DE = "de", "Deutsch"
    EN = "en", "English"


class Theme(models.TextChoices):
    """Empty follows the device."""

    DEVICE = "", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMFORTABLE = "", _("Comfortable")
    COMPACT = "compact", _("Compact")


class Country(models.TextChoices):
    """Where the company itself sits: decides currency and how a number without country code is read."""

    DE = "DE", _("Germany")
    AT = "AT", _("Austria")
    CH = "CH", _("Switzerland")


class SecurityEvent(models.TextChoices):
    """What can happen to the locks of an account. Of each the person is told by mail."""

    NEW_DEVICE = "new_device", _("Sign-in from a new device")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    SESSIONS_ENDED = "sessions_ended", _("Signed out everywhere by an administrator")
    TOTP_ADDED = "totp_added", _("Second factor set up")
    TOTP_REMOVED = "totp_removed", _("Second factor switched off")
    CODES_RENEWED = "codes_renewed", _("New recovery codes made")
    CODE_USED = "code_used", _("Recovery code used")
    PASSKEY_ADDED = "passkey_added", _("Passkey added")
    PASSKEY_REMOVED = "passkey_removed", _("Passkey removed")
    FACTORS_RESET = "factors_reset", _("Second factor and passkeys removed by an administrator")


class ProviderKind(models.TextChoices):
    OIDC = "oidc", "OpenID Connect"
    SAML = "saml", "SAML"
