"""Coming in: the first run of a new house, and signing in to one that is lived in."""

import re

from playwright.sync_api import expect

from kundig.accounts.actions import complete_setup, make_setup_token
from kundig.accounts.models import User
from kundig.accounts.queries import company, forget_company

PASSWORD = "Kesselhaus-Nordwind-7"


def test_first_run(page, look):
    page.goto(f"/setup/{make_setup_token()}/")
    expect(page.get_by_role("heading", name="Willkommen bei Kundig")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Welcome to Kundig")).to_be_visible()
    page.get_by_role("button", name="Deutsch").click()
    look("first-run")

    page.get_by_label("Ihr Unternehmen").fill("Wendeler Pumpen GmbH")
    page.get_by_label("Ihr Name").fill("Jana Brandt")
    page.get_by_label("Ihre Mail-Adresse").fill("jana.brandt@wendeler.example")
    page.get_by_label("Passwort", exact=True).fill("kurz")
    page.get_by_role("button", name="leer").click()
    expect(page.get_by_label("Passwort", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Ihr Name")).to_have_value("Jana Brandt")

    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="leer").click()
    expect(page).to_have_url(re.compile(r"/organisations/new/$"))
    forget_company()
    assert company().name == "Wendeler Pumpen GmbH"
    assert User.objects.get().access.is_administrator


def test_sign_in(page, look):
    complete_setup(
        token=make_setup_token(), company_name="Wendeler Pumpen GmbH", country="DE", language="de",
        name="Jana Brandt", email="jana.brandt@wendeler.example", password=PASSWORD,
    )  # fmt: skip
    page.goto("/organisations/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/organisations/$"))
    page.get_by_label("Mail-Adresse").fill("jana.brandt@wendeler.example")
    page.get_by_label("Passwort").fill("falsch geraten")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("sign-in")

    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(re.compile(r"/organisations/$"))
    expect(page.get_by_role("heading", name="Organisationen", exact=True)).to_be_visible()
    look("organisations-empty")
