"""What stands on the house's paper: quotes, confirmations, invoices."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NotANumber

from kundig.accounts.models.people import NO_NUL, Company
from kundig.platform.models import StoredFile

ACCENT = "#0f5c5e"


class Letterhead(models.Model):
    """Address, numbers and bank of the house: exactly one row. What is empty is left out on paper."""

    id = models.SmallIntegerField(primary_key=True, default=Company.THE_ONE, editable=False)
    name = models.CharField(_("name on paper"), max_length=160, blank=True, validators=[NO_NUL])
    street = models.CharField(_("street and number"), max_length=160, blank=True, validators=[NO_NUL])
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True, validators=[NO_NUL])
    city = models.CharField(_("town"), max_length=100, blank=True, validators=[NO_NUL])
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[NO_NUL])
    mail = models.EmailField(_("mail address"), blank=True)
    website = models.CharField(_("website"), max_length=160, blank=True, validators=[NO_NUL])
    vat_id = models.CharField(_("VAT number"), max_length=20, blank=True, validators=[NO_NUL])
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True, validators=[NO_NUL])
    register = models.CharField(_("commercial register"), max_length=120, blank=True, validators=[NO_NUL])
    managers = models.CharField(_("management"), max_length=200, blank=True, validators=[NO_NUL])
    bank = models.CharField(_("bank"), max_length=100, blank=True, validators=[NO_NUL])
    iban = models.CharField(_("IBAN"), max_length=34, blank=True, validators=[NO_NUL])
    bic = models.CharField(_("BIC"), max_length=11, blank=True, validators=[NO_NUL])
    accent = models.CharField(
        _("colour"), max_length=7, default=ACCENT,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits from 0 to f."))],
    )  # fmt: skip
    logo = models.ForeignKey(
        StoredFile, models.SET_NULL, verbose_name=_("logo"), related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="letterhead_only_one")]

    def __str__(self) -> str:
        return self.name

    def missing(self) -> list[str]:
        """What § 14 UStG asks of every invoice and is not filled in: labels in words."""
        needed = ("street", "postal_code", "city", "iban")
        names = [name for name in needed if not getattr(self, name)]
        if not (self.vat_id or self.tax_number):
            names.append("vat_id")
        return [str(self._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]

    def clean(self) -> None:
        self.iban = iban.compact(self.iban)
        if self.iban:
            try:
                iban.validate(self.iban)
            except NotANumber as problem:
                raise ValidationError(
                    {"iban": _("This is no IBAN: it reads like DE02 1203 0000 0000 2020 51.")}
                ) from problem
