"""What somebody does who signs in with SAML, and how it ends."""

from django.test import Client

from kundig.accounts.actions import (
    ensure_roles,
    new_provider,
    save_provider,
)
from kundig.accounts.adapters import saml
from kundig.accounts.models import (
    Identity,
    OpenSession,
)
from tests.accounts.saml.provider import question_in


def make(house, **values):
    ensure_roles()
    facts, metadata = saml.read_metadata(address="", text=house.metadata())
    found = new_provider("saml")
    save_provider(found, values={"name": "Werkskonto", "metadata": metadata, **values}, facts=facts, secret="", by=None)
    return found


def ask(client, provider, next_page=""):
    """The question with which the browser is sent away."""
    out = client.get(f"/sign-in/with/{provider.pk}/", {"next": next_page} if next_page else {})
    assert out.status_code == 302, out.content.decode()
    return question_in(out["Location"])


def bring(client, provider, asked, text, *, state=None):
    """The answer as the provider's page posts it, without any cookie; then the browser comes for it."""
    place = f"/sign-in/with/{provider.pk}/answer/"
    state = asked["state"] if state is None else state
    kept = Client().post(place, {"SAMLResponse": text, "RelayState": state}, headers={"origin": "https://haus.example"})
    if kept.status_code != 303:
        return kept
    return client.get(kept["Location"])


def go(client, provider, house, next_page="", **how):
    asked = ask(client, provider, next_page)
    return bring(client, provider, asked, house.answer(asked, **how))


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def reason(answer):
    assert answer.status_code == 403, answer.status_code
    return answer.content.decode()


def nobody_came_in(client):
    return signed_in_as(client) is None and not Identity.objects.exists() and not OpenSession.objects.filter(
        user__isnull=False
    ).exists()  # fmt: skip
