"""The address of a customer as it stands on paper, taken down when a document is made."""

from __future__ import annotations

from kundig.accounts.queries import company
from kundig.parties.models import Party
from kundig.platform.typesetting import address_lines


def address_of(party: Party) -> str:
    """Lines of the main address; of a person at an organisation, with its name."""
    first = party.name
    lines: list[str] = []
    if party.organisation is not None and party.organisation_id != party.pk:
        first, lines = party.organisation.name, [party.name]
    found = address_lines(
        name=first, lines=lines, street=party.street, postal_code=party.postal_code, city=party.city,
        country=party.country, home=company().country,
    )  # fmt: skip
    return "\n".join(found)[:600]
