"""What stands on the house's paper is filled in by an administrator."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kundig.accounts.models import Letterhead
from kundig.accounts.queries import letterhead
from tests.accounts.factories import an_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_jana():
    jana = an_administrator()
    jana.language = "en"
    jana.save()
    client = Client()
    client.force_login(jana)
    return client


def test_letterhead_is_filled_in_and_says_what_is_wrong(as_jana):
    assert "vat" in as_jana.get("/settings/letterhead/").content.decode().lower()
    typed = {"name": "Wendeler AG", "street": "Weg 1", "postal_code": "79098", "city": "Freiburg", "accent": "#112233"}
    for wrong, word in (
        ({"iban": "DE02 1203 0000 0000 2020 52"}, "DE02 1203 0000 0000 2020 51"),
        ({"mail": "nobody"}, "mail"),
        ({"accent": "red"}, "#"),
        ({"city": "x" * 101}, "100"),
        ({"logo": SimpleUploadedFile("logo.png", b"MZ a program")}, "logo.png"),
    ):
        answer = as_jana.post("/settings/letterhead/", typed | wrong)
        assert answer.status_code == 422
        assert word in answer.content.decode()
    assert not Letterhead.objects.exists()
    number = {"iban": "DE02 1203 0000 0000 2020 51", "vat_id": "DE123456789"}
    picture = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(picture, "PNG")
    logo = SimpleUploadedFile("logo.png", picture.getvalue(), content_type="image/png")
    assert as_jana.post("/settings/letterhead/", typed | number | {"logo": logo}).status_code == 302
    assert letterhead().iban == "DE02120300000000202051"
    assert letterhead().missing() == []
    assert as_jana.get("/settings/letterhead/logo/")["Content-Type"] == "image/jpeg"
    as_jana.post("/settings/letterhead/", typed | {"no_logo": "on"})
    assert as_jana.get("/settings/letterhead/logo/").status_code == 404
    assert letterhead().missing() == ["IBAN", "VAT number"]
