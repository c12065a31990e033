"""Deals in the call brief and in my day: no more of them than the reader may know."""

import datetime as dt

import pytest
from django.utils import timezone

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.accounts.models import User
from kundig.orders.actions import place_order
from kundig.platform.formats import current_formats
from kundig.sales.models import Deal
from kundig.sales.queries.day import deals_to_care_for
from kundig.timeline.views.briefs import brief_of


@pytest.fixture
def resting(compressor):
    """The compressor, expected in four weeks, quiet for 23 days."""
    today = timezone.localdate()
    Deal.objects.filter(pk=compressor.pk).update(
        expected_on=today + dt.timedelta(weeks=4), quiet_since=today - dt.timedelta(days=23), rotting_on=today
    )
    return compressor


def without(user, *names):
    """The same person when their role hides these fields."""
    rights = {tuple(name.split(".")): FieldRight.HIDDEN for name in names}
    set_field_rights(user.roles.get(), rights=rights, by=None)
    return User.objects.with_access(user.pk)


def section(party, key, *, user):
    found = {each.section.key: each.lines for each in brief_of(party, user=user)["sections"]}
    return [(line.text, line.note, line.tone) for line in found[key]]


def test_the_brief_tells_stage_amount_and_rest(resting, dairy, svenja):
    until = current_formats().date(timezone.localdate() + dt.timedelta(weeks=4))
    assert section(dairy, "deals", user=User.objects.with_access(svenja.pk)) == [
        ("Compressor WD 55-V, €48,900", f"Enquiry, until {until}, rests 23 days", "warn")
    ]


def test_the_brief_tells_no_hidden_field_of_a_deal(resting, dairy, svenja):
    hidden = ("amount", "stage", "expected_on", "quiet_since")
    svenja = without(svenja, *(f"deals.{name}" for name in hidden))
    assert section(dairy, "deals", user=svenja) == [("Compressor WD 55-V", "", "")]


@pytest.mark.parametrize("name", ["amount", "probability"])
def test_my_day_weighs_by_nothing_that_is_hidden(resting, svenja, name):
    today = timezone.localdate()
    (item,) = deals_to_care_for(User.objects.with_access(svenja.pk), today, [svenja.pk])
    assert item.worth == 4890
    (item,) = deals_to_care_for(without(svenja, f"deals.{name}"), today, [svenja.pk])
    assert (item.worth, item.worth_note) == (None, "")


def test_my_day_names_no_deal_for_a_reason_that_is_hidden(resting, svenja):
    assert deals_to_care_for(without(svenja, "deals.quiet_since"), timezone.localdate(), [svenja.pk]) == []


def test_the_brief_tells_no_hidden_field_of_an_order(dairy, svenja, house):
    order = place_order(party=dairy, by=svenja, lines=[{"title": "Seal", "quantity": 2, "unit_price": 5}])
    ((text, note, _tone),) = section(dairy, "orders", user=User.objects.with_access(svenja.pk))
    assert (text, note) == (f"{order.number}, €10", f"{order_day(order)}, received")
    svenja = without(svenja, "orders.net", "orders.state")
    ((text, note, _tone),) = section(dairy, "orders", user=svenja)
    assert (text, note) == (order.number, order_day(order))


def order_day(order):
    return current_formats().date(order.ordered_on)
