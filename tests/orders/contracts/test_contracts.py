"""Terms, notice, renewal and prices of contracts; what stands at customers'."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kundig.orders import actions
from kundig.orders.enums import CancelReason, ContractState
from kundig.orders.models import Asset, Contract, ContractLine, Protocol
from kundig.orders.queries.day import contracts_ending, maintenance_due, warranties_ending
from kundig.orders.rules.contracts import add_months, earliest_end, end_of_term, notice_day, renewed, state_on, yearly
from kundig.records import registry
from kundig.records.actions import change_record, create_record
from kundig.timeline.models import Touchpoint

D = dt.date


@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        (D(2026, 3, 1), 12, D(2027, 2, 28)), (D(2023, 3, 1), 12, D(2024, 2, 29)), (D(2026, 1, 31), 1, D(2026, 2, 27)),
        (D(2026, 1, 15), 24, D(2028, 1, 14)),
    ],
)  # fmt: skip
def test_term_ends_the_day_before_the_same_day(starts, months, ends):
    assert end_of_term(starts, months) == ends


def test_short_month_shortens_no_later_term():
    assert [renewed(D(2026, 1, 31), 1, 1, times) for times in range(3)] == [
        D(2026, 2, 27), D(2026, 3, 30), D(2026, 4, 29)
    ]  # fmt: skip


def test_days_of_notice_states_and_amounts():
    assert notice_day(D(2026, 12, 31), 3) == D(2026, 9, 30)
    assert earliest_end(D(2026, 5, 20), 3) == D(2026, 8, 31)
    assert add_months(D(2024, 2, 29), 12) == D(2025, 2, 28)
    days = {"starts_on": D(2026, 1, 1), "ends_on": D(2026, 12, 31)}
    assert state_on(D(2025, 12, 31), **days, cancelled_on=None) == ContractState.PLANNED
    assert state_on(D(2026, 12, 31), **days, cancelled_on=None) == ContractState.RUNNING
    assert state_on(D(2026, 12, 31), **days, cancelled_on=D(2026, 3, 1)) == ContractState.CANCELLED
    assert state_on(D(2027, 1, 1), **days, cancelled_on=None) == ContractState.ENDED
    assert yearly(Decimal("99.99"), 3) == Decimal("399.96")
    with pytest.raises(OverflowError):
        add_months(D(2026, 1, 1), 12 * 8000)


@pytest.fixture
def today(monkeypatch):
    day = D(2026, 11, 22)
    for room in ("contracts", "installing", "writing", "protocols"):
        monkeypatch.setattr(f"kundig.orders.actions.{room}.timezone.localdate", lambda *args: day)
    return day


@pytest.fixture
def contract(dairy, svenja, today):
    made = create_record(
        registry.get("contracts"),
        {"party": dairy, "title": "Maintenance", "starts_on": D(2026, 1, 1), "term_months": 12, "renewal_months": 12,
         "notice_months": 1},
        by=svenja,
    )  # fmt: skip
    create_record(
        registry.get("contract-lines"),
        {"contract": made, "title": "Inspection", "quantity": Decimal(2), "unit_price": Decimal(45)}, by=svenja,
    )  # fmt: skip
    made.refresh_from_db()
    return made


@pytest.mark.django_db
def test_contract_follows_from_its_term(contract):
    assert (contract.ends_on, contract.notice_by, contract.state) == (D(2026, 12, 31), D(2026, 11, 30), "running")
    assert contract.yearly == Decimal("1080.00")


@pytest.mark.django_db
def test_contract_is_renewed_once_nobody_gave_notice(contract, svenja, today):
    assert actions.keep_contracts(D(2026, 11, 30)) == 0
    assert actions.keep_contracts(D(2026, 12, 1)) == 1
    contract.refresh_from_db()
    assert (contract.ends_on, contract.renewals, contract.notice_by) == (D(2027, 12, 31), 1, D(2027, 11, 30))
    assert actions.keep_contracts(D(2026, 12, 1)) == 0
    assert Touchpoint.objects.filter(kind="contract", party=contract.party_id).count() == 2


@pytest.mark.django_db
def test_notice_ends_it_in_time_and_wants_a_reason(contract, svenja):
    with pytest.raises(ValidationError, match="Say why"):
        actions.cancel_contract(contract, reason="", by=svenja)
    for day in ("on", "ends_on"):
        with pytest.raises(ValidationError, match="more than sixty years away"):
            actions.cancel_contract(contract, reason=CancelReason.PRICE, by=svenja, **{day: D(9999, 12, 31)})
    actions.cancel_contract(contract, reason=CancelReason.PRICE, on=D(2026, 12, 5), by=svenja)
    contract.refresh_from_db()
    assert (contract.ends_on, contract.state, contract.notice_by) == (D(2027, 12, 31), "cancelled", None)
    with pytest.raises(ValidationError, match="already"):
        actions.cancel_contract(contract, reason=CancelReason.PRICE, by=svenja)
    with pytest.raises(ValidationError, match="take that back"):
        change_record(registry.get("contracts"), contract, {"term_months": 24}, by=svenja)
    actions.uncancel_contract(contract, by=svenja)
    contract.refresh_from_db()
    assert (contract.ends_on, contract.cancelled_on, contract.state) == (D(2026, 12, 31), None, "running")
    with pytest.raises(IntegrityError, match="contract_notice_has_reason"), transaction.atomic():
        Contract.objects.update(cancelled_on=D(2026, 1, 1))


@pytest.mark.django_db
def test_new_price_follows_the_old_one(contract, svenja):
    line = contract.lines.get()
    with pytest.raises(ValidationError, match="begins later"):
        actions.change_price(line, Decimal(50), valid_from=D(2026, 1, 1), by=svenja)
    new = actions.change_price(line, Decimal(50), valid_from=D(2026, 11, 1), reason="Wages", by=svenja)
    line.refresh_from_db()
    contract.refresh_from_db()
    assert (line.valid_until, new.previous_id, contract.yearly) == (D(2026, 10, 31), line.pk, Decimal("1200.00"))
    with pytest.raises(ValidationError, match="replaced already"):
        actions.change_price(line, Decimal(60), valid_from=D(2026, 12, 1), by=svenja)
    assert ContractLine.objects.count() == 2


@pytest.mark.django_db
def test_maintenance_moves_the_next_one(dairy, svenja, today):
    asset = create_record(
        registry.get("assets"),
        {"party": dairy, "name": "Filter", "serial": "F-1", "installed_on": D(2025, 11, 30), "maintenance_every": 12,
         "warranty_until": D(2026, 12, 1)},
        by=svenja,
    )  # fmt: skip
    assert asset.maintenance_on == D(2026, 11, 30)
    owners = [svenja.pk]
    assert [item.party for item in maintenance_due(svenja, today, owners)] == [dairy.pk]
    assert [item.reason for item in warranties_ending(svenja, today, owners)] == ["Warranty ends on 1 Dec 2026: Filter"]
    actions.note_maintenance(asset, on=today, text="New seal.", by=svenja)
    asset.refresh_from_db()
    assert (asset.serviced_on, asset.maintenance_on) == (today, D(2027, 11, 22))
    assert maintenance_due(svenja, today, owners) == []
    with pytest.raises(ValidationError, match="part of itself"):
        change_record(registry.get("assets"), asset, {"parent": asset}, by=svenja)


@pytest.mark.django_db
def test_contracts_about_to_renew_come_to_the_day(contract, svenja, today):
    (item,) = contracts_ending(svenja, today, [svenja.pk])
    assert (item.party, item.worth) == (contract.party_id, Decimal("1080.00"))
    assert contracts_ending(svenja, D(2026, 12, 1), [svenja.pk]) == []


@pytest.mark.django_db
def test_signed_protocol_is_changed_by_nobody(dairy, svenja, today):
    asset = create_record(registry.get("assets"), {"party": dairy, "name": "Filter", "maintenance_every": 6}, by=svenja)
    values = {"party": dairy, "kind": "maintenance", "asset": asset, "text": "New seal."}
    protocol = create_record(registry.get("protocols"), values, by=svenja)
    signed = actions.sign_protocol(protocol, name="Katrin Ohlendorf", result="accepted", by=svenja)
    assert (Asset.objects.get().serviced_on, signed.done_on) == (today, today)
    with pytest.raises(ValidationError, match="nobody changes it any more"):
        change_record(registry.get("protocols"), signed, {"text": "Nothing was done."}, by=svenja)
    with pytest.raises(IntegrityError, match="is signed and stays"), transaction.atomic():
        Protocol.objects.update(text="Nothing was done.")
    signed.refresh_from_db()
    assert signed.text == "New seal."
