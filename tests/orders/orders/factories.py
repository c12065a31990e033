"""A customer who has ordered, sent something back, and has a machine and a contract."""

from decimal import Decimal

from kundig.orders import actions
from kundig.records import registry
from kundig.records.actions import create_record

DEEDS = {
    "promise": "dismissal", "deliveries": "arrived", "returns": "receive", "contracts": "cancel",
    "assets": "maintained", "protocols": "sign",
}  # fmt: skip
"""Object → something that can be done with one of its records."""


def ordered(party, text, *, by, **also):
    """Name of the object → a record with that text: an order that was delivered in part and comes back …"""
    line = {"title": text, "quantity": Decimal(3), "unit_price": Decimal(10)}
    order = actions.place_order(party=party, lines=[line], note=text, by=by)
    actions.confirm_order(order, by=by)
    position = order.lines.get().pk
    delivery = actions.deliver(order, {position: Decimal(2)}, tracking=text, by=by)
    back = actions.announce_return(order, {position: Decimal(1)}, reason="defect", complaint=text, by=by)

    def made(kind, **values):
        return create_record(registry.get(kind), {"party": party.pk, **values}, by=by)

    contract, asset = made("contracts", title=text), made("assets", name=text)
    for part, values in (
        ("contract-lines", {"contract": contract.pk, "title": text, "unit_price": 10}),
        ("asset-properties", {"asset": asset.pk, "name": "Druck", "value": text}),
        ("services", {"asset": asset.pk, "text": text}),
    ):
        create_record(registry.get(part), values, by=by)
    return also | {
        "orders": order, "deliveries": delivery, "returns": back, "contracts": contract, "assets": asset,
        "protocols": made("protocols", text=text),
    }  # fmt: skip
