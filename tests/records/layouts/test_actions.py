import copy
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from kundig.accounts.actions.roles import find_role
from kundig.records.layouts.actions import ChangedMeanwhile, UnusableLayout, save_layout, undo_layout
from kundig.records.layouts.content import arranged
from kundig.records.layouts.differences import differences
from kundig.records.layouts.models import PageLayout
from kundig.records.layouts.queries import layout_for, roles_with_own, stored
from tests.records.layouts.conftest import block_of

pytestmark = pytest.mark.django_db


def test_an_administrator_arranges_for_all_and_for_a_role(courses, content, jana, svenja):
    content["header"] = ["owner"]
    save_layout(courses, None, content, seen=0, by=jana)
    assert layout_for(courses, svenja).header == ("owner",)
    content["header"] = ["tags"]
    save_layout(courses, find_role("sales"), content, seen=0, by=jana)
    assert layout_for(courses, svenja).header == ("tags",)
    assert layout_for(courses, jana).header == ("owner",)
    assert roles_with_own("courses") == {None, find_role("sales").pk}


def test_of_several_roles_the_first_with_a_layout_counts(courses, content, jana, svenja):
    svenja.roles.add(find_role("marketing"), find_role("service"))
    for key, header in (("marketing", "website"), ("service", "tags")):
        save_layout(courses, find_role(key), {**copy.deepcopy(content), "header": [header]}, seen=0, by=jana)
    assert layout_for(courses, svenja).header == ("tags",)
    save_layout(courses, find_role("service"), None, seen=1, by=jana)
    assert layout_for(courses, svenja).header == ("website",)


def test_a_role_that_has_run_out_does_not_count(courses, content, jana, svenja):
    save_layout(courses, find_role("sales"), {**content, "header": ["tags"]}, seen=0, by=jana)
    svenja.holdings.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert layout_for(courses, svenja).header == ("level", "owner")


def test_only_administrators_arrange(courses, content, svenja):
    for forbidden in (
        lambda: save_layout(courses, None, content, seen=0, by=svenja),
        lambda: undo_layout(courses, None, version=1, by=svenja),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()
    assert not PageLayout.objects.exists()


def test_two_who_arrange_at_once_lose_nothing(courses, content, jana, timo):
    theirs = copy.deepcopy(content)
    theirs["header"] = ["tags"]
    save_layout(courses, None, theirs, seen=0, by=timo)
    content["header"] = ["website"]
    with pytest.raises(ChangedMeanwhile) as told:
        save_layout(courses, None, content, seen=0, by=jana)
    assert (told.value.latest.created_by, told.value.latest.version) == (timo, 1)
    assert layout_for(courses, jana).header == ("tags",)
    save_layout(courses, None, content, seen=1, by=jana)
    undo_layout(courses, None, version=2, by=jana)
    assert layout_for(courses, jana).header == ("tags",)
    assert [version.version for version in PageLayout.objects.order_by("version")] == [1, 2, 3]


def test_the_first_saving_is_undone_to_the_description(courses, content, jana):
    save_layout(courses, None, {**content, "header": []}, seen=0, by=jana)
    undo_layout(courses, None, version=1, by=jana)
    assert (layout_for(courses, jana).header, stored(courses, None).is_own) == (("level", "owner"), False)
    with pytest.raises(ChangedMeanwhile):
        undo_layout(courses, None, version=1, by=jana)


def test_versions_long_ago_are_forgotten(courses, content, jana, monkeypatch):
    from kundig.records.layouts import actions

    monkeypatch.setattr(actions, "MOST_VERSIONS", 2)
    for seen in range(4):
        save_layout(courses, None, copy.deepcopy(content), seen=seen, by=jana)
    assert [version.version for version in PageLayout.objects.order_by("version")] == [3, 4]


def test_a_condition_that_cannot_be_read_is_told_at_its_place(courses, content, jana):
    block_of(content, "course")["when"] = "seats > 3 and colour = red"
    block_of(content, "files")["when"] = "level = basic"
    with pytest.raises(UnusableLayout) as refused:
        save_layout(courses, None, content, seen=0, by=jana)
    assert list(refused.value.message_dict) == ["course"]
    assert refused.value.spots == {"course": (14, 20)}
    assert not PageLayout.objects.exists()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda c: c["places"]["facts"].append({**block_of(c, "course")}), "__all__"),
        (lambda c: c["header"].append("seats"), "__all__"),
        (lambda c: c["places"]["wide"].append(
            {"section": "own-1", "title": {}, "fields": [], "collapsed": False, "when": ""}), "own-1"),
        (lambda c: block_of(c, "course").update(title={"de": "x" * 81}), "course"),
    ],
    ids=["section twice", "field twice", "no title", "long title"],
)  # fmt: skip
def test_what_cannot_be_is_refused_where_it_is(courses, content, jana, change, key):
    change(content)
    with pytest.raises(UnusableLayout) as refused:
        save_layout(courses, None, content, seen=0, by=jana)
    assert list(refused.value.message_dict) == [key]


@pytest.mark.parametrize(
    "spoiled",
    [
        [], "x", 7, {}, {"header": [], "places": {}, "hidden": {}},
        {"header": "level", "places": {}, "hidden": {}},
        {"header": [1], "places": {}, "hidden": {"fields": [], "panels": []}},
        {"header": ["\x00"], "places": {}, "hidden": {"fields": [], "panels": []}},
        {"header": ["x"] * 1001, "places": {}, "hidden": {"fields": [], "panels": []}},
    ],
)  # fmt: skip
def test_what_is_no_layout_at_all_is_refused(courses, jana, spoiled):
    with pytest.raises(UnusableLayout, match="This is no layout"):
        save_layout(courses, None, spoiled, seen=0, by=jana)


@pytest.mark.parametrize(
    "block",
    [
        None, "x", {}, {"panel": "files"}, {"panel": 7, "when": ""}, {"panel": "files", "when": None},
        {"panel": "files", "when": "x" * 4001}, {"section": "x", "when": ""},
        {"section": "x", "title": "x", "fields": [], "collapsed": False, "when": ""},
        {"section": "x", "title": {"fr": "x"}, "fields": [], "collapsed": False, "when": ""},
        {"section": "x", "title": {"de": 1}, "fields": [], "collapsed": False, "when": ""},
        {"section": "x", "title": {"de": "x"}, "fields": "seats", "collapsed": False, "when": ""},
        {"section": "x", "title": {"de": "x"}, "fields": [], "collapsed": "yes", "when": ""},
    ],
)  # fmt: skip
def test_a_block_that_is_none_is_refused(courses, content, jana, block):
    content["places"]["wide"].append(block)
    with pytest.raises(UnusableLayout, match="This is no layout"):
        save_layout(courses, None, content, seen=0, by=jana)
    assert not PageLayout.objects.exists()


def test_what_another_has_changed_is_told_in_sentences(courses, content):
    before = arranged(copy.deepcopy(content), courses)
    content["header"] = ["tags"]
    block_of(content, "course")["fields"].remove("seats")
    content["hidden"]["fields"] = ["seats"]
    block_of(content, "course")["title"] = {"en": "Lesson"}
    block_of(content, "place")["when"] = 'city = "Berlin"'
    place = content["places"]["facts"].pop()
    content["places"]["history"].append(place)
    content["places"]["business"] = content["places"]["business"][1:]
    content["hidden"]["panels"] = ["files"]
    assert differences(before, arranged(content, courses), courses) == [
        "The head of the page shows: Tags.",
        "“Files” is not on the page any more.",
        "“Course” is called “Lesson” now.",
        "“Place” stands in another column.",
        "“Place” is shown: city = \"Berlin\".",
        "Other place: Seats, Level, Tags, Course manager.",
    ]  # fmt: skip
    assert differences(before, before, courses) == []
