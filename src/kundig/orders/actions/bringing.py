"""Many orders, invoices, contracts and assets at once, as they are: what another program kept, or a sample."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kundig.catalog.queries import line_net, to_cents
from kundig.orders.actions.writing import described
from kundig.orders.models import Asset, Contract, ContractLine, Invoice, InvoiceLine, Order, OrderLine, Payment
from kundig.orders.queries.snapshots import buyers_known, seller_now
from kundig.platform.copying import copy_values
from kundig.platform.ids import uuid7
from kundig.records import search

Values = Mapping[str, Any]
Document = tuple[Values, Sequence[Values]]
"""The columns of a document, and those of each of its positions."""
NOTHING = Decimal(0)


def bring_in(
    *,
    orders: Iterable[Document] = (),
    contracts: Iterable[Document] = (),
    assets: Iterable[Values] = (),
    invoices: Iterable[Document] = (),
    payments: Sequence[Values] = (),
) -> int:
    """Make records out of the values of their columns, orders, contracts and invoices with their positions, within the
    transaction and change set at hand; answers how many. Nobody is told, and what is checked the database checks: it
    is for what stood somewhere else already. What an order comes to follows from its positions; what has been settled
    of an invoice is as its values say, and who charged whom as both are known today."""
    found = [({**_sums(lines), **values}, lines) for values, lines in orders]
    made = _with_lines(Order, OrderLine, "order_id", found)
    made += _with_lines(Contract, ContractLine, "contract_id", contracts)
    machines = [{"id": uuid7(), **values} for values in assets]
    copy_values(Asset, machines)
    search.refresh(described(Asset), [asset["id"] for asset in machines], new=True)
    made += _with_lines(Invoice, InvoiceLine, "invoice_id", _as_known(list(invoices))) + len(machines)
    copy_values(Payment, payments)
    return made


def _as_known(invoices: list[Document]) -> list[Document]:
    seller = seller_now(Invoice()) if invoices else {}
    buyers = buyers_known({values["party_id"] for values, _lines in invoices})
    return [
        (
            {
                **values,
                "seller": seller,
                "buyer": buyers[values["party_id"]],
                "tax_sums": json.dumps(values["tax_sums"]),
            },
            lines,
        )
        for values, lines in invoices
    ]


def _with_lines(model: Any, part: Any, name: str, rows: Iterable[Document]) -> int:
    documents, lines = [], []
    for values, positions in rows:
        document = {"id": uuid7(), **values}
        documents.append(document)
        lines += [{"position": at, name: document["id"], **line} for at, line in enumerate(positions, start=1)]
    # Positions are first: what a customer has brought is reckoned as orders come, and an invoice takes no further
    # positions once it is issued. That they belong to something is checked at the end of the transaction.
    copy_values(part, lines)
    copy_values(model, documents)
    search.refresh(described(model), [document["id"] for document in documents], new=True)
    return len(documents)


def _sums(lines: Sequence[Values]) -> dict[str, Decimal | None]:
    """What the positions come to, so that the database finds nothing to bring in step."""
    nets = [line_net(line["quantity"], line["unit_price"], line.get("discount", NOTHING)) for line in lines]
    known = [(net, line) for net, line in zip(nets, lines, strict=True) if line.get("unit_cost") is not None]
    costs = [to_cents(line["quantity"] * line["unit_cost"]) for _net, line in known]
    costed = sum((net for net, _line in known), NOTHING)
    is_known = bool(known)
    return {
        "net": sum(nets, NOTHING), "cost": sum(costs, NOTHING) if is_known else None,
        "costed": costed if is_known else None,
    }  # fmt: skip
