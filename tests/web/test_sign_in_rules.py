"""Which ways of signing in there are: the house's page, the providers' page, and that somebody can always come in."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.x509 import load_pem_x509_certificate
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from kundig.accounts.actions import change_rules, deactivate_user, make_entry_link, reset_factors
from kundig.accounts.models import AccessRole, Identity, IdentityProvider, SignInRules
from kundig.accounts.queries import factors_of, forget_rules, sign_in_rules
from tests.accounts.factories import PASSWORD, a_user, an_administrator
from tests.accounts.provider import CLIENT_ID, SECRET, running
from tests.accounts.saml.provider import Provider
from tests.accounts.saml.provider import running as running_saml
from tests.accounts.test_factors import code_of, with_totp

pytestmark = pytest.mark.django_db
RULES = "/settings/sign-in/"
NEW = "/settings/sign-in/new/oidc/"
NEW_SAML = "/settings/sign-in/new/saml/"


@pytest.fixture(autouse=True)
def _nothing_remembered_and_in_german(settings):
    settings.PRIVATE_ADDRESSES = True  # the providers run on this machine
    cache.clear()
    forget_rules()
    with translation.override("de"):
        yield
    forget_rules()


@pytest.fixture
def jana():
    return an_administrator()


@pytest.fixture
def as_jana(client, jana):
    client.post("/sign-in/", {"login": jana.email, "password": PASSWORD})
    return client


@pytest.fixture
def house():
    with running() as provider:
        yield provider


def a_passkey(user):
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Laptop"})


def sign_in(user):
    browser = Client()
    browser.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    return browser


# -- doors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [RULES, NEW, NEW_SAML, "/settings/sign-in/key/"])
def test_rules_are_for_administrators_who_have_shown_who_they_are(client, jana, address):
    """Administrator, colleague, stranger."""
    assert client.get(address)["Location"].startswith("/sign-in/")
    client.force_login(a_user())
    assert client.get(address).status_code == 403
    assert client.post(address, {"passkeys": "on"}).status_code == 403
    client.force_login(jana)
    assert client.get(address)["Location"].startswith("/confirm/")
    assert not SignInRules.objects.exists()


# -- passwords off -------------------------------------------------------------------------------------------------


def test_passwords_stay_until_an_administrator_has_another_way(as_jana, jana):
    refused = as_jana.post(RULES, {"passkeys": "on"})
    assert refused.status_code == 422 and "niemand aus der Verwaltung" in refused.content.decode()
    assert sign_in_rules().passwords
    a_passkey(a_user())
    assert as_jana.post(RULES, {"passkeys": "on"}).status_code == 422, "a colleague's passkey administers nothing"
    a_passkey(jana)
    assert as_jana.post(RULES, {"passkeys": "on"}).status_code == 302
    assert not sign_in_rules().passwords
    assert as_jana.post(RULES, {}).status_code == 422, "and passkeys now stay, too"


def test_passwords_off_open_nothing_and_are_not_asked_for(as_jana, jana):
    user = a_user()
    a_passkey(jana)
    as_jana.post(RULES, {"passkeys": "on"})
    browser = sign_in(user)
    assert browser.session.get("_auth_user_id") is None
    page = browser.get("/sign-in/", headers={"host": "localhost"}).content.decode()
    assert 'name="password"' not in page and "Mit Passkey anmelden" in page
    assert browser.get("/password/forgotten/")["Location"] == "/sign-in/"
    assert browser.post("/password/forgotten/", {"email": user.email})["Location"] == "/sign-in/"


def test_last_way_in_is_not_taken_away(as_jana, jana):
    passkey = a_passkey(jana)
    as_jana.post(RULES, {"passkeys": "on"})
    as_jana.post(f"/settings/security/passkeys/{passkey.pk}/", {"remove": "1"})
    as_jana.post(f"/settings/users/{jana.pk}/factors/removal/")
    assert factors_of(jana).any
    provider = IdentityProvider.objects.create(kind="oidc", name="Werkskonto")
    Identity.objects.create(provider=provider, user=jana, subject="1")
    as_jana.post(f"/settings/security/passkeys/{passkey.pk}/", {"remove": "1"})
    assert not factors_of(jana).any
    as_jana.post(f"/settings/sign-in/{provider.pk}/removal/")
    assert IdentityProvider.objects.exists()
    reset_factors(jana, by=None)


# -- a link when nothing else opens --------------------------------------------------------------------------------


def test_link_lets_in_once_by_a_click(client):
    user = a_user()
    path = make_entry_link(user, by=None)
    assert user.name in client.get(path).content.decode()
    assert client.session.get("_auth_user_id") is None, "the link alone does nothing"
    assert client.post(path)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    other = Client()
    assert other.get(path).status_code == 410
    assert other.post(path).status_code == 410


def test_link_does_not_jump_the_second_step(client):
    user = a_user()
    secret = with_totp(user)
    path = make_entry_link(user, by=None)
    assert client.post(path)["Location"] == "/sign-in/code/"
    assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 302


@pytest.mark.parametrize("path", ["/sign-in/link/x/y/", "/sign-in/link/0/x-y/", "/sign-in/link/zzzz/-/"])
def test_link_of_ones_own_making_opens_nothing(client, path):
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410


def test_link_ends_with_deactivation(client, jana):
    user = a_user()
    path = make_entry_link(user, by=None)
    deactivate_user(user, by=jana)
    assert client.post(path).status_code == 410


# -- a second factor for roles -------------------------------------------------------------------------------------


def demand(*keys, by=None):
    change_rules(passwords=True, passkeys=True, second_factor_roles=AccessRole.objects.filter(key__in=keys), by=by)


def test_whoever_owes_a_second_factor_sets_it_up_first(jana):
    user, colleague = a_user(role="sales"), a_user("Holger Timm", role="reader")
    demand("sales")
    browser = sign_in(user)
    for address in ("/", "/persons/", "/settings/profile/", "/api/v1/persons"):
        assert browser.get(address)["Location"] == "/settings/security/", address
    page = browser.get("/settings/security/").content.decode()
    assert "verlangt einen zweiten Faktor" in page
    assert sign_in(colleague).get("/persons/").status_code == 200
    setup = browser.get("/settings/security/totp/").content.decode()
    secret = setup.partition('id="f-secret" readonly value="')[2].partition('"')[0].replace(" ", "")
    browser.post("/settings/security/totp/", {"code": code_of(secret)})
    assert browser.get("/persons/").status_code == 200


def test_whoever_is_signed_in_already_owes_it_within_minutes(jana):
    from datetime import timedelta

    from django.utils import timezone

    from kundig.accounts.models import OpenSession

    user = a_user(role="sales")
    browser = sign_in(user)
    demand("sales")
    assert browser.get("/persons/").status_code == 200
    OpenSession.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    browser.get("/persons/")
    assert browser.get("/persons/")["Location"] == "/settings/security/"
    demand()
    OpenSession.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    browser.get("/settings/security/")
    assert browser.get("/persons/").status_code == 200


def test_provider_that_asks_for_it_is_enough(jana, house):
    user = a_user(email="svenja@wendeler.example", role="sales")
    demand("sales")
    from tests.accounts.test_oidc import go, make

    browser = Client()
    go(browser, make(house, asks_second_factor=True))
    assert browser.session["_auth_user_id"] == str(user.pk)
    assert browser.get("/persons/").status_code == 200


# -- providers -----------------------------------------------------------------------------------------------------


def typed(house, **more):
    return {
        "name": "Werkskonto", "issuer": house.issuer, "client_id": CLIENT_ID, "client_secret": SECRET,
        "is_active": "on", "group_claim": "groups", **more,
    }  # fmt: skip


def test_provider_is_asked_when_it_is_saved_and_its_secret_never_shown(as_jana, house):
    made = as_jana.post(NEW, typed(house, group=["leitung", "", "x"], role=["marketing", "reader", ""]))
    provider = IdentityProvider.objects.get()
    assert made["Location"] == f"/settings/sign-in/{provider.pk}/"
    assert (provider.secret, provider.role_by_group) == (SECRET, [["leitung", "marketing"]])
    assert provider.facts["token_endpoint"] == f"{house.issuer}/token"
    page = as_jana.get(made["Location"])
    assert SECRET not in page.content.decode() and "no-store" in page["Cache-Control"]
    assert f"http://testserver/sign-in/with/{provider.pk}/back/" in page.content.decode()
    as_jana.post(made["Location"], typed(house, name="Hauskonto", client_secret="•" * 12))
    provider.refresh_from_db()
    assert (provider.name, provider.secret) == ("Hauskonto", SECRET), "the dots mean: as it was"
    as_jana.post(f"/settings/sign-in/{provider.pk}/removal/")
    assert not IdentityProvider.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"issuer": "nonsense"}, "https://"),
        ({"issuer": "https://user:password@login.company.com"}, "e-issuer"),
        ({"name": ""}, "darf nicht leer sein"),
        ({"adds_users": "on"}, "Wählen Sie die Rolle"),
        ({"group": ["leitung"], "role": ["erfunden"]}, "erfunden"),
    ],
)
def test_provider_refused_keeps_what_was_typed_but_the_secret(as_jana, house, wrong, words):
    answer = as_jana.post(NEW, typed(house, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and SECRET not in page
    assert f'value="{CLIENT_ID}"' in page
    assert not IdentityProvider.objects.exists()


# -- providers of SAML ---------------------------------------------------------------------------------------------


def typed_saml(**more):
    return {"name": "Werkskonto", "is_active": "on", "group_claim": "groups", "vouches_for_mail": "on", **more}


def test_saml_provider_is_read_from_its_address(as_jana):
    page = as_jana.get(NEW_SAML).content.decode()
    number = page.partition('name="number" value="')[2].partition('"')[0]
    with running_saml() as house:
        address = f"{house.address}/metadata"
        refused = as_jana.post(NEW_SAML, typed_saml(issuer=f"{house.address}/nowhere", number=number))
        assert refused.status_code == 422 and "404" in refused.content.decode()
        made = as_jana.post(NEW_SAML, typed_saml(issuer=address, number=number))
        provider = IdentityProvider.objects.get()
        assert made["Location"] == f"/settings/sign-in/{provider.pk}/" and str(provider.pk) == number
        assert (provider.kind, provider.facts["entity_id"]) == ("saml", house.entity)
    told = as_jana.get(made["Location"]).content.decode()
    for part in ("answer", "metadata"):
        assert f"http://testserver/sign-in/with/{number}/{part}/" in page and part in told
    assert house.entity in told and "client_secret" not in told
    assert "SAML" in as_jana.get(RULES).content.decode()


@pytest.mark.parametrize("way", ["pasted", "file"])
def test_saml_provider_is_read_from_what_one_has(as_jana, way):
    house = Provider()
    text = house.metadata()
    file = SimpleUploadedFile("metadata.xml", ("\ufeff" + text).encode())
    as_jana.post(NEW_SAML, typed_saml(**({"metadata": text} if way == "pasted" else {"metadata_file": file})))
    provider = IdentityProvider.objects.get()
    assert provider.metadata == text and provider.facts["sign_on"] == "https://haus.example/sign-on?tenant=1"
    assert provider.vouches_for_mail
    as_jana.post(f"/settings/sign-in/{provider.pk}/", typed_saml(name="Hauskonto", metadata=text))
    provider.refresh_from_db()
    assert provider.name == "Hauskonto"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "Geben Sie die Adresse der Metadaten an"),
        ({"metadata": "<a"}, "keine SAML-Metadaten"),
        ({"metadata": "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"}, "keine SAML-Metadaten"),
        ({"metadata": "x" * 1_000_001}, "zu groß"),
        ({"metadata": "a\0b"}, "keine SAML-Metadaten"),
        ({"issuer": "nonsense"}, "https://"),
        ({"issuer": "file:///etc/passwd"}, "https://"),
    ],
)
def test_saml_provider_refused_keeps_what_was_typed(as_jana, wrong, words):
    answer = as_jana.post(NEW_SAML, typed_saml(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and 'value="Werkskonto"' in page
    assert not IdentityProvider.objects.exists()


def test_our_key_is_shown_handed_out_and_made_anew(as_jana):
    as_jana.post(NEW_SAML, typed_saml(metadata=Provider().metadata(), signs_questions="on", signs_out_there="on"))
    provider = IdentityProvider.objects.get()
    assert provider.signs_questions and provider.signs_out_there and not provider.takes_unasked
    page = as_jana.get(f"/settings/sign-in/{provider.pk}/").content.decode()
    assert "Unser Schlüssel" in page and f"http://testserver/sign-in/with/{provider.pk}/leave/" in page
    file = as_jana.get("/settings/sign-in/key/")
    certificate = load_pem_x509_certificate(file.content)
    assert "kundig.crt" in file["Content-Disposition"] and certificate.public_key().key_size == 3072
    made = as_jana.post("/settings/sign-in/key/", {"number": provider.pk})
    assert made["Location"] == f"/settings/sign-in/{provider.pk}/"
    assert load_pem_x509_certificate(as_jana.get("/settings/sign-in/key/").content) != certificate
    assert as_jana.post("/settings/sign-in/key/", {"number": "x"})["Location"] == "/settings/sign-in/"


def test_sign_ins_may_begin_there_once_somebody_says_so(as_jana):
    as_jana.post(NEW_SAML, typed_saml(metadata=Provider().metadata(), takes_unasked="on"))
    provider = IdentityProvider.objects.get()
    assert provider.takes_unasked
    page = as_jana.get(f"/settings/sign-in/{provider.pk}/").content.decode()
    assert 'name="takes_unasked" checked' in page and "von einer Seite des Dienstes" in page


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"out": False}, "nennt dafür keine Adresse"),
        ({"wants": ' WantAuthnRequestsSigned="true"'}, "nimmt nur unterschriebene Anfragen an"),
    ],
)
def test_page_says_what_a_saml_provider_can_and_wants(as_jana, metadata, words):
    as_jana.post(NEW_SAML, typed_saml(metadata=Provider().metadata(**metadata)))
    assert words in as_jana.get(f"/settings/sign-in/{IdentityProvider.objects.get().pk}/").content.decode()


def test_saml_file_that_is_no_text_is_refused(as_jana):
    answer = as_jana.post(NEW_SAML, typed_saml(metadata_file=SimpleUploadedFile("x.xml", bytes(range(256)))))
    assert answer.status_code == 422 and "keine SAML-Metadaten" in answer.content.decode()


def test_kind_that_is_none_leads_back(as_jana):
    assert as_jana.get("/settings/sign-in/new/kerberos/")["Location"] == RULES
