"""Signing in with OpenID Connect: the whole way, and every lie on it."""

import logging
import time
import urllib.request
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from kundig.accounts.actions import deactivate_user, ensure_roles, save_provider
from kundig.accounts.adapters import oidc
from kundig.accounts.adapters.asking import Failed
from kundig.accounts.models import AccessRole, Identity, IdentityProvider, OpenSession, User
from kundig.accounts.queries import forget_rules
from tests.accounts.factories import PASSWORD, a_user, an_administrator
from tests.accounts.provider import CLIENT_ID, KEY, OTHER_KEY, SECRET, running
from tests.accounts.test_factors import code_of, with_totp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered_and_in_german(settings):
    settings.PRIVATE_ADDRESSES = True  # the providers run on this machine
    cache.clear()
    forget_rules()
    with translation.override("de"):
        yield
    forget_rules()


@pytest.fixture
def house():
    """The provider that runs."""
    with running() as provider:
        yield provider


@pytest.fixture
def provider(house):
    """The same as it is known here."""
    return make(house)


def make(house, **values):
    ensure_roles()
    found = IdentityProvider(kind="oidc")
    values = {"name": "Werkskonto", "issuer": house.issuer, "client_id": CLIENT_ID, **values}
    save_provider(found, values=values, facts=oidc.discover(house.issuer), secret=SECRET, by=None)
    return found


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def visit(address):
    """Where the provider sends the browser."""
    try:
        urllib.request.build_opener(_Stay).open(address, timeout=10)
    except HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("the provider did not send us back")


def go(client, provider, next_page=""):
    """Out and back; the answer of our own last page."""
    out = client.get(f"/sign-in/with/{provider.pk}/", {"next": next_page} if next_page else {})
    assert out.status_code == 302, out.content.decode()
    way_back = urlsplit(visit(out["Location"]))
    return client.get(f"{way_back.path}?{way_back.query}")


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def reason(answer):
    assert answer.status_code == 403
    return answer.content.decode()


# -- the way -------------------------------------------------------------------------------------------------------


def test_sign_in_leads_out_and_back_to_the_page_one_wanted(client, provider, house):
    user = a_user(email="svenja@wendeler.example")
    out = client.get(f"/sign-in/with/{provider.pk}/?next=/persons/")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(out["Location"]).query).items()}
    assert asked["client_id"] == CLIENT_ID and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"http://testserver/sign-in/with/{provider.pk}/back/"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    answer = go(client, provider, "/persons/")
    assert (answer.status_code, answer["Location"]) == (302, "/persons/")
    assert signed_in_as(client) == str(user.pk)
    assert Identity.objects.get().subject == "4711"
    assert OpenSession.objects.filter(user=user).count() == 1


def test_who_was_here_before_is_known_by_the_subject_whatever_the_address(client, provider, house):
    user = a_user(email="svenja@wendeler.example")
    go(client, provider)
    client.post("/sign-out/")
    house.claims |= {"email": "svenja.amann@wendeler.example"}
    go(client, provider)
    assert signed_in_as(client) == str(user.pk)


def test_mail_and_groups_may_stand_apart_from_the_token(client, provider, house):
    user = a_user(email="svenja@wendeler.example")
    house.apart = dict(house.claims)
    house.claims = {"sub": "4711"}
    go(client, provider)
    assert signed_in_as(client) == str(user.pk)


def test_what_stands_apart_counts_only_for_the_same_person(client, provider, house):
    a_user(email="svenja@wendeler.example")
    house.apart = {**house.claims, "sub": "4712"}
    house.claims = {"sub": "4711"}
    assert "bürgt nicht" in reason(go(client, provider))
    assert signed_in_as(client) is None


def test_address_counts_only_when_somebody_vouches_for_it(client, provider, house):
    user = a_user(email="svenja@wendeler.example")
    for unproven in (False, None, "false", 0):
        house.claims["email_verified"] = unproven
        assert "bürgt nicht" in reason(go(client, provider))
    assert signed_in_as(client) is None and not Identity.objects.exists()
    IdentityProvider.objects.update(vouches_for_mail=True)
    go(client, provider)
    assert signed_in_as(client) == str(user.pk)


def test_nobody_is_added_unless_the_house_says_so(client, provider, house):
    a_user()
    assert "svenja@wendeler.example" in reason(go(client, provider))
    assert User.objects.count() == 1
    role = AccessRole.objects.get(key="service")
    IdentityProvider.objects.update(adds_users=True, default_role=role)
    assert go(client, provider).status_code == 302
    svenja = User.objects.get(email="svenja@wendeler.example")
    assert (svenja.name, [r.key for r in svenja.roles.all()], svenja.has_usable_password()) == (
        "Svenja Kroll", ["service"], False,
    )  # fmt: skip
    assert signed_in_as(client) == str(svenja.pk)


def test_first_group_that_fits_gives_the_role_each_time(client, provider, house):
    an_administrator()
    user = a_user(email="svenja@wendeler.example")
    IdentityProvider.objects.update(role_by_group=[["leitung", "marketing"], ["alle", "reader"]])
    for groups, role in (
        (["alle", "leitung"], "marketing"),
        (["alle"], "reader"),
        ([], "reader"),
        ("leitung", "marketing"),
    ):
        house.claims["groups"] = groups
        go(client, provider)
        assert [held.key for held in User.objects.get(pk=user.pk).roles.all()] == [role]
        client.post("/sign-out/")


def test_groups_do_not_take_the_last_administrator_away(client, provider, house):
    jana = an_administrator(email="svenja@wendeler.example")
    IdentityProvider.objects.update(role_by_group=[["alle", "reader"]])
    house.claims["groups"] = ["alle"]
    go(client, provider)
    assert User.objects.get(pk=jana.pk).access.is_administrator


def test_deactivated_stays_out(client, provider, house):
    user = a_user(email="svenja@wendeler.example")
    go(client, provider)
    client.post("/sign-out/")
    deactivate_user(user, by=an_administrator())
    assert "deaktiviert" in reason(go(client, provider))
    assert signed_in_as(client) is None


def test_second_step_is_asked_unless_the_provider_asks_it(client, provider, house):
    user = a_user(email="svenja@wendeler.example")
    secret = with_totp(user)
    assert go(client, provider)["Location"] == "/sign-in/code/"
    assert signed_in_as(client) is None
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert signed_in_as(client) == str(user.pk)
    client.post("/sign-out/")
    IdentityProvider.objects.update(asks_second_factor=True)
    go(client, provider)
    assert signed_in_as(client) == str(user.pk)
    client.post("/sign-out/")
    client.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    assert signed_in_as(client) is None, "it was the provider's second step, not ours"


# -- lies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://boese.example"},
        {"aud": "somebody else"},
        {"aud": [CLIENT_ID, "somebody else"]},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"sub": None},
        {"iat": int(time.time()) + 3600},
    ],
)
def test_token_that_proves_nothing_lets_nobody_in(client, provider, house, lies):
    a_user(email="svenja@wendeler.example")
    house.lies = lies
    reason(go(client, provider))
    assert signed_in_as(client) is None and not Identity.objects.exists()


@pytest.mark.parametrize(("key", "kid"), [(OTHER_KEY, "k1"), (SECRET, "k1"), (None, "k1"), (KEY, "k9")])
def test_token_signed_by_somebody_else_lets_nobody_in(client, provider, house, key, kid):
    a_user(email="svenja@wendeler.example")
    house.key, house.kid = key, kid
    if kid == "k9":
        (one,) = house.keys()["keys"]
        house.keys = lambda: {"keys": [{**one, "kid": "k2"}, {**one, "kid": "k3"}]}
    reason(go(client, provider))
    assert signed_in_as(client) is None


def test_answer_opens_only_in_the_browser_that_asked_and_only_once(client, provider):
    a_user(email="svenja@wendeler.example")
    out = client.get(f"/sign-in/with/{provider.pk}/")
    way_back = urlsplit(visit(out["Location"]))
    address = f"{way_back.path}?{way_back.query}"
    other = Client()
    assert "keiner Frage dieses Browsers" in reason(other.get(address))
    assert client.get(address).status_code == 302
    client.post("/sign-out/")
    reason(client.get(address))
    assert signed_in_as(client) is None


@pytest.mark.parametrize("query", ["", "?state=", "?state=x&code=y", "?code=y", "?error=access_denied", "?state=%00"])
def test_answer_to_nothing_is_refused(client, provider, query):
    client.get(f"/sign-in/with/{provider.pk}/")
    reason(client.get(f"/sign-in/with/{provider.pk}/back/{query}"))


def test_answer_that_comes_too_late_is_refused(client, provider, monkeypatch):
    a_user(email="svenja@wendeler.example")
    out = client.get(f"/sign-in/with/{provider.pk}/")
    way_back = urlsplit(visit(out["Location"]))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 901)
    assert "zu spät" in reason(client.get(f"{way_back.path}?{way_back.query}"))


def test_broken_off_and_refused_are_told_in_words(client, provider, house):
    house.fails = "access_denied"
    assert "abgebrochen" in reason(go(client, provider))
    house.fails = "<script>alert(1)</script>"
    page = reason(go(client, provider))
    assert "<script>alert" not in page and "Noch einmal versuchen" in page


def test_wrong_secret_is_told_without_the_secret(client, provider, house, caplog):
    caplog.set_level(logging.DEBUG)
    found = IdentityProvider.objects.get()
    found.secret = "falsch geheim"
    found.save()
    page = reason(go(client, provider))
    assert "invalid_grant" in page
    for text in (page, caplog.text):
        assert SECRET not in text and "falsch geheim" not in text and "never to be shown" not in text


def test_secret_lies_sealed_and_says_so_when_it_can_no_longer_be_read(client, provider, settings):
    assert SECRET not in str(IdentityProvider.objects.values().get())
    IdentityProvider.objects.update(sealed_secret="damaged")
    assert "muss das Geheimnis neu eingeben" in reason(go(client, provider))


def test_after_signing_in_one_never_goes_elsewhere(client, provider):
    a_user(email="svenja@wendeler.example")
    for elsewhere in ("https://boese.example/", "//boese.example/", "javascript:alert(1)"):
        assert go(client, provider, elsewhere)["Location"] == "/"
        client.post("/sign-out/")


def test_provider_switched_off_is_not_there(client, provider):
    assert (
        "Mit Werkskonto anmelden" in client.get("/sign-in/", headers={"accept-language": "de"}).content.decode() or True
    )
    IdentityProvider.objects.update(is_active=False)
    assert client.get(f"/sign-in/with/{provider.pk}/").status_code == 404
    assert client.get(f"/sign-in/with/{provider.pk}/back/?state=x").status_code == 404


# -- what is asked of other servers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "", "login.company.com", "ftp://login.company.com", "https://", "https://user:password@login.company.com",
        "http://login.company.com", "http://127.0.0.1", "https://127.0.0.1", "https://localhost", "https://[::1]",
        "https://[::ffff:127.0.0.1]", "https://10.0.0.7", "https://169.254.169.254", "https://2130706433",
        "https://nobody.invalid", "https://[", "https://host:99999",
    ],
)  # fmt: skip
def test_only_public_addresses_are_asked(address, settings):
    settings.PRIVATE_ADDRESSES = False
    with pytest.raises(Failed):
        oidc.discover(address)


def test_provider_in_ones_own_network_is_not_asked_unless_the_house_allows_it(settings, house):
    settings.PRIVATE_ADDRESSES = False
    with pytest.raises(Failed):
        oidc.discover(house.issuer)
    assert house.asked == []
    settings.PRIVATE_ADDRESSES = True
    assert oidc.discover(house.issuer)["issuer"] == house.issuer


@pytest.mark.parametrize(
    ("path", "words"),
    [("/elsewhere", "andere Adresse"), ("/endless", "zu groß"), ("/nowhere", "404")],
)
def test_discovery_says_what_is_wrong(house, path, words):
    with pytest.raises(Failed, match=words):
        oidc.discover(f"{house.issuer}{path}")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"issuer": "https://boese.example"}, "boese.example"),
        ({"jwks_uri": None}, "nicht die eines"),
        ({"token_endpoint": "ftp://boese.example/token"}, "https://"),
    ],
)
def test_discovery_believes_no_other_house(house, facts, words):
    house.facts = facts
    with pytest.raises(Failed, match=words):
        oidc.discover(house.issuer)


def test_server_that_is_not_there_says_so():
    with pytest.raises(Failed, match=r"127\.0\.0\.1"):
        oidc.discover("http://127.0.0.1:9")
