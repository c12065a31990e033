"""Several parts of a page in one answer: each what it would be alone, for the same reader."""

import pytest

from kundig.accounts.actions import find_role, set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.records.layouts.actions import save_layout
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def parts(client, course, *names):
    return client.get(f"/courses/{course.pk}/parts/", {"of": names})


def test_each_part_is_what_it_would_be_alone(courses, content, course, jana, signed_in):
    content["places"]["wide"] = [content["places"]["facts"].pop()]
    save_layout(courses, None, content, seen=0, by=jana)
    client = signed_in(jana)
    together = parts(client, course, "head", "facts", "facts-wide-1", "panel-files").json()
    assert list(together) == ["head", "facts", "facts-wide-1", "panel-files"]
    for name in ("head", "facts", "facts-wide-1"):
        alone = client.get(f"/courses/{course.pk}/", headers={**PART, "HX-Target": f"div#{name}"})
        assert together[name] == alone.content.decode()
    alone = client.get(f"/courses/{course.pk}/panels/files/", headers=PART)
    assert together["panel-files"] == alone.content.decode() and "count-files" in together["panel-files"]


def test_what_the_page_has_not_is_left_out(course, jana, signed_in):
    client = signed_in(jana)
    assert parts(client, course).json() == {}
    assert list(parts(client, course, "facts-history-3", "panel-none", "", "head", "head").json()) == ["head"]
    assert parts(client, course, *["head"] * 500).status_code == 200


def test_a_hidden_field_is_in_no_part(course, svenja, signed_in):
    set_field_rights(find_role("sales"), rights={("courses", "seats"): FieldRight.HIDDEN}, by=None)
    told = parts(signed_in(svenja), course, "head", "facts").json()
    assert f"{course.pk}-seats" not in told["head"] + told["facts"] and "Berlin" in told["facts"]


def test_a_panel_whose_condition_does_not_hold_is_empty(courses, content, course, jana, signed_in):
    block = next(b for place in content["places"].values() for b in place if b.get("panel") == "files")
    block["when"] = "seats > 99"
    save_layout(courses, None, content, seen=0, by=jana)
    assert parts(signed_in(jana), course, "panel-files").json()["panel-files"].startswith("<hx-partial")


def test_strangers_and_those_who_may_not_see_it_get_none(client, course, svenja, signed_in):
    assert parts(client, course, "head").status_code == 302
    set_grants(find_role("sales"), scopes={("courses", Action.READ): Scope.OWN}, by=None)
    assert parts(signed_in(svenja), course, "head").status_code == 404
    Course.objects.update(owner=svenja)
    assert list(parts(client, course, "head").json()) == ["head"]
    set_grants(find_role("sales"), scopes={("courses", Action.READ): Scope.NONE}, by=None)
    assert parts(client, course, "head").status_code == 403


def test_parts_together_cost_fewer_statements_than_alone(course, jana, signed_in, django_assert_max_num_queries):
    client = signed_in(jana)
    names = ("head", "facts", "panel-files")
    parts(client, course, *names)
    with django_assert_max_num_queries(9):
        parts(client, course, *names)
