import json

import pytest

from kundig.accounts.actions.roles import find_role
from kundig.records.layouts.actions import save_layout
from kundig.records.layouts.models import PageLayout
from kundig.records.layouts.queries import layout_for
from tests.records.layouts.conftest import block_of

pytestmark = pytest.mark.django_db

ADDRESS = "/courses/arrange/"


def sent(client, content, *, seen=0, address=ADDRESS):
    return client.post(address, {"layout": json.dumps(content), "seen": str(seen)}, headers={"HX-Request": "true"})


def test_the_editor_shows_the_page_with_the_values_of_a_record(course, jana, signed_in):
    html = signed_in(jana).get(f"{ADDRESS}?record={course.pk}").content.decode()
    assert 'data-zone="header"' in html
    assert "Löten" in html
    assert 'data-field="seats"' in html
    assert '<span class="item__value">12</span>' in html
    assert 'data-key="files"' in html


def test_the_editor_opens_without_any_record(courses, jana, signed_in):
    assert signed_in(jana).get(ADDRESS).status_code == 200


def test_a_preview_can_do_nothing(course, jana, signed_in):
    html = signed_in(jana).get(ADDRESS).content.decode()
    preview = html[html.index('class="block__preview" inert') :]
    preview = preview[: preview.index("</article>")]
    assert "files" in preview
    for acting in (" hx-", " data-controller=", " id=", " href=", " data-action="):
        assert acting not in preview, acting


def test_saving_answers_the_editor_with_undo(courses, content, course, jana, signed_in):
    content["header"] = ["tags"]
    client = signed_in(jana)
    html = sent(client, content).content.decode()
    assert "Page arranged for: All roles." in html
    assert 'hx-post="/courses/arrange/undo/?version=1"' in html
    assert 'name="seen" value="1"' in html
    assert layout_for(courses, jana).header == ("tags",)
    undone = client.post("/courses/arrange/undo/?version=1")
    assert "Undone." in undone.content.decode()
    assert layout_for(courses, jana).header == ("level", "owner")
    again = client.post("/courses/arrange/undo/?version=1")
    assert "This cannot be undone any more." in again.content.decode()


def test_a_role_has_a_page_of_its_own_and_goes_back(courses, content, course, jana, svenja, signed_in):
    client, address = signed_in(jana), f"{ADDRESS}?role=sales"
    assert "sees the page for all roles" in client.get(address).content.decode()
    content["header"] = ["tags"]
    assert "for: Sales" in sent(client, content, address=address).content.decode()
    assert layout_for(courses, svenja).header == ("tags",)
    assert "Back to the page for all roles" in client.get(address).content.decode()
    reset = client.post("/courses/arrange/reset/?role=sales", {"seen": "1"})
    assert "as the description has it, for: Sales" in reset.content.decode()
    assert layout_for(courses, svenja).header == ("level", "owner")
    assert client.get(f"{ADDRESS}?role=nobody").status_code == 404


def test_the_second_of_two_is_told_and_may_overwrite(courses, content, course, jana, timo, signed_in):
    save_layout(courses, None, {**content, "header": ["tags"]}, seen=0, by=timo)
    content["header"] = ["website"]
    client = signed_in(jana)
    refused = sent(client, content)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "Timo Beck has arranged this page meanwhile" in html
    assert "The head of the page shows: Tags." in html
    assert 'data-version="1"' in html
    assert layout_for(courses, jana).header == ("tags",)
    assert sent(client, content, seen=1).status_code == 200
    assert layout_for(courses, jana).header == ("website",)


def test_a_wrong_condition_is_told_where_it_stands(course, content, jana, signed_in):
    block_of(content, "place")["when"] = "<b>colour"
    refused = sent(signed_in(jana), content)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert 'data-for="place" data-start="' in html
    assert "<b>colour" not in html
    assert not PageLayout.objects.exists()


@pytest.mark.parametrize("spoiled", ["", "{", "[]", "7", '{"header": []}', "null"])
def test_what_is_no_layout_is_refused(courses, jana, signed_in, spoiled):
    answer = signed_in(jana).post(ADDRESS, {"layout": spoiled, "seen": "0"})
    assert answer.status_code == 422
    assert not PageLayout.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_version_that_is_none_is_refused(courses, content, jana, signed_in, seen):
    client = signed_in(jana)
    assert client.post(ADDRESS, {"layout": json.dumps(content), "seen": seen}).status_code == 422
    assert client.post(f"{ADDRESS}undo/?version={seen}").status_code == 200
    assert not PageLayout.objects.exists()


def test_what_is_gone_is_named(courses, content, course, jana, signed_in):
    made = save_layout(courses, None, content, seen=0, by=jana)
    made.content["header"].append("colour")
    made.save()
    assert "No longer there, and passed over: colour" in signed_in(jana).get(ADDRESS).content.decode()


def test_a_new_field_is_marked_beside_the_page(courses, content, course, jana, signed_in):
    content["hidden"]["fields"] = ["tags"]
    save_layout(courses, None, content, seen=0, by=jana)
    html = signed_in(jana).get(ADDRESS).content.decode()
    beside = html[html.index('data-zone="beside"') :]
    tags, starts = (beside.index(f'data-field="{name}"') for name in ("tags", "starts_on"))
    assert ">new</span>" in beside[starts : starts + 700]
    assert ">new</span>" not in beside[tags : tags + 400]


def test_only_administrators_arrange(courses, content, course, svenja, signed_in, client):
    for address in (ADDRESS, f"{ADDRESS}reset/", f"{ADDRESS}undo/?version=1"):
        assert client.post(address).status_code == 302
    user = signed_in(svenja)
    assert user.get(ADDRESS).status_code == 403
    assert sent(user, content).status_code == 403
    assert user.post(f"{ADDRESS}reset/").status_code == 403
    assert "arrange/" not in user.get(f"/courses/{course.pk}/").content.decode()
    assert not PageLayout.objects.exists()
    assert find_role("sales")
