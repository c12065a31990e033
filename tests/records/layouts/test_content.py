import pytest
from django.utils import translation

from kundig.records import registry
from kundig.records.layouts.content import arranged, placeable, standard
from kundig.records.panels import register_panel, unregister_panel
from tests.records.layouts.conftest import block_of


def keys(layout, place):
    return [block.key for block in layout.places[place]]


def test_without_an_own_layout_the_page_follows_the_description(courses):
    layout = standard(courses)
    assert layout.header == ("level", "owner")
    assert [(section.key, section.fields) for section in layout.sections] == [
        ("course", ("content", "seats", "hours", "price", "discount")),
        ("place", ("address", "phone")),
    ]
    assert {"files", "record"} <= {*keys(layout, "business")}
    assert arranged(layout.as_json(), courses).as_json() == layout.as_json()


@pytest.mark.parametrize("name", [description.name for description in registry.descriptions()])
def test_the_page_of_every_object_can_be_kept_and_read_again(name):
    description = registry.get(name)
    layout = standard(description)
    assert arranged(layout.as_json(), description).as_json() == layout.as_json()
    assert set(layout.placed_fields) <= placeable(description).keys()
    assert len({section.key for section in layout.sections}) == len(layout.sections)


def test_sections_have_one_key_in_every_language():
    organisations = registry.get("organisations")
    with translation.override("de"):
        german = [(section.key, section.title) for section in standard(organisations).sections]
    with translation.override("en"):
        english = [section.key for section in standard(organisations).sections]
    assert [key for key, _title in german] == english == ["master-data", "company", "worth", "further-details"]
    assert german[0] == ("master-data", "Stammdaten")


def test_what_is_gone_is_passed_over_and_named(courses, content):
    content["header"].append("colour")
    block_of(content, "place")["fields"].insert(0, "parking")
    content["places"]["history"].append({"panel": "weather", "when": ""})
    content["hidden"]["fields"].append("smell")
    layout = arranged(content, courses)
    assert layout.left_out == ("colour", "parking", "weather")
    assert layout.header == ("level", "owner")
    assert layout.as_json()["hidden"] == {"fields": [], "panels": []}


def test_a_new_field_of_the_description_comes_into_its_section(courses, content):
    block_of(content, "course")["fields"].remove("hours")
    layout = arranged(content, courses)
    assert layout.sections[0].fields == ("content", "seats", "price", "discount", "hours")


def test_a_field_that_was_taken_off_stays_off(courses, content):
    block_of(content, "course")["fields"].remove("hours")
    content["hidden"]["fields"].append("hours")
    assert "hours" not in arranged(content, courses).placed_fields


def test_a_new_field_without_a_section_is_not_placed(courses, content):
    content["places"]["facts"] = [block for block in content["places"]["facts"] if block["section"] != "place"]
    layout = arranged(content, courses)
    assert {"address", "phone"}.isdisjoint(layout.placed_fields)


@pytest.fixture
def a_new_panel():
    from kundig.records.panels import Panel

    panel = Panel("weather", "Weather", None, lambda request, description, record: "sunny", side="history")
    register_panel(panel)
    yield
    unregister_panel(panel)


def test_a_new_panel_stands_where_it_would_by_itself(courses, content, a_new_panel):
    assert keys(arranged(content, courses), "history") == ["weather"]
    content["hidden"]["panels"].append("weather")
    assert keys(arranged(content, courses), "history") == []


def test_a_title_stands_in_the_language_of_the_reader(courses, content):
    block_of(content, "course")["title"] = {"de": "Kurs", "en": "Lesson"}
    content["places"]["facts"].append(
        {"section": "own-1", "title": {"de": "Nur deutsch"}, "fields": [], "collapsed": True, "when": ""}
    )
    layout = arranged(content, courses)
    with translation.override("de"):
        assert [section.title for section in layout.sections] == ["Kurs", "Place", "Nur deutsch"]
    with translation.override("en"):
        assert [section.title for section in layout.sections] == ["Lesson", "Place", "Nur deutsch"]
