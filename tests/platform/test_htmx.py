import json

import pytest
from django.http import HttpResponse
from django_htmx.middleware import HtmxDetails

from kundig.platform.htmx import changed, part, target_tag, with_toast


def asked(rf, **headers):
    request = rf.get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.parametrize(
    ("kind", "target", "expected"),
    [("partial", "tbody#rows", "rows"), ("full", "body", ""), ("partial", "div", ""), ("partial", "", "")],
)
def test_part_is_the_id_of_what_is_replaced(rf, kind, target, expected):
    assert part(asked(rf, **{"HX-Request": "true", "HX-Request-Type": kind, "HX-Target": target})) == expected


def test_whole_page_without_htmx(rf):
    assert part(asked(rf)) == ""
    assert part(rf.get("/")) == ""
    assert target_tag(asked(rf)) == ("", "")


def test_target_tag_names_tag_and_id(rf):
    assert target_tag(asked(rf, **{"HX-Request": "true", "HX-Target": "td#r17-phone"})) == ("td", "r17-phone")


def test_changed_names_records_for_the_page():
    response = changed(HttpResponse(), "organisations:1", "persons:2")
    assert json.loads(response["HX-Trigger"]) == {"changed": "organisations:1 persons:2"}


def test_with_toast_appends_to_the_answer():
    response = with_toast(HttpResponse("<td>neu</td>"), "Geändert.", undo="/undo/1/")
    assert response.content.decode().startswith("<td>neu</td><hx-partial")
