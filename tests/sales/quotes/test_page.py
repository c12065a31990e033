"""What the page of a quote offers without its designer."""

import pytest

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight
from kundig.sales.models import Quote
from tests.accounts.factories import a_user

pytestmark = pytest.mark.django_db


def page(client, quote):
    return client.get(f"/quotes/{quote.pk}/").content.decode()


def test_a_sent_quote_is_withdrawn_or_made_anew_from_its_page(client, sent, jana):
    client.force_login(jana)
    html = page(client, sent)
    assert f'href="/quotes/{sent.pk}/sending/"' in html and "/deeds/version/" in html
    assert f'href="/quotes/{sent.pk}/differences/"' not in html
    answer = client.post(f"/quotes/{sent.pk}/deeds/withdraw/", {"to": "page"})
    assert answer["Location"] == f"/quotes/{sent.pk}/"
    html = page(client, sent)
    assert "/deeds/withdraw/" not in html and "/deeds/version/" in html
    made = client.post(f"/quotes/{sent.pk}/deeds/version/")["Location"]
    assert made.endswith("/design/")
    newer = Quote.objects.get(version=2)
    html = page(client, newer)
    assert f'href="/quotes/{sent.pk}/"' in html and f'href="/quotes/{newer.pk}/differences/"' in html
    assert f'href="/quotes/{newer.pk}/sending/"' in html


def test_a_draft_can_be_sent(client, quote, jana):
    client.force_login(jana)
    html = page(client, quote)
    assert "/sending/" in html and "/deeds/version/" not in html and "/deeds/withdraw/" not in html


def test_who_only_reads_is_offered_nothing_and_who_reads_no_amounts_no_versions(client, sent):
    reader = a_user("Lea Kurz", role="reader")
    client.force_login(reader)
    version = f'href="/quotes/{sent.pk}/" aria-current="page"'
    html = page(client, sent)
    assert version in html and "/deeds/" not in html and "/sending/" not in html
    set_field_rights(reader.roles.get(), rights={("quotes", "net"): FieldRight.HIDDEN}, by=None)
    assert version not in page(client, sent)
