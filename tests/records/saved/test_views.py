"""Saved views over HTTP: tabs, saving, publishing, two at once, order, deleting and back; columns and their widths."""

import pytest
from django.utils import timezone

from kundig.records.saved.models import Arrangement, SavedView, Sharing
from kundig.records.search.commands import matching_commands
from tests.accounts.factories import a_team, a_user, an_administrator
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db
BACKEND = "kundig.accounts.backends.AccessBackend"


@pytest.fixture
def user():
    return english(an_administrator())


def english(user):
    user.language = "en"
    user.save()
    return user


@pytest.fixture
def web(client, user, courses):
    client.force_login(user, backend=BACKEND)
    for number, name in enumerate(["Bohren", "Drehen", "Fräsen"], start=1):
        Course.objects.create(name=name, seats=number, owner=user, city="Kiel")
    return client


def other(client_class, user):
    client = client_class()
    client.force_login(english(user), backend=BACKEND)
    return client


def saved(web, name="Big ones", query="filter=seats+%3E+1&sort=-seats", shape=""):
    answer = web.post("/courses/views/", {"name": name, "query": query, "shape": shape})
    assert answer.status_code == 302, answer.content
    return SavedView.objects.get(name=name, deleted_at=None)


def rows(answer):
    text = answer.content.decode()
    return [name for name in ("Bohren", "Drehen", "Fräsen") if f">{name}</a>" in text]


def test_a_list_is_saved_and_opened_by_its_tab(web):
    assert "Save as view" in web.get("/courses/?filter=seats+>+1").content.decode()
    view = saved(web)
    assert (view.filter, view.sort, view.sharing, view.version) == ("seats > 1", "-seats", "nobody", 1)
    page = web.get(f"/courses/?view={view.pk}")
    assert rows(page) == ["Drehen", "Fräsen"]
    text = page.content.decode()
    assert "Big ones</a>" in text and "Save change" not in text


def test_what_differs_from_the_view_can_be_saved_into_it(web):
    view = saved(web)
    text = web.get(f"/courses/?view={view.pk}&sort=name").content.decode()
    assert "Save change" in text and "Save as" in text
    answer = web.post(f"/courses/views/{view.pk}/save/", {"query": f"view={view.pk}&sort=name", "version": 1})
    assert answer.status_code == 302
    view.refresh_from_db()
    assert (view.filter, view.sort, view.version) == ("seats > 1", "name", 2)


def test_values_of_the_address_become_part_of_the_condition(web, user):
    view = saved(web, query="level=basic&level=expert&owner=me&tags=A&filter=seats+<+3")
    assert view.filter == 'seats < 3 and level in ("basic", "expert") and owner = me and tags contains "A"'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"name": "  "}, "give the view a name"),
        ({"name": "x" * 61}, "at most 60"),
        ({"name": "big ONES"}, "already have a view"),
        ({"name": "x", "query": "filter=seatz=1"}, "seatz"),
        ({"name": "x", "query": "view=nonsense"}, "does not exist"),
        ({"name": "x", "shape": "carousel"}, "no such shape"),
    ],
)
def test_what_cannot_be_saved_is_told(web, data, message):
    saved(web)
    answer = web.post("/courses/views/", data)
    assert answer.status_code == 409
    assert message in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_of_two_who_change_a_view_at_once_the_second_is_told(web, user):
    view = saved(web)
    SavedView.objects.filter(pk=view.pk).update(sharing=Sharing.ALL)
    colleague = other(type(web), an_administrator("Kim Kollege"))
    assert colleague.post(f"/courses/views/{view.pk}/save/", {"query": "q=x", "version": 1}).status_code == 302
    answer = web.post(f"/courses/views/{view.pk}/save/", {"query": "q=y", "version": 1})
    assert answer.status_code == 409
    assert "Kim Kollege has changed this view meanwhile" in answer.content.decode()
    view.refresh_from_db()
    assert (view.q, view.version) == ("x", 2)


def test_owner_colleague_and_stranger(web, user):
    team = a_team("Süd")
    colleague = other(type(web), a_user("Kim Kollege", role="administrator", team=team))
    seller = other(type(web), a_user("Svenja Kroll", team=team))
    view = saved(web)
    for stranger in (colleague, seller):
        for address in ("", "save/", "copy/", "delete/", "restore/"):
            assert stranger.post(f"/courses/views/{view.pk}/{address}").status_code in (403, 404)
    answer = web.post(f"/courses/views/{view.pk}/", {"name": "Ours", "sharing": "all", "version": 1})
    assert answer.status_code == 302
    view.refresh_from_db()
    assert (view.name, view.sharing, view.version) == ("Ours", "all", 3)
    assert "Ours</a>" in colleague.get("/courses/").content.decode()


def test_everybody_publishes_to_own_teams_and_administrators_to_all(user, courses, client):
    from kundig.records.saved import actions

    ours, theirs = a_team("Süd"), a_team("Nord")
    seller = a_user("Svenja Kroll", team=ours)
    view = SavedView.objects.create(object="courses", name="Mine", owner=seller)
    for sharing, teams in ((Sharing.ALL, []), (Sharing.TEAMS, [theirs.pk])):
        with pytest.raises(actions.PermissionDenied):
            actions.publish_view(view, sharing=sharing, teams=teams, version=1, by=seller)
    with pytest.raises(actions.ValidationError):
        actions.publish_view(view, sharing=Sharing.TEAMS, teams=[], version=1, by=seller)
    view = actions.publish_view(view, sharing=Sharing.TEAMS, teams=[ours.pk], version=1, by=seller)
    assert list(view.teams.all()) == [ours]
    colleague = a_user("Kim Kollege", team=ours)
    with pytest.raises(actions.PermissionDenied):
        actions.change_view(view, {"name": "Taken"}, version=2, by=colleague)
    view.refresh_from_db()
    assert view.name == "Mine"


def test_a_view_is_deleted_brought_back_and_duplicated(web):
    view = saved(web)
    web.post(f"/courses/views/{view.pk}/copy/")
    copy = SavedView.objects.get(name="Big ones, copy")
    assert copy.filter == "seats > 1"
    answer = web.post(f"/courses/views/{view.pk}/delete/", headers={"HX-Request": "true"})
    assert f"/courses/views/{view.pk}/restore/" in answer.content.decode()
    assert "does not exist any more" in web.get(f"/courses/?view={view.pk}").content.decode()
    web.post(f"/courses/views/{view.pk}/restore/")
    assert rows(web.get(f"/courses/?view={view.pk}")) == ["Drehen", "Fräsen"]
    SavedView.objects.filter(pk=view.pk).update(deleted_at=timezone.now() - timezone.timedelta(days=31))
    web.post(f"/courses/views/{copy.pk}/delete/")
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_tabs_keep_their_order_and_one_opens_first(web):
    first, second = saved(web), saved(web, name="Small ones", query="filter=seats+<+2")
    web.post("/courses/views/order/", {"ids": [str(second.pk), str(first.pk)]})
    text = web.get("/courses/").content.decode()
    assert text.index("Small ones") < text.index("Big ones")
    web.post("/courses/views/first/", {"view": str(second.pk)})
    assert web.get("/courses/").headers["Location"] == f"/courses/?view={second.pk}"
    assert web.get("/courses/?view=all").status_code == 200
    web.post("/courses/views/first/", {})
    assert web.get("/courses/").status_code == 200
    assert web.post("/courses/views/order/", {"ids": ["nonsense"]}).status_code == 409


def test_columns_are_chosen_ordered_and_widened_for_good(web, user):
    web.post("/courses/columns/", {"columns": ["name", "seats", "city", "nonsense"], "width:seats": "222"})
    text = web.get("/courses/").content.decode()
    assert text.index('data-column="seats"') < text.index('data-column="city"')
    assert 'data-column="level"' not in text and '<col width="222">' in text
    web.post("/courses/columns/", {"columns": ["name", "city", "seats"], "density": "compact"})
    text = web.get("/courses/").content.decode()
    assert '<col width="222">' in text and 'data-density="compact"' in text
    web.post("/courses/columns/", {"width:city": "99999999"})
    assert Arrangement.objects.get().columns[1] == {"name": "city", "width": 960}
    web.post("/courses/columns/", {"reset": "1"})
    assert 'data-column="level"' in web.get("/courses/").content.decode()
    assert "Further fields" in web.get("/courses/columns/").content.decode()


def test_columns_are_part_of_a_view_and_changed_for_oneself_until_saved(web, user):
    web.post("/courses/columns/", {"columns": ["name", "seats"], "width:seats": "150"})
    view = saved(web, query="q=")
    assert view.columns == [{"name": "name", "width": 0}, {"name": "seats", "width": 150}]
    web.post("/courses/columns/", {"view": str(view.pk), "columns": ["name", "city"]})
    text = web.get(f"/courses/?view={view.pk}").content.decode()
    assert 'data-column="city"' in text and "Save change" in text
    assert f"row/?view={view.pk}" in text
    web.post(f"/courses/views/{view.pk}/save/", {"query": f"view={view.pk}", "version": 1})
    view.refresh_from_db()
    assert [one["name"] for one in view.columns] == ["name", "city"]
    assert "Save change" not in web.get(f"/courses/?view={view.pk}").content.decode()


def test_a_view_over_a_field_one_may_not_read_shows_nothing(web, user, monkeypatch):
    view = saved(web)
    from kundig.accounts.enums import FieldRight
    from kundig.accounts.queries import forget_access
    from kundig.records import rights

    monkeypatch.setattr(rights, "fields_kept_back", lambda description, who: {"seats": FieldRight.HIDDEN})
    forget_access()
    page = web.get(f"/courses/?view={view.pk}")
    assert page.status_code == 200 and rows(page) == []
    assert "There is no field “seats”" in page.content.decode()


def test_views_are_found_in_the_palette(web, user):
    view = saved(web)
    (command,) = [one for one in matching_commands(user, "big ones") if one.key.startswith("view-")]
    assert (command.label, command.url) == ("Courses: Big ones", f"/courses/?view={view.pk}")
    assert not [one for one in matching_commands(a_user("Svenja Kroll"), "big ones") if one.key.startswith("view-")]
