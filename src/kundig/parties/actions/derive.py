"""What follows from the values of a party: how they are kept, its name, what is derived from them.

`party` is a `Party` or anything with its columns as attributes: imports work on plain rows.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.queries import company
from kundig.parties.enums import PartyKind
from kundig.parties.rules.companies import legal_form_of, tidy_vat_id
from kundig.parties.rules.names import person_name, split_name
from kundig.platform import phones
from kundig.platform.mails import check_mail

NAME_PARTS = ("academic_title", "first_name", "family_name", "name_suffix")
DERIVED = ("name", "is_anonymous", "legal_form", "function")


def anonymous_name(number: str) -> str:
    """What an anonymous customer is called: "Kunde 10482", in the language of the house."""
    with override(company().language):
        return _("Customer %(number)s") % {"number": number}


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by column: `address` and `position` stand for their parts."""
    parts = {"address", "position"} & set(values)
    if not parts:
        return dict(values)
    columns = {name: value for name, value in values.items() if name not in parts}
    for name in parts:
        columns |= values[name] or {}
    return columns


def tidy(party: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the form in which they are kept."""
    kept = dict(values)
    if party.kind == PartyKind.PERSON and kept.get("name") and not set(NAME_PARTS) & set(kept):
        parts = split_name(kept.pop("name"))
        kept.update((name, getattr(parts, name)) for name in NAME_PARTS)
        kept["salutation"] = kept.get("salutation") or party.salutation or parts.salutation
    if kept.get("vat_id"):
        kept["vat_id"] = tidy_vat_id(kept["vat_id"])
    if kept.get("mail"):
        kept["mail"] = _named("mail", check_mail, kept["mail"])
    country = kept.get("country") or country_of(party)
    for name in ("phone", "mobile"):
        if kept.get(name):
            kept[name] = _named(name, phones.normalised, kept[name], country=country)
    return kept


def _named(name: str, check: Callable[..., str], value: str, **options: Any) -> str:
    try:
        return check(value, **options)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error


def complete(party: Any, changed: Iterable[str]) -> list[str]:
    """Derive what follows from the changed columns; answers the names of what was derived."""
    before = [getattr(party, name) for name in DERIVED]
    given = own_name(party, changed)
    party.is_anonymous = not given
    party.name = given or anonymous_name(party.number)
    if party.kind == PartyKind.ORGANISATION and "name" in changed and not party.legal_form:
        party.legal_form = legal_form_of(given)
    if "organisation" in changed and "function" not in changed:
        party.function = ""  # the function was one at the organisation before
    after = [getattr(party, name) for name in DERIVED]
    return [name for name, old, new in zip(DERIVED, before, after, strict=True) if old != new and name not in changed]


def own_name(party: Any, changed: Iterable[str]) -> str:
    """The name somebody has given; "" if the customer is anonymous."""
    if party.first_name or party.family_name:
        return person_name(
            academic_title=party.academic_title,
            first_name=party.first_name,
            family_name=party.family_name,
            name_suffix=party.name_suffix,
        )
    made_from_number = party.is_anonymous and "name" not in changed
    parts_are_gone = party.kind == PartyKind.PERSON and set(NAME_PARTS) & set(changed) and "name" not in changed
    return "" if made_from_number or parts_are_gone else party.name


def country_of(party: Any) -> str:
    """Where a number of the party without prefix belongs."""
    return party.country or company().country
