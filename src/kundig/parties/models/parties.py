"""Who we have or want a relation with: organisations, persons and households in one table."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, ExtractDay, ExtractMonth, Trim
from django.utils.translation import gettext_lazy as _

from kundig.parties.enums import Countable, CustomerClass, Formality, Language, Lifecycle, PartyKind, Salutation
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record

ORGANISATION, PERSON, HOUSEHOLD = PartyKind.ORGANISATION, PartyKind.PERSON, PartyKind.HOUSEHOLD

# Persons sort as a directory prints them: family name, first name. Who has neither sorts by what is shown.
_FAMILY_FIRST = Trim(Concat(F("family_name"), Value(" "), F("first_name")))
_SORTED_NAME = Case(When(Q(kind=PERSON) & ~Q(family_name=""), then=_FAMILY_FIRST), default=F("name"))


def sort_index(key: str, *, name: str, condition: Q | None = None, also: tuple[str, ...] = ()) -> models.Index:
    """The index that pages a table by `key` in both directions, with what the scopes own and team look at, and `also`
    what is read from it without the table."""
    fields = (key, "id") if condition else ("kind", key, "id")
    return models.Index(fields=fields, include=("team", "owner", *also), name=name, condition=condition)


class Party(Record):
    """One organisation, person or household.

    `street` to `website` and, for persons, `organisation` and `function` are summaries of the main address, contact
    points and role, kept by `parties.actions`, so that lists need no join.
    """

    kind = models.CharField(_("kind"), max_length=9, choices=PartyKind.choices, editable=False)
    number = models.CharField(
        _("customer number"), max_length=40, blank=True, help_text=_("Left empty, the next free number is taken.")
    )
    name = models.CharField(
        _("name"),
        max_length=300,
        blank=True,
        help_text=_("Without a name it is an anonymous customer, known by the number."),
    )
    is_anonymous = models.BooleanField(
        _("anonymous"),
        default=False,
        editable=False,
        help_text=_("A customer we know by the number only; the name is made from it."),
    )
    lifecycle = models.CharField(_("status"), max_length=8, choices=Lifecycle.choices, default=Lifecycle.CONTACT)
    customer_class = models.CharField(
        _("customer class"), max_length=1, choices=CustomerClass.choices, default="", db_default="", blank=True,
        help_text=_("How often a customer is to be contacted follows from it."),
    )  # fmt: skip
    source = models.CharField(
        _("source"), max_length=120, blank=True, help_text=_("Where the contact came from, for example a trade fair.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("looked after by"), related_name="parties",
        null=True, blank=True, db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, verbose_name=_("team"), related_name="parties",
        null=True, blank=True, db_index=False,
    )  # fmt: skip
    tags = ArrayField(models.CharField(max_length=80), verbose_name=_("tags"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, blank=True)
    picture = models.ForeignKey(
        "platform.StoredFile", models.SET_NULL, verbose_name=_("picture"), related_name="+",
        null=True, blank=True, db_index=False,
    )  # fmt: skip
    notes = models.TextField(_("notes"), blank=True)

    salutation = models.CharField(_("salutation"), max_length=7, choices=Salutation.choices, blank=True)
    academic_title = models.CharField(_("title"), max_length=60, blank=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    name_suffix = models.CharField(_("name suffix"), max_length=40, blank=True)
    formality = models.CharField(
        _("form of address"), max_length=8, choices=Formality.choices, default=Formality.FORMAL
    )
    letter_salutation = models.CharField(
        _("own letter salutation"), max_length=160, blank=True, help_text=_("Replaces the one made from the name.")
    )
    organisation = models.ForeignKey(
        "parties.Organisation", models.SET_NULL, verbose_name=_("organisation"), related_name="+",
        null=True, blank=True, db_index=False,
    )  # fmt: skip
    function = models.CharField(_("function"), max_length=120, blank=True)

    legal_form = models.CharField(_("legal form"), max_length=60, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    revenue = MoneyField(_("yearly revenue"), currency_from="revenue_currency", null=True, blank=True)
    revenue_currency = models.CharField(_("currency of the revenue"), max_length=3, blank=True)
    vat_id = models.CharField(_("VAT number"), max_length=20, blank=True)
    parent = models.ForeignKey(
        "parties.Organisation", models.SET_NULL, verbose_name=_("parent company"), related_name="subsidiaries",
        null=True, blank=True, db_index=False,
    )  # fmt: skip

    street = models.CharField(_("street"), max_length=160, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    mobile = models.CharField(_("mobile"), max_length=60, blank=True)
    mail = models.CharField(_("mail"), max_length=254, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    birthday = models.DateField(_("birthday"), null=True, blank=True)
    hobbies = models.TextField(_("hobbies"), blank=True)
    interests = models.TextField(_("interests"), blank=True)
    family = models.TextField(_("family"), blank=True)
    education = models.TextField(_("education"), blank=True)

    origins = models.JSONField(_("origin of the values"), default=dict, blank=True, editable=False)
    """Field → {"via", "at", "note", "confirmed_on"}; "*" holds for every field not named."""

    completeness = models.PositiveSmallIntegerField(
        _("completeness"), default=0, db_default=0, editable=False,
        help_text=_("How much of what should be known of every customer is known, in percent."),
    )  # fmt: skip
    missing = models.CharField(
        _("most wanted value that is missing"), max_length=20, choices=Countable.choices, default="", db_default="",
        blank=True, editable=False,
    )  # fmt: skip
    missing_count = models.PositiveSmallIntegerField(_("missing values"), default=0, db_default=0, editable=False)
    confirmed_on = models.DateField(
        _("confirmed since"), null=True, editable=False,
        help_text=_("The day since which everything that counts is known to be right."),
    )  # fmt: skip
    outdated_on = models.DateField(
        _("to be checked from"), null=True, editable=False,
        help_text=_("The day on which the first value has stood unchecked for longer than it holds."),
    )  # fmt: skip

    last_contact_on = models.DateField(
        _("last contact"), null=True, editable=False,
        help_text=_("The last time both sides spoke or wrote; what went out to many does not count."),
    )  # fmt: skip
    next_contact_on = models.DateField(
        _("next contact"), null=True, editable=False,
        help_text=_("Follows from the contact rhythm and the last contacts."),
    )  # fmt: skip
    next_contact_why = models.CharField(max_length=40, default="", db_default="", blank=True, editable=False)
    """The rhythm it follows from, as `timeline` writes it."""
    usual_gap = models.PositiveSmallIntegerField(
        _("usual days between contacts"), null=True, editable=False,
        help_text=_("Half of the time less, half of the time more passes between two contacts with this customer."),
    )  # fmt: skip
    silent_from = models.DateField(
        _("unusually quiet from"), null=True, editable=False,
        help_text=_("From this day on it is unusual for this customer not to have been in contact."),
    )  # fmt: skip
    silent_why = models.CharField(max_length=40, default="", db_default="", blank=True, editable=False)
    """What the customer usually does in that time, and when they did so last, as `timeline` writes it."""
    contact_basis = models.CharField(max_length=12, default="", db_default="", blank=True, editable=False)
    """What the next contact was reckoned with; another class or status makes it stale."""

    orders_count = models.PositiveIntegerField(_("orders so far"), default=0, db_default=0, editable=False)
    first_order_on = models.DateField(_("first order"), null=True, editable=False)
    last_order_on = models.DateField(_("last order"), null=True, editable=False)
    revenue_total = MoneyField(
        _("revenue with us"), null=True, editable=False,
        help_text=_("Net, without cancelled orders, less what was credited for returns."),
    )  # fmt: skip
    revenue_12m = MoneyField(_("revenue of 12 months"), null=True, editable=False)
    margin_total = MoneyField(
        _("contribution margin"), null=True, editable=False,
        help_text=_("What remains of revenue after the variable cost, where that is known."),
    )  # fmt: skip
    margin_12m = MoneyField(_("contribution margin of 12 months"), null=True, editable=False)
    discounts_12m = MoneyField(_("discounts of 12 months"), null=True, editable=False)

    name_key = SortKey(_SORTED_NAME)
    number_key = SortKey("number", natural=True)
    city_key = SortKey("city")
    postal_code_key = SortKey("postal_code")

    kept_by_database: ClassVar = (
        *("completeness", "missing", "missing_count", "confirmed_on", "outdated_on"),
        *("last_contact_on", "next_contact_on", "next_contact_why", "usual_gap"),
        *("silent_from", "silent_why", "contact_basis"),
        *("orders_count", "first_order_on", "last_order_on", "revenue_total", "revenue_12m", "margin_total"),
        *("margin_12m", "discounts_12m"),
    )
    """What follows from other values, so that no history tells of it: the first are kept by a trigger (migration
    `0002_quality`), the next by `actions.keep_contacts`, the last by triggers of the orders."""

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=("number",), name="party_number_unique"),
            models.CheckConstraint(condition=Q(kind__in=PartyKind.values), name="party_kind_known"),
            models.CheckConstraint(condition=Q(lifecycle__in=Lifecycle.values), name="party_lifecycle_known"),
            models.CheckConstraint(condition=Q(customer_class__in=CustomerClass.values), name="party_class_known"),
            models.CheckConstraint(condition=Q(salutation__in=Salutation.values), name="party_salutation_known"),
            models.CheckConstraint(condition=~Q(number=""), name="party_has_number"),
            models.CheckConstraint(condition=~Q(name=""), name="party_has_name"),
            models.CheckConstraint(
                condition=Q(kind=PERSON) | Q(first_name="", family_name="", organisation=None),
                name="party_only_persons_have_person_names",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(kind=ORGANISATION) & ~Q(parent=F("id")),
                name="party_parent_of_organisations",
            ),
        ]
        indexes = [
            sort_index("name_key", name="party_by_name"),
            sort_index("number_key", name="party_by_number"),
            sort_index("city_key", name="party_by_city"),
            sort_index("postal_code_key", name="party_by_postal_code", also=("name_key",)),
            sort_index("lifecycle", name="party_by_lifecycle"),
            sort_index("changed_at", name="party_by_change"),
            sort_index("revenue", name="party_by_revenue", condition=Q(kind=ORGANISATION)),
            sort_index("completeness", name="party_by_completeness"),
            sort_index("confirmed_on", name="party_by_confirmation"),
            sort_index("outdated_on", name="party_by_outdating"),
            sort_index("next_contact_on", name="party_by_next_contact"),
            sort_index("last_contact_on", name="party_by_last_contact"),
            sort_index("last_order_on", name="party_by_last_order"),
            sort_index("revenue_total", name="party_by_revenue_total"),
            sort_index("revenue_12m", name="party_by_revenue_12m"),
            sort_index("margin_12m", name="party_by_margin_12m"),
            models.Index(
                fields=("kind", "missing", "name_key", "id"),
                include=("team", "owner"),
                name="party_to_mend",
                condition=Q(missing_count=1),
            ),
            models.Index(fields=("country", "kind"), name="party_of_country"),
            # Of one town those who are called so: the check while typing (`queries.similar`) looks at nobody else.
            models.Index(fields=("kind", "city_key", "name_key", "id"), name="party_in_town_by_name"),
            GinIndex(fields=("tags",), name="party_of_tag"),
            models.Index(
                ExtractMonth("birthday"),
                ExtractDay("birthday"),
                "id",
                name="party_by_birthday",
                condition=Q(birthday__isnull=False),
            ),
            models.Index(
                fields=("kind", "latitude", "longitude"),
                include=("id",),
                name="party_by_position",
                condition=Q(latitude__isnull=False, longitude__isnull=False),
            ),
            # Of these most rows have none: a partial index costs an import nothing for them.
            models.Index(fields=("owner",), name="party_of_owner", condition=Q(owner__isnull=False)),
            models.Index(
                fields=("owner", "next_contact_on"),
                name="party_due_by_owner",
                condition=Q(owner__isnull=False, next_contact_on__isnull=False),
            ),
            models.Index(
                fields=("owner", "silent_from"),
                name="party_silent_by_owner",
                condition=Q(owner__isnull=False, silent_from__isnull=False),
            ),
            models.Index(
                fields=("kind", "customer_class", "name_key", "id"),
                include=("team", "owner"),
                name="party_of_class",
                condition=~Q(customer_class=""),
            ),
            models.Index(fields=("team",), name="party_of_team", condition=Q(team__isnull=False)),
            models.Index(fields=("industry",), name="party_of_industry", condition=~Q(industry="")),
            models.Index(fields=("parent",), name="party_of_parent", condition=Q(parent__isnull=False)),
            # With the kind in it, people are counted without looking at any of them.
            models.Index(
                fields=("organisation",),
                include=("kind",),
                name="party_of_organisation",
                condition=Q(organisation__isnull=False),
            ),
            models.Index(fields=("picture",), name="party_of_picture", condition=Q(picture__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class KindManager(models.Manager):
    """The parties of one kind only."""

    def __init__(self, kind: PartyKind) -> None:
        super().__init__()
        self._kind = kind

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(kind=self._kind)


class Organisation(Party):
    objects: ClassVar[models.Manager] = KindManager(ORGANISATION)

    class Meta:
        proxy = True
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **_with_kind(ORGANISATION, args, kwargs))


class Person(Party):
    objects: ClassVar[models.Manager] = KindManager(PERSON)

    class Meta:
        proxy = True
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **_with_kind(PERSON, args, kwargs))


class Household(Party):
    objects: ClassVar[models.Manager] = KindManager(HOUSEHOLD)

    class Meta:
        proxy = True
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **_with_kind(HOUSEHOLD, args, kwargs))


def _with_kind(kind: PartyKind, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Rows from the database come as positional values and bring their kind; everything else gets the class's."""
    return kwargs if args else {"kind": kind, **kwargs}
