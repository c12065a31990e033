"""Deals: noted, moved through gates, won, lost, taken back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight, Scope
from kundig.accounts.models import User
from kundig.platform.models import OutboxEvent
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.events import Via
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.sales.actions import GATE, add_deal, ensure_pipelines, lose_deal, move_deal, win_deal
from kundig.sales.models import ClosingReason, Deal, DealMove, Pipeline, Stage
from kundig.sales.panels.parts import RENDER
from tests.parties.factories import a_scoped_user, steinbrueck

pytestmark = pytest.mark.django_db


def description():
    return registry.get("deals")


def events(name):
    return [e.payload for e in OutboxEvent.objects.filter(name=f"sales.{name}").order_by("id")]


def refused(error):
    """The messages of a refusal by field."""
    return error.value.message_dict


def test_a_new_house_gets_one_pipeline_in_its_language_once(house):
    first = ensure_pipelines()
    assert ensure_pipelines() == first
    assert [(s.name, s.status, s.probability) for s in first.stages.all()] == [
        ("Enquiry", "new", 10), ("Needs clarified", "qualified", 30), ("Quote sent", "proposed", 50),
        ("Negotiation", "negotiating", 75), ("Won", "won", 100), ("Lost", "lost", 0),
    ]  # fmt: skip
    assert ClosingReason.objects.filter(outcome="lost").count() == 4


def test_a_deal_begins_at_the_first_stage_with_its_probability(compressor, stages, svenja):
    assert (compressor.stage, compressor.status) == (stages["new"], "new")
    assert (compressor.probability, compressor.probability_from) == (Decimal(10), "stage")
    assert (compressor.currency, compressor.owner, compressor.closed_at) == ("EUR", svenja, None)
    assert [move.stage for move in compressor.moves.all()] == [stages["new"]]
    assert [e["deal_id"] for e in events("DealAdded")] == [str(compressor.pk)]


def test_moving_brings_status_probability_and_the_log_in_step(compressor, stages, svenja):
    moved = move_deal(compressor, stages["negotiating"], by=svenja)
    assert (moved.status, moved.probability) == ("negotiating", Decimal(75))
    assert list(moved.moves.order_by("entered_at").values_list("stage__status", "left_at")) == [
        ("new", moved.stage_since), ("negotiating", None),
    ]  # fmt: skip
    assert [(e["from_stage"], e["to_stage"]) for e in events("DealMoved")] == [
        (str(stages["new"].pk), str(stages["negotiating"].pk))
    ]


def test_a_probability_by_hand_stays_until_it_is_emptied(compressor, stages, svenja):
    deal = change_record(description(), compressor, {"probability": Decimal(60)}, by=svenja)
    assert (deal.probability, deal.probability_from) == (Decimal(60), "hand")
    deal = move_deal(deal, stages["qualified"], by=svenja)
    assert deal.probability == Decimal(60)
    deal = change_record(description(), deal, {"probability": None}, by=svenja)
    assert (deal.probability, deal.probability_from) == (Decimal(30), "stage")


def test_a_gate_names_everything_that_is_missing_on_the_way(compressor, stages, svenja):
    Stage.objects.filter(pk=stages["qualified"].pk).update(required=["person", "amount"], checklist=["Budget known"])
    Stage.objects.filter(pk=stages["proposed"].pk).update(required=["expected_on"])
    before = Deal.objects.get(pk=compressor.pk)
    with pytest.raises(ValidationError) as error:
        move_deal(compressor, stages["proposed"], by=svenja)
    assert refused(error) == {
        "stage": ["Before “Quote sent” this is still missing: contact person, expected on, “Budget known”."]
    }
    assert error.value.error_dict["stage"][0].code == GATE
    after = Deal.objects.get(pk=compressor.pk)
    assert (after.stage_id, after.changed_at) == (before.stage_id, before.changed_at)
    assert DealMove.objects.count() == 1


def test_what_a_gate_asks_for_can_come_in_the_same_step(compressor, stages, svenja, katrin):
    Stage.objects.filter(pk=stages["proposed"].pk).update(required=["person"], checklist=["Budget known"])
    moved = move_deal(compressor, stages["proposed"], by=svenja, person=katrin.pk, checked=["Budget known"])
    assert (moved.status, moved.person_id, moved.checked) == ("proposed", katrin.pk, ["Budget known"])


def test_creating_a_deal_behind_a_gate_passes_it_but_an_import_brings_what_is(business, stages, dairy, svenja):
    Stage.objects.filter(pk=stages["qualified"].pk).update(required=["expected_on"])
    values = {"title": "Dryer", "party": dairy.pk, "stage": stages["proposed"].pk}
    with pytest.raises(ValidationError) as error:
        create_record(description(), values, by=svenja)
    assert refused(error) == {"stage": ["Before “Quote sent” this is still missing: expected on."]}
    brought = create_record(description(), values, by=svenja, via=Via.IMPORT)
    assert brought.status == "proposed"


def test_winning_closes_and_reopening_takes_the_end_away(compressor, stages, svenja):
    reason = ClosingReason.objects.get(name="Best solution")
    won = win_deal(compressor, reason=reason, note="After the visit", by=svenja)
    assert (won.status, won.probability, won.closing_reason, won.closing_note) == (
        "won", Decimal(100), reason, "After the visit",
    )  # fmt: skip
    assert won.closed_at is not None
    assert [e["deal_id"] for e in events("DealWon")] == [str(won.pk)]
    again = move_deal(won, stages["negotiating"], by=svenja)
    assert (again.status, again.closed_at, again.closing_reason, again.closing_note) == ("negotiating", None, None, "")


def test_losing_needs_a_reason_for_losing(compressor, svenja):
    with pytest.raises(ValidationError) as error:
        lose_deal(compressor, by=svenja)
    assert refused(error) == {"stage": ["Before “Lost” this is still missing: why it ended."]}
    with pytest.raises(ValidationError) as error:
        lose_deal(compressor, reason=ClosingReason.objects.get(name="Best solution"), by=svenja)
    assert refused(error) == {"closing_reason": ["“Best solution” is no reason for deals that are lost."]}
    lost = lose_deal(compressor, reason=ClosingReason.objects.get(name="Too expensive"), by=svenja)
    assert (lost.status, lost.probability) == ("lost", Decimal(0))


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"title": "  "}, "title", "Say what is to be sold."),
        ({"amount": Decimal(-1)}, "amount", "Ensure this value is greater than or equal to 0."),
        ({"probability": Decimal(101)}, "probability", "Between 0 and 100 percent, please."),
        ({"closed_at": timezone.now()}, "closed_at",
         "An open deal has not been closed: move it to its end first."),
        ({"forecast": "sure"}, "forecast", "Value 'sure' is not a valid choice."),
    ],
)  # fmt: skip
def test_values_that_make_no_sense_are_refused(compressor, svenja, values, field, why):
    with pytest.raises(ValidationError) as error:
        change_record(description(), compressor, values, by=svenja)
    assert refused(error) == {field: [why]}
    assert Deal.objects.get(pk=compressor.pk).title == "Compressor WD 55-V"


def test_a_stage_of_another_pipeline_takes_the_deal_there_unless_told_otherwise(compressor, business, svenja):
    service = Pipeline.objects.create(name="Service contracts", position=1)
    talk = Stage.objects.create(pipeline=service, name="First talk", status="new", probability=20)
    both = {"stage": compressor.stage_id, "pipeline": service.pk}
    with pytest.raises(ValidationError) as error:
        change_record(description(), compressor, both, by=svenja)
    assert refused(error) == {"stage": ["“Enquiry” is no stage of that pipeline."]}
    moved = move_deal(Deal.objects.get(pk=compressor.pk), talk, by=svenja)
    assert (moved.pipeline, moved.stage, moved.probability) == (service, talk, Decimal(20))


def test_a_way_through_another_pipeline_leads_past_no_gate(compressor, stages, svenja):
    Stage.objects.filter(pk=stages["qualified"].pk).update(required=["person"])
    service = Pipeline.objects.create(name="Service contracts", position=1)
    talk = Stage.objects.create(pipeline=service, name="First talk", status="new", probability=20)
    move_deal(compressor, talk, by=svenja)
    with pytest.raises(ValidationError) as error:
        move_deal(Deal.objects.get(pk=compressor.pk), stages["won"], by=svenja)
    assert set(refused(error)) == {"stage"}
    assert Deal.objects.get(pk=compressor.pk).status == "new"


def test_the_database_itself_keeps_a_closed_deal_closed(compressor):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.filter(pk=compressor.pk).update(closed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.filter(pk=compressor.pk).update(probability=Decimal(120))


def test_undo_puts_the_deal_and_its_way_back(compressor, stages, svenja):
    move_deal(compressor, stages["proposed"], by=svenja)
    undo(ChangeSet.objects.filter(by_id=svenja.pk).order_by("id").last().pk, by=svenja)
    back = Deal.objects.get(pk=compressor.pk)
    assert (back.stage, back.status, back.probability) == (stages["new"], "new", Decimal(10))
    assert list(back.moves.values_list("stage__status", "left_at")) == [("new", None)]


def test_undo_of_the_stage_alone_brings_what_follows_from_it(compressor, stages, svenja):
    win_deal(compressor, by=svenja)
    last = ChangeSet.objects.filter(by_id=svenja.pk).order_by("id").last().pk
    undo(last, by=svenja, records=[compressor.pk], fields=["stage"])
    back = Deal.objects.get(pk=compressor.pk)
    assert (back.stage, back.status, back.probability, back.closed_at) == (stages["new"], "new", Decimal(10), None)
    assert back.moves.get(left_at=None).stage == stages["new"]


LINE = {"title": "Filter", "quantity": 1, "unit_price": 100}


def lines():
    return registry.get("deal-lines")


def test_a_line_stays_in_its_deal(compressor, dairy, svenja):
    line = create_record(lines(), {**LINE, "deal": compressor.pk}, by=svenja)
    swiss = add_deal(title="Pilot", party=dairy, currency="CHF", amount=5, by=svenja)
    with pytest.raises(ValidationError) as error:
        change_record(lines(), line, {"deal": swiss.pk}, by=svenja)
    assert refused(error) == {"deal": ["A line stays in its deal."]}
    assert list(Deal.objects.order_by("created_at").values_list("amount", flat=True)) == [100, 5]


def test_lines_of_a_closed_deal_stay_as_they_are(compressor, svenja):
    line = create_record(lines(), {**LINE, "deal": compressor.pk}, by=svenja)
    win_deal(Deal.objects.get(pk=compressor.pk), by=svenja)
    for act in (
        lambda: create_record(lines(), {**LINE, "deal": compressor.pk}, by=svenja),
        lambda: change_record(lines(), line, {"quantity": 2}, by=svenja),
        lambda: delete_record(lines(), line, by=svenja),
    ):
        with pytest.raises(ValidationError) as error:
            act()
        assert set(refused(error)) == {"deal"}
    assert (Deal.objects.get(pk=compressor.pk).amount, compressor.lines.get().quantity) == (100, 1)


def test_a_deal_is_held_before_its_lines_change(compressor, svenja):
    with CaptureQueriesContext(connection) as asked:
        create_record(lines(), {**LINE, "deal": compressor.pk}, by=svenja)
    texts = [each["sql"] for each in asked.captured_queries]
    held = next(n for n, sql in enumerate(texts) if 'FROM "sales_deal"' in sql and "FOR NO KEY UPDATE" in sql)
    assert held < next(n for n, sql in enumerate(texts) if "sales_dealline" in sql)


def test_panels_of_a_deal_show_only_what_the_reader_may_see(compressor, katrin, svenja):
    create_record(lines(), {**LINE, "unit_price": 4321, "deal": compressor.pk}, by=svenja)
    create_record(registry.get("buying-centre"), {"deal": compressor.pk, "person": katrin.pk}, by=svenja)
    reader = a_scoped_user("Max Horn", Scope.OWN)
    set_field_rights(reader.roles.get(), rights={("deals", "amount"): FieldRight.HIDDEN}, by=None)
    create_record(registry.get("deal-members"), {"deal": compressor.pk, "user": reader.pk}, by=svenja)
    for user, seen in ((svenja, True), (User.objects.with_access(reader.pk), False)):
        request = RequestFactory().get("/")
        request.user = user
        deal = Deal.objects.get(pk=compressor.pk)
        products, centre = (RENDER[key](request, description(), deal) for key in ("products", "buying-centre"))
        assert ("4,321" in products, "Ohlendorf" in centre, "Filter" in products) == (seen, seen, True)


def test_rights_owner_colleague_stranger(business, stages):
    owner = a_scoped_user("Svenja Kroll", Scope.OWN)
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    firm = steinbrueck(by=owner)
    deal = add_deal(title="Compressor", party=firm, by=owner)
    assert list(description().visible_to(owner)) == [deal]
    assert list(description().visible_to(stranger)) == []
    for act in (
        lambda: move_deal(deal, stages["qualified"], by=stranger),
        lambda: win_deal(deal, by=stranger),
        lambda: delete_record(description(), deal, by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Deal.objects.get(pk=deal.pk).status == "new"


def test_everybody_reads_the_pipelines_and_only_administrators_shape_them(business, svenja, jana):
    stages = registry.get("stages")
    assert stages.visible_to(svenja).count() == 6
    with pytest.raises(PermissionDenied):
        create_record(stages, {"name": "Pilot", "pipeline": business.pk}, by=svenja)
    made = create_record(stages, {"name": "Pilot", "pipeline": business.pk}, by=jana)
    assert made.pipeline == business


def test_two_moves_at_once_follow_each_other(compressor, stages, svenja):
    stale = Deal.objects.get(pk=compressor.pk)
    move_deal(compressor, stages["qualified"], by=svenja)
    move_deal(stale, stages["proposed"], by=svenja)
    assert compressor.moves.filter(left_at=None).count() == 1
    assert dt.timedelta(0) <= timezone.now() - Deal.objects.get(pk=compressor.pk).stage_since < dt.timedelta(minutes=5)
