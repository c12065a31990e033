"""A customer who does not exist, to show what a letter would look like."""

from __future__ import annotations

from kundig.parties.models import Organisation, Person


def example_customer(language: str, *, country: str) -> tuple[Organisation, Person]:
    """An organisation and who is written to there, in that language; neither is kept."""
    is_german = language == "de"
    firm = Organisation(
        name="Molkerei Beispiel eG" if is_german else "Example Dairy Ltd", number="10001",
        street="Beispielweg 1" if is_german else "1 Example Way", postal_code="12345",
        city="Musterstadt" if is_german else "Exampleton", country=country,
    )  # fmt: skip
    family = "Muster" if is_german else "Example"
    return firm, Person(salutation="ms", first_name="Alex", family_name=family, name=f"Alex {family}")
