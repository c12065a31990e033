"""How sales are taxed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaxClass(models.TextChoices):
    """What the law says of a product; which percentage that is, the country and the day decide."""

    STANDARD = "standard", _("Standard rate")
    REDUCED = "reduced", _("Reduced rate")
    SPECIAL = "special", _("Special rate")
    ZERO = "zero", _("Zero rate")
    EXEMPT = "exempt", _("Exempt from tax")


class TaxCategory(models.TextChoices):
    """The codes of UNTDID 5305 that EN 16931 knows."""

    STANDARD = "S", _("Taxed")
    ZERO = "Z", _("Zero rated")
    EXEMPT = "E", _("Exempt")
    REVERSE = "AE", _("Reverse charge")
    WITHIN_EU = "K", _("Supply within the EU")
    EXPORT = "G", _("Export delivery")
    OUTSIDE = "O", _("Outside the scope of tax")
