"""Plans for key accounts: what stands in them, who may read them, and when one looks at them again."""

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.parties.models import Organisation
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.models import LedgerRow
from kundig.sales.actions.plans import add_measure, review_plan
from kundig.sales.models import AccountPlan, PlanGoal, PlanMember, PlanProject
from kundig.sales.queries.plans import plan_of, share_of_wallet, why_of_share
from kundig.timeline.models import Task
from kundig.timeline.protocol import day_sources
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_person, a_scoped_user, an_organisation
from tests.people import english  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def boss():
    return User.objects.with_access(an_administrator().pk)


def a_plan(by, firm=None, **values):
    firm = firm or an_organisation(by=by)
    return create_record(registry.get("account-plans"), {"party": firm.pk, **values}, by=by)


def signed_in(client, user):
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.mark.parametrize(
    ("potential", "ours", "share"),
    [("400000", "90000", "22.5"), ("3", "1", "33.3"), ("10", "-5", "0.0"), ("0", "5", None), (None, "5", None)],
)
def test_share_of_wallet_is_our_part_of_the_potential(potential, ours, share):
    found = share_of_wallet(potential and Decimal(potential), Decimal(ours))
    assert found == (share and Decimal(share))


def test_plan_is_called_after_its_key_account_and_there_is_one_of_each(boss):
    firm = an_organisation(by=boss)
    plan = a_plan(boss, firm)
    assert (plan.title, plan.owner_id) == ("Plan for Molkerei Steinbrück eG", boss.pk)
    with pytest.raises(ValidationError) as refused:
        a_plan(boss, firm)
    assert set(refused.value.message_dict) == {"party"}
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountPlan.objects.create(title="Noch einer", party_id=firm.pk)


def test_negative_amounts_and_backward_projects_are_refused(boss):
    with pytest.raises(ValidationError):
        a_plan(boss, potential=Decimal(-1))
    plan = a_plan(boss, an_organisation(by=boss, name="Andere"))
    for name, values in (
        ("plan-projects", {"title": "Sensor", "begins_on": TODAY, "ends_on": TODAY - dt.timedelta(days=1)}),
        ("plan-goals", {"goal": "Wachsen", "year": 1999}),
        ("plan-goals", {"goal": "", "year": 2027}),
    ):
        with pytest.raises(ValidationError):
            create_record(registry.get(name), {**values, "plan": plan.pk}, by=boss)
    assert (PlanProject.objects.count(), PlanGoal.objects.count()) == (0, 0)


def test_plan_of_the_head_counts_for_its_group(boss):
    head = an_organisation(by=boss, name="Gruppe")
    middle = an_organisation(by=boss, name="Holding", parent=head)
    plant = an_organisation(by=boss, name="Werk", parent=middle)
    plan = a_plan(boss, head)
    assert plan_of(plant, boss) == plan
    own = a_plan(boss, plant)
    assert (plan_of(plant, boss), plan_of(middle, boss)) == (own, plan)


def test_our_part_is_what_the_group_has_bought_in_twelve_months(boss):
    """Kept by the database: when revenue comes, when a company comes to the group, leaves it or is gone."""
    head, plant, other = (an_organisation(by=boss, name=name) for name in ("Gruppe", "Werk", "Andere"))
    bought = Organisation.objects.filter
    bought(pk=head.pk).update(revenue_12m=100)
    plan = a_plan(boss, head, potential=Decimal(1000))

    def part():
        plan.refresh_from_db()
        return plan.our_part

    assert part() == 100
    bought(pk=plant.pk).update(revenue_12m=50)
    assert part() == 100, "it does not belong to the group yet"
    bought(pk=plant.pk).update(parent=head)
    assert part() == 150
    below = an_organisation(by=boss, name="Tochter des Werks", parent=plant)
    bought(pk=below.pk).update(revenue_12m=7)
    assert part() == 157
    bought(pk=plant.pk).update(parent=other)
    assert part() == 100
    plan.party_id = other.pk
    plan.save()
    assert part() == 57
    bought(pk=below.pk).delete()
    assert part() == 50
    assert not LedgerRow.objects.filter(record=plan.pk, op="U", after__has_key="our_part").exists()


def test_share_says_what_it_is_reckoned_with_or_lacks():
    say = partial(why_of_share, current_formats())
    assert say(None, Decimal(5)) == "Nobody has noted the potential yet."
    assert say(Decimal(50), None) == "They have not ordered anything; the potential is €50 a year."


def test_measure_is_a_task_of_the_key_account(boss):
    anna = a_user("Anna Bauer")
    plan = a_plan(boss)
    add_measure(plan, title="Werksbesuch", due_on=TODAY, assignee=anna.pk, by=boss)
    task = Task.objects.get()
    assert (task.party_id, task.assignee, task.source, task.source_id) == (
        plan.party_id,
        anna,
        "account-plans",
        plan.pk,
    )


def test_review_comes_to_the_day_of_its_owner_and_moves_on(boss):
    plan = a_plan(boss, review_on=TODAY - dt.timedelta(days=3))
    find = next(source.find for source in day_sources("contacts") if source.name == "account_plans")
    (item,) = find(boss, TODAY, [boss.pk])
    assert (item.party, item.href, item.since) == (plan.party_id, f"/account-plans/{plan.pk}/", plan.review_on)
    later = review_plan(plan, months=12, by=boss)
    assert (later.review_on.year, later.review_on.month) == (TODAY.year + 1, TODAY.month)
    assert find(boss, TODAY, [boss.pk]) == []


def test_page_adds_goals_people_projects_and_measures(boss, client):
    firm = an_organisation(by=boss)
    person = a_person(by=boss, organisation=firm.pk)
    Organisation.objects.filter(pk=firm.pk).update(revenue_12m=90_000)
    plan = a_plan(boss, firm, potential=Decimal(400_000))
    page = signed_in(client, boss)
    base = f"/account-plans/{plan.pk}/parts/"
    assert page.get(f"{base}goals/").status_code == 200
    decides = {"role": "decider", "attitude": "for", "influence": "high"}
    answers = [
        page.post(f"{base}goals/", {"year": "2027", "goal": "Zweites Werk", "target": "120000"}),
        page.post(f"{base}members/", {**decides, "person": str(person.pk)}),
        page.post(f"{base}projects/", {"title": "Sensor im Filter", "state": "running"}),
        page.post(f"{base}measures/", {"title": "Werksbesuch", "due_on": "2026-12-01"}),
        page.post(f"{base}measures/", {"review": "3"}),
        page.post(f"{base}goals/", {"year": "", "goal": ""}),
        page.post(f"{base}measures/", {"title": "", "due_on": "morgen"}),
        page.post(f"{base}nothing/", {}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 422, 422, 404]
    assert PlanMember.objects.get().attitude == "for"
    html = page.get(f"/account-plans/{plan.pk}/print/").content.decode()
    for words in ("Zweites Werk", person.name, "Sensor im Filter", "Werksbesuch", "22,5"):
        assert words in html, words
    panel = page.get(f"/organisations/{firm.pk}/panels/account-plan/").content.decode()
    assert plan.title in panel and "Zweites Werk" in panel
    told = html.replace("\xa0", " ")
    assert "90.000 € Umsatz in den letzten zwölf Monaten" in told and "von 400.000 € im Jahr" in told


def test_plans_are_their_owners_and_of_who_may_look(boss, client):
    owner, looker = a_scoped_user("Svenja Kroll", Scope.OWN), a_user("Leo Lang", role="reader")
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    by = User.objects.with_access(owner.pk)
    plan = a_plan(by, an_organisation(by=by))
    base = f"/account-plans/{plan.pk}/parts/goals/"
    answers = {
        user.name: signed_in(client, user).post(base, {"year": "2027", "goal": "Ziel"}).status_code
        for user in (looker, stranger)
    }
    assert (answers, PlanGoal.objects.count()) == ({"Leo Lang": 403, "Max Horn": 404}, 0)
    with pytest.raises(PermissionDenied):
        add_measure(plan, title="X", due_on=None, assignee=None, by=User.objects.with_access(stranger.pk))
    added = signed_in(client, owner).post(base, {"year": "2027", "goal": "Ziel"})
    assert (added.status_code, PlanGoal.objects.count()) == (200, 1)
