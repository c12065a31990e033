"""Fields that a role hides or leaves to be read, on every surface of an object that no domain knows."""

import json
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from kundig.accounts.actions import change_preferences, find_role, set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.accounts.models import User
from kundig.platform.formats import formats
from kundig.records.actions import change_record, create_record
from kundig.records.events import Via
from kundig.records.imports.mapping import importer_of
from kundig.records.ledger import change_set
from kundig.records.listing import listing
from kundig.records.rest.openapi import document
from kundig.records.search.previewing import preview
from tests.accounts.factories import a_user, an_administrator
from tests.records.rest.conftest import Program, problem
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]
HIDDEN, READ = FieldRight.HIDDEN, FieldRight.READ
PLACE = {"street": "Gasse 3", "postal_code": "50667", "city": "Köln", "region": "", "country": "DE"}


def keep_back(role="sales", **rights):
    given = {("courses", name): right for name, right in rights.items()}
    set_field_rights(find_role(role), rights=given, by=None)


@pytest.fixture
def kept(courses):
    """Sales do not see price and phone, and only read the level."""
    find_role("sales")
    keep_back(price=HIDDEN, phone=HIDDEN, level=READ)


@pytest.fixture
def course(courses, kept):
    values = {"name": "Soldering", "price": "149.50", "phone": "+49221471100", "level": "expert", "address": PLACE}
    return create_record(courses, values, by=an_administrator("Jana Brandt"), via=Via.HAND)


def seller():
    user = a_user("Svenja Kroll", role="sales")
    change_preferences(user, values={"language": "en"})
    return User.objects.with_access(user.pk)


def web(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def test_fields_of_a_role_are_read_written_or_neither(courses, kept):
    colleague = a_user("Paula Roth", role="service")
    stranger = User(name="Nobody")
    assert {"price", "phone"} & courses.fields_for(seller()).keys() == set()
    assert "level" in courses.fields_for(seller())
    assert not courses.may_write(seller(), courses.field("level"))
    assert courses.may_write(colleague, courses.field("level"))
    assert {"price", "phone"} <= courses.fields_for(colleague).keys()
    assert not courses.may(stranger, "read")
    assert {"price", "phone"} <= courses.fields_for(None).keys()


def test_of_several_roles_the_widest_right_to_a_field_wins(courses, kept):
    user = seller()
    user.roles.add(find_role("service"))
    both = User.objects.with_access(user.pk)
    assert courses.may_write(both, courses.field("level"))
    assert "price" in courses.fields_for(both)
    keep_back("service", price=READ)
    both = User.objects.with_access(user.pk)
    assert "price" in courses.fields_for(both)
    assert not courses.may_write(both, courses.field("price"))


def test_an_address_goes_with_its_parts_and_the_title_stays(courses):
    find_role("sales")
    keep_back(address=HIDDEN, name=HIDDEN, starts_on=HIDDEN)
    known = courses.fields_for(seller())
    assert {"address", "street", "postal_code", "city", "region", "country"} & known.keys() == set()
    assert "name" in known
    assert not courses.may_write(seller(), courses.field("name"))
    assert "announcement" not in known  # it is made of the first day


def test_table_page_form_export_and_preview_know_nothing_of_a_hidden_field(courses, course):
    browser = web(seller())
    shown = "columns=name&columns=price&columns=phone&columns=level"
    for address in (
        f"/courses/?{shown}",
        f"/courses/{course.pk}/",
        f"/courses/{course.pk}/row/?{shown}",
        f"/courses/{course.pk}/edit/",
        "/courses/new/",
        f"/search/preview/courses/{course.pk}/",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        page = unescape(answer.content.decode())
        for text in ("149.50", "149,50", "471100", "471 100", 'name="price"', 'name="phone"', 'data-field="price"'):
            assert text not in page, (address, text)
    find_role("sales").grants.filter(action="export").update(scope=3)
    exported = b"".join(browser.get(f"/courses/export/?{shown}&as=csv")).decode()
    assert "Soldering" in exported
    assert "149" not in exported
    assert "471100" not in exported
    assert "149.50" in unescape(web(course.owner).get(f"/courses/{course.pk}/").content.decode())
    assert "471" not in preview(courses, course.pk, user=seller(), formats=formats("en"))


def test_a_field_that_is_only_read_offers_no_editor_and_keeps_its_value(courses, course):
    browser = web(seller())
    page = unescape(browser.get(f"/courses/{course.pk}/").content.decode())
    assert "For experts" in page
    assert 'data-field="level"' not in page
    assert 'name="level"' not in browser.get(f"/courses/{course.pk}/edit/").content.decode()
    assert browser.get(f"/courses/{course.pk}/fields/level/").status_code == 403
    put = browser.put(f"/courses/{course.pk}/fields/level/", "level=basic")
    assert put.status_code == 403
    assert browser.get(f"/courses/{course.pk}/fields/price/").status_code == 404
    assert browser.put(f"/courses/{course.pk}/fields/price/", "price=1").status_code == 404
    sent = browser.post(f"/courses/{course.pk}/edit/", {"name": "Solder", "level": "basic", "price": "1", "phone": "1"})
    assert sent.status_code == 302
    course.refresh_from_db()
    assert (course.name, course.level) == ("Solder", "expert")
    assert (str(course.price), course.phone) == ("149.50", "+49221471100")


def test_actions_refuse_what_a_role_may_not_set(courses, course):
    for values in ({"level": "basic"}, {"price": "1"}, {"phone": ""}):
        with pytest.raises(PermissionDenied):
            change_record(courses, course, values, by=seller())
    with pytest.raises(PermissionDenied, match="price"):
        create_record(courses, {"name": "Weaving", "price": "1"}, by=seller())
    course.refresh_from_db()
    assert (course.level, str(course.price), course.phone) == ("expert", "149.50", "+49221471100")
    assert Course.objects.count() == 1


@pytest.mark.parametrize("asked", [{"phone": ["+49221471100"]}, {"price": ["149.50"]}, {"sort": ["price"]}])
def test_nobody_filters_or_sorts_by_what_they_may_not_read(courses, course, asked):
    with pytest.raises(ValidationError, match="There is no field"):
        listing(courses, seller(), asked, formats=formats("en"))


def test_a_table_that_is_sorted_by_a_hidden_field_begins_with_another(courses, kept, monkeypatch):
    monkeypatch.setattr(type(courses), "sort", "-seats")
    keep_back(seats=HIDDEN)
    assert courses.first_sort(seller()) == "name"
    assert courses.first_sort(None) == "-seats"


def test_programs_meet_the_fields_of_their_user(courses, course):
    program = Program(seller())
    item = program.get(f"courses/{course.pk}").json()
    assert {"price", "phone"} & item.keys() == set()
    assert item["level"] == "expert"
    assert {"price", "phone"} & program.get("courses").json()["items"][0].keys() == set()
    for body, name, words in (
        ({"price": "1.00"}, "price", "do not include"),
        ({"level": "basic"}, "level", "not change it"),
    ):
        refused = problem(program.patch(f"courses/{course.pk}", body), 422)
        assert words in refused["errors"][name][0]
    assert "phone" in problem(program.post("courses", {"name": "Weaving", "phone": "1"}), 422)["errors"]
    assert program.patch(f"courses/{course.pk}", {**item, "name": "Solder"}).status_code == 200
    assert problem(program.get("courses?phone=1"), 400)["errors"]["phone"]
    assert problem(program.get("courses?sort=price"), 400)["errors"]
    course.refresh_from_db()
    assert (course.name, course.level, str(course.price)) == ("Solder", "expert", "149.50")


def test_the_document_says_what_its_reader_meets(courses, kept):
    mine = document(seller())[0]["components"]["schemas"]
    everybodys = document(a_user("Paula Roth", role="service"))[0]["components"]["schemas"]
    assert {"price", "phone"} & mine["Course"]["properties"].keys() == set()
    assert mine["Course"]["properties"]["level"]["readOnly"] is True
    assert "level" not in mine["CourseChange"]["properties"]
    assert {"price", "phone", "level"} <= everybodys["CourseChange"]["properties"].keys()
    listed = json.dumps(document(seller())[0]["paths"]["/courses"]["get"]["parameters"])
    assert '"phone"' not in listed


def test_a_file_cannot_fill_what_its_user_may_not_write(courses, kept):
    def names(by):
        return {target.name for target in importer_of(courses).targets(by=by)}

    assert {"price", "phone", "level"} & names(seller()) == set()
    assert {"price", "phone", "level"} <= names(an_administrator())


def test_an_edit_is_not_taken_back_where_the_right_has_gone(courses, course):
    with change_set(by=None, via=Via.BULK) as changes:
        change_record(courses, course, {"level": "basic"}, by=an_administrator())
    answer = web(seller()).post(f"/undo/{changes.id}/")
    assert "your role does not let you" in answer.content.decode()
    course.refresh_from_db()
    assert course.level == "basic"


def test_the_rights_to_fields_cost_no_further_query(courses, course, django_assert_num_queries):
    user = seller()
    courses.fields_for(user)  # reads the register of purposes
    with django_assert_num_queries(1):
        known = User.objects.with_access(user.pk)
        courses.fields_for(known)
        courses.form_fields(known)
