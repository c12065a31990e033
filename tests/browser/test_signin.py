"""Coming in by other ways than the password, and what one's own account says about it."""

import re

from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from kundig.accounts.models import OpenSession
from kundig.accounts.sessions import SessionStore
from tests.accounts.factories import PASSWORD, a_user, an_administrator
from tests.accounts.provider import CLIENT_ID, SECRET, running
from tests.accounts.saml.provider import running as running_saml
from tests.accounts.test_factors import code_of

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


def leave(page):
    """The session is gone. A page that hears of changes goes to the sign-in by itself then, so none is open."""
    page.goto("about:blank")
    page.context.clear_cookies()


def test_token_with_scopes(page, look, sign_in):
    sign_in(an_administrator())
    page.goto("/settings/tokens/")
    page.get_by_label("Für welches Programm?").fill("Lagerprogramm")
    page.get_by_text("Nur Bestimmtes").click()
    page.get_by_label("Personen", exact=True).select_option("lesen und ändern")
    page.get_by_text("90 Tage").click()
    look("tokens-new")
    page.get_by_role("button", name="Schlüssel erstellen").click()
    expect(page.get_by_label("Neuer Schlüssel")).to_have_value(re.compile("^kundig_"))
    expect(page.get_by_text("Personen lesen und ändern")).to_be_visible()
    look("tokens")


def test_where_one_is_signed_in(page, look, sign_in, browser, house):
    user = sign_in(an_administrator())
    telephone = browser.new_context(base_url=house.url, user_agent=IPHONE, locale="de-DE")
    there = telephone.new_page()
    there.goto("/sign-in/")
    there.get_by_label("Mail-Adresse").fill(user.email)
    there.get_by_label("Passwort").fill(PASSWORD)
    there.get_by_role("button", name="Anmelden", exact=True).click()
    expect(there).to_have_url(re.compile(r"/$"))

    page.goto("/settings/security/")
    expect(page.get_by_text("Safari auf iPhone")).to_be_visible()
    look("security-sessions")
    page.get_by_role("button", name=re.compile("Safari auf iPhone")).click()
    expect(page.get_by_text("Safari auf iPhone")).to_have_count(0)
    there.goto("/settings/profile/")
    expect(there).to_have_url(re.compile("/sign-in/"))
    telephone.close()


def test_second_factor(page, look):
    user = an_administrator()
    enter(page, user)
    page.goto("/settings/security/")
    page.get_by_role("link", name="Zweiten Faktor einrichten").click()
    expect(page.get_by_role("img", name="QR-Code für Ihre App")).to_be_visible()
    look("totp")
    secret = page.get_by_label("Der Schlüssel als Text").input_value().replace(" ", "")
    page.get_by_label("2. Code, den die App zeigt").fill("000000")
    page.get_by_role("button", name="Einschalten").click()
    expect(page.get_by_text("Dieser Code stimmt nicht")).to_be_visible()
    page.get_by_label("2. Code, den die App zeigt").fill(code_of(secret, -1, lasting=5))
    page.get_by_role("button", name="Einschalten").click()
    expect(page.get_by_role("heading", name="Verwahren Sie diese Codes gut")).to_be_visible()
    look("recovery-codes")
    code = page.locator(".codes code").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Datei sichern").click()
    assert code in download.value.path().read_text()
    page.get_by_role("link", name="Ich habe sie verwahrt").click()
    expect(page.get_by_text("10 Codes sind übrig")).to_be_visible()

    leave(page)
    enter(page, user)
    expect(page.get_by_role("heading", name="Zweiter Schritt")).to_be_visible()
    look("second-step")
    page.get_by_label("Code aus Ihrer App").fill(code_of(secret))
    page.get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(re.compile(r"/$"))

    leave(page)
    enter(page, user)
    page.get_by_label("Code aus Ihrer App").fill(code)
    page.get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto("/settings/security/")
    expect(page.get_by_text("9 Codes sind übrig")).to_be_visible()
    expect(page.get_by_text("Notfallcode verwendet: noch 9")).to_be_visible()
    look("security")


def test_passkey(page, look, house):
    """With a device that Chromium pretends to have."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    has = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**has, "isUserVerified": True, "automaticPresenceSimulation": True}
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    home = f"http://localhost:{house.port}"  # a passkey belongs to a name, not to a number

    user = an_administrator()
    enter(page, user, home)
    page.goto(f"{home}/settings/security/passkeys/new/")
    page.get_by_label("Name").fill("Laptop")
    look("passkey-new")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("heading", name="Verwahren Sie diese Codes gut")).to_be_visible()
    page.get_by_role("link", name="Ich habe sie verwahrt").click()
    expect(page.get_by_text("Laptop", exact=True)).to_be_visible()

    page.get_by_role("link", name="Passkey hinzufügen").click()
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("alert")).to_contain_text("Es wurde kein Passkey erstellt")

    leave(page)
    page.goto(f"{home}/persons/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page).to_have_url(f"{home}/persons/")

    # As the second step after the password, it is another passkey's word against a stolen password.
    leave(page)
    enter(page, user, home)
    expect(page.get_by_role("heading", name="Zweiter Schritt")).to_be_visible()
    look("second-step-passkey")
    page.get_by_role("button", name="Passkey verwenden").click()
    expect(page).to_have_url(f"{home}/")

    # And to show once more who one is.
    with_confirmation_due(user)
    page.goto(f"{home}/settings/security/totp/")
    expect(page.get_by_role("heading", name="Sind Sie es?")).to_be_visible()
    look("confirm")
    page.get_by_role("button", name="Passkey verwenden").click()
    expect(page.get_by_role("heading", name="Zweiten Faktor einrichten")).to_be_visible()

    # Once it is removed here, it opens nothing, whatever the device believes.
    page.goto(f"{home}/settings/security/")
    page.get_by_role("button", name="Laptop entfernen").click()
    expect(page.get_by_text("Der Passkey öffnet nichts mehr")).to_be_visible()
    Authenticator.objects.create(user=an_administrator("Ines Lindqvist"), type="webauthn", data={"name": "fremd"})
    leave(page)
    page.goto(f"{home}/sign-in/")
    look("sign-in-with-passkey")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_text("Dieser Passkey öffnet hier keinen Zugang.")).to_be_visible()
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made["authenticatorId"]})


def enter(page, user, home=""):
    page.goto(f"{home}/sign-in/")
    page.get_by_label("Mail-Adresse").fill(user.email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in/"))


def with_confirmation_due(user):
    """As if ten minutes had passed."""
    for session in OpenSession.objects.filter(user=user):
        store = SessionStore(session.session_key)
        for record in store["account_authentication_methods"]:
            record["at"] -= 601
        store.modified = True
        store.save()


def test_other_service(page, look, monkeypatch, another_house):
    """An administrator enters a provider; a colleague comes in with it."""
    user = a_user(email="svenja@wendeler.example")
    monkeypatch.setenv("KUNDIG_PRIVATE_ADDRESSES", "1")  # the provider runs on this machine
    house = another_house("with-provider")
    with running() as provider:
        provider.asks = True
        enter(page, an_administrator(), house.url)
        page.goto(f"{house.url}/settings/sign-in/")
        look("sign-in-rules")
        page.get_by_role("link", name="OpenID Connect").click()
        page.get_by_label("Name", exact=True).fill("Werkskonto")
        page.get_by_label("Adresse des Dienstes").fill(f"{provider.issuer}/falsch")
        page.get_by_label("Client-ID").fill(CLIENT_ID)
        page.get_by_label("Geheimnis").fill(SECRET)
        page.get_by_role("button", name="Prüfen und speichern").click()
        expect(page.get_by_text("ist kein Anmeldedienst")).to_be_visible()
        look("provider-refused")
        page.get_by_label("Adresse des Dienstes").fill(provider.issuer)
        page.get_by_label("Geheimnis").fill(SECRET)
        page.get_by_role("button", name="Prüfen und speichern").click()
        expect(page.get_by_text("Der Dienst hat geantwortet")).to_be_visible()
        look("provider")

        leave(page)
        page.goto(f"{house.url}/persons/")
        look("sign-in-with-provider")
        page.get_by_role("link", name="Mit Werkskonto anmelden").click()
        page.get_by_role("link", name="Als Svenja weiter").click()
        expect(page).to_have_url(re.compile("/persons/$"))
        assert OpenSession.objects.get(user=user)

        provider.fails = "access_denied"
        leave(page)
        page.goto(f"{house.url}/sign-in/")
        page.get_by_role("link", name="Mit Werkskonto anmelden").click()
        page.expected_errors.append("status of 403")
        page.get_by_role("link", name="Als Svenja weiter").click()
        expect(page.get_by_text("Sie haben es abgebrochen.")).to_be_visible()
        look("provider-failed")


def test_saml(page, look, monkeypatch, another_house):
    """The same with SAML. The provider's page is another site for the browser, so its form brings no cookie of ours."""
    user = a_user(email="svenja@wendeler.example")
    monkeypatch.setenv("KUNDIG_PRIVATE_ADDRESSES", "1")
    house = another_house("with-saml")
    home = house.url.replace("127.0.0.1", "localhost")
    with running_saml() as provider:
        enter(page, an_administrator(), home)
        page.goto(f"{home}/settings/sign-in/")
        page.get_by_role("link", name="SAML").click()
        page.get_by_label("Name", exact=True).fill("Werkskonto")
        page.get_by_role("button", name="Prüfen und speichern").click()
        expect(page.get_by_text("Geben Sie die Adresse der Metadaten an")).to_be_visible()
        look("saml-refused")
        page.get_by_label("Adresse der Metadaten").fill(f"{provider.address}/metadata")
        page.get_by_role("button", name="Prüfen und speichern").click()
        expect(page.get_by_text("Der Dienst hat geantwortet")).to_be_visible()
        expect(page.get_by_text(f"Bekannt: {provider.entity}")).to_be_visible()
        page.get_by_label("Wer sich hier abmeldet, wird auch dort abgemeldet").check()
        page.get_by_role("button", name="Prüfen und speichern").click()
        expect(page.get_by_text("Der Dienst hat geantwortet")).to_be_visible()
        expect(page.get_by_label("Wer sich hier abmeldet, wird auch dort abgemeldet")).to_be_checked()
        look("saml")

        leave(page)
        page.goto(f"{home}/persons/")
        page.get_by_role("link", name="Mit Werkskonto anmelden").click()
        page.get_by_role("button", name="Als Svenja weiter").click()
        expect(page).to_have_url(re.compile("/persons/$"))
        assert OpenSession.objects.get(user=user)

        page.goto(f"{home}/sign-out/")
        page.get_by_role("button", name="Abmelden").click()
        expect(page.get_by_text("Sie sind hier und bei Werkskonto abgemeldet.")).to_be_visible()
        look("saml-left")
        assert provider.left == ["S-4711"] and not OpenSession.objects.filter(user=user).exists()

        provider.fails = "unsigned"
        page.goto(f"{home}/sign-in/")
        page.get_by_role("link", name="Mit Werkskonto anmelden").click()
        page.expected_errors.append("status of 403")
        page.get_by_role("button", name="Als Svenja weiter").click()
        expect(page.get_by_text("nicht so unterschrieben")).to_be_visible()
        look("saml-failed")
