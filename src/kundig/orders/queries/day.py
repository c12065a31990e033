"""What orders bring to somebody's day: maintenance that is due, warranties and contracts that end, and to the brief."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.orders.enums import AssetState, ContractState, OrderState
from kundig.orders.models import Asset, Contract, Order
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.timeline.protocol import BriefAsk, BriefLine, BriefSection, DayItem, DaySource, HabitSource

MOST = 40
MAINTENANCE_AHEAD = dt.timedelta(days=14)
WARRANTY_AHEAD = dt.timedelta(days=30)
NOTICE_AHEAD = dt.timedelta(days=30)
LATEST = 10
USED = (AssetState.IN_USE, AssetState.IN_REPAIR)
RUNNING = (ContractState.RUNNING, ContractState.PLANNED)


def maintenance_due(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Assets in use whose maintenance is due within two weeks, or late."""
    found = _visible(Asset, user).filter(
        owner_id__in=owners, maintenance_on__lte=on + MAINTENANCE_AHEAD, state__in=USED
    )
    return [
        DayItem(
            each.party_id,
            _("Maintenance due on %(day)s: %(what)s") % {"day": _date(each.maintenance_on), "what": each.name},
            urgency=_urgency(each.maintenance_on, on), since=each.maintenance_on, href=f"/assets/{each.pk}/",
            person=each.person_id,
        )
        for each in found.order_by("maintenance_on", "id")[:MOST]
    ]  # fmt: skip


def warranties_ending(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Assets in use whose warranty ends within a month."""
    found = _visible(Asset, user).filter(
        owner_id__in=owners, warranty_until__range=(on, on + WARRANTY_AHEAD), state__in=USED
    )
    return [
        DayItem(
            each.party_id,
            _("Warranty ends on %(day)s: %(what)s") % {"day": _date(each.warranty_until), "what": each.name},
            urgency=0.7, href=f"/assets/{each.pk}/", person=each.person_id,
        )
        for each in found.order_by("warranty_until", "id")[:MOST]
    ]  # fmt: skip


def contracts_ending(user: User, on: dt.date, owners: Sequence[UUID]) -> list[DayItem]:
    """Contracts whose last day for notice is within a month: they are renewed, or end."""
    described = registry.for_model(Contract)
    assert described is not None, "it is described"
    has_worth = described.may_read(user, described.fields["yearly"])
    found = _visible(Contract, user).filter(
        owner_id__in=owners, notice_by__range=(on, on + NOTICE_AHEAD), state__in=RUNNING
    )
    return [
        DayItem(
            each.party_id, _contract_words(each), urgency=0.9, worth=(each.yearly or None) if has_worth else None,
            worth_note=_("per year"), href=f"/contracts/{each.pk}/", person=each.person_id,
        )
        for each in found.order_by("notice_by", "id")[:MOST]
    ]  # fmt: skip


def orders_of(ask: BriefAsk) -> list[BriefLine]:
    """The orders that are under way, then the last one that was delivered."""
    described = registry.for_model(Order)
    assert described is not None, "it is described"
    known = described.fields_for(ask.user)
    rows = _visible(Order, ask.user).filter(party__in=list(ask.ids)).exclude(state=OrderState.CANCELLED)
    open_ones = list(rows.exclude(state=OrderState.COMPLETED).order_by("-ordered_on", "-id")[:6])
    found = open_ones or list(rows.order_by("-ordered_on", "-id")[:1])
    money = current_formats().money
    return [
        BriefLine(
            f"{each.number}, {money(each.net, each.currency)}" if "net" in known else each.number,
            ", ".join(
                text
                for name, text in (("ordered_on", _date(each.ordered_on)), ("state", each.get_state_display()))
                if name in known
            ),
            tone="warn" if {"state", "requested_on"} <= known.keys() and _is_late(each, ask.on) else "",
            href=f"/orders/{each.pk}/",
        )
        for each in found
    ]  # fmt: skip


def base_of(ask: BriefAsk) -> list[BriefLine]:
    """What is due with contracts and the installed base."""
    contracts = _visible(Contract, ask.user).filter(
        party__in=list(ask.ids), notice_by__range=(ask.on, ask.on + NOTICE_AHEAD), state__in=RUNNING
    )
    assets = _visible(Asset, ask.user).filter(party__in=list(ask.ids), state__in=USED).filter(
        Q(maintenance_on__lte=ask.on + MAINTENANCE_AHEAD)
        | Q(warranty_until__range=(ask.on, ask.on + WARRANTY_AHEAD))
    )  # fmt: skip
    found = [
        BriefLine(_contract_words(each), each.number, tone="warn", href=f"/contracts/{each.pk}/")
        for each in contracts.order_by("notice_by")[:6]
    ]
    for each in assets.order_by("maintenance_on", "id")[:6]:
        if each.maintenance_on and each.maintenance_on <= ask.on + MAINTENANCE_AHEAD:
            words = _("Maintenance due on %(day)s: %(what)s") % {"day": _date(each.maintenance_on), "what": each.name}
        else:
            words = _("Warranty ends on %(day)s: %(what)s") % {"day": _date(each.warranty_until), "what": each.name}
        found.append(BriefLine(words, each.serial, tone="warn", href=f"/assets/{each.pk}/"))
    return found


def _visible(model: Any, user: User) -> Any:
    description = registry.for_model(model)
    assert description is not None, "it is described"
    if not description.may(user, Action.READ):
        return model.objects.none()
    return description.visible_to(user)


def _contract_words(contract: Contract) -> str:
    values = {"day": _date(contract.notice_by), "what": contract.title, "end": _date(contract.ends_on)}
    if contract.renewal_months:
        return _("Renews itself unless notice is given by %(day)s: %(what)s") % values
    return _("Ends on %(end)s: %(what)s") % values


def _urgency(day: dt.date, on: dt.date) -> float:
    late = (on - day).days
    return 1.1 + min(late, LATEST) * 0.05 if late >= 0 else 0.8


def _is_late(order: Order, on: dt.date) -> bool:
    under_way = (OrderState.PLACED, OrderState.CONFIRMED, OrderState.PARTLY)
    return order.state in under_way and order.requested_on is not None and order.requested_on < on


def _date(day: dt.date | None) -> str:
    return current_formats().date(day) if day else ""


def _purchase_words(usual: int, days: int) -> str:
    return _("Usually orders every %(usual)d days, the last order was %(days)d days ago.") % {
        "usual": usual, "days": days,
    }  # fmt: skip


_BOUGHT = """
SELECT party_id AS id, ordered_on AS day FROM orders_order
WHERE party_id = ANY(%(ids)s) AND state <> 'cancelled' AND ordered_on > (%(since)s)::timestamptz::date
UNION ALL
SELECT p_.organisation_id, o_.ordered_on FROM orders_order o_ JOIN parties_party p_ ON p_.id = o_.party_id
WHERE p_.organisation_id = ANY(%(ids)s) AND o_.state <> 'cancelled'
    AND o_.ordered_on > (%(since)s)::timestamptz::date
"""
HABIT = HabitSource("orders", _BOUGHT, _purchase_words)
DAY_SOURCES = (
    DaySource("maintenance", maintenance_due),
    DaySource("warranties", warranties_ending),
    DaySource("contracts", contracts_ending),
)
BRIEF = (
    BriefSection("orders", gettext_lazy("Orders under way"), 48, orders_of),
    BriefSection("installed", gettext_lazy("Contracts and installed base"), 52, base_of),
)
