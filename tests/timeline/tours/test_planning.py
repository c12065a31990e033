"""Planning a day on the road: where it begins, who lies on the way, what goes into the calendar."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.parties.models import Party
from kundig.records.actions import create_record
from kundig.timeline.actions import set_attendees
from kundig.timeline.actions.writing import described
from kundig.timeline.models import Appointment
from kundig.timeline.queries.places import find_place
from kundig.timeline.queries.tours import near_way, visits_on
from kundig.timeline.rules.routing import Place
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user, an_organisation

MUNICH = Place(48.137, 11.575)
ULM = Place(48.401, 9.988)
TUESDAY = dt.date(2026, 11, 24)


def at(hour, minute=0, *, day=TUESDAY):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def a_customer(name, city, latitude, longitude, *, by, due=None, **values):
    made = an_organisation(by=by, name=name, city=city, latitude=latitude, longitude=longitude, **values)
    Party.objects.filter(pk=made.pk).update(next_contact_on=due)
    return made


def a_visit(party, hour, *, by, day=TUESDAY):
    values = {"title": "Besuch", "kind": "visit", "party": party.pk, "starts_at": at(hour, day=day)}
    return create_record(described(Appointment), values, by=by)


@pytest.fixture
def customers(svenja):
    return {
        "dairy": a_customer("Molkerei Steinbrück", "München", 48.14, 11.56, by=svenja, postal_code="80999"),
        "brewery": a_customer("Brauhaus Lech", "Augsburg", 48.37, 10.9, by=svenja, due=TUESDAY - dt.timedelta(12)),
        "mill": a_customer("Walzwerk Ulm", "Ulm", 48.4, 9.99, by=svenja, due=TUESDAY + dt.timedelta(30)),
        "harbour": a_customer("Hafen Hamburg", "Hamburg", 53.55, 9.99, by=svenja, due=TUESDAY),
    }


def test_a_start_is_a_position_a_town_a_postal_code_or_a_customer(svenja, customers):
    assert find_place("48,137 N, 11,575 E", svenja).place == MUNICH
    assert find_place(" augsburg ", svenja).place == Place(48.37, 10.9)
    assert find_place("809", svenja).place == Place(48.14, 11.56)
    assert find_place("walzwerk", svenja).words == "Walzwerk Ulm"


@pytest.mark.parametrize("text", ["", "Atlantis", "99999", "48.137", "123, 456", "%_' OR 1=1", "\x00"])
def test_a_start_that_nobody_knows_is_refused_with_what_would_be_right(svenja, customers, text):
    with pytest.raises(ValidationError) as refused:
        find_place(text, svenja)
    assert any(word in " ".join(refused.value.messages) for word in ("48.137", "between"))


def test_who_is_due_comes_first_and_who_lies_too_far_not_at_all(svenja, customers):
    found = near_way([MUNICH, ULM], TUESDAY, svenja, within_km=20)
    assert [(near.party.name, near.is_due) for near in found[:1]] == [("Brauhaus Lech", True)]
    assert {near.party.name for near in found[1:] if not near.is_due} == {"Walzwerk Ulm", "Molkerei Steinbrück"}
    assert found[0].why == "due for 12 days"
    assert [near.party.name for near in near_way([MUNICH], TUESDAY, svenja, within_km=5)] == ["Molkerei Steinbrück"]


def test_customers_of_colleagues_are_proposed_only_where_asked_for(svenja, customers):
    holger = a_user("Holger Timm")
    assert near_way([MUNICH, ULM], TUESDAY, holger, within_km=20) == []
    assert len(near_way([MUNICH, ULM], TUESDAY, holger, within_km=20, everybody=True)) == 3


def test_the_page_says_what_to_do_before_it_knows_anything(client, svenja):
    client.force_login(svenja)
    answer = client.get("/tours/").content.decode()
    assert "Sagen Sie, wo Sie losfahren" in answer


def test_customers_are_added_put_in_order_and_written_into_the_calendar(client, svenja, customers):
    client.force_login(svenja)
    stops = [f"p-{customers[name].pk}" for name in ("mill", "brewery")]
    asked = {
        "day": TUESDAY.isoformat(), "leaves": "08:00", "start": "48.137, 11.575", "stay": "60", "detour": "20",
        "chosen": "1", "stop": stops, "best": "1",
    }  # fmt: skip
    page = client.get("/tours/", asked).content.decode()
    assert page.index("Brauhaus Lech") < page.index("Walzwerk Ulm")
    assert "2 Besuche in den Kalender eintragen" in page

    client.post("/tours/", {**asked, "stop": stops[::-1]})
    visits = visits_on(TUESDAY, svenja)
    assert [visit.party.name for visit in visits] == ["Brauhaus Lech", "Walzwerk Ulm"]
    assert visits[0].ends_at - visits[0].starts_at == dt.timedelta(hours=1)
    assert at(8, 45) < visits[0].starts_at < at(10)
    assert visits[1].starts_at > visits[0].ends_at
    assert visits[0].kind == "visit"

    again = client.get("/tours/", {"day": TUESDAY.isoformat(), "start": "48.137, 11.575"}).content.decode()
    assert "in den Kalender eintragen" not in again
    assert "verabredet" in again


def test_an_agreed_hour_stays_unless_it_is_freed(client, svenja, customers):
    client.force_login(svenja)
    visit = a_visit(customers["brewery"], 14, by=svenja)
    asked = {"day": TUESDAY.isoformat(), "leaves": "08:00", "start": "48.137, 11.575", "chosen": "1"}
    client.post("/tours/", {**asked, "stop": f"a-{visit.pk}"})
    visit.refresh_from_db()
    assert visit.starts_at == at(14)
    client.post("/tours/", {**asked, "stop": f"f-{visit.pk}"})
    visit.refresh_from_db()
    assert visit.starts_at < at(10)
    assert visit.ends_at - visit.starts_at == dt.timedelta(hours=1)


def test_who_comes_too_late_reads_by_how_much(client, svenja, customers):
    client.force_login(svenja)
    visits = [a_visit(customers["brewery"], 9, by=svenja), a_visit(customers["mill"], 10, by=svenja)]
    asked = {"day": TUESDAY.isoformat(), "leaves": "08:00", "start": "48.137, 11.575"}
    assert "Minuten nach der verabredeten Zeit" in client.get("/tours/", asked).content.decode()
    assert len(visits) == 2


def test_the_whole_tour_is_taken_back_in_one_step(client, svenja, customers):
    client.force_login(svenja)
    asked = {"day": TUESDAY.isoformat(), "start": "48.137, 11.575", "chosen": "1"}
    stops = [f"p-{customers[name].pk}" for name in ("mill", "brewery")]
    answer = client.post(
        "/tours/", {**asked, "stop": stops},
        headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#content"},
    )  # fmt: skip
    assert "2 Besuche stehen in Ihrem Kalender" in answer.content.decode()
    address = answer.content.decode().split('hx-post="/undo/')[1].split('"')[0]
    client.post(f"/undo/{address}")
    assert visits_on(TUESDAY, svenja) == []


def test_appointments_and_customers_of_others_do_not_come_in_by_their_ids(client, svenja, customers):
    holger = a_user("Holger Timm")
    visit = a_visit(customers["brewery"], 9, by=svenja)
    client.force_login(holger)
    page = client.get("/tours/", {"day": TUESDAY.isoformat(), "chosen": "1", "stop": f"a-{visit.pk}"}).content.decode()
    assert "Brauhaus" not in page


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"day": "x"}, {"leaves": "25:99"}, {"stay": "-5"},
        {"detour": "1e9"}, {"chosen": "1", "stop": ["p-1", "q-x", f"p-{uuid4()}", ""]}, {"start": "%00"},
        {"start": "x" * 5000}, {"start": "91, 181"}, {"chosen": "1", "stop": [f"p-{uuid4()}"] * 500},
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_answered(client, svenja, asked):
    client.force_login(svenja)
    assert client.get("/tours/", asked).status_code == 200
    assert client.post("/tours/", asked).status_code in (200, 302)


def test_a_tour_that_is_sent_twice_is_written_once(client, svenja, customers):
    client.force_login(svenja)
    asked = {"day": TUESDAY.isoformat(), "start": "48.137, 11.575", "chosen": "1"}
    for _time in range(2):
        client.post("/tours/", {**asked, "stop": f"p-{customers['mill'].pk}"})
    assert len(visits_on(TUESDAY, svenja)) == 1


def test_a_guest_learns_nothing_of_a_customer_who_is_not_for_them(client, svenja, customers):
    visit = a_visit(customers["brewery"], 9, by=svenja)
    guest = a_scoped_user("Gast Eins", Scope.OWN)
    set_attendees(visit, [guest], by=svenja)
    assert visits_on(TUESDAY, guest) == []
    client.force_login(guest)
    assert "Brauhaus" not in client.get(f"/tours/?day={TUESDAY.isoformat()}").content.decode()
    assert client.post(f"/field/{visit.pk}/report/", {"body": "x", "key": "k"}).status_code == 404
