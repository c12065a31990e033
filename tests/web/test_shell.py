import pytest
from django.template.loader import render_to_string
from django.utils import translation

from kundig.accounts.models import AccessRole
from kundig.accounts.queries import forget_access
from kundig.records.rights import worked_out
from kundig.web.shell import Shell, page_of
from tests.accounts.factories import a_user, an_administrator

pytestmark = pytest.mark.django_db


def shell(rf, user, path="/organisations/", **cookies):
    request = rf.get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return Shell(request)


def test_navigation_leads_to_the_described_objects(rf):
    of_page = shell(rf, an_administrator(), "/organisations/new/")
    lines = of_page.offered.lines
    assert {"/organisations/", "/persons/"} <= {line.url for line in lines}
    assert of_page.parts.sidebar.count('aria-current="page"') == 1
    assert 'href="/organisations/" aria-current="page"' in of_page.parts.sidebar
    keys = [line.key for line in lines]
    assert keys == [str(number) if number < 10 else "" for number in range(1, len(lines) + 1)]


def test_navigation_shows_only_what_one_may_read(rf):
    nobody = a_user()
    nobody.roles.clear()
    assert "/organisations/" not in {line.url for line in shell(rf, nobody).offered.lines}


def test_settings_depend_on_rights(rf):
    def urls(user):
        return {line.url for _, lines in shell(rf, user, "/settings/").settings for line, _is_current in lines}

    assert "/settings/users/" in urls(an_administrator())
    assert "/settings/users/" not in urls(a_user())


def test_page_carries_the_users_appearance(client):
    user = an_administrator()
    user.theme, user.density, user.language = "dark", "compact", "en"
    user.save()
    client.force_login(user)
    html = client.get("/settings/profile/").content.decode()
    assert '<html lang="en" data-theme="dark" data-density="compact">' in html
    assert '<main class="sheet' in html


def test_no_page_names_the_token_so_that_pages_stay_equal(client):
    client.force_login(an_administrator())
    first = client.get("/organisations/")
    assert first.cookies["csrftoken"].value
    again = client.get("/organisations/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_anonymous_page_has_no_navigation(rf):
    html = render_to_string("entrance.html")
    assert "sidebar" not in html


@pytest.mark.parametrize(
    ("referer", "page"),
    [("http://testserver/persons/?q=a", "/persons/?q=a"), ("https://evil.example/x", "/"), ("", "/")],
)
def test_page_of_trusts_only_our_own_addresses(rf, referer, page):
    assert page_of(rf.post("/preferences/", headers={"Referer": referer})) == page


def test_shortcuts_can_be_off(rf):
    user = an_administrator()
    assert shell(rf, user).has_shortcuts
    assert not shell(rf, user, shortcuts="off").has_shortcuts


def test_frame_is_rendered_once_for_a_user_and_a_language(rf):
    user = an_administrator("Jana Brandt")
    with translation.override("de"):
        german = shell(rf, user).parts.foot
        assert shell(rf, user, "/organisations/?q=Jana").parts.foot is german
        assert shell(rf, an_administrator("Tom Brandt")).parts.foot is not german
    with translation.override("en"):
        assert "Sign out" in shell(rf, user).parts.foot
    assert "Abmelden" in german


def test_what_was_worked_out_is_forgotten_also_by_those_who_hold_an_access():
    """An open stream keeps its user while fields come and go."""
    user = an_administrator()
    first = worked_out(user, "some words", lambda: "old")
    assert worked_out(user, "some words", lambda: "new") == first
    forget_access()
    assert worked_out(user, "some words", lambda: "new") == "new"


def test_frame_follows_what_one_may(client):
    user = an_administrator()
    client.force_login(user)
    note = 'hx-get="/compose/"'
    assert note in client.get("/organisations/").content.decode()
    user.roles.set([AccessRole.objects.get(key="reader")])
    after = client.get("/organisations/").content.decode()
    assert 'aria-current="page"' in after
    assert note not in after
    user.roles.clear()
    assert client.get("/organisations/").status_code == 403
