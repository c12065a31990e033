"""How the parts of a deal are described. Their rights are the deal's."""

from __future__ import annotations

from typing import Any, ClassVar

from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.numbers import Money
from kundig.sales import actions
from kundig.sales.models import BuyingCentreMember, DealCompetitor, DealLine, DealMember


class MoneyOfDeal(Money):
    """An amount in the currency of the deal that the line belongs to."""

    def sources(self, field: Field) -> tuple[str, ...]:
        return (field.path, "deal__currency")


class _Part(Description):
    nav = False
    owner = team = None
    parent = "deal"


class DealLineDescription(_Part):
    model = DealLine
    name = "deal-lines"
    icon = "box"
    title = "title"
    columns = "title deal quantity unit unit_price discount net"
    form = "deal product title quantity unit unit_price discount text"
    unsaid = "unit unit_price discount"
    kinds: ClassVar[dict[str, Any]] = {"net": MoneyOfDeal(), "unit_price": MoneyOfDeal(), "unit_cost": MoneyOfDeal()}
    read_only = "net"
    create, change, delete = actions.create_line, actions.change_line, actions.delete_line


class DealMemberDescription(_Part):
    model = DealMember
    name = "deal-members"
    icon = "users"
    title, subtitle = "user", "role"
    columns = "user deal role"
    form = "deal user role"


class BuyingCentreDescription(_Part):
    model = BuyingCentreMember
    name = "buying-centre"
    icon = "users"
    title, subtitle = "person", "role"
    columns = "person deal role attitude note"
    filters = "role attitude"
    form = "deal person role attitude note"
    personal = True
    impersonal = "deal person role"
    purpose = "customer_care"


class DealCompetitorDescription(_Part):
    model = DealCompetitor
    name = "deal-competitors"
    icon = "target"
    title = "competitor"
    columns = "competitor deal note"
    form = "deal competitor note"
