"""How organisations, persons and households are described."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import User
from kundig.parties import actions, queries
from kundig.parties.actions.importing import OrganisationImporter, PersonImporter
from kundig.parties.models import ExternalKey, Household, Organisation, Party, Person
from kundig.parties.objects.kinds import LETTER_SOURCES, LetterSalutationKind, letter_warning
from kundig.parties.rules.names import split_name
from kundig.platform.navigation import Section
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.kinds.base import Kind
from kundig.records.kinds.contacts import Address, Country, Mail, Phone, Website
from kundig.records.kinds.numbers import CurrencyCode, Percent
from kundig.records.kinds.places import Position
from kundig.records.kinds.references import File
from kundig.records.kinds.texts import Computed
from kundig.records.search import Extra

CONTACT_KINDS: dict[str, Kind] = {
    "phone": Phone(country="country"),
    "mobile": Phone(country="country"),
    "mail": Mail(),
    "website": Website(),
    "country": Country(),
    "picture": File(only_pictures=True),
    "completeness": Percent(),
}
_NEVER_SHOWN = "kind origins missing_count next_contact_why silent_why contact_basis"
_OF_PERSONS = (
    "salutation academic_title first_name family_name name_suffix formality organisation function birthday hobbies "
    "interests family education"
)
_OF_ORGANISATIONS = "legal_form industry employees revenue revenue_currency vat_id parent"


class PartyDescription(Description):
    """What the three have in common."""

    title, subtitle = "name", "city"
    search = "name number mail phone mobile city website"
    sort = "name"
    read_only = "is_anonymous"
    kinds: ClassVar = CONTACT_KINDS
    composed: ClassVar = {"address": Address(), "position": Position()}
    impersonal = "number owner team customer_class next_contact_on completeness missing confirmed_on outdated_on"
    purpose = "customer_care"
    model: ClassVar[type[Party]]
    change: ClassVar[Callable[..., Any] | None] = actions.change_party
    change_many: ClassVar[Callable[..., bool] | None] = actions.change_parties
    delete: ClassVar[Callable[..., None] | None] = actions.delete_party
    merge: ClassVar[Callable[..., Any] | None] = actions.merge_parties
    merge_page = "/merge/"
    keys = "number external_keys__key"
    recorded_along: ClassVar = (ExternalKey,)
    follows = "street postal_code city region country phone mobile mail website organisation_id function"
    brought_back: ClassVar[Callable[..., None] | None] = actions.parties_brought_back

    def search_extra(self, ids: Sequence[UUID]) -> Mapping[UUID, Extra]:
        return queries.searched_along(ids)

    def search_extra_for(self, user: User, ids: Sequence[UUID]) -> Mapping[UUID, Extra]:
        known = self.fields_for(user)
        found = queries.searched_along(ids, user=user)
        for extra in found.values():
            if "mail" not in known:
                extra.mails.clear()
            if not {"phone", "mobile"} <= known.keys():
                extra.phones.clear()
            if "website" not in known:
                extra.websites.clear()
        return found

    def is_searched_apart(self, user: User) -> bool:
        """Also where `user` does not see everybody at an organisation: their names lead to it."""
        return super().is_searched_apart(user) or not queries.sees_every_person(user)

    @classmethod
    def finds_similar(cls, values: Mapping[str, Any], *, user: User) -> list[queries.Similar]:
        return queries.similar_parties(values, user=user, kind=cls.where["kind"])


class OrganisationDescription(PartyDescription):
    model = Organisation
    name = "organisations"
    icon = "building"
    nav_section = Section.SELL
    avatar = "org"
    where: ClassVar = {"kind": "org"}
    hidden = f"{_NEVER_SHOWN} {_OF_PERSONS}"
    columns = "name lifecycle city phone mail industry owner"
    filters = "lifecycle customer_class owner team next_contact_on country tags industry"
    form = (
        "name legal_form lifecycle customer_class address phone mobile mail website industry employees revenue vat_id "
        "parent number owner team tags language source picture notes"
    )
    page = Page(
        header="lifecycle customer_class owner team tags",
        sections={
            _("Master data"): "address phone mobile mail website number",
            _("Company"): "legal_form industry employees revenue vat_id parent",
            _("Worth"): "revenue_12m margin_12m discounts_12m revenue_total margin_total orders_count last_order_on",
            _("Further details"): "language letter letter_salutation source position notes picture",
        },
    )
    kinds: ClassVar = {**CONTACT_KINDS, "revenue_currency": CurrencyCode()}
    computed: ClassVar = {"letter": LetterSalutationKind()}
    create, importer = actions.create_organisation, OrganisationImporter


class PersonDescription(PartyDescription):
    model = Person
    name = "persons"
    icon = "user"
    nav_section = Section.SELL
    avatar = "person"
    subtitle = "organisation city"
    where: ClassVar = {"kind": "person"}
    hidden = f"{_NEVER_SHOWN} {_OF_ORGANISATIONS}"
    read_only = "is_anonymous name"
    columns = "name organisation function lifecycle phone mail owner"
    filters = "lifecycle customer_class owner team next_contact_on country tags organisation"
    form = (
        "salutation academic_title first_name family_name name_suffix organisation function lifecycle customer_class "
        "phone mobile mail address website number owner team tags language formality letter_salutation source picture "
        "birthday hobbies interests family education notes"
    )
    page = Page(
        header="lifecycle customer_class organisation owner tags",
        sections={
            _("Master data"): "address phone mobile mail website function number",
            _("Name"): "salutation academic_title first_name family_name name_suffix",
            _("Worth"): "revenue_12m margin_12m discounts_12m revenue_total margin_total orders_count last_order_on",
            _("Letter"): "letter formality letter_salutation language",
            _("Personal"): "birthday hobbies interests family education",
            _("Further details"): "team source position notes picture",
        },
    )
    computed: ClassVar = {
        "letter": LetterSalutationKind(),
        "letter_warning": Computed(letter_warning, reads=LETTER_SOURCES, title=_("Check of the letter salutation")),
    }
    personal = True
    purposes: ClassVar = {
        "organisation": "business_contacts", "function": "business_contacts", "birthday": "greeting",
        "hobbies": "personal_interests", "interests": "personal_interests", "family": "family",
        "education": "education",
    }  # fmt: skip
    create, importer = actions.create_person, PersonImporter
    calendar = Calendar(start="birthday", yearly=True)

    def begun_as(self, name: str) -> Mapping[str, str]:
        """The parts of the name, as the form asks for them."""
        return {part: text for part, text in asdict(split_name(name)).items() if text}


class HouseholdDescription(PartyDescription):
    model = Household
    name = "households"
    icon = "users"
    nav_section = Section.SELL
    avatar = "org"
    where: ClassVar = {"kind": "household"}
    hidden = f"{_NEVER_SHOWN} {_OF_PERSONS} {_OF_ORGANISATIONS}"
    columns = "name lifecycle city phone mail owner"
    filters = "lifecycle customer_class owner team next_contact_on country tags"
    form = (
        "name lifecycle customer_class address phone mobile mail number owner team tags language letter_salutation "
        "source notes"
    )
    page = Page(
        header="lifecycle customer_class owner team tags",
        sections={
            _("Master data"): "address phone mobile mail website number",
            _("Worth"): "revenue_12m margin_12m discounts_12m revenue_total margin_total orders_count last_order_on",
            _("Further details"): "language letter letter_salutation source position notes picture",
        },
    )
    computed: ClassVar = {"letter": LetterSalutationKind()}
    personal = True
    create = actions.create_household
