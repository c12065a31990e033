"""What the sample's house has offered lately: a quote in each state worth looking at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties.models import Party, Person
from kundig.sales.enums import DeclineReason, QuoteState, Signature
from kundig.sales.models import Deal
from kundig.sales.rules.blocks import new_block
from kundig.web.sample.drawn import hall
from kundig.web.sample.tables import OWN, SHARE, Staff

LETTER = (
    "{Anrede},\n\nvielen Dank für das Gespräch. Wie besprochen haben wir die Station so gerechnet, dass sie auf dem "
    "vorhandenen Sockel steht und die Abwärme Ihr Warmwasser heizt.\n\nMit freundlichen Grüßen\n{Absender}"
)
TERMS = (("Lieferung", "{Lieferzeit}"), ("Zahlung", "30 Tage netto"), ("Gültig bis", "{gültig bis}"))
ACCEPT = "Mit Ihrer Annahme kommt der Auftrag zustande. Sie erhalten sofort eine Bestätigung."
SAVINGS = (("Heute", "61.900"), ("Mit dem WD 55-V", "47.600"))
TEXTS = (
    ("Dank für den Besuch", "letter", "{Anrede},\n\nvielen Dank für Ihren Besuch bei uns. Gern bieten wir Ihnen an:"),
    ("Lieferbedingungen", "terms", "Es gelten unsere Allgemeinen Lieferbedingungen in der Fassung vom 1. Januar 2026."),
    ("Wärmerückgewinnung", "text", "Bis zu 90 % der Leistung werden zu Wärme. Sie heizt Ihr Wasser auf 65 °C."),
)
FILLS = {"Lieferzeit": "fünf Wochen nach Auftrag, frei Haus"}
Picked = Sequence[tuple[str, Mapping[str, Any]]]
LARGE: Picked = (
    ("WD-55-V", {}), ("KT-180", {}), ("LI", {}), ("ST-B", {"group": "Steuerung"}),
    ("ST-V", {"group": "Steuerung", "chosen": False}), ("WP", {"optional": True, "chosen": False}),
)  # fmt: skip
SMALL: Picked = (
    ("WD-22-V", {}),
    ("KT-120", {}),
    ("DB-500", {}),
    ("LI", {}),
    ("WP", {"optional": True, "chosen": False}),
)
PARTS: Picked = (
    ("WS-4000", {"quantity": Decimal(4)}),
    ("VDL-46", {"quantity": Decimal(6)}),
    ("FF-40", {"quantity": Decimal(8)}),
)
TOUR: Picked = (("LO", {"quantity": Decimal(2)}), ("LM-1", {"optional": True, "chosen": False}))


def offered(
    organisations: Sequence[UUID], owners: Sequence[int], staff: Staff, products: Mapping[str, UUID], *,
    by: User | None, currency: str,
) -> dict[str, Any]:  # fmt: skip
    """Quotes to the first of these organisations, as `sales.actions.bring_in_quotes` takes them."""
    return {
        "offers": list(_offers(_customers(organisations, owners, staff, by=by), products, currency)),
        "template": {
            "name": "Kompressor Industrie", "language": "de", "is_default": True, "accent": "#0f5c5e",
            "blocks": _blocks(),
        },
        "pictures": {"hall": hall()},
        "text_blocks": [{"name": name, "kind": kind, "text": text, "language": "de"} for name, kind, text in TEXTS],
    }  # fmt: skip


def _blocks() -> list[dict[str, Any]]:
    return [
        new_block("cover", picture="hall", line="Leise, sparsam, mit Wärme für Ihr Wasser"),
        new_block("letter", text=LETTER),
        new_block("positions", heading="Das bieten wir Ihnen an"),
        new_block("options"),
        new_block("sum"),
        new_block("chart", heading="Energiekosten im Jahr", rows=[list(row) for row in SAVINGS], unit="€"),
        new_block("terms", rows=[list(row) for row in TERMS]),
        new_block("acceptance", text=ACCEPT),
    ]


def _customers(
    organisations: Sequence[UUID], owners: Sequence[int], staff: Staff, *, by: User | None
) -> list[dict[str, Any]]:
    """Those whom somebody looks after, with their contact and their deal; the first ones are of `by`."""
    found = []
    for number in range(min(len(organisations), SHARE * OWN)):
        is_own = by is not None and number % SHARE == 0
        if owners[number] >= 0 and (is_own or by is None):
            owner = by.pk if is_own and by else staff.owners[owners[number]]
            found.append({"party_id": organisations[number], "owner_id": owner, "team_id": staff.teams[owners[number]]})
    keys = [each["party_id"] for each in found]
    # No placeholder may go out empty: whoever has no name is addressed without one.
    # One abroad who has no number for VAT, or a supply there, would be a special case of tax in a first quote.
    named = Party.objects.filter(pk__in=keys).exclude(name="")
    known = set(named.filter(country__in=("", company().country)).values_list("pk", flat=True))
    people = dict(Person.objects.filter(organisation__in=keys).order_by("-name_key").values_list("organisation", "pk"))
    deals = dict(Deal.objects.filter(party__in=keys, closed_at=None).order_by("-amount").values_list("party", "pk"))
    return [
        {**each, "person_id": people.get(each["party_id"]), "deal_id": deals.get(each["party_id"])}
        for each in found
        if each["party_id"] in known
    ]


def _offers(
    customers: Sequence[Mapping[str, Any]], products: Mapping[str, UUID], currency: str
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]]:
    """The oldest first, so that their numbers follow one another."""
    now = timezone.now().replace(microsecond=0)

    def ago(days: float) -> dt.datetime:
        return now - dt.timedelta(days=days)

    def offer(
        place: int, title: str, lines: Picked, *, begun: float, valid: int,
        discount: int = 0, **became: Any,
    ) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
        who = customers[place % len(customers)]
        values = {
            "title": title, "language": "de", "currency": currency, "fills": FILLS, "created_at": ago(begun),
            "valid_until": timezone.localdate(now) + dt.timedelta(days=valid), **who,
        }  # fmt: skip
        rows = [
            {"product_id": products[number], "discount": Decimal(discount if at == 0 else 0), **further}
            for at, (number, further) in enumerate(lines)
        ]
        sent = became.get("sent_at")
        return values, rows, {**({"approved_at": sent} if sent else {}), **became}

    if not customers:
        return
    yield offer(1, "Ersatzteile für die Wartung", PARTS, begun=54, valid=-12, state=QuoteState.SENT, sent_at=ago(53))
    yield offer(
        2, "Druckluftstation Halle 2", SMALL, begun=34, valid=6, discount=3, state=QuoteState.DECLINED,
        sent_at=ago(33), first_seen_at=ago(33), last_seen_at=ago(24), views=4, decided_at=ago(24),
        decline_reason=DeclineReason.TIMING, decline_note="Das Budget kommt erst im Frühjahr.",
    )  # fmt: skip
    yield offer(
        3, "Leckageortung mit Bericht", TOUR, begun=21, valid=14, state=QuoteState.ACCEPTED, sent_at=ago(20),
        first_seen_at=ago(19.8), last_seen_at=ago(16), views=3, decided_at=ago(16),
        acceptance={"name": "Einkauf", "signature": Signature.TOLD, "reference": "B-2026-118"},
    )  # fmt: skip
    title = "Druckluft mit Wärmerückgewinnung"
    yield offer(
        0, title, LARGE, begun=12, valid=20, state=QuoteState.REPLACED, sent_at=ago(11), first_seen_at=ago(10.9),
        last_seen_at=ago(6), views=2,
    )  # fmt: skip
    yield offer(
        0, "", [("WD-55-V", {}), ("KT-180", {}), ("LI", {}), ("ST-V", {}), ("WP", {"optional": True, "chosen": True})],
        begun=5, valid=25, discount=8, state=QuoteState.SENT, sent_at=ago(4), first_seen_at=ago(3.9),
        last_seen_at=ago(0.2), views=5,
    )  # fmt: skip
    yield offer(
        4, "WD 55-V als Ersatz", LARGE, begun=2, valid=28, discount=15, state=QuoteState.WAITING,
        approval_asked_at=ago(0.9), approval_asked_by_id=customers[4 % len(customers)]["owner_id"],
        approval_note="15 %, weil der Kunde zwei Anlagen in einem Jahr nimmt.",
    )  # fmt: skip
    yield offer(5, "WD 22-V mit Trockner", SMALL, begun=0.3, valid=30)
