"""An object that no domain knows is driven through every surface: a model and a description are all it takes.

Here stand the surfaces for people; the API has tests of its own (tests/records/rest), exports in test_export.py.
"""

import inspect
import io
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kundig.accounts.actions import change_preferences
from kundig.platform.formats import formats
from kundig.records import registry, search
from kundig.records.actions import change_record, create_record
from kundig.records.checks import check_description
from kundig.records.events import Via
from kundig.records.imports import command
from kundig.records.kinds.base import Kind
from kundig.records.listing import listing
from kundig.records.rows import RowPlan
from kundig.records.search.models import SearchEntry
from tests.accounts.factories import a_user, an_administrator
from tests.records.test_files import picture
from tests.records.toy import objects
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db

HOSTILE = """"><script x=1>'&"""


@pytest.fixture
def user():
    user = an_administrator()
    change_preferences(user, values={"language": "en"})
    return user


@pytest.fixture
def web(client, user, courses):
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def a_course(courses, user, **values):
    return create_record(courses, {"name": "Soldering", **values}, by=user, via=Via.HAND)


def value_of(courses, course, name):
    field = courses.field(name)
    plan = RowPlan([field])
    return field.kind.to_json(*plan.values(plan.one(Course.objects.all(), course.pk), field))


def test_the_description_is_short_and_sound(courses):
    assert len(inspect.getsource(objects).splitlines()) <= 60
    assert check_description(courses) == []


def test_every_kind_of_field_is_among_its_fields(courses):
    def kinds(kind):
        return {kind, *(k for sub in kind.__subclasses__() for k in kinds(sub))}

    of_the_engine = {k for k in kinds(Kind) if k.__module__.startswith("kundig.records.kinds")} - {Kind}
    here = {type(field.kind) for field in courses.fields.values()}
    assert of_the_engine == here


# -- table --------------------------------------------------------------------------------------------------------


def test_the_table_shows_sorts_and_pages(web, courses, user):
    for number in range(60):
        a_course(courses, user, name=f"Course {number:02}", seats=100 - number)
    page = web.get("/courses/?sort=-seats").content.decode()
    assert page.index("Course 00") < page.index("Course 01")
    assert "Course 50" not in page
    following = unescape(re.search(r'href="(\?[^"]*after=[^"]*)"', page)[1])
    assert "Course 59" in web.get(f"/courses/{following}").content.decode()


def test_the_table_filters_and_counts(web, courses, user):
    a_course(courses, user, level="expert")
    a_course(courses, user, name="Weaving", level="basic")
    page = web.get("/courses/?level=expert").content.decode()
    assert "Soldering" in page
    assert "Weaving" not in page
    assert "Soldering" in web.get("/courses/?q=solder").content.decode()
    count = web.get(
        "/courses/", headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "span#count"}
    )
    assert "2" in count.content.decode()


def test_a_filter_names_the_record_that_its_menu_does_not_show(web, courses, monkeypatch):
    monkeypatch.setattr("kundig.records.views.lists.MOST_OPTIONS", 0)
    other = a_user("Holger Timm")
    assert "<b>Holger Timm</b>" in web.get(f"/courses/?owner={other.pk}").content.decode()
    assert web.get("/courses/?owner=nobody").status_code < 500


@pytest.mark.parametrize("rare", [0, 1, 200])
def test_a_tag_finds_its_records_however_many_bear_it(courses, user, rare, monkeypatch):
    monkeypatch.setattr("kundig.records.listing.RARE", rare)
    for name, tags in (("A", ["VIP"]), ("B", ["VIP", "Messe"]), ("C", [])):
        a_course(courses, user, name=name, tags=tags)
    for tag, names in (("VIP", ["A", "B"]), ("Messe", ["B"]), ("nobody", [])):
        found = listing(courses, user, {"tags": [tag]}, formats=formats("de")).rows()
        assert sorted(found.values_list("name", flat=True)) == names


def test_the_row_alone_is_what_the_table_shows(web, courses, user):
    course = a_course(courses, user)
    row = web.get(f"/courses/{course.pk}/row/").content.decode()
    assert row.startswith(f'<tr id="r{course.pk}"')
    assert row in web.get("/courses/").content.decode()


def test_the_row_alone_of_a_filtered_table_can_still_say_why_it_is_there(web, courses, user):
    course = a_course(courses, user, seats=12)
    page = web.get("/courses/", {"filter": "seats > 3"}).content.decode()
    row = web.get(re.search(rf'hx-get="(/courses/{course.pk}/row/[^"]*)"', page)[1]).content.decode()
    assert "why-open" in row and row in page


def test_hostile_texts_change_no_tag_in_table_and_page(web, courses, user):
    def tags(text):
        place = {"street": text, "postal_code": "", "city": text, "region": text, "country": ""}
        course = a_course(courses, user, name=text, content=text, tags=[text], phone=f"1234 {text}", address=place)
        columns = "&".join(f"columns={name}" for name in courses.fields_for(user))
        pages = [web.get(f"/courses/{address}").content.decode() for address in (f"?{columns}", f"{course.pk}/")]
        course.delete()
        found = [
            re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", tag)
            for page in pages
            for tag in re.findall(r"<[a-z/][^>]*>", page)
        ]
        return [re.sub(r'"[^"]*"', '""', tag) for tag in found]

    assert tags(HOSTILE) == tags("abc")


# -- page and search ----------------------------------------------------------------------------------------------


def test_the_page_shows_the_record(web, courses, user):
    course = a_course(
        courses, user, price="149.50", price_currency="CHF", phone="+49300074321", content="Two days\nwith lunch"
    )
    page = unescape(web.get(f"/courses/{course.pk}/").content.decode())
    for text in ("Soldering", "Basics", "149.50", "030 0074321", "Two days<br>with lunch", "Jana Brandt"):
        assert text in page, text


def test_it_is_found_with_a_typing_error(courses, user):
    course = a_course(courses, user, mail="course@wendeler.example")
    for text in ("soldering", "soldring", "solder", "course@wend"):
        assert [hit.id for hit in search.find(user, text)] == [course.pk], text
    assert search.find(a_user("Max Horn", role="reader"), "soldering")


def test_its_entry_follows_what_it_is_found_by_and_only_that(courses, user):
    course = a_course(courses, user)
    SearchEntry.objects.filter(record_id=course.pk).update(subtitle="as it was")
    change_record(courses, course, {"seats": 7}, by=user)
    assert SearchEntry.objects.get(record_id=course.pk).subtitle == "as it was"
    place = {"street": "", "postal_code": "", "city": "Ingolstadt", "region": "", "country": ""}
    change_record(courses, course, {"address": place}, by=user)
    assert SearchEntry.objects.get(record_id=course.pk).subtitle == "Ingolstadt"
    assert [hit.id for hit in search.find(user, "ingolstadt")] == [course.pk]
    change_record(courses, course, {"owner": None}, by=user)
    assert SearchEntry.objects.get(record_id=course.pk).owner_id is None


# -- inline edit --------------------------------------------------------------------------------------------------

EDITS = [
    ("name", {"name": " Soldering  for all "}, "Soldering for all", {"name": ""}, "must not be empty"),
    ("content", {"content": "Two\r\nlines"}, "Two\nlines", {"content": "\x00"}, "NUL"),
    ("seats", {"seats": "1,200"}, 1200, {"seats": "a lot"}, "“a lot” is not a number"),
    ("hours", {"hours": "15.5"}, "15.50", {"hours": "15.555"}, "At most 2 digits"),
    ("price", {"price": "€1,234.50"}, "1234.50", {"price": "free"}, "“free” is not a number"),
    ("discount", {"discount": "12.5 %"}, "12.50", {"discount": "1234567"}, "too large"),
    ("is_online", {"is_online": "true"}, True, {"is_online": "perhaps"}, "neither yes nor no"),
    ("starts_on", {"starts_on": "3.4.2026"}, "2026-04-03", {"starts_on": "31.2.2026"}, "not a date"),
    ("begins_at", {"begins_at": "14:30"}, "14:30:00", {"begins_at": "25:00"}, "not a time"),
    ("booking_opens_at", {"booking_opens_at": "2026-01-02T12:00"}, "2026-01-02T11:00:00+00:00",
     {"booking_opens_at": "soon"}, "not a date with a time"),
    ("level", {"level": "expert"}, "expert", {"level": "master"}, "not one of"),
    ("seasons", {"seasons": ["spring", "autumn"]}, ["spring", "autumn"], {"seasons": ["monsoon"]}, "not one of"),
    ("tags", {"tags": ["VIP", "new"]}, ["VIP", "new"], {"tags": ["x" * 81]}, "too long"),
    ("address", {"address.city": "Cologne", "address.country": "AT"},
     {"street": "", "postal_code": "", "city": "Cologne", "region": "", "country": "AT"},
     {"address.country": "Atlantis"}, "not a country"),
    ("country", {"country": "Österreich"}, "AT", {"country": "Atlantis"}, "not a country"),
    ("phone", {"phone": "030 0074321"}, "+49300074321", {"phone": "none"}, "not a phone number"),
    ("mail", {"mail": "kurse@wendeler.example"}, "kurse@wendeler.example", {"mail": "kurse"}, "kurse"),
    ("website", {"website": "wendeler.example"}, "https://wendeler.example",
     {"website": "javascript:1"}, "not a web address"),
]  # fmt: skip


def put(web, course, field, data):
    address = f"/courses/{course.pk}/fields/{field}/"
    return web.put(address, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize(("field", "data", "stored", "bad", "words"), EDITS, ids=[edit[0] for edit in EDITS])
def test_every_kind_is_edited_in_place_and_undone(web, courses, user, field, data, stored, bad, words):
    course = a_course(courses, user)
    before = value_of(courses, course, field)
    editor = web.get(f"/courses/{course.pk}/fields/{field}/").content.decode()
    assert f'hx-put="/courses/{course.pk}/fields/{field}/"' in editor
    assert f'name="{field}' in editor or f'data-tags-name-value="{field}"' in editor

    refused = put(web, course, field, bad)
    assert refused.status_code == 422
    assert words in unescape(refused.content.decode())
    assert value_of(courses, course, field) == before

    saved = put(web, course, field, data)
    assert saved.status_code == 200
    assert saved["HX-Trigger"] == f'{{"changed": "courses:{course.pk}"}}'
    assert value_of(courses, course, field) == stored

    web.post(re.search(r'hx-post="(/undo/[^"]+)"', saved.content.decode())[1])
    assert value_of(courses, course, field) == before


def test_references_and_users_are_chosen_from_those_one_may_see(web, courses, user):
    basics, course = a_course(courses, user, name="Basics"), a_course(courses, user)
    colleague = a_user("Ole Lund")
    options = web.get("/courses/options/builds_on/?q=basi").content.decode()
    assert f'data-value="{basics.pk}"' in options
    assert put(web, course, "builds_on", {"builds_on": str(basics.pk)}).status_code == 200
    assert put(web, course, "owner", {"owner": str(colleague.pk)}).status_code == 200
    course.refresh_from_db()
    assert (course.builds_on, course.owner) == (basics, colleague)
    assert put(web, course, "builds_on", {"builds_on": str(user.pk)}).status_code == 422


def test_what_is_computed_cannot_be_edited(web, courses, user):
    course = a_course(courses, user)
    assert put(web, course, "announcement", {"announcement": "x"}).status_code == 403
    assert put(web, course, "nonsense", {"nonsense": "x"}).status_code == 404
    assert put(web, course, "allergies", {"allergies": "x"}).status_code == 404


def test_a_change_that_somebody_else_made_is_not_overwritten_unseen(web, courses, user):
    course = a_course(courses, user, seats=5)
    Course.objects.filter(pk=course.pk).update(seats=6)
    refused = put(web, course, "seats", {"seats": "7", "seen": "5"})
    assert refused.status_code == 422
    assert "Somebody changed this to “6” in the meantime" in unescape(refused.content.decode())


# -- form ---------------------------------------------------------------------------------------------------------

FORM = {
    "name": "Soldering", "content": "Two days", "seats": "12", "hours": "15.5", "price": "149.50",
    "price_currency": "CHF", "discount": "5", "is_online": "true", "starts_on": "2026-04-03", "begins_at": "9:30",
    "booking_opens_at": "2026-01-02T12:00", "level": "expert", "seasons": ["spring"], "tags": ["VIP"],
    "address.city": "Vienna", "address.country": "AT", "phone": "01 234567", "mail": "kurse@wendeler.example",
    "website": "wendeler.example",
}  # fmt: skip


def test_a_form_creates_the_record_with_every_kind_of_field(web, courses, user):
    page = web.get("/courses/new/").content.decode()
    for name in FORM:
        assert f'name="{name}"' in page or f'data-tags-name-value="{name}"' in page, name
    answer = web.post("/courses/new/", {**FORM, "photo.file": SimpleUploadedFile("a.png", picture("PNG"))})
    course = Course.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/courses/{course.pk}/")
    assert (course.seats, str(course.price), course.city, course.country, course.phone) == (
        12,
        "149.50",
        "Vienna",
        "AT",
        "+431234567",
    )
    assert course.photo.content_type == "image/jpeg"


def test_a_form_with_errors_comes_back_with_each_at_its_field(web, courses):
    answer = web.post("/courses/new/", {**FORM, "name": "", "seats": "many", "address.country": "Atlantis"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    for name, words in (
        ("name", "must not be empty"),
        ("seats", "“many” is not a number"),
        ("address", "“Atlantis” is not a country"),
    ):
        assert words in re.search(rf'id="e-{name}">(.*?)</p>', page, re.DOTALL)[1]
    assert 'value="many"' in page
    assert not Course.objects.exists()


def test_a_form_changes_only_what_was_touched(web, courses, user):
    course = a_course(courses, user, seats=5, tags=["VIP"])
    answer = web.post(
        f"/courses/{course.pk}/edit/", {"name": "Soldering II", "level": "basic", "seats": "5", "tags": ["VIP"]}
    )
    assert answer.status_code == 302
    course.refresh_from_db()
    assert (course.name, course.seats, course.tags) == ("Soldering II", 5, ["VIP"])


def test_two_who_edit_at_once_lose_nothing(web, courses, user):
    course = a_course(courses, user, seats=5, mail="old@example.com")
    address = f"/courses/{course.pk}/edit/"

    def form(html, **typed):
        seen = unescape(re.search(r'name="seen" value="([^"]*)"', html)[1])
        return {"name": "Soldering", "level": "basic", "seats": "5", "mail": "old@example.com", "seen": seen, **typed}

    opened = web.get(address).content.decode()
    change_record(courses, course, {"seats": 8, "mail": "new@example.com"}, by=user)
    refused = web.post(address, form(opened, name="Soldering II", mail="mine@example.com"))
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "Somebody changed this to “new@example.com” in the meantime" in html
    course.refresh_from_db()
    assert (course.name, course.seats, course.mail) == ("Soldering", 8, "new@example.com")
    assert web.post(address, form(html, name="Soldering II", mail="mine@example.com")).status_code == 302
    course.refresh_from_db()
    assert (course.name, course.seats, course.mail) == ("Soldering II", 8, "mine@example.com")


def test_a_form_with_another_mistake_still_knows_what_it_has_seen(web, courses, user):
    course = a_course(courses, user, seats=5)
    address = f"/courses/{course.pk}/edit/"
    typed = {"name": "Soldering", "level": "basic", "seats": "5"}
    page = web.get(address)
    for mail, status in (("no address", 422), ("a@example.com", 302)):
        seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1])
        change_record(courses, course, {"seats": 8}, by=user)
        page = web.post(address, {**typed, "mail": mail, "seen": seen})
        assert page.status_code == status
    course.refresh_from_db()
    assert (course.seats, course.mail) == (8, "a@example.com")


def test_a_record_is_deleted_unless_others_need_it(web, courses, user):
    basics = a_course(courses, user, name="Basics")
    course = a_course(courses, user, builds_on=basics.pk)
    web.post(f"/courses/{basics.pk}/delete/")
    assert Course.objects.filter(pk=basics.pk).exists()
    web.post(f"/courses/{course.pk}/delete/")
    assert not Course.objects.filter(pk=course.pk).exists()
    assert not search.find(user, "soldering")


# -- out and in again -----------------------------------------------------------------------------------------------

OUT_AND_IN = """name content seats hours price price_currency discount is_online starts_on begins_at level seasons tags
street postal_code city country phone mail website""".split()


def test_what_was_exported_can_be_imported(web, courses, user, tmp_path):
    assert web.post("/courses/new/", {**FORM, "phone": "+49 30 0074321", "content": "=1+1"}).status_code == 302
    columns = "&".join(f"columns={name}" for name in OUT_AND_IN)
    exported = web.get(f"/courses/export/?{columns}")
    path = tmp_path / "courses.csv"
    path.write_bytes(b"".join(exported.streaming_content))
    before = Course.objects.values(*OUT_AND_IN).get()
    Course.objects.all().delete()
    out = io.StringIO()
    assert command.run(path, as_name="courses", by=user, out=out) == 0, out.getvalue()
    assert "created 1, updated 0, unchanged 0, skipped 0, failed 0" in out.getvalue()
    assert Course.objects.values(*OUT_AND_IN).get() == before
    assert search.find(user, "soldering")
    assert command.run(path, as_name="courses", by=user, out=out) == 0
    assert "created 0, updated 0, unchanged 1" in out.getvalue()


# -- around it ----------------------------------------------------------------------------------------------------


def test_it_stands_in_the_navigation_and_in_the_api(web, courses):
    page = web.get("/courses/").content.decode()
    assert re.search(r'<a class="nav-item" href="/courses/"[^>]*aria-current="page"', page)
    assert "/courses" in web.get(reverse("records:rest:openapi")).json()["paths"]
    assert registry.for_model(Course) is courses
