"""Every described object behaves at the API, whatever its domain's own actions do."""

import datetime as dt

import pytest
from django.utils import timezone

from kundig.accounts.models import Letterhead
from kundig.orders.actions import issue_invoice
from kundig.orders.models import Invoice
from kundig.records import registry
from kundig.records.rest.items import item_fields
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import steinbrueck
from tests.records.rest.conftest import Program, problem

pytestmark = pytest.mark.django_db

NAMES = [description.name for description in registry.descriptions()]
ODD = [
    "", "x", "A\x00B", "x" * 5000, "‮😀", "=1+1", 0, -1, 10**30, 1.5, True, None, [], ["x"], [None], {}, {"id": "x"},
    {"id": None}, {"city": 7},
]  # fmt: skip


NEVER_DELETED = {"consents"}


def catalogued(program):
    chai = program.post("products", {"name": "Chai"}).json()["id"]
    box = program.post("products", {"name": "Tea box", "kind": "bundle"}).json()["id"]
    prices = program.post("price-lists", {"name": "Dealers", "currency": "EUR"}).json()["id"]
    return {
        "products": {"name": "Chang"},
        "product-categories": {"name": "Beverages"},
        "product-texts": {"product": chai, "language": "de", "name": "Tee"},
        "bundle-parts": {"bundle": box, "product": chai},
        "product-relations": {"product": chai, "other": box, "kind": "up"},
        "price-lists": {"name": "Everybody", "currency": "EUR"},
        "prices": {"price_list": prices, "product": chai, "amount": "18.00"},
        "tax-rates": {"country": "FR", "tax_class": "standard", "percent": "20", "valid_from": "2014-01-01"},
    }


def beginning(program):
    """What a record of each kind needs at least; a person and an organisation are there to be pointed at."""
    firm = program.post("organisations", {"name": "Alfreds Futterkiste"}).json()["id"]
    person = program.post("persons", {"first_name": "Maria", "family_name": "Anders"}).json()["id"]
    task = program.post("tasks", {"title": "Send the offer"}).json()["id"]
    appointment = {"title": "Tour of the hall", "starts_at": "2026-05-04T08:00:00Z"}
    meeting = program.post("appointments", appointment).json()["id"]
    pipeline = program.post("pipelines", {"name": "New business"}).json()["id"]
    program.post("stages", {"name": "Enquiry", "pipeline": pipeline})
    quote = program.post("quotes", {"party": firm, "title": "Screw compressor"}).json()["id"]
    other = program.post("organisations", {"name": "Berglunds snabbköp"}).json()["id"]
    plan = program.post("account-plans", {"party": other}).json()["id"]
    deal = program.post("deals", {"title": "Dryer", "party": firm, "pipeline": pipeline}).json()["id"]
    purpose = program.post("consent-purposes", {"name": "Offers by mail", "key": "offers_by_mail"}).json()["id"]
    program.post("consent-wordings", {"purpose": purpose, "text": "I would like to get offers by mail."})
    rival = program.post("competitors", {"name": "Aerodyn"}).json()["id"]
    return {
        **ordered(program, firm),
        **catalogued(program),
        **charged(program),
        "organisations": {"name": "Around the Horn"},
        "persons": {"first_name": "Thomas", "family_name": "Hardy"},
        "households": {"name": "Familie Anders"},
        "addresses": {"party": firm, "city": "Berlin"},
        "contact-points": {"party": firm, "kind": "phone", "value": "030 0074321"},
        "roles": {"person": person, "party": firm},
        "touchpoints": {"party": firm, "kind": "call", "at": "2026-05-04T08:00:00Z"},
        "rests": {"party": firm, "reason": "Works holidays"},
        "rhythms": {"party": firm, "every": 30},
        "promises": {"party": firm, "text": "The drawing"},
        "tasks": {"title": "Call back"},
        "task-parties": {"task": task, "party": person},
        "appointments": appointment,
        "appointment-parties": {"appointment": meeting, "party": person},
        "pipelines": {"name": "Service contracts"},
        "stages": {"name": "Negotiation", "pipeline": pipeline, "probability": 75},
        "closing-reasons": {"name": "Too expensive", "outcome": "lost"},
        "competitors": {"name": "Kompressorenwerk Süd"},
        "deals": {"title": "Compressor", "party": firm, "pipeline": pipeline, "amount": "48900.00"},
        "account-plans": {"party": firm, "title": "Growth", "potential": "400000.00"},
        "plan-goals": {"plan": plan, "year": 2027, "goal": "Second works"},
        "plan-members": {"plan": plan, "person": person, "role": "decider"},
        "plan-projects": {"plan": plan, "title": "Sensor"},
        "leads": {"party": firm, "interest": "Compressor"},
        "quotes": {"party": firm, "title": "Compressed air"},
        "quote-lines": {"quote": quote, "title": "Compressor", "unit_price": "100.00"},
        "quote-templates": {"name": "Compressors"},
        "text-blocks": {"name": "Greeting", "text": "Good day"},
        "consent-purposes": {"name": "Invitations", "key": "invitations"},
        "consent-wordings": {"purpose": purpose, "text": "I would like to be invited."},
        "consents": {"party": firm, "purpose": purpose, "channel": "mail", "how": "paper"},
        "deal-lines": {"deal": deal, "title": "Compressor WD 22-V", "quantity": "2.000", "unit_price": "4800.0000"},
        "deal-members": {"deal": deal, "user": str(a_user("Holger Timm").pk)},
        "buying-centre": {"deal": deal, "person": person, "role": "decider"},
        "deal-competitors": {"deal": deal, "competitor": rival},
        "attendees": {"appointment": meeting, "user": str(a_user("Paula Roth").pk)},
    }


def ordered(program, firm):
    """What is sold: an order of which something was delivered and comes back, a contract, a machine."""
    order = program.post("orders", {"party": firm}).json()["id"]
    pump = {"order": order, "title": "Pump", "quantity": 5, "unit_price": "100.00"}
    line, further = (program.post("order-lines", pump).json()["id"] for _each in range(2))
    program.patch(f"/api/v1/orders/{order}", {"state": "confirmed"})
    delivery = program.post("deliveries", {"order": order}).json()["id"]
    program.post("delivery-lines", {"delivery": delivery, "order_line": line, "quantity": 2})
    back = program.post("returns", {"order": order, "reason": "defect"}).json()["id"]
    contract = program.post("contracts", {"party": firm, "title": "Maintenance"}).json()["id"]
    asset = program.post("assets", {"party": firm, "name": "Plate filter"}).json()["id"]
    return {
        "orders": {"party": firm},
        "order-lines": {**pump, "order": program.post("orders", {"party": firm}).json()["id"]},
        "deliveries": {"order": order},
        "delivery-lines": {"delivery": delivery, "order_line": further, "quantity": 1},
        "returns": {"order": order, "reason": "defect"},
        "return-lines": {"return_to": back, "order_line": line, "quantity": 1},
        "contracts": {"party": firm, "title": "Service"},
        "contract-lines": {"contract": contract, "title": "Visit", "unit_price": "90.00"},
        "protocols": {"party": firm, "kind": "training"},
        "assets": {"party": firm, "name": "Heat exchanger", "serial": "W-1"},
        "asset-properties": {"asset": asset, "name": "Power", "value": "7.5", "unit": "kW"},
        "services": {"asset": asset, "kind": "repair", "text": "New seal."},
    }


def charged(program):
    """What is charged: an invoice that is due today, a statement of the bank."""
    Letterhead.objects.get_or_create(
        name="Wendeler", street="Kai 1", postal_code="24103", city="Kiel", iban="DE02120300000000202051", vat_id="DE1"
    )
    firm = str(steinbrueck(by=program.user).pk)
    draft, due = (program.post("invoices", {"party": firm, "payment_days": 0}).json()["id"] for _each in range(2))
    filters = {"title": "Filters", "quantity": 3, "unit_price": "100.00", "tax_percent": "19.00"}
    program.post("invoice-lines", {"invoice": due, **filters})
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    issue_invoice(Invoice.objects.get(pk=due), by=program.user, on=yesterday)
    statement = {"number": "11", "iban": "DE02120300000000202051", "currency": "EUR", "until_on": "2026-11-20"}
    return {
        "invoices": {"party": firm, "buyer_reference": "04011000-12345-03"},
        "invoice-lines": {"invoice": draft, **filters},
        "payments": {"invoice": due, "amount": "100.00"},
        "bank-statements": statement,
        "bank-entries": {
            "statement": program.post("bank-statements", statement).json()["id"], "booked_on": "2026-11-20",
            "amount": "357.00", "currency": "EUR", "name": "Alfreds Keller",
        },
        "payment-reminders": {"party": firm},
        "reminder-stops": {"party": firm, "reason": "Pays by the week"},
    }  # fmt: skip


@pytest.fixture(scope="module")
def administrator(lasting):
    return Program(an_administrator())


@pytest.fixture(scope="module")
def begun(administrator):
    """What a record of each kind needs; what these point at is made once for all tests, each takes back its own."""
    return beginning(administrator)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_goes_through_its_life(administrator, begun, name):
    created = administrator.post(name, begun[name])
    assert created.status_code == 201, created.content
    item = administrator.get(created["Location"]).json()
    assert item == created.json()
    assert item["id"] in [each["id"] for each in administrator.get(name).json()["items"]]
    again = administrator.patch(created["Location"], item)
    assert (again.status_code, again.json()) == (200, item)
    if name in NEVER_DELETED:
        problem(administrator.delete(created["Location"]), 409)
        return
    assert administrator.delete(created["Location"]).status_code == 204
    problem(administrator.get(created["Location"]), 404)


@pytest.mark.parametrize("name", NAMES)
def test_odd_values_are_taken_or_refused_but_never_break_it(administrator, begun, name):
    """Each field gets each value, all fields at once: those that are refused make room for the others."""
    address = administrator.post(name, begun[name])["Location"]
    fields = list(item_fields(registry.get(name), administrator.user))
    for turn in range(len(ODD)):
        values = {field: ODD[(turn + place) % len(ODD)] for place, field in enumerate(fields)}
        while values:
            answer = administrator.patch(address, values)
            assert answer.status_code in (200, 422), (values, answer.content)
            if answer.status_code == 200:
                break
            refused = {each.split(".")[0].split("[")[0] for each in problem(answer, 422)["errors"]}
            assert refused, (values, answer.content)
            if not refused & values.keys():
                break  # together they leave out what the record needs
            values = {field: value for field, value in values.items() if field not in refused}


@pytest.mark.parametrize("name", NAMES)
def test_odd_questions_are_answered_or_refused(administrator, name):
    """A field of each kind is asked for each value; fields of one kind are asked in one way."""
    described = registry.get(name)
    of_each_kind = {type(described.field(field).kind): field for field in item_fields(described, administrator.user)}
    for field in of_each_kind.values():
        for value in ODD:
            if isinstance(value, str | int):
                asked = administrator.client.get(
                    f"/api/v1/{name}", {field: value}, headers={"Authorization": f"Bearer {administrator.token}"}
                )
                assert asked.status_code in (200, 400), (field, value, asked.content)


@pytest.mark.parametrize("name", NAMES)
def test_a_visitor_learns_nothing(administrator, begun, name):
    address = administrator.post(name, begun[name])["Location"]
    for answer in (Program().get(name), Program().get(address), Program().delete(address), Program().post(name, {})):
        problem(answer, 401)
    assert administrator.get(address).status_code == 200
