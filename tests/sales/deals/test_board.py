"""The board of deals: stages of one pipeline, weighted sums, moves through gates, dialogues before closed ones."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.records.boards.columns import Column
from kundig.sales.actions import add_deal, lose_deal, win_deal
from kundig.sales.models import ClosingReason, Deal, Pipeline, Stage
from kundig.sales.objects import boards
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def seller(client, svenja):
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    return client


def partly(seller, address, target):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
    return seller.get(address, headers=headers).content.decode()


def test_the_stages_of_the_first_pipeline_are_the_columns(seller, compressor, stages):
    page = seller.get("/deals/board/").content.decode()
    for stage in stages.values():
        assert f'data-key="{stage.pk}"' in page
    assert f'id="c{compressor.pk}"' in page
    assert f'data-column="{stages["new"].pk}"' in page


def test_another_pipeline_shows_its_own(seller, compressor, dairy, svenja):
    service = Pipeline.objects.create(name="Service contracts", position=1)
    talk = Stage.objects.create(pipeline=service, name="First talk", status="new", probability=20)
    contract = add_deal(title="Maintenance", party=dairy, pipeline=service.pk, by=svenja)
    page = seller.get(f"/deals/board/?pipeline={service.pk}").content.decode()
    assert (f'data-key="{talk.pk}"' in page, f'id="c{contract.pk}"' in page, f'id="c{compressor.pk}"' in page) == (
        True, True, False,
    )  # fmt: skip


def test_totals_are_weighted_and_of_what_ended_only_this_quarter_counts(seller, compressor, dairy, svenja, stages):
    won = win_deal(add_deal(title="Dryer", party=dairy, amount="1000", by=svenja), by=svenja)
    old = win_deal(add_deal(title="Old dryer", party=dairy, amount="5000", by=svenja), by=svenja)
    Deal.objects.filter(pk=old.pk).update(closed_at=timezone.now() - dt.timedelta(days=100))
    totals = partly(seller, "/deals/board/", "span#totals")
    assert "49.900\xa0€" in totals
    assert "gewichtet 5.890\xa0€" in totals  # 10 % of 48,900 and all of 1,000
    assert "gewichtet 4.890\xa0€" in totals
    assert "gewichtet 1.000\xa0€" not in totals  # of what has ended there is nothing to weigh
    page = seller.get("/deals/board/").content.decode()
    assert (f'id="c{won.pk}"' in page, f'id="c{old.pk}"' in page) == (True, False)


def test_a_move_before_a_closed_gate_brings_the_dialogue_which_moves(seller, compressor, stages, katrin):
    goal = stages["qualified"]
    Stage.objects.filter(pk=goal.pk).update(required=["person", "expected_on"], checklist=["Budget known"])
    refused = seller.post(f"/deals/{compressor.pk}/move/stage/", {"to": goal.pk, "seen": stages["new"].pk})
    address = f"/deals/{compressor.pk}/gate/{goal.pk}/"
    assert (refused.status_code, address in refused.content.decode()) == (422, True)
    dialogue = seller.get(address).content.decode()
    for part in ("<dialog", 'name="person"', 'name="expected_on"', "Budget known"):
        assert part in dialogue
    nothing = seller.post(address, {}).content.decode()
    assert nothing.count("Das wird gebraucht, bevor es weitergeht.") == 2  # at each field, and what is on the list too
    assert "Alles auf der Liste" in nothing
    half = seller.post(address, {"person": katrin.pk, "expected_on": "2026-12-18"})
    assert (half.status_code, "Alles auf der Liste" in half.content.decode()) == (422, True)
    assert Deal.objects.get(pk=compressor.pk).stage_id == stages["new"].pk
    done = seller.post(address, {"person": katrin.pk, "expected_on": "2026-12-18", "check": "Budget known"})
    assert done.status_code == 200, done.content
    deal = Deal.objects.get(pk=compressor.pk)
    assert (deal.stage_id, deal.person_id, deal.expected_on, deal.checked) == (
        goal.pk, katrin.pk, dt.date(2026, 12, 18), ["Budget known"],
    )  # fmt: skip


def test_a_gate_that_asks_for_what_one_may_not_write_says_so(seller, svenja, compressor, stages):
    goal = stages["qualified"]
    Stage.objects.filter(pk=goal.pk).update(required=["expected_on"])
    set_field_rights(svenja.roles.get(), rights={("deals", "expected_on"): FieldRight.READ}, by=None)
    Deal.objects.filter(pk=compressor.pk).update(expected_on=None)
    refused = seller.post(f"/deals/{compressor.pk}/gate/{goal.pk}/", {})
    assert refused.status_code == 422
    assert "noch" in refused.content.decode()
    assert Deal.objects.get(pk=compressor.pk).stage_id == stages["new"].pk


def test_losing_asks_for_the_reason_and_a_stage_of_elsewhere_is_none(seller, compressor, stages):
    address = f"/deals/{compressor.pk}/gate/{stages['lost'].pk}/"
    assert "Wählen Sie, warum es endete." in seller.post(address, {}).content.decode()
    reason = ClosingReason.objects.get(name="Too expensive")
    assert seller.post(address, {"closing_reason": reason.pk, "closing_note": "By 8 %"}).status_code == 200
    assert Deal.objects.get(pk=compressor.pk).closing_note == "By 8 %"
    other = Pipeline.objects.create(name="Other")
    stage = Stage.objects.create(pipeline=other, name="X")
    assert seller.get(f"/deals/{compressor.pk}/gate/{stage.pk}/").status_code == 404


def test_a_reader_of_the_house_moves_nothing(client, compressor, stages):
    client.force_login(a_user("Rita Vogel", role="reader"), backend="kundig.accounts.backends.AccessBackend")
    goal = stages["qualified"].pk
    for address in (f"/deals/{compressor.pk}/move/stage/", f"/deals/{compressor.pk}/gate/{goal}/"):
        assert client.post(address, {"to": goal}).status_code == 403
    assert Deal.objects.get(pk=compressor.pk).status == "new"


def test_the_last_line_of_a_card_says_what_comes_next_or_how_long_it_rests():
    day = dt.timedelta(days=1)
    today = timezone.localdate()
    quiet = {"quiet_since": today - 23 * day, "rotting_on": today - 9 * day}
    assert boards.note({**quiet, "next_step": "", "next_step_on": None}).text == "rests 23 days"
    assert boards.note(quiet).tone == "warn"
    planned = {"next_step": "Call back", "next_step_on": today, "rotting_on": today + day}
    assert (boards.note(planned).text, boards.note(planned).tone) == ("Call back, today", "")
    assert boards.note({"next_step_on": None}) is None
    assert boards.note({"closed_at": timezone.now(), "status": "won"}).icon == "check"


def test_columns_of_ends_show_the_latest_first(stages, svenja, business):
    found = {column.value: column for column in boards.columns(svenja, business.pk)}
    assert found[stages["new"].pk] == Column(str(stages["new"].pk), stages["new"].pk, "Enquiry", note="10%")
    assert (found[stages["won"].pk].sort, found[stages["lost"].pk].is_slim) == ("-closed_at", True)
    assert boards.columns(svenja, None) == []


def test_a_lost_deal_stands_in_the_last_column(seller, compressor, svenja):
    lost = lose_deal(compressor, reason=ClosingReason.objects.get(name="Too expensive"), by=svenja)
    assert f'id="c{lost.pk}"' in seller.get("/deals/board/").content.decode()
    assert lost.probability == Decimal(0)
