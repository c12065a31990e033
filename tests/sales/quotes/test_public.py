"""The customer's page: opened by its link alone, without a session, and never an error of the server."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from kundig.accounts.models import Company, Letterhead
from kundig.platform.typesetting import NotTypeset
from kundig.sales.actions import accept_quote, new_version, send_quote, withdraw_quote
from kundig.sales.actions.accepting import Signed
from kundig.sales.models import Quote
from kundig.timeline.models import Touchpoint
from tests.sales.quotes.conftest import HOUSE, line_called

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def link(sent):
    return f"/q/{sent.link_key}/"


def page(link, **data):
    answer = Client().get(link, data)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_read_without_a_session_and_counted(link, sent):
    answer = Client().get(link)
    text = answer.content.decode()
    assert "Schraubenkompressor WD 55-V" in text
    assert "40.901,60" in text
    assert not answer.cookies
    assert answer["Cache-Control"] == "private, no-store"
    assert Quote.objects.get(pk=sent.pk).views == 1


def test_options_count_along_without_scripts(link, sent):
    network, care = line_called(sent, "Steuerung Verbund"), line_called(sent, "Wartung Plus")
    before = page(link)
    after = page(link, chosen=1, take=care.pk, **{"take:Steuerung": network.pk})
    totals = [re.search(r'id="total">([^<]+)<', text)[1] for text in (before, after)]
    assert totals == ["49.743,90\u00a0€", "53.575,70\u00a0€"]
    assert Quote.objects.get(pk=sent.pk).net == sent.net, "looking decides nothing"


def test_it_is_accepted_there(link, sent):
    care = line_called(sent, "Wartung Plus")
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page(link))[1]
    answer = Client().post(f"{link}accept/", {"name": "Katrin Ohlendorf", "seen": seen, "take": care.pk})
    assert (answer.status_code, answer["Location"]) == (302, f"{link}#decide")
    assert "Angenommen von Katrin Ohlendorf" in page(link)
    paper = Client().get(f"{link}paper/")
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    assert Quote.objects.get(pk=sent.pk).acceptance.address == "127.0.0.1"


def test_the_second_who_accepts_is_told(link, sent):
    accept_quote(sent, Signed("Katrin Ohlendorf"), wanted=[])
    answer = Client().post(f"{link}accept/", {"name": "Peter Kranz"})
    assert answer.status_code == 409
    assert "Katrin Ohlendorf hat dieses Angebot bereits angenommen" in answer.content.decode()


@pytest.mark.parametrize(
    ("deed", "data", "told"),
    [
        ("accept", {}, "Bitte schreiben Sie Ihren Namen."),
        ("accept", {"name": "A", "take": "x"}, "gehört nicht zu diesem Angebot"),
        ("accept", {"name": "A\x00B", "drawing": "x"}, "Zeichnen Sie Ihre Unterschrift"),
        ("decline", {"reason": "x"}, "Bitte wählen Sie einen Grund."),
        ("ask", {"question": "  "}, "Bitte schreiben Sie Ihre Frage."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_decided(link, sent, deed, data, told):
    answer = Client().post(f"{link}{deed}/", data)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Quote.objects.get(pk=sent.pk).state == "sent"


def test_a_question_is_thanked_for(link):
    answer = Client().post(f"{link}ask/", {"name": "Katrin", "question": "Wie laut ist er?"})
    assert "Ihre Frage ist bei uns" in answer.content.decode()
    assert Touchpoint.objects.filter(kind="quote_question").count() == 1


def test_declining_is_final(link, sent):
    assert Client().post(f"{link}decline/", {"reason": "price"}).status_code == 302
    assert "Dieses Angebot wurde abgelehnt." in page(link)


def test_what_people_wrote_is_never_markup(quote, jana):
    Quote.objects.filter(pk=quote.pk).update(title="<script>x</script>")
    assert "<script>x" not in page(f"/q/{send_quote(quote, by=jana, base=HOUSE).link_key}/")


@pytest.mark.parametrize(
    ("deed", "data", "status"),
    [
        ("accept", {"name": "Katrin\x00 Ohlendorf", "note": "\x00", "reference": "B\x00"}, 302),
        ("decline", {"reason": "price", "note": "zu\x00 teuer"}, 302),
        ("ask", {"name": "\x00", "question": "Wie\x00 laut?"}, 200),
    ],
)
def test_the_character_that_nobody_types_breaks_nothing(link, deed, data, status):
    assert Client().post(f"{link}{deed}/", data).status_code == status


def test_without_its_paper_the_page_stays(link, monkeypatch):
    def fails(*args, **kwargs):
        raise NotTypeset("no typst here")

    monkeypatch.setattr("kundig.sales.views.quote_public.paper_of", fails)
    answer = Client().get(f"{link}paper/")
    assert answer.status_code == 503
    assert "PDF" in answer.content.decode()


def test_a_draft_and_a_guess_open_nothing(quote):
    assert Client().get(f"/q/{quote.link_key}/").status_code == 404
    for guess in ("guess", "%00", "%00/paper", "x" * 70, "ä"):
        assert Client().get(f"/q/{guess}/").status_code == 404


def test_a_withdrawn_quote_says_so(sent, link, jana):
    Letterhead.objects.update_or_create(
        pk=Company.THE_ONE,
        defaults={
            "name": "Wendeler KG", "street": "Kaistraße 3", "postal_code": "40221", "city": "Düsseldorf",
            "phone": "0211 5550123", "mail": "",
        },
    )  # fmt: skip
    withdraw_quote(sent, by=jana)
    answer = Client().get(link)
    assert answer.status_code == 410
    text = answer.content.decode()
    assert "Dieses Angebot wurde zurückgezogen." in text
    assert "Wendeler KG, Kaistraße 3, 40221 Düsseldorf</p><p>0211 5550123</p>" in text  # whom to turn to
    assert "40.901,60" not in text
    assert "Schraubenkompressor" not in text
    for below in ("paper/", "look.css", "pictures/019a0000-0000-7000-8000-000000000000/"):
        assert Client().get(f"{link}{below}").status_code == 404
    for deed in ("accept", "decline", "ask"):
        assert Client().post(f"{link}{deed}/", {"name": "A", "reason": "price", "question": "?"}).status_code == 404


def test_the_former_version_leads_to_the_newer_one(sent, link, jana):
    second = send_quote(new_version(sent, by=jana), by=jana, base=HOUSE)
    assert f'href="/q/{second.link_key}/"' in page(link)


def test_pictures_of_others_are_not_shown(link):
    assert Client().get(f"{link}pictures/019a0000-0000-7000-8000-000000000000/").status_code == 404
