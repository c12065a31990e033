"""Choices about customers and other partners."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartyKind(models.TextChoices):
    """Which of the three a party is; the values stand first in every sort index, so they are short."""

    ORGANISATION = "org", _("Organisation")
    PERSON = "person", _("Person")
    HOUSEHOLD = "household", _("Household")


class Lifecycle(models.TextChoices):
    """Where the relation stands. A lead is a state of a party, not a copy of it."""

    CONTACT = "contact", _("Contact")
    LEAD = "lead", _("Lead")
    CUSTOMER = "customer", _("Customer")
    FORMER = "former", _("Former customer")


class CustomerClass(models.TextChoices):
    """How much a customer is looked after; what follows from a letter, the house decides (`timeline`)."""

    NONE = "", _("No class")
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"


class Salutation(models.TextChoices):
    """How a person is addressed; empty means nobody has told us, which is not the same as neutral."""

    UNKNOWN = "", _("Unknown")
    MS = "ms", _("Ms")
    MR = "mr", _("Mr")
    NEUTRAL = "neutral", _("Neutral")


class Formality(models.TextChoices):
    FORMAL = "formal", _("Formal (Sie)")
    INFORMAL = "informal", _("Informal (du)")


class Language(models.TextChoices):
    """The language a party is written to in; empty follows the country."""

    UNKNOWN = "", _("Unknown")
    DE = "de", _("German")
    EN = "en", _("English")
    FR = "fr", _("French")
    IT = "it", _("Italian")
    ES = "es", _("Spanish")
    NL = "nl", _("Dutch")
    PL = "pl", _("Polish")
    CS = "cs", _("Czech")
    PT = "pt", _("Portuguese")
    DA = "da", _("Danish")
    SV = "sv", _("Swedish")


class AddressKind(models.TextChoices):
    VISIT = "visit", _("Visiting address")
    DELIVERY = "delivery", _("Delivery address")
    INVOICE = "invoice", _("Invoice address")
    PRIVATE = "private", _("Private address")
    BOX = "box", _("Post-office box")


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    MOBILE = "mobile", _("Mobile")
    MAIL = "mail", _("Mail")
    FAX = "fax", _("Fax")
    WEB = "web", _("Website")
    MESSENGER = "messenger", _("Messenger")


class Usage(models.TextChoices):
    UNKNOWN = "", _("Unspecified")
    WORK = "work", _("Work")
    PRIVATE = "private", _("Private")
    SWITCHBOARD = "switchboard", _("Switchboard")
    INVOICES = "invoices", _("Invoices")


class RoleKind(models.TextChoices):
    """What a person is at an organisation or in a household."""

    CONTACT = "contact", _("Contact person")
    EMPLOYEE = "employee", _("Employee")
    MANAGER = "manager", _("Managing director")
    OWNER = "owner", _("Owner")
    ADVISER = "adviser", _("Adviser")
    MEMBER = "member", _("Household member")


class Countable(models.TextChoices):
    """A value that can count for how well a customer is known; called like its column."""

    PHONE = "phone", _("phone")
    MOBILE = "mobile", _("mobile")
    MAIL = "mail", _("mail")
    WEBSITE = "website", _("website")
    STREET = "street", _("street")
    POSTAL_CODE = "postal_code", _("postal code")
    CITY = "city", _("city")
    REGION = "region", _("region")
    COUNTRY = "country", _("country")
    SALUTATION = "salutation", _("salutation")
    FIRST_NAME = "first_name", _("first name")
    FAMILY_NAME = "family_name", _("family name")
    ORGANISATION = "organisation", _("organisation")
    FUNCTION = "function", _("function")
    BIRTHDAY = "birthday", _("birthday")
    INDUSTRY = "industry", _("industry")
    LEGAL_FORM = "legal_form", _("legal form")
    EMPLOYEES = "employees", _("employees")
    REVENUE = "revenue", _("yearly revenue")
    VAT_ID = "vat_id", _("VAT number")
    PARENT = "parent", _("parent company")
    LANGUAGE = "language", _("language")
    SOURCE = "source", _("source")
