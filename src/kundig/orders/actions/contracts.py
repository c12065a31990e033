"""Contracts: begun, renewed, given notice, at a new price.

`create_contract` … `remove_contract_line` are called by `records.actions`, which asks the right and tells listeners;
the others do both themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.orders.actions.histories import day_words, file_contract
from kundig.orders.actions.lines import check_line, filled_in
from kundig.orders.actions.writing import (
    assign,
    check_days,
    check_free,
    locked,
    numbered,
    require,
    save_own,
    team_of,
    tell,
    tell_party,
    validate,
)
from kundig.orders.enums import Cancelled, CancelReason
from kundig.orders.events import ContractCancelled, ContractRenewed
from kundig.orders.models import Contract, ContractLine
from kundig.orders.rules.contracts import DAY, earliest_end, notice_day, renewed, state_on, yearly
from kundig.platform import outbox
from kundig.platform.formats import current_formats
from kundig.records.events import Via
from kundig.records.ledger import change_set

SERIES = "contracts"
FOLLOWS = ("starts_on", "term_months", "renewal_months", "notice_months")
PORTION = 500
KEPT = ("state", "yearly", "notice_by", "ends_on", "renewals")


def cancel_contract(
    contract: Contract,
    *,
    reason: str,
    by: User,
    who: str = Cancelled.CUSTOMER,
    on: dt.date | None = None,
    ends_on: dt.date | None = None,
    note: str = "",
    via: Via = Via.HAND,
) -> Contract:
    """Notice has been given on a day: the contract ends at the next end that this is in time for, or on `ends_on`,
    where both sides agree.

    Raises:
        ValidationError: with a dict: no reason, an end before the notice, notice given already …
        PermissionDenied: if `by` may not change it.
    """
    on = on or timezone.localdate()
    if reason not in CancelReason.values:
        raise ValidationError({"reason": _("Say why notice was given.")})
    if who not in Cancelled.values:
        raise ValidationError({"who": _("Say who gave notice: the customer, or we.")})
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(Contract, contract.pk)
        require(found, Action.CHANGE, by)
        if found.cancelled_on is not None:
            raise ValidationError(_("Notice was given on %(day)s already.") % {"day": day_words(found.cancelled_on)})
        check_days(Contract(cancelled_on=on, ends_on=ends_on), ("cancelled_on", "ends_on"))
        end = ends_on or next_end(found, on)
        if end < max(on, found.starts_on):
            raise ValidationError(
                {"ends_on": _("It cannot end on %(day)s, before notice was given or it has begun.")
                 % {"day": day_words(end)}}
            )  # fmt: skip
        found.cancelled_on, found.cancelled_by, found.cancel_reason, found.ends_on = on, who, reason, end
        found.cancel_note = " ".join(note.replace("\x00", "").split())[:500]
        _keep(found)
        words = _("notice given, ends on %(day)s (%(reason)s)") % {
            "day": day_words(end), "reason": found.get_cancel_reason_display(),
        }  # fmt: skip
        file_contract(found, words, note=found.cancel_note, by=by, via=via)
        outbox.publish(ContractCancelled(found.pk, found.party_id, by.pk))
        tell(found, by=by, via=via)
    return found


def uncancel_contract(contract: Contract, *, by: User, via: Via = Via.HAND) -> Contract:
    """The notice was taken back: it runs on as before. Raises ValidationError where there was none."""
    with transaction.atomic(), change_set(by=by, via=via):
        found = locked(Contract, contract.pk)
        require(found, Action.CHANGE, by)
        if found.cancelled_on is None:
            raise ValidationError(_("Nobody has given notice."))
        found.cancelled_on, found.cancelled_by, found.cancel_reason, found.cancel_note = None, "", "", ""
        found.ends_on = _end(found)
        _keep(found)
        file_contract(found, _("notice taken back"), by=by, via=via)
        tell(found, by=by, via=via)
    return found


def change_price(
    line: ContractLine, unit_price: Decimal, *, valid_from: dt.date, by: User, reason: str = "", via: Via = Via.HAND
) -> ContractLine:
    """From a day on a position has another price; the old one stays readable. Answers the line with the new price.

    Raises:
        ValidationError: with a dict: a price below zero, a day before the present price holds …
        PermissionDenied: if `by` may not change the contract.
    """
    with transaction.atomic(), change_set(by=by, via=via):
        contract = locked(Contract, line.contract_id)
        require(contract, Action.CHANGE, by)
        found = locked(ContractLine, line.pk)
        if found.valid_until is not None:
            raise ValidationError({"valid_from": _("This price was replaced already; change the one that holds.")})
        if valid_from <= (found.valid_from or contract.starts_on):
            raise ValidationError(
                {"valid_from": _("The present price holds since %(day)s; the new one begins later.")
                 % {"day": day_words(found.valid_from or contract.starts_on)}}
            )  # fmt: skip
        before = found.unit_price
        new = ContractLine(
            contract=contract, position=found.position, product_id=found.product_id, number=found.number,
            title=found.title, text=found.text, quantity=found.quantity, unit=found.unit, unit_price=unit_price,
            discount=found.discount, tax_category=found.tax_category, tax_percent=found.tax_percent,
            unit_cost=found.unit_cost, valid_from=valid_from, previous=found,
            reason=" ".join(reason.replace("\x00", "").split())[:200],
        )  # fmt: skip
        check_line(new, ["unit_price"])
        found.valid_until = valid_from - DAY
        save_own(found)
        new.save(force_insert=True)
        _keep(contract)
        money = current_formats().money
        words = _("%(title)s costs %(new)s instead of %(old)s from %(day)s") % {
            "title": new.title, "new": money(unit_price, contract.currency), "old": money(before, contract.currency),
            "day": day_words(valid_from),
        }  # fmt: skip
        file_contract(contract, words, note=new.reason, by=by, via=via)
        tell(contract, by=by, via=via)
    return new


def keep_contracts(on: dt.date) -> int:
    """Every night: contracts whose notice day has passed run on, states and amounts follow the day. Answers how many
    have changed."""
    due = Contract.objects.exclude(state="ended").filter(
        Q(notice_by__lt=on, cancelled_on=None, renewal_months__isnull=False)
        | Q(ends_on__lt=on)
        | Q(state="planned", starts_on__lte=on)
        | Q(lines__valid_from=on)
    )
    changed = 0
    for key in list(due.distinct().values_list("pk", flat=True)):
        with transaction.atomic(), change_set(by=None, via=Via.UPKEEP):
            found = locked(Contract, key)
            before, times = [getattr(found, name) for name in KEPT], found.renewals
            _keep(found, on=on)
            if [getattr(found, name) for name in KEPT] == before:
                continue
            changed += 1
            if found.renewals != times and found.ends_on is not None:
                words = _("renewed until %(day)s") % {"day": day_words(found.ends_on)}
                file_contract(found, words, by=None, via=Via.UPKEEP)
                outbox.publish(ContractRenewed(found.pk, found.party_id))
            tell(found, by=None, via=Via.UPKEEP)
    return changed


def next_end(contract: Contract, on: dt.date) -> dt.date:
    """When it ends if notice is given on that day."""
    if contract.term_months is None:
        return max(earliest_end(on, contract.notice_months), contract.starts_on)
    times = contract.renewals
    end = renewed(contract.starts_on, contract.term_months, contract.renewal_months or 0, times)
    while contract.renewal_months and notice_day(end, contract.notice_months) < on:
        times += 1
        end = renewed(contract.starts_on, contract.term_months, contract.renewal_months, times)
    return end


# -- called by `records.actions` --------------------------------------------------------------------------------------


def create_contract(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Contract:
    """A contract out of the values of its fields. Raises ValidationError: no customer, a term nobody can mean …"""
    contract = Contract()
    assign(contract, values)
    if contract.party_id is None:
        raise ValidationError({"party": _("Say with whom: name the customer.")})
    if "owner" not in values:
        contract.owner_id = by.pk
    contract.team_id = contract.team_id or team_of(contract.owner_id, by)
    contract.currency = (contract.currency or company().currency).upper()
    _check(contract, [*values, "title", "currency"])
    with transaction.atomic():
        numbered(contract, SERIES, on=contract.starts_on)
        contract.ends_on = _end(contract)
        _reckon(contract, on=timezone.localdate())
        contract.save(force_insert=True)
        words = _("begins on %(day)s") % {"day": day_words(contract.starts_on)}
        file_contract(contract, words, by=by, via=via)
    tell_party(contract.party_id, "contracts")
    return contract


def rewrite_contract(contract: Contract, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Contract:
    """Set fields; what follows from them follows. Raises ValidationError like `create_contract`."""
    before = contract.party_id
    changed = assign(contract, values)
    if not changed:
        return contract
    contract.currency = contract.currency.upper() or company().currency
    if "number" in changed:
        if not contract.number:
            raise ValidationError({"number": _("A contract keeps a number.")})
        check_free(contract)
    if "currency" in changed and contract.lines.exists():
        raise ValidationError(
            {"currency": _("The contract has positions already; all of a document are in one currency.")}
        )
    _check(contract, [*changed, "title"])
    if set(changed) & set(FOLLOWS):
        if contract.cancelled_on is not None:
            raise ValidationError(
                dict.fromkeys(
                    set(changed) & set(FOLLOWS), _("Notice has been given; take that back to change the term.")
                )
            )
        contract.renewals = 0
        contract.ends_on = _end(contract)
    _keep(contract)
    tell_party(contract.party_id, "contracts")
    if before != contract.party_id:
        tell_party(before, "contracts")
    return contract


def create_contract_line(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> ContractLine:
    """A position out of the values of its fields. Raises ValidationError like a position of an order."""
    key = values.get("contract")
    if key is None:
        raise ValidationError({"contract": _("Say to which contract it belongs.")})
    contract = locked(Contract, getattr(key, "pk", key))
    given = {name: value for name, value in values.items() if name != "contract"}
    line = ContractLine(contract=contract)
    assign(line, filled_in(given, contract, contract.party, on=given.get("valid_from") or contract.starts_on))
    if not line.position:
        line.position = (contract.lines.aggregate(last=Max("position"))["last"] or 0) + 1
    check_line(line, [*given, "quantity", "unit_price", "discount"])
    _check_validity(line)
    line.save(force_insert=True)
    _keep(contract)
    tell(contract, by=by, via=via)
    return line


def rewrite_contract_line(
    line: ContractLine, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> ContractLine:
    """Set fields; raises like `create_contract_line`."""
    contract = locked(Contract, line.contract_id)
    changed = assign(line, values)
    if not changed:
        return line
    if "contract" in changed:
        raise ValidationError({"contract": _("A position stays with its contract.")})
    check_line(line, changed)
    _check_validity(line)
    save_own(line)
    _keep(contract)
    tell(contract, by=by, via=via)
    return line


def remove_contract_line(line: ContractLine, *, by: User, via: Via = Via.HAND) -> None:
    """Delete a position."""
    contract = locked(Contract, line.contract_id)
    line.delete()
    _keep(contract)
    tell(contract, by=by, via=via)


def contracts_brought_back(records: Mapping[UUID, Mapping[str, set[UUID]]], *, by: User) -> None:
    """Contracts are as they were before: so is what follows from them."""
    for key in records:
        found = Contract.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if found is not None:
            _keep(found)
    for party_id in {key for pointed in records.values() for key in pointed.get("party_id", ())}:
        tell_party(party_id, "contracts")


# -- inside -----------------------------------------------------------------------------------------------------------


def _end(contract: Contract) -> dt.date | None:
    if contract.term_months is None:
        return None
    try:
        return renewed(contract.starts_on, contract.term_months, contract.renewal_months or 0, contract.renewals)
    except OverflowError as error:
        raise ValidationError({"term_months": _("This term ends beyond every calendar.")}) from error


def _keep(contract: Contract, *, on: dt.date | None = None) -> None:
    """Bring what follows from a locked contract in step with its dates, positions and the day, and save it."""
    on = on or timezone.localdate()
    # It has run on once nobody has given notice in time; whoever does so later means the next end.
    while (
        contract.cancelled_on is None and contract.renewal_months and contract.ends_on is not None
        and notice_day(contract.ends_on, contract.notice_months) < on
    ):  # fmt: skip
        contract.renewals += 1
        contract.ends_on = _end(contract)
    _reckon(contract, on=on)
    save_own(contract)
    Contract.objects.filter(pk=contract.pk).update(
        state=contract.state, yearly=contract.yearly, notice_by=contract.notice_by
    )
    tell_party(contract.party_id, "contracts")


def _reckon(contract: Contract, *, on: dt.date) -> None:
    contract.state = state_on(
        on, starts_on=contract.starts_on, ends_on=contract.ends_on, cancelled_on=contract.cancelled_on
    )
    runs_out = contract.cancelled_on is None and contract.ends_on is not None
    contract.notice_by = notice_day(contract.ends_on, contract.notice_months) if runs_out and contract.ends_on else None
    lines = [] if contract._state.adding else list(contract.lines.all())
    contract.yearly = yearly(sum((line.net for line in _valid(lines, on)), Decimal(0)), contract.billing_months)


def _valid(lines: Iterable[ContractLine], on: dt.date) -> list[ContractLine]:
    return [
        line
        for line in lines
        if (line.valid_from is None or line.valid_from <= on or line.previous_id is None)
        and (line.valid_until is None or line.valid_until >= on)
    ]


def _check(contract: Contract, names: list[str]) -> None:
    if not contract.title:
        raise ValidationError({"title": _("Say what the contract is about.")})
    if contract.starts_on is None:
        raise ValidationError({"starts_on": _("Say when it begins.")})
    validate(contract, names)
    check_days(contract, [name for name in names if name == "starts_on"])
    if len(contract.currency) != 3 or not contract.currency.isascii() or not contract.currency.isalpha():
        raise ValidationError(
            {"currency": _("“%(text)s” is no currency; write for example EUR or CHF.") % {"text": contract.currency}}
        )
    if contract.term_months is None and contract.renewal_months is not None:
        raise ValidationError({"renewal_months": _("Only what has a first term is renewed.")})


def _check_validity(line: ContractLine) -> None:
    if line.valid_from and line.valid_until and line.valid_until < line.valid_from:
        raise ValidationError({"valid_until": _("It cannot end before it begins.")})
