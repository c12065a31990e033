"""What the columns of a file of orders can become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.orders.actions.importing.session import OrderSession
from kundig.records.imports.plan import Plan
from kundig.records.imports.targets import Importer, Target

_ORDER, _LINE, _ADDRESS = gettext_lazy("Order"), gettext_lazy("Position"), gettext_lazy("Delivery address")
NUMBER = "number"
ADDRESS = ("ship_name", "ship_street", "ship_postal_code", "ship_city", "ship_region", "ship_country")
TARGETS = (
    Target(
        NUMBER, gettext_lazy("order number"), _ORDER,
        "order id, order number, order no, order, auftragsnummer, bestellnummer, auftrag, "
        "bestellung, auftrag nr, beleg nr",
        key_label=gettext_lazy("order number"),
    ),
    Target(
        "party", gettext_lazy("customer"), _ORDER,
        "customer id, customer number, customer no, customer, client, kundennummer, kunde, kunden nr, debitor, party",
    ),
    Target(
        "anonymous", gettext_lazy("customer number; unknown ones become anonymous customers"), _ORDER,
        "buyer id, buyer, käufer, käufernummer", is_secondary=True,
    ),
    Target(
        "owner", gettext_lazy("handled by"), _ORDER,
        "employee id, employee, sales person, handled by, owner, mitarbeiter, bearbeiter, verkäufer",
    ),
    Target(
        "ordered_on", gettext_lazy("ordered on"), _ORDER,
        "order date, ordered on, purchase date, date, bestelldatum, auftragsdatum, kaufdatum, datum", "date",
    ),
    Target(
        "requested_on", gettext_lazy("requested for"), _ORDER,
        "required date, requested on, due date, wunschtermin, liefertermin", "date",
    ),
    Target(
        "delivered_on", gettext_lazy("delivered on"), _ORDER,
        "shipped date, delivered on, delivery date, versanddatum, lieferdatum, geliefert am", "date",
    ),
    Target("channel", gettext_lazy("sales channel"), _ORDER, "channel, sales channel, vertriebsweg, kanal"),
    Target("region", gettext_lazy("region of the order"), _ORDER, "sales region, vertriebsregion"),
    Target("currency", gettext_lazy("currency"), _ORDER, "currency, währung"),
    Target(
        "customer_reference", gettext_lazy("customer's order number"), _ORDER,
        "customer reference, purchase order, ihre bestellnummer, kundenreferenz",
    ),
    *(
        Target(name, label, _ADDRESS, words)
        for name, label, words in (
            ("ship_name", gettext_lazy("name"), "ship name, liefername"),
            ("ship_street", gettext_lazy("street"), "ship address, ship street, lieferstraße"),
            ("ship_postal_code", gettext_lazy("postal code"), "ship postal code, ship zip, lieferplz"),
            ("ship_city", gettext_lazy("city"), "ship city, lieferort"),
            ("ship_region", gettext_lazy("region"), "ship region, lieferregion"),
            ("ship_country", gettext_lazy("country"), "ship country, lieferland"),
        )
    ),
    Target(
        "product", gettext_lazy("product"), _LINE,
        "product id, product number, product, article, item, sku, produkt, artikel, artikelnummer, produktnummer",
    ),
    Target("title", gettext_lazy("title"), _LINE, "title, product name, bezeichnung, artikelbezeichnung"),
    Target("quantity", gettext_lazy("quantity"), _LINE, "quantity, qty, units, menge, anzahl, stück", "amount"),
    Target("unit_price", gettext_lazy("unit price"), _LINE, "unit price, price, einzelpreis, preis", "amount"),
    Target(
        "discount", gettext_lazy("discount"), _LINE, "discount, discount percent, rabatt, rabatt prozent", "amount"
    ),
    Target(
        "amount", gettext_lazy("net amount of the position"), _LINE,
        "amount, line total, net, dollars, revenue, betrag, nettobetrag, umsatz, summe", "amount",
    ),
)  # fmt: skip
LINE = frozenset({"product", "title", "quantity", "unit_price", "discount", "amount"})


class OrderImporter(Importer):
    """Rows with one number are one order. A row that names a product, a price or an amount is a position, too, of an
    order of the same file or of one that is there already."""

    def targets(self, *, by: User) -> list[Target]:
        return list(TARGETS)

    def begin(
        self, plan: Plan, *, columns: Sequence[str], by: User, source: str, run: UUID, since: dt.datetime
    ) -> OrderSession:
        return OrderSession(self.description, plan, columns=columns, by=by, source=source, run=run, since=since)

    def default_key(self, targets: Sequence[str]) -> str:
        return NUMBER if NUMBER in targets else ""

    def requirement(self, targets: Sequence[str]) -> str:
        named = set(targets)
        if NUMBER in named and named & LINE:
            return ""  # positions of orders that are there
        if not named & {"party", "anonymous"}:
            return _("One column must say who has ordered: the customer, by number or name.")
        if "ordered_on" not in named:
            return _("One column must be the day of the order.")
        return ""
