"""Promises in my day."""

import datetime as dt

from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.accounts.models import User
from kundig.timeline.actions import keep_promise, make_promise
from kundig.timeline.queries.day.promised import promises_due
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user

TODAY = timezone.localdate()


def days(count):
    return TODAY + dt.timedelta(days=count)


def due(user):
    return promises_due(User.objects.with_access(user.pk), TODAY, [user.pk])


def test_what_is_due_stands_in_the_day_with_a_reason(svenja, dairy, katrin):
    make_promise(dairy, text="Anrufen", side="we", due_on=TODAY, by=svenja)
    late = make_promise(katrin, text="Angebot schicken", side="we", due_on=days(-3), by=svenja)
    make_promise(katrin, text="Zeichnung schicken", side="they", due_on=days(-1), by=svenja)
    make_promise(dairy, text="Später", side="we", due_on=days(1), by=svenja)
    make_promise(dairy, text="Noch Zeit", side="they", due_on=TODAY, by=svenja)
    keep_promise(make_promise(dairy, text="Erledigt", side="we", due_on=TODAY, by=svenja), by=svenja)
    found = due(svenja)
    assert [(each.party, each.reason) for each in found] == [
        (katrin.pk, "Promised, due 3 days ago, still open: “Angebot schicken”."),
        (katrin.pk, "Promised by the customer for yesterday: “Zeichnung schicken”."),
        (dairy.pk, "Promised for today: “Anrufen”."),
    ]
    assert found[0].done == f"/promise/{late.pk}/kept/"
    assert found[0].urgency > found[2].urgency > 1


def test_promises_of_others_and_of_hidden_customers_do_not(svenja, dairy):
    paula, stranger = a_user("Paula Roth", role="sales"), a_scoped_user("Max Horn", Scope.OWN)
    make_promise(dairy, text="Anrufen", side="we", due_on=TODAY, by=svenja, assignee=paula)
    make_promise(dairy, text="Anrufen", side="we", due_on=TODAY, by=svenja, assignee=stranger)
    assert due(svenja) == []
    assert len(due(paula)) == 1
    assert due(stranger) == []


def test_day_shows_the_promise_and_one_click_keeps_it(svenja, dairy, client):
    made = make_promise(dairy, text="Anrufen", side="we", due_on=TODAY, by=svenja)
    client.force_login(svenja)
    html = client.get("/").content.decode()
    assert f'hx-post="/promise/{made.pk}/kept/"' in html
    answer = client.post(f"/promise/{made.pk}/kept/")
    assert f"day:{svenja.pk}" in answer["HX-Trigger"]
    assert "Anrufen" not in client.get("/").content.decode()
