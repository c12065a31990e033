"""The day on the road: what the telephone shows and keeps, and reports that arrive late or twice."""

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.utils import timezone

from kundig.records.actions import create_record
from kundig.timeline.actions import set_attendees
from kundig.timeline.actions.writing import described
from kundig.timeline.models import Appointment, Reaction, Touchpoint
from tests.accounts.factories import a_user

KEY = "c3f0a6b1-8a66-4a31-9d0c-0a4a1a9f4c11"


@pytest.fixture
def visit(svenja, dairy):
    """A visit at the dairy, this day."""
    begins = timezone.localtime().replace(hour=0, minute=5, second=0, microsecond=0)
    values = {"title": "Bedarf", "kind": "visit", "party": dairy.pk, "starts_at": begins}
    return create_record(described(Appointment), values, by=svenja)


def report(client, visit, **values):
    given = {"key": KEY, "body": "Will den WD 45-V ersetzen.", "mood": "4", "reaction": "interested", **values}
    return client.post(f"/field/{visit.pk}/report/", given)


def test_the_day_shows_whom_one_visits_and_names_what_is_to_be_kept(client, svenja, visit, dairy):
    client.force_login(svenja)
    page = client.get("/field/").content.decode()
    assert "Molkerei Steinbrück eG" in page
    assert "tel:+498999998100" in page
    kept = page.split('data-outbox-keep-value="')[1].split('"')[0].replace("&quot;", '"')
    assert json.loads(kept) == ["/field/", f"/brief/{dairy.pk}/"]


def test_a_report_is_filed_with_mood_and_reaction_and_the_visit_was_held(client, svenja, visit, dairy):
    client.force_login(svenja)
    report(client, visit, offer="WD 55-V")
    told = Touchpoint.objects.get(source="appointments", source_id=visit.pk)
    assert (told.kind, told.party_id, told.mood, told.two_way) == ("visit", dairy.pk, 4, True)
    reaction = Reaction.objects.get(touchpoint=told.pk)
    assert (reaction.offer, reaction.reaction) == ("WD 55-V", "interested")
    visit.refresh_from_db()
    assert visit.held_at


def test_a_report_that_is_sent_twice_is_filed_once(client, svenja, visit):
    client.force_login(svenja)
    assert report(client, visit).status_code == report(client, visit).status_code == 302
    assert Touchpoint.objects.filter(source="appointments", source_id=visit.pk).count() == 1


def test_a_report_written_without_connection_keeps_its_time(client, svenja, visit):
    client.force_login(svenja)
    written = timezone.now() - dt.timedelta(minutes=4)
    report(client, visit, at=written.isoformat())
    assert abs(Touchpoint.objects.get(source_id=visit.pk).at - written) < dt.timedelta(seconds=1)


def test_a_clock_that_is_fast_does_not_cost_the_report(client, svenja, visit):
    client.force_login(svenja)
    report(client, visit, at=(timezone.now() + dt.timedelta(hours=3)).isoformat())
    assert Touchpoint.objects.get(source_id=visit.pk).at <= timezone.now()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"body": " ", "mood": "", "reaction": ""}, "Schreiben Sie, worum es ging"),
        ({"body": "x" * 2_000_000}, "MB"),
        ({"reaction": "delighted"}, "eaction"),
    ],
)
def test_what_cannot_be_filed_is_said_and_stays_typed(client, svenja, visit, values, said):
    client.force_login(svenja)
    answer = report(client, visit, **values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Touchpoint.objects.filter(source_id=visit.pk).exists()


@pytest.mark.parametrize(
    "values",
    [
        {"mood": "9"}, {"mood": "x"}, {"at": "yesterday"}, {"at": "2026-13-01T10:00"}, {"key": "k" * 5000},
        {"key": "k\x00"}, {"body": "\x00"},
    ],
)  # fmt: skip
def test_odd_values_are_never_an_error_of_the_server(client, svenja, visit, values):
    client.force_login(svenja)
    assert report(client, visit, **values).status_code in (302, 422)


def test_nobody_reports_on_the_visits_of_others(client, svenja, visit):
    client.force_login(a_user("Holger Timm"))
    assert report(client, visit).status_code == 404
    assert client.post(f"/field/{uuid4()}/report/", {}).status_code == 404


def test_the_app_says_its_name_and_where_it_begins(client, db):
    told = client.get("/manifest.webmanifest")
    assert told["Content-Type"] == "application/manifest+json"
    assert (told.json()["start_url"], told.json()["display"]) == ("/", "standalone")
    worker = client.get("/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert b"fetch" in worker.content


def test_a_guest_reports_and_does_not_have_to_hold_it(client, svenja, visit):
    holger = a_user("Holger Timm")
    set_attendees(visit, [holger], by=svenja)
    client.force_login(holger)
    assert report(client, visit).status_code == 302
    assert Touchpoint.objects.get(source_id=visit.pk).author_id == holger.pk
