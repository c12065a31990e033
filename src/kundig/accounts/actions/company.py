"""The company whose house this is."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils import timezone as clock
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import require_administrator
from kundig.accounts.models import Company, Letterhead, User
from kundig.accounts.queries import company as the_company
from kundig.accounts.queries import forget_company
from kundig.accounts.rules import COUNTRIES
from kundig.platform.models import StoredFile

PRINTED = (
    "name street postal_code city phone mail website vat_id tax_number register managers bank iban bic accent".split()
)


def follow_clock() -> None:
    """Reckon days by the house's clock from now on, where no request has brought it: in jobs and handlers of events."""
    clock.activate(ZoneInfo(the_company().timezone))


def change_company(
    *, name: str, country: str, language: str, timezone: str = "", currency: str = "", by: User | None
) -> Company:
    """Set the company's settings; currency and time zone follow from the country where they are not given.

    Raises:
        ValidationError: by field.
    """
    require_administrator(by)
    usual = COUNTRIES.get(country)
    company = Company.objects.filter(pk=Company.THE_ONE).first() or Company()
    company.name, company.country, company.language = name.strip(), country, language
    company.currency = currency or (usual.currency if usual else "")
    company.timezone = timezone or (usual.timezone if usual else "")
    if company.timezone and company.timezone not in available_timezones():
        # Every page asks for the time zone: a wrong one would close the house.
        raise ValidationError({"timezone": _("There is no time zone “%(zone)s”.") % {"zone": company.timezone}})
    if company.currency and company.currency not in {habits.currency for habits in COUNTRIES.values()}:
        raise ValidationError({"currency": _("There is no currency “%(currency)s”.") % {"currency": company.currency}})
    company.full_clean(validate_unique=False, validate_constraints=False)
    company.save()
    forget_company()
    return company


def change_letterhead(*, by: User | None, logo: StoredFile | None, **values: str) -> Letterhead:
    """Set what stands on the house's paper; fields that are not named become empty.

    Raises:
        ValidationError: by field.
    """
    require_administrator(by)
    letterhead = Letterhead.objects.filter(pk=Company.THE_ONE).first() or Letterhead()
    letterhead.logo = logo
    for name in PRINTED:
        setattr(letterhead, name, values.get(name, "").strip())
    letterhead.full_clean(validate_unique=False, validate_constraints=False)
    letterhead.save()
    return letterhead
