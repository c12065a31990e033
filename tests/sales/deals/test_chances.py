"""Learned chances on deals: learned from moves, written on those that go by them, shown with their reasons."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from kundig.platform.ids import uuid7
from kundig.records import registry
from kundig.records.actions import change_record
from kundig.sales.actions import bring_in_deals
from kundig.sales.actions.chances import apply_chances, learn_chances
from kundig.sales.models import Deal, WinModel
from tests.parties.factories import an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(business, stages, dairy, svenja):
    """Sixty deals that have ended: small ones won, dear ones lost, but for every sixth."""
    firm = an_organisation(by=svenja, name="Sägewerk Tannegg")
    deals, moves, now = [], [], timezone.now()
    for number in range(60):
        is_won = (number % 2 == 0) != (number % 6 == 0)
        end = stages["won" if is_won else "lost"]
        at = now - dt.timedelta(days=100 - number)
        key = uuid7()
        deals.append({
            "id": key, "title": f"Deal {number}", "party_id": firm.pk, "pipeline_id": business.pk, "stage_id": end.pk,
            "status": end.status, "closed_at": at, "stage_since": at, "created_at": at - dt.timedelta(days=30),
            "amount": Decimal(2000 if number % 2 == 0 else 60_000), "currency": "EUR", "probability": end.probability,
        })  # fmt: skip
        moves.append({
            "deal_id": key, "stage_id": stages["proposed"].pk, "entered_at": at - dt.timedelta(days=10), "left_at": at,
        })  # fmt: skip
    bring_in_deals(deals, moves)


def test_deals_that_go_by_it_get_the_learned_chance(history, business, compressor, svenja):
    deals = registry.get("deals")
    assert learn_chances(business)
    assert apply_chances(business.pk) == 0
    changed = change_record(deals, compressor, {"probability_from": "learned"}, by=svenja)
    learned = Deal.objects.get(pk=compressor.pk).probability
    assert changed.probability == learned
    assert 1 <= learned <= 49
    change_record(deals, Deal.objects.get(pk=compressor.pk), {"amount": Decimal(2000)}, by=svenja)
    assert Deal.objects.get(pk=compressor.pk).probability > learned


def test_without_enough_deals_the_stage_holds(business, compressor, svenja):
    assert not learn_chances(business)
    changed = change_record(registry.get("deals"), compressor, {"probability_from": "learned"}, by=svenja)
    assert (changed.probability_from, changed.probability) == ("learned", Decimal(10))
    assert WinModel.objects.count() == 0


def test_the_panel_gives_reasons_and_how_far_it_can_be_trusted(history, business, compressor, client, svenja):
    learn_chances(business)
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    panel = client.get(f"/deals/{compressor.pk}/panels/chances/").content.decode()
    assert "dearer than usual" in panel
    assert "<table" in panel
