"""The page of a record as it is laid out."""

import copy
import datetime as dt
import re

import pytest
from django.utils.safestring import mark_safe

from kundig.accounts.actions.roles import find_role
from kundig.records.layouts.actions import save_layout
from kundig.records.panels import Panel, register_panel, unregister_panel
from tests.records.layouts.conftest import block_of
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def page(client, course, **options):
    answer = client.get(f"/courses/{course.pk}/", **options)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(html):
    return re.findall(r"<h2>([^<]*)</h2>", html[max(html.find('id="content"'), 0) :])


def test_sections_and_panels_stand_where_they_were_put(courses, content, course, jana, signed_in):
    place = content["places"]["facts"].pop()
    files = content["places"]["business"].pop(0)
    content["places"]["wide"] = [place]
    content["places"]["history"] = [files]
    block_of(content, "course")["title"] = {"en": "Lesson"}
    save_layout(courses, None, content, seen=0, by=jana)
    html = page(signed_in(jana), course)
    assert titles(html)[:3] == ["Place", "Lesson", "Files"]
    assert html.index('class="record__wide"') < html.index('id="facts-wide-1"') < html.index('id="facts"')


def test_a_group_of_sections_is_fetched_anew_alone(courses, content, course, jana, signed_in):
    content["places"]["wide"] = [content["places"]["facts"].pop()]
    save_layout(courses, None, content, seen=0, by=jana)
    client = signed_in(jana)
    part = page(client, course, headers={**PART, "HX-Target": "div#facts-wide-1"})
    assert titles(part) == ["Place"]
    head = page(client, course, headers={**PART, "HX-Target": "dl#head"})
    assert 'id="head"' in head
    assert titles(head) == []
    gone = client.get(f"/courses/{course.pk}/", headers={**PART, "HX-Target": "div#facts-history-3"})
    assert (gone["HX-Refresh"], gone.content) == ("true", b"")


def test_hidden_fields_and_panels_are_not_on_the_page(courses, content, course, jana, signed_in):
    block_of(content, "course")["fields"].remove("seats")
    content["hidden"] = {"fields": ["seats"], "panels": ["files"]}
    content["places"]["business"] = [block_of(content, "record")]
    save_layout(courses, None, content, seen=0, by=jana)
    html = page(signed_in(jana), course)
    assert f'id="f{course.pk}-seats"' not in html
    assert "panel-files" not in html
    assert "count-files" not in html


def test_a_section_is_folded_at_first_and_open_on_paper(courses, content, course, jana, signed_in):
    block_of(content, "place")["collapsed"] = True
    save_layout(courses, None, content, seen=0, by=jana)
    client = signed_in(jana)
    assert '<details class="section section--folded"><summary><h2>Place</h2>' in page(client, course)
    paper = client.get(f"/courses/{course.pk}/print/").content.decode()
    assert "section--folded" not in paper
    assert 'data-controller="print" data-print-now-value="true"' in paper


def test_sections_and_panels_are_hidden_by_condition(courses, content, course, jana, signed_in):
    block_of(content, "place")["when"] = "seats > 10"
    block_of(content, "files")["when"] = "level = expert"
    save_layout(courses, None, content, seen=0, by=jana)
    client = signed_in(jana)
    html = page(client, course)
    assert "Place" in titles(html)
    assert "Files" not in titles(html)
    assert 'id="panel-files"' in html
    assert client.get(f"/courses/{course.pk}/panels/files/").content.decode().startswith("<hx-partial")
    Course.objects.update(seats=5, level="expert")
    html = page(client, course)
    assert "Place" not in titles(html)
    assert "Files" in titles(html)


def test_a_condition_on_what_one_may_not_read_hides_nothing(courses, content, course, jana, svenja, signed_in):
    from kundig.accounts.actions import set_field_rights
    from kundig.accounts.enums import FieldRight

    block_of(content, "place")["when"] = "seats > 100"
    save_layout(courses, None, content, seen=0, by=jana)
    assert "Place" not in titles(page(signed_in(svenja), course))
    set_field_rights(find_role("sales"), rights={("courses", "seats"): FieldRight.HIDDEN}, by=None)
    assert "Place" in titles(page(signed_in(svenja), course))


def test_a_condition_that_is_out_of_date_hides_nothing(courses, content, course, jana, signed_in):
    block_of(content, "place")["when"] = "seats > 100"
    made = save_layout(courses, None, content, seen=0, by=jana)
    block_of(made.content, "place")["when"] = "colour = red"
    made.save()
    assert "Place" in titles(page(signed_in(jana), course))


@pytest.fixture
def panels():
    """Panels that fail and that wait until they are seen."""

    def fails(request, description, record):
        if record.seats:
            raise ZeroDivisionError("seats of Maria Anders")
        return mark_safe('<section class="section"><h2>Mended</h2></section>')

    def late(request, description, record):
        return mark_safe('<section class="section"><h2>Late</h2></section>')

    each = [
        Panel("broken", "Broken", Course, fails),
        Panel("late", "Late ones", Course, late, lazy=True, count=lambda description, record, user: 7),
    ]
    for panel in each:
        register_panel(panel)
    yield
    for panel in each:
        unregister_panel(panel)


def test_a_panel_that_fails_says_so_and_costs_the_page_nothing_else(course, jana, signed_in, panels, caplog):
    client = signed_in(jana)
    html = page(client, course)
    assert "This part could not be shown." in html
    assert f'hx-get="/courses/{course.pk}/panels/broken/"' in html
    assert "Files" in titles(html)
    assert "panel broken of courses failed: ZeroDivisionError" in caplog.text
    Course.objects.update(seats=None)
    assert "Mended" in client.get(f"/courses/{course.pk}/panels/broken/").content.decode()


def test_a_lazy_panel_waits_with_its_number_and_is_there_on_paper(course, jana, signed_in, panels):
    client = signed_in(jana)
    html = page(client, course)
    assert 'hx-trigger="stale, intersect once"' in html
    assert "<h2>Late ones</h2></header></section>" in html.replace('<span class="section__note">7</span>', "")
    assert "<h2>Late</h2>" not in html
    assert "<h2>Late</h2>" in client.get(f"/courses/{course.pk}/panels/late/").content.decode()
    assert "<h2>Late</h2>" in client.get(f"/courses/{course.pk}/print/").content.decode()


def test_the_form_follows_the_layout_and_keeps_what_is_hidden_in_reach(courses, content, course, jana, signed_in):
    client = signed_in(jana)
    before = client.get(f"/courses/{course.pk}/edit/").content.decode()
    assert "Show all fields" not in before
    block_of(content, "course")["fields"] = ["price", "content", "hours", "discount"]
    content["hidden"]["fields"] = ["seats"]
    save_layout(courses, None, content, seen=0, by=jana)
    html = client.get(f"/courses/{course.pk}/edit/").content.decode()
    order = [html.index(f'name="{name}"') for name in ("level", "price", "content", "hours", "seats")]
    assert order == sorted(order)
    assert html.index("Show all fields") < html.index('name="seats"')
    assert html.index('name="name"') < html.index("Show all fields")
    new = client.get("/courses/new/").content.decode()
    assert new.index('name="content"') < new.index('name="price"')
    assert new.index("Show all fields") < new.index('name="seats"')


@pytest.mark.parametrize("versions", [1, 3])
def test_layouts_cost_one_question(
    courses, content, course, jana, signed_in, django_assert_max_num_queries, versions, versions_known
):
    for seen in range(versions):
        save_layout(courses, None, copy.deepcopy(content), seen=seen, by=jana)
    client = signed_in(jana)
    page(client, course)
    with django_assert_max_num_queries(11):
        page(client, course)


def test_a_record_was_made_on_the_day_its_house_had(courses, course, jana, signed_in):
    late = dt.datetime(2026, 11, 22, 23, 15, tzinfo=dt.UTC)  # a quarter past midnight in Berlin
    Course.objects.filter(pk=course.pk).update(created_at=late, changed_at=late)
    assert page(signed_in(jana), course).count("<dd>23 Nov 2026</dd>") == 2
