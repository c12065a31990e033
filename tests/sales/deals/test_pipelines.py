"""Pipelines are shaped by administrators, and deals follow."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kundig.sales.actions.shaping import StageAsked, set_reasons, shape_pipeline
from kundig.sales.models import ClosingReason, Deal, Pipeline
from kundig.sales.queries import stages_of

pytestmark = pytest.mark.django_db


def asked(stage, **changes):
    kept = {
        "id": stage.pk, "name": stage.name, "status": stage.status, "probability": stage.probability,
        "rotting_days": stage.rotting_days, "required": stage.required, "checklist": stage.checklist,
    }  # fmt: skip
    return StageAsked(**{**kept, **changes})


def shaped(pipeline, stages, by, **further):
    values = {"name": pipeline.name, "probability_from": "stage", "is_active": True, **further}
    return shape_pipeline(pipeline, stages=stages, by=by, **values)


def test_order_gates_and_probability_are_kept_and_deals_follow(business, compressor, jana):
    first, *others = [asked(stage) for stage in stages_of(business.pk)]
    changed = asked(
        compressor.stage, probability=Decimal(15), required=["amount", "nonsense"], checklist=["Budget", ""]
    )
    pilot = StageAsked(None, "Pilot", "qualified", Decimal(40), 30, [], [])
    shaped(business, [changed, pilot, *others], jana)
    kept = stages_of(business.pk)
    assert [stage.name for stage in kept][:3] == ["Enquiry", "Pilot", "Needs clarified"]
    assert (kept[0].required, kept[0].checklist) == (["amount"], ["Budget"])
    assert Deal.objects.get(pk=compressor.pk).probability == Decimal(15)
    assert first.name == "Enquiry"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda s: [each for each in s if each.status != "won"], "A pipeline ends with one stage that counts as won"),
        (lambda s: [s[0], s[0], *s[1:]], "Two stages have the same name."),
        (lambda s: s[1:], "“Enquiry” cannot go: deals stand in it."),
        (lambda s: [each for each in s if each.status in ("won", "lost")], "A pipeline needs a stage to begin with."),
    ],
)
def test_what_would_leave_deals_nowhere_is_refused(business, compressor, jana, change, why):
    before = [stage.name for stage in stages_of(business.pk)]
    with pytest.raises(ValidationError) as error:
        shaped(business, change([asked(stage) for stage in stages_of(business.pk)]), jana)
    assert error.value.messages[0].startswith(why)
    assert [stage.name for stage in stages_of(business.pk)] == before


def test_only_administrators_shape(business, svenja, client):
    with pytest.raises(PermissionDenied):
        shaped(business, [asked(stage) for stage in stages_of(business.pk)], svenja)
    with pytest.raises(PermissionDenied):
        set_reasons("lost", ["No money"], by=svenja)
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    assert client.get("/settings/pipelines/").status_code == 403
    assert client.post(f"/settings/pipelines/{business.pk}/", {}).status_code == 403


def test_reasons_come_and_go(business, jana):
    set_reasons("lost", ["Too expensive", "Bankrupt"], by=jana)
    active = ClosingReason.objects.filter(outcome="lost", is_active=True).values_list("name", flat=True)
    assert sorted(active) == ["Bankrupt", "Too expensive"]
    assert ClosingReason.objects.filter(outcome="lost").count() == 5


def test_the_page_makes_a_pipeline_and_says_what_is_wrong(business, jana, client):
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    assert "Enquiry" in client.get(f"/settings/pipelines/{business.pk}/").content.decode()
    form = {
        "pipeline": "Service", "is_active": "on", "id": ["", "", ""], "name": ["Talk", "Won", "Lost"],
        "status": ["new", "won", "lost"], "probability": ["zehn", "100", "0"], "rotting_days": ["7", "", ""],
        "checklist": ["", "", ""], "required-0": ["amount"],
    }  # fmt: skip
    refused = client.post("/settings/pipelines/new/", form)
    assert (refused.status_code, "zehn" in refused.content.decode()) == (422, True)
    form["probability"] = ["10 %", "100", "0"]
    assert client.post("/settings/pipelines/new/", form).status_code == 302
    made = Pipeline.objects.get(name="Service")
    assert next((s.name, s.probability, s.required, s.rotting_days) for s in stages_of(made.pk)) == (
        "Talk", Decimal(10), ["amount"], 7,
    )  # fmt: skip
