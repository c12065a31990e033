"""Rules that changes set off: when they run, what they do, what the log says, and what keeps them from running wild."""

import pytest
from django.core.exceptions import ValidationError

from kundig.accounts.enums import Scope
from kundig.automation.actions import activate_rule, pause_rule, perform_waiting, retry_run, save_rule
from kundig.automation.models import Rule, Run
from kundig.notices.queries import notices_of, shown
from kundig.parties.models import Organisation
from kundig.platform import outbox
from kundig.records import registry
from kundig.records.actions import change_record, create_record, create_records
from kundig.records.custom.actions import add_field
from kundig.records.events import Via
from kundig.records.ledger.models import ChangeSet
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.automation.factories import TO_CUSTOMER, a_rule, work
from tests.parties.factories import a_scoped_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _delivery(db):
    outbox.prepare()


def organisations():
    return registry.get("organisations")


def an_organisation(*, by, name="Molkerei Steinbrück eG", **values):

    return create_record(organisations(), {"name": name, **values}, by=by)


def runs():
    return [(run.title, run.state, run.error) for run in Run.objects.order_by("at", "id")]


def test_a_new_record_sets_a_rule_off(svenja, jana):
    rule = a_rule(by=jana, condition='city = "München"')
    firm = an_organisation(by=svenja, city="München")
    an_organisation(by=svenja, name="Hafenlogistik", city="Hamburg")
    work()
    assert list(Organisation.objects.order_by("name").values_list("name", "lifecycle")) == [
        ("Hafenlogistik", "contact"),
        ("Molkerei Steinbrück eG", "customer"),
    ]
    (run,) = Run.objects.all()
    assert (run.rule, run.record, run.state, run.results) == (rule, firm.pk, "done", ["status set."])
    assert run.reason == [{"sentence": "City is “München”", "found": "“München”", "holds": True}]
    written = ChangeSet.objects.get(pk=run.change_set)
    assert (written.via, written.title, written.by_id) == (Via.RULE, "Neue werden Kunden", None)


def test_a_change_of_other_fields_sets_nothing_off(svenja, jana):
    a_rule(by=jana, trigger="changed", details={"fields": ["city"]})
    firm = an_organisation(by=svenja)
    change_record(organisations(), firm, {"industry": "Milch"}, by=svenja)
    work()
    assert runs() == []
    change_record(organisations(), firm, {"city": "Wien"}, by=svenja)
    work()
    (run,) = Run.objects.all()
    assert run.reason[0]["found"] == "nothing → “Wien”"


def test_the_reason_names_what_changed_and_no_empty_address(svenja, jana):
    a_rule(by=jana, trigger="changed")
    change_record(organisations(), an_organisation(by=svenja, city="Bonn"), {"city": "Kiel"}, by=svenja)
    work()
    reason = Run.objects.order_by("at", "id")[0].reason
    assert "“Bonn” → “Kiel”" in [line["found"] for line in reason]
    assert " → " not in [line["found"] for line in reason]


def test_a_rule_runs_when_the_condition_begins_to_hold_and_not_again(svenja, jana):
    a_rule(by=jana, trigger="becomes", condition="employees > 100", steps=[
        {"action": "add_tag", "values": {"field": "tags", "tag": "groß"}}])  # fmt: skip
    firm = an_organisation(by=svenja, employees=50)
    for employees in (120, 130, 80, 200):  # the first before anybody has looked at the new record
        change_record(organisations(), Organisation.objects.get(pk=firm.pk), {"employees": employees}, by=svenja)
        work()
    assert [run[1] for run in runs()] == ["done", "done"]
    assert Organisation.objects.get(pk=firm.pk).tags == ["groß"]


def test_a_rule_that_triggers_itself_runs_once(svenja, jana):
    a_rule(by=jana, trigger="changed", details={"fields": ["employees"]}, steps=[
        {"action": "set_field", "values": {"field": "employees", "value": "= employees + 1"}}])  # fmt: skip
    firm = an_organisation(by=svenja, employees=1)
    change_record(organisations(), firm, {"employees": 10}, by=svenja)
    work()
    assert Organisation.objects.get(pk=firm.pk).employees == 11
    assert [run[1] for run in runs()] == ["done", "skipped"]
    assert "made this change itself" in runs()[1][2]


def test_a_rule_whose_field_is_retired_is_paused_at_once_and_says_so(svenja, jana):
    from kundig.records.custom.actions import add_field, retire_field

    row = add_field(organisations(), {"label_en": "Stars", "kind": "text", "options": {}}, by=jana)
    writes = {"action": "set_field", "values": {"field": row.name, "value": "five"}}
    a_rule(by=jana, name="Schreibt", steps=[writes])
    a_rule(by=jana, name="Liest", trigger="changed", details={"fields": [row.name]})
    a_rule(by=jana, name="Fragt", condition=f'{row.name} = "five"')
    a_rule(by=jana, name="Bleibt")
    retire_field(row, by=jana)
    work()
    gone = f"The field “{row.name}” is not there any more."
    reasons = {rule.name: (rule.state, rule.state_reason) for rule in Rule.objects.all()}
    assert (reasons["Schreibt"], reasons["Liest"], reasons["Bleibt"]) == (
        ("paused", gone), ("paused", gone), ("active", ""),
    )  # fmt: skip
    assert reasons["Fragt"][0] == "paused"
    assert "not understood any more" in reasons["Fragt"][1]
    told = shown(list(notices_of(jana)), to=jana)
    assert {each.headline for each in told} == {"Rule “Schreibt”", "Rule “Liest”", "Rule “Fragt”"}
    assert f"Kundig has paused it. {gone}" in {each.text for each in told}
    an_organisation(by=svenja)
    work()
    assert [run[1] for run in runs()] == ["done"]


def test_two_rules_that_trigger_each_other_come_to_rest(svenja, jana):
    for name, field, other in (("A", "employees", "revenue"), ("B", "revenue", "employees")):
        a_rule(by=jana, name=name, trigger="changed", details={"fields": [field]}, steps=[
            {"action": "set_field", "values": {"field": other, "value": f"= coalesce({other}, 0) + 1"}}])  # fmt: skip
    firm = an_organisation(by=svenja)
    change_record(organisations(), firm, {"employees": 10}, by=svenja)
    work()
    fresh = Organisation.objects.get(pk=firm.pk)
    assert (fresh.employees, int(fresh.revenue)) == (11, 1)
    assert [run[1] for run in runs()] == ["done", "done", "skipped"]


def test_an_import_sets_a_rule_off_once_for_each_record(svenja, jana):
    a_rule(by=jana)
    create_records(organisations(), [{"name": f"Firma {n}"} for n in range(30)], by=svenja, via=Via.IMPORT)
    work()
    assert Run.objects.filter(state="done").count() == 30
    assert Organisation.objects.filter(lifecycle="customer").count() == 30


def test_an_event_that_is_delivered_twice_makes_no_second_run(svenja, jana):
    from kundig.automation.handlers import run_rules
    from kundig.platform.events import event_from
    from kundig.platform.models import OutboxEvent
    from kundig.records.events import RecordsChanged

    a_rule(by=jana)
    an_organisation(by=svenja)
    work()
    payload = OutboxEvent.objects.filter(name="records.RecordsChanged").order_by("id").first().payload
    run_rules(event_from(RecordsChanged, payload))
    work()
    assert len(runs()) == 1


def test_a_paused_rule_does_nothing_and_what_waits_is_left_out(svenja, jana):
    rule = a_rule(by=jana)
    an_organisation(by=svenja)
    outbox.deliver()
    assert [run[1] for run in runs()] == ["waiting"]
    pause_rule(rule, by=jana)
    an_organisation(by=svenja, name="Später")
    work()
    assert [run[1:] for run in runs()] == [("skipped", "The rule was paused.")]
    assert not Organisation.objects.filter(lifecycle="customer").exists()


def test_what_cannot_work_fails_with_the_reason_and_can_be_retried(svenja, jana):
    firm = an_organisation(by=svenja)
    holger = a_user("Holger Wendeler")
    rule = a_rule(
        by=jana, trigger="changed", steps=[TO_CUSTOMER, {"action": "assign", "values": {"to": f"user:{holger.pk}"}}]
    )
    holger.is_active = False
    holger.save()
    change_record(organisations(), firm, {"city": "Kiel"}, by=svenja)
    work()
    (run,) = Run.objects.all()
    assert (run.state, run.error) == ("failed", "Nobody of those it goes to works here any more.")
    assert Organisation.objects.get(pk=firm.pk).lifecycle == "contact", "nothing half done"
    holger.is_active = True
    holger.save()
    retry_run(run, by=jana)
    perform_waiting()
    run.refresh_from_db()
    assert (run.state, run.results) == ("done", ["status set.", "Handed to Holger Wendeler."])
    assert Organisation.objects.get(pk=firm.pk).owner == holger
    with pytest.raises(ValidationError, match="Only what failed"):
        retry_run(run, by=jana)
    assert rule.runs.count() == 1


def test_whoever_of_the_team_has_the_fewest_gets_it(svenja, jana):
    team = a_team()
    anna, berta = (a_user(name, team=team) for name in ("Anna", "Berta"))
    an_organisation(by=svenja, name="Schon bei Anna", owner=anna.pk)
    a_rule(by=jana, steps=[{"action": "assign", "values": {"to": f"team:{team.pk}"}}])
    for number in range(3):
        an_organisation(by=svenja, name=f"Firma {number}")
        work()
    assert [Organisation.objects.filter(owner=person).count() for person in (anna, berta)] == [2, 2]


def test_people_are_told_but_not_of_what_they_may_not_see(svenja, jana):
    stranger = a_scoped_user("Fremd", Scope.OWN)
    told = {"action": "notify", "values": {"text": "ist jetzt in {city}", "by": "here"}}
    steps = [{**told, "values": {**told["values"], "to": f"user:{who.pk}"}} for who in (svenja, stranger)]
    a_rule(by=jana, trigger="changed", details={"fields": ["city"]}, steps=steps)
    firm = an_organisation(by=svenja)
    change_record(organisations(), firm, {"city": "Kiel"}, by=jana)
    work()
    (notice,) = shown(list(notices_of(svenja)), to=svenja)
    assert (notice.headline, notice.text, notice.url) == (
        "Molkerei Steinbrück eG",
        "ist jetzt in Kiel",
        f"/organisations/{firm.pk}/",
    )
    assert not notices_of(stranger)
    assert Run.objects.get().results == ["Told: Svenja Kroll.", "There was nobody to tell."]


def test_nobody_is_told_of_their_own_change_and_the_log_says_so(svenja, jana):
    told = {"action": "notify", "values": {"to": f"user:{svenja.pk}", "text": "ist neu", "by": "here"}}
    a_rule(by=jana, steps=[told])
    a_rule(by=jana, name="Zweite", trigger="changed", details={"fields": ["lifecycle"]}, steps=[told])
    a_rule(by=jana, name="Dritte", steps=[TO_CUSTOMER])
    an_organisation(by=svenja)
    work()
    assert not notices_of(svenja)
    own = "Not told, because it was their own change: Svenja Kroll."
    assert sorted(run.results for run in Run.objects.all()) == [[own], [own], ["status set."]]


def test_what_a_rule_tells_of_many_records_is_one_notice(svenja, jana):
    a_rule(
        by=jana,
        steps=[{"action": "notify", "values": {"to": f"user:{svenja.pk}", "text": "neu in {city}", "by": "here"}}],
    )
    for name, city in (("Molkerei", "Kiel"), ("Hafen", "Bonn"), ("Werft", "Köln")):
        an_organisation(by=jana, name=name, city=city)
        work()
    (notice,) = shown(list(notices_of(svenja)), to=svenja)
    assert (notice.headline, notice.text) == ("Werft and 2 others", "Rule “Neue werden Kunden”")
    assert [(each.title, each.text) for each in notice.records] == [
        ("Werft", "neu in Köln"), ("Hafen", "neu in Bonn"), ("Molkerei", "neu in Kiel"),
    ]  # fmt: skip


def test_a_rule_is_activated_only_after_it_was_tested_as_it_stands(jana):
    rule = a_rule(by=jana, active=False)
    with pytest.raises(ValidationError, match="Try the rule on the last 90 days first"):
        activate_rule(rule, by=jana)
    from kundig.automation.actions import back_test

    back_test(rule)
    activate_rule(rule, by=jana)
    values = {name: getattr(rule, name) for name in ("name", "object", "trigger", "details", "condition", "steps")}
    pause_rule(rule, by=jana)
    rule = save_rule(rule, values={**values, "condition": 'city = "Kiel"'}, version=rule.version, by=jana)
    with pytest.raises(ValidationError, match="Try the rule"):
        activate_rule(rule, by=jana)


def test_two_who_save_one_rule_at_once_lose_nothing(jana):
    rule = a_rule(by=jana)
    values = {name: getattr(rule, name) for name in ("name", "object", "trigger", "details", "condition", "steps")}
    save_rule(Rule.objects.get(pk=rule.pk), values={**values, "name": "Erste"}, version=1, by=jana)
    with pytest.raises(ValidationError, match="Somebody else has saved this rule"):
        save_rule(Rule.objects.get(pk=rule.pk), values={**values, "name": "Zweite"}, version=1, by=jana)
    assert Rule.objects.get().name == "Erste"


def test_a_condition_that_is_not_understood_any_more_pauses_the_rule(svenja, jana):
    rule = a_rule(by=jana)
    Rule.objects.filter(pk=rule.pk).update(condition='verschwunden = "x"')
    from kundig.automation.queries import forget_rules

    forget_rules()
    an_organisation(by=svenja)
    work()
    rule.refresh_from_db()
    assert rule.state == "paused"
    assert "not understood any more" in rule.state_reason


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"trigger": "sometimes"}, "trigger"),
        ({"object": "unicorns"}, "object"),
        ({"condition": "citty = 1"}, "condition"),
        ({"trigger": "becomes"}, "condition"),
        ({"trigger": "changed", "details": {"fields": ["shoe_size"]}}, "details.fields"),
        ({"trigger": "day", "details": {"field": "name"}}, "details.field"),
        ({"trigger": "day", "details": {"field": "created_at", "offset": "viele"}}, "details.offset"),
        ({"trigger": "schedule", "details": {"every": "hour"}}, "details.every"),
        ({"trigger": "schedule", "details": {"every": "day", "at": "25:99"}}, "details.at"),
        ({"steps": []}, "steps"),
        ({"steps": [{"action": "explode"}]}, "steps.0.action"),
        ({"steps": [TO_CUSTOMER, {"action": "set_field", "values": {"field": "shoe_size"}}]}, "steps.1.field"),
        ({"steps": [{"action": "set_field", "values": {"field": "lifecycle", "value": "König"}}]}, "steps.0.value"),
        ({"steps": [{"action": "set_field", "values": {"field": "employees", "value": "= 1 +"}}]}, "steps.0.value"),
        ({"steps": [{"action": "call", "values": {"address": "http://localhost/x"}}]}, "steps.0.address"),
        ({"steps": [{"action": "call", "values": {"address": "https://me:secret@x.example/"}}]}, "steps.0.address"),
    ],
)
def test_bad_input_is_told_at_its_place(jana, values, field):
    with pytest.raises(ValidationError) as caught:
        a_rule(by=jana, active=False, **values)
    assert list(caught.value.message_dict) == [field]
    assert not Rule.objects.exists()


def test_a_rule_looks_at_a_calculated_field_as_it_was_and_as_it_is(svenja, jana):
    """Nobody writes down calculated values; what they were follows from what the record said."""
    given = {"label_en": "Potential", "kind": "calculated", "formula": "employees * 100"}
    add_field(organisations(), given, by=an_administrator("Mara Tiede"))
    a_rule(by=jana, trigger="becomes", condition="c_potential > 10000", steps=[
        {"action": "add_tag", "values": {"field": "tags", "tag": "groß"}}])  # fmt: skip
    firm = an_organisation(by=svenja, employees=50)
    for employees in (120, 130, 80, 200):
        change_record(organisations(), Organisation.objects.get(pk=firm.pk), {"employees": employees}, by=svenja)
        work()
    assert len(runs()) == 2
    assert Organisation.objects.get(pk=firm.pk).calculated == {"c_potential": "20000"}
