"""The pages of webhooks in the settings."""

import pytest
from django.utils import timezone

from kundig.webhooks.models import Delivery, Webhook
from tests.accounts.factories import a_user, an_administrator
from tests.people import english  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

SHOP = {"name": "Web-Shop", "address": "https://shop.example.com/kundig", "topics": ["organisations.created"]}


@pytest.fixture
def administrator(client, db):
    jana = an_administrator()
    jana.language = "en"
    jana.save()
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    return client


def test_a_webhook_is_made_and_its_secret_shown_once(administrator):
    made = administrator.post("/settings/webhooks/new/", SHOP)
    assert made.status_code == 200
    assert 'value="whsec_' in made.content.decode()
    webhook = Webhook.objects.get()
    address = f"/settings/webhooks/{webhook.pk}/"
    assert "whsec_" not in administrator.get(address).content.decode()
    renewed = administrator.post(f"{address}secret/").content.decode()
    assert 'value="whsec_' in renewed
    listed = administrator.get("/settings/webhooks/").content.decode()
    assert ("Web-Shop" in listed, "shop.example.com" in listed) == (True, True)
    saved = administrator.post(address, {**SHOP, "name": "Shop", "with_record": "on"})
    assert (saved.status_code, saved["Location"]) == (302, address)
    webhook.refresh_from_db()
    assert (webhook.name, webhook.with_record, webhook.topics) == ("Shop", True, ["organisations.created"])


def test_what_is_wrong_is_told_at_its_field_and_typed_values_stay(administrator):
    page = administrator.post("/settings/webhooks/new/", {"name": "Web-Shop", "address": "https://10.0.0.8/"})
    text = page.content.decode()
    assert page.status_code == 422
    for words in ("10.0.0.8 leads into a private network.", "Choose at least one.", 'value="https://10.0.0.8/"'):
        assert words in text
    assert not Webhook.objects.exists()


def test_the_log_tells_what_was_sent_and_sends_it_again(administrator):
    administrator.post("/settings/webhooks/new/", SHOP)
    webhook = Webhook.objects.get()
    address = f"/settings/webhooks/{webhook.pk}/"
    assert administrator.post(f"{address}test/").status_code == 302
    failed = Delivery.objects.create(
        webhook=webhook, topic="organisations.created", records=[webhook.pk], state="failed", attempts=10, status=503,
        error="The other program answered with 503.", finished_at=timezone.now(),
    )  # fmt: skip
    log = administrator.get(f"{address}deliveries/").content.decode()
    assert ("Test" in log, "answered with 503." in log, "10 attempts" in log) == (True, True, True)
    assert "Test" not in administrator.get(f"{address}deliveries/?state=failed").content.decode().split("<main")[1]
    assert administrator.post(f"/settings/webhooks/deliveries/{failed.pk}/resending/").status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.error) == ("waiting", 0, "")


def test_a_webhook_is_paused_activated_and_deleted(administrator):
    administrator.post("/settings/webhooks/new/", SHOP)
    webhook = Webhook.objects.get()
    for state in ("paused", "active"):
        administrator.post(f"/settings/webhooks/{webhook.pk}/activation/")
        webhook.refresh_from_db()
        assert webhook.state == state
    administrator.post(f"/settings/webhooks/{webhook.pk}/removal/")
    assert not Webhook.objects.exists()


def test_others_see_and_change_nothing(administrator, client):
    administrator.post("/settings/webhooks/new/", SHOP)
    webhook = Webhook.objects.get()
    client.force_login(a_user("Svenja Kroll", role="sales"), backend="kundig.accounts.backends.AccessBackend")
    address = f"/settings/webhooks/{webhook.pk}/"
    for path in ("/settings/webhooks/", "/settings/webhooks/new/", address, f"{address}deliveries/"):
        assert client.get(path).status_code == 403
    for path in ("/settings/webhooks/new/", address, f"{address}secret/", f"{address}test/", f"{address}activation/",
                 f"{address}removal/"):  # fmt: skip
        assert client.post(path, SHOP).status_code == 403
    assert (Webhook.objects.get().state, Delivery.objects.count()) == ("active", 0)
