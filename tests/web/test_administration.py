"""The settings: three people at every door, and what each page does."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kundig.accounts.actions import add_role, create_token
from kundig.accounts.enums import Action, Scope
from kundig.accounts.jobs import mail_password_link
from kundig.accounts.models import AccessRole, ApiToken, Company, Grant, Team, User
from kundig.accounts.queries import forget_company, user_for_token
from kundig.platform.models import JobRun
from kundig.privacy.models import Purpose
from kundig.privacy.queries import forget_purposes
from tests.accounts.factories import PASSWORD, a_team, a_user, an_administrator

pytestmark = pytest.mark.django_db

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    forget_company()
    forget_purposes()
    yield
    forget_company()
    forget_purposes()


@pytest.fixture
def jana():
    user = an_administrator()
    user.language = "en"
    user.save()
    return user


@pytest.fixture
def as_jana(client, jana):
    client.force_login(jana)
    return client


def ours() -> list[str]:
    """Every address of the administration, with things that exist."""
    user, team = a_user("Holger Timm"), a_team()
    role = add_role(name="Leitung", like=AccessRole.objects.get(key="reader"), by=None)
    return [
        reverse("users"), reverse("new_user"), reverse("user", args=[user.pk]), reverse("user_link", args=[user.pk]),
        reverse("user_activation", args=[user.pk]), reverse("teams"), reverse("team", args=[team.pk]),
        reverse("team_removal", args=[team.pk]), reverse("roles"), reverse("role", args=[role.key]),
        reverse("role_removal", args=[role.key]), reverse("company"), reverse("purposes"),
        reverse("purpose", args=["greeting"]), reverse("purpose_ending", args=["greeting"]),
    ]  # fmt: skip


def everything():
    models = (User, Team, AccessRole, Grant, ApiToken, Company, Purpose)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_administration_is_closed_to_strangers_and_colleagues(client):
    addresses, colleague = ours(), a_user()
    before = everything()
    for address in addresses:
        for send in (client.get, client.post):
            assert send(address)["Location"].startswith("/sign-in/?next="), address
    client.force_login(colleague)
    for address in addresses:
        for send in (client.get, client.post):
            assert send(address, {"name": "x", "legal_basis": "consent"}).status_code == 403, address
    colleague.refresh_from_db()
    assert [row for rows in everything() for row in rows if "last_login" not in row] == [
        row for rows in before for row in rows if "last_login" not in row
    ]


def test_settings_offer_colleagues_only_their_own_pages(client):
    client.force_login(a_user())
    page = client.get("/settings/profile/").content.decode()
    offered = set(re.findall(r'href="(/settings/[^"]+)"', page))
    own = ("runs", "profile", "password", "security", "deputies", "calendar", "notices", "tokens")
    assert offered == {f"/settings/{page}/" for page in own}
    assert client.get("/settings/")["Location"] == "/settings/profile/"


def test_settings_offer_administrators_every_page(as_jana):
    page = as_jana.get("/settings/profile/").content.decode()
    for name in ("users", "teams", "roles", "company", "purposes"):
        assert f'href="/settings/{name}/"' in page
        assert as_jana.get(f"/settings/{name}/").status_code == 200


# -- users ---------------------------------------------------------------------------------------------------------


STATEMENTS = 7
"""Session, person, bell, three of the list; and, every few seconds, whether fields were added."""


def test_users_list_needs_the_same_statements_for_one_and_for_many(
    as_jana, django_assert_max_num_queries, versions_known
):
    as_jana.get("/settings/users/")
    a_user(team=a_team())
    with django_assert_max_num_queries(STATEMENTS):
        as_jana.get("/settings/users/")
    a_user("Holger Timm", team=a_team())
    a_user("Ruth Amann")
    with django_assert_max_num_queries(STATEMENTS):
        page = as_jana.get("/settings/users/").content.decode()
    assert "Holger Timm" in page and "Ruth Amann" in page


def test_new_user_without_mail_gets_a_link_to_hand_over(as_jana, client_elsewhere, settings):
    settings.EMAIL_BACKEND = FILES
    team = a_team()
    typed = {"name": "Svenja Kroll", "email": "Svenja@Wendeler.example", "role": "sales", "teams": [str(team.pk)]}
    answer = as_jana.post("/settings/users/new/", typed)
    svenja = User.objects.get(email="svenja@wendeler.example")
    assert answer["Location"] == f"/settings/users/{svenja.pk}/"
    assert list(svenja.teams.all()) == [team] and not svenja.has_usable_password()
    page = as_jana.get(answer["Location"]).content.decode()
    link = re.search(r'value="http://testserver(/password/[^"]+)"', page)[1]
    form = client_elsewhere.get(link)["Location"]
    client_elsewhere.post(form, {"password1": PASSWORD})
    assert client_elsewhere.session["_auth_user_id"] == str(svenja.pk)
    assert not JobRun.objects.exists(), "nothing is mailed: neither the link, nor that she signed in for the first time"


def test_new_user_with_mail_is_invited(as_jana):
    as_jana.post("/settings/users/new/", {"name": "Svenja Kroll", "email": "svenja@wendeler.example", "role": "sales"})
    mail_password_link(None, **JobRun.objects.get().arguments)
    assert mail.outbox[0].to == ["svenja@wendeler.example"]
    assert "http://testserver/password/" in mail.outbox[0].body


def test_new_user_refused_shows_what_was_wrong(as_jana):
    typed = {"name": "", "email": "nein", "role": "", "teams": ["keine"]}
    answer = as_jana.post("/settings/users/new/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(f'id="e-{name}"' in page for name in ("name", "email", "role"))
    assert User.objects.count() == 1


def test_user_is_changed(as_jana):
    user, team = a_user(), a_team()
    typed = {"name": "Svenja Timm", "email": "timm@wendeler.example", "role": "service", "teams": [str(team.pk)]}
    assert as_jana.post(f"/settings/users/{user.pk}/", typed).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.email, user.roles.get().key) == ("Svenja Timm", "timm@wendeler.example", "service")
    assert list(user.teams.all()) == [team]


def test_user_with_a_password_gets_a_link_only_when_asked_for(as_jana):
    user = a_user()
    address = f"/settings/users/{user.pk}/"
    assert "/password/" not in as_jana.get(address).content.decode().replace("/settings/password/", "")
    answer = as_jana.post(f"{address}link/", {"show": ""})
    assert "http://testserver/password/" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    as_jana.post(f"{address}link/", {"mail": ""})
    assert JobRun.objects.get().arguments["occasion"] == "forgotten"


def test_user_deactivated_is_out_at_once_and_may_come_back(as_jana, client_elsewhere):
    user = a_user()
    client_elsewhere.force_login(user)
    assert client_elsewhere.get("/settings/profile/").status_code == 200
    as_jana.post(f"/settings/users/{user.pk}/activation/")
    assert client_elsewhere.get("/settings/profile/").status_code == 302
    as_jana.post(f"/settings/users/{user.pk}/activation/")
    assert client_elsewhere.get("/settings/profile/").status_code == 302, "what has ended stays so"
    client_elsewhere.force_login(User.objects.get(pk=user.pk))
    assert client_elsewhere.get("/settings/profile/").status_code == 200


def test_last_administrator_is_told_why_they_stay(as_jana, jana):
    for address, typed in (
        (f"/settings/users/{jana.pk}/activation/", {}),
        (f"/settings/users/{jana.pk}/", {"name": jana.name, "email": jana.email, "role": "reader"}),
    ):
        answer = as_jana.post(address, typed)
        assert answer.status_code == 422
        assert "This is the last administrator." in answer.content.decode()
    assert User.objects.get(pk=jana.pk).is_administrator


# -- teams and roles -----------------------------------------------------------------------------------------------


def test_team_is_made_filled_and_deleted(as_jana):
    svenja, holger = a_user(), a_user("Holger Timm")
    address = as_jana.post("/settings/teams/", {"name": "Süd"})["Location"]
    typed = {"name": "Südwest", "members": [str(svenja.pk), str(holger.pk)], "leads": [str(holger.pk)]}
    as_jana.post(address, typed)
    team = Team.objects.get()
    assert team.name == "Südwest"
    assert {(m.user, m.is_lead) for m in team.memberships.all()} == {(svenja, False), (holger, True)}
    as_jana.post(address, {"name": "Südwest", "members": [str(svenja.pk)]})
    assert [m.user for m in team.memberships.all()] == [svenja]
    as_jana.post(f"{address}removal/")
    assert not Team.objects.exists()


def test_team_with_a_name_that_is_taken_is_refused(as_jana):
    team = a_team()
    assert as_jana.post("/settings/teams/", {"name": team.name.upper()}).status_code == 422
    assert as_jana.post("/settings/teams/", {"name": ""}).status_code == 422
    assert Team.objects.count() == 1


def test_role_sets_only_what_was_chosen(as_jana):
    user = a_user(role="reader")
    typed = {"organisations.change": "team", "organisations.read": "as-always", "*.export": "own"}
    assert as_jana.post("/settings/roles/reader/", typed).status_code == 302
    access = User.objects.get(pk=user.pk).access
    assert access.scope("organisations", Action.CHANGE) is Scope.TEAM
    assert access.scope("persons", Action.CHANGE) is Scope.NONE
    assert access.scope("organisations", Action.READ) is Scope.ALL
    assert access.scope("persons", Action.EXPORT) is Scope.OWN
    page = as_jana.get("/settings/roles/reader/").content.decode()
    chosen = re.search(r'<select name="organisations.change".*?</select>', page, re.DOTALL)[0]
    assert '<option value="team" selected>' in chosen


@pytest.mark.parametrize("typed", [{"*.read": "everything"}, {"organisations.change": "4"}])
def test_role_with_an_unknown_reach_is_refused(as_jana, typed):
    a_user(role="reader")
    before = everything()
    assert as_jana.post("/settings/roles/reader/", typed).status_code == 422
    assert everything()[3] == before[3]


def test_role_never_makes_administrators(as_jana):
    before = everything()
    as_jana.post("/settings/roles/sales/", {"*.administer": "all", "organisations.administer": "all"})
    assert as_jana.post("/settings/roles/administrator/", {"*.read": "none"}).status_code == 422
    assert everything()[3] == before[3]


def test_role_of_ones_own_is_made_renamed_and_deleted(as_jana):
    address = as_jana.post("/settings/roles/", {"name": "Leitung", "like": "sales"})["Location"]
    assert address == "/settings/roles/leitung/"
    as_jana.post(address, {"name": "Geschäftsleitung"})
    assert AccessRole.objects.get(key="leitung").name == "Geschäftsleitung"
    as_jana.post("/settings/roles/sales/removal/")
    as_jana.post(f"{address}removal/")
    assert set(AccessRole.objects.values_list("key", flat=True)) == {
        "administrator", "sales", "service", "marketing", "reader"
    }  # fmt: skip


# -- company, purposes, oneself --------------------------------------------------------------------------------------


def test_company_is_changed_and_says_what_is_wrong(as_jana):
    typed = {"name": "Wendeler AG", "country": "CH", "currency": "CHF", "timezone": "Europe/Zurich", "language": "de"}
    assert as_jana.post("/settings/company/", typed).status_code == 302
    for wrong in ({"name": ""}, {"country": "XX"}, {"timezone": "Mond/Krater"}, {"language": "xx"}, {"currency": ""}):
        assert as_jana.post("/settings/company/", typed | wrong).status_code in (302, 422)
    assert Company.objects.get().timezone == "Europe/Zurich"
    assert Company.objects.get().name == "Wendeler AG"


def test_purpose_is_stated_and_ended(as_jana):
    page = as_jana.get("/settings/purposes/greeting/").content.decode()
    assert "Birthday" in page or "birthday" in page
    refused = as_jana.post("/settings/purposes/greeting/", {"wording": "", "legal_basis": "contract"})
    assert refused.status_code == 422
    assert all(f'id="e-{name}"' in refused.content.decode() for name in ("wording", "basis", "retention"))
    typed = {"wording": "Zum Gratulieren.", "legal_basis": "consent", "retention": "bis Widerruf"}
    assert as_jana.post("/settings/purposes/greeting/", typed).status_code == 302
    assert Purpose.objects.get().is_active
    as_jana.post("/settings/purposes/greeting/ending/")
    assert not Purpose.objects.get().is_active
    assert as_jana.get("/settings/purposes/erfunden/").status_code == 404


def test_tokens_are_shown_once_and_taken_back_by_their_owner_only(client, client_elsewhere):
    owner, colleague = a_user(), a_user("Holger Timm")
    client.force_login(owner)
    answer = client.post("/settings/tokens/", {"name": "Lagerprogramm"})
    text = re.search(r'value="(kundig_[^"]+)"', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    assert user_for_token(text) == owner
    assert text not in client.get("/settings/tokens/").content.decode()
    token = ApiToken.objects.get()
    client_elsewhere.force_login(colleague)
    assert client_elsewhere.post(f"/settings/tokens/{token.pk}/revocation/").status_code == 404
    assert "Lagerprogramm" not in client_elsewhere.get("/settings/tokens/").content.decode()
    assert user_for_token(text) == owner
    client.post(f"/settings/tokens/{token.pk}/revocation/")
    assert user_for_token(text) is None
    other = create_token(owner, name="Telefonanlage", by=owner)
    client_elsewhere.force_login(an_administrator())
    assert "Telefonanlage" in client_elsewhere.get(f"/settings/users/{owner.pk}/").content.decode()
    client_elsewhere.post(f"/settings/tokens/{ApiToken.objects.get(name='Telefonanlage').pk}/revocation/")
    assert user_for_token(other) is None
    assert client.post("/settings/tokens/", {"name": ""}).status_code == 422


def test_tokens_get_the_scopes_and_the_end_that_were_chosen(client):
    client.force_login(a_user())
    day = timezone.localdate() + timedelta(days=12)
    chosen = {"reach": "objects", "object-persons": "write", "object-organisations": "read", "administer": "on"}
    answer = client.post("/settings/tokens/", {"name": "Kasse", **chosen, "end": "day", "day": day.isoformat()})
    assert answer.status_code == 200
    token = ApiToken.objects.get()
    assert (token.scopes, token.expires_on) == (["read:organisations", "write:persons"], day)
    page = client.get("/settings/tokens/").content.decode()
    assert "Organisationen lesen, Personen lesen und ändern" in page and "noch 12 Tage" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reach": "objects"}, "mindestens eines"),
        ({"reach": "everything"}, "„everything“ ist keine Berechtigung"),
        ({"end": "day", "day": "morgen"}, "letzten Tag"),
        ({"end": "day", "day": "2020-01-01"}, "vorbei"),
    ],
)
def test_tokens_refused_make_none_and_keep_what_was_typed(client, typed, words):
    client.force_login(a_user())
    answer = client.post("/settings/tokens/", {"name": "Kasse", **typed})
    assert answer.status_code == 422
    assert words in answer.content.decode() and 'value="Kasse"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_tokens_that_administer_are_made_by_administrators_only(client):
    client.force_login(a_user())
    assert 'name="administer"' not in client.get("/settings/tokens/").content.decode()
    client.post("/settings/tokens/", {"name": "Kasse", "administer": "on"})
    assert ApiToken.objects.get().scopes == ["read"]
    client.force_login(an_administrator())
    client.post("/settings/tokens/", {"name": "Leitstand", "administer": "on"})
    assert ApiToken.objects.get(name="Leitstand").scopes == ["administer", "read"]


def test_profile_changes_only_oneself(client):
    user, colleague = a_user(), a_user("Holger Timm")
    client.force_login(user)
    typed = {"name": "Svenja Timm", "language": "en", "theme": "dark", "density": "compact"}
    foreign = {"email": "x@y.example", "id": str(colleague.pk)}
    assert client.post("/settings/profile/", typed | foreign).status_code == 302
    changed = User.objects.get(pk=user.pk)
    assert (changed.name, changed.language, changed.theme, changed.density) == ("Svenja Timm", "en", "dark", "compact")
    assert changed.email == user.email
    assert client.post("/settings/profile/", typed | {"theme": "rosa", "name": "Andere"}).status_code == 422
    assert User.objects.get(pk=user.pk).name == "Svenja Timm"
    assert client.post("/settings/profile/", typed | {"name": ""}).status_code == 422
    assert User.objects.get(pk=colleague.pk).name == "Holger Timm"


def test_bytes_that_cannot_be_stored_are_refused(as_jana):
    user, team = a_user(), a_team()
    role = add_role(name="Leitung", like=AccessRole.objects.get(key="sales"), by=None)
    fields = ("name", "email", "role", "teams", "members", "leads", "like", "country", "currency", "timezone",
              "language", "theme", "wording", "legal_basis", "retention", "weighing", "*.read")  # fmt: skip
    before = everything()
    for address in (
        "users/new/", f"users/{user.pk}/", "teams/", f"teams/{team.pk}/", "roles/", f"roles/{role.key}/", "company/",
        "purposes/greeting/", "tokens/", "profile/",
    ):  # fmt: skip
        assert as_jana.post(f"/settings/{address}", dict.fromkeys(fields, "a\x00b")).status_code == 422, address
    assert everything() == before


def test_pages_escape_names(as_jana):
    evil = '"><script>alert(1)</script>'
    user = a_user(evil, email="evil@wendeler.example")
    role = add_role(name=evil, like=AccessRole.objects.get(key="sales"), by=None)
    create_token(user, name=evil, by=None)
    team = Team.objects.create(name=evil)
    addresses = ["users/", f"users/{user.pk}/", "teams/", f"teams/{team.pk}/", "roles/", f"roles/{role.key}/"]
    for address in addresses:
        assert "<script>alert" not in as_jana.get(f"/settings/{address}").content.decode()
    as_jana.force_login(user)
    for address in ("profile/", "tokens/"):
        assert "<script>alert" not in as_jana.get(f"/settings/{address}").content.decode()


@pytest.fixture
def client_elsewhere():
    from django.test import Client

    return Client()
