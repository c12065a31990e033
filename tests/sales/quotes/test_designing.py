"""The designer: blocks, placeholders, approval, versions."""

import io
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from PIL import Image

from kundig.accounts.actions import set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import User
from kundig.notices.models import Notice
from kundig.platform.models import JobRun
from kundig.sales.actions import (
    add_quote,
    add_quote_line,
    approve_quote,
    ask_approval,
    change_quote,
    change_quote_line,
    new_version,
    reasons_against,
    refuse_approval,
    send_quote,
)
from kundig.sales.actions.designing import (
    add_block,
    change_block,
    fill_placeholders,
    order_blocks,
    remove_block,
    save_as_template,
)
from kundig.sales.jobs.quotes import mail_quote
from kundig.sales.models import ApprovalLimits, Quote, QuotePicture, QuoteTemplate
from kundig.sales.queries import document_of, missing_in
from kundig.sales.queries.quote_versions import differences_between
from kundig.sales.queries.quotes import reasons_to_approve
from kundig.sales.rules.blocks import first_blocks
from tests.accounts.factories import a_user
from tests.sales.quotes.conftest import HOUSE, line_called

pytestmark = pytest.mark.django_db


@pytest.fixture
def limit(boss):
    return ApprovalLimits.objects.create(discount_above=Decimal(12), approver=boss)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


def a_photo(name="halle.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (300, 200), "#336677").save(content, "JPEG")
    content.seek(0)
    content.name = name
    return content


PARTS = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial", "HTTP_HX_TARGET": "div#designer"}


def test_an_empty_placeholder_does_not_go_out(jana, dairy):
    quote = add_quote(party=dairy, by=jana)
    add_quote_line(quote, title="Filter", by=jana)
    assert missing_in(quote) == ["Lieferzeit"]
    with pytest.raises(ValidationError, match="Lieferzeit"):
        send_quote(quote, by=jana, base=HOUSE)


def test_known_placeholders_fill_themselves(quote):
    letter = next(block for block in document_of(quote)["blocks"] if block["kind"] == "letter")
    assert letter["text"].startswith("Sehr geehrte Frau Dr. Ohlendorf,")


def test_a_customer_called_like_a_placeholder_stays_one(quote, jana, dairy):
    type(dairy).objects.filter(pk=dairy.pk).update(name="{Summe}")
    quote = Quote.objects.get(pk=quote.pk)
    mark = next(block["id"] for block in quote.blocks if block["kind"] == "letter")
    change_block(quote, mark, {"text": "Für {Firma}"}, by=jana)
    letter = next(block for block in document_of(quote)["blocks"] if block["kind"] == "letter")
    assert letter["text"] == "Für {Summe}"


def test_above_the_limit_somebody_approves(quote, jana, boss, limit):
    assert "It needs approval first." in reasons_against(quote)
    quote = ask_approval(quote, by=jana)
    assert quote.state == "waiting"
    with pytest.raises(PermissionDenied):
        approve_quote(quote, by=jana)
    with pytest.raises(ValidationError, match="have to be different"):
        refuse_approval(quote, by=boss, note=" ")
    quote = approve_quote(quote, by=boss)
    assert (quote.state, quote.approved_by) == ("approved", boss)
    assert send_quote(quote, by=jana, base=HOUSE).state == "sent"


def test_what_was_approved_is_approved_anew_after_a_change(quote, jana, boss, limit):
    quote = approve_quote(ask_approval(quote, by=jana), by=boss)
    change_quote_line(line_called(quote, "Wartung Plus"), {"discount": Decimal(50)}, by=jana)
    assert Quote.objects.get(pk=quote.pk).state == "draft"


def cost(quote, title, amount, jana, **more):
    change_quote_line(line_called(quote, title), {"unit_cost": Decimal(amount), **more}, by=jana)
    return reasons_to_approve(Quote.objects.get(pk=quote.pk))


def test_the_worst_choice_of_the_customer_is_what_needs_approval(quote, jana, boss):
    ApprovalLimits.objects.create(margin_below=Decimal(20), approver=boss)
    assert cost(quote, "Schraubenkompressor WD 55-V", 31_000, jana) == []  # 24.2 %
    assert cost(quote, "Steuerung Verbund", 9_000, jana) == [("margin", Decimal("7.07"), Decimal(20))]
    assert cost(quote, "Steuerung Verbund", 100, jana) == []
    assert cost(quote, "Wartung Plus", 7_000, jana) == [("margin", Decimal("11.38"), Decimal(20))]


def test_what_is_given_away_needs_approval(jana, dairy, boss):
    ApprovalLimits.objects.create(margin_below=Decimal(20), approver=boss)
    quote = add_quote(party=dairy, by=jana)
    line = add_quote_line(quote, title="Kompressor", unit_price=Decimal(0), unit_cost=Decimal(9_000), by=jana)
    quote.refresh_from_db()
    assert quote.margin_percent == Decimal("-99999.99")
    assert reasons_to_approve(quote) == [("margin", Decimal("-99999.99"), Decimal(20))]
    change_quote_line(line, {"unit_price": Decimal("0.01")}, by=jana)
    quote.refresh_from_db()
    assert quote.margin_percent == Decimal("-99999.99")


def test_nobody_has_chosen_an_option_by_saying_nothing(quote, jana):
    assert add_quote_line(quote, title="Ölwechsel", optional=True, by=jana).chosen is False
    assert add_quote_line(quote, title="Schulung", optional=True, chosen=True, by=jana).chosen is True
    turned = change_quote_line(line_called(quote, "Schraubenkompressor WD 55-V"), {"optional": True}, by=jana)
    assert turned.chosen is False


def test_options_go_out_only_where_they_stand(quote, jana):
    mark = next(block["id"] for block in quote.blocks if block["kind"] == "options")
    remove_block(quote, mark, by=jana)
    with pytest.raises(ValidationError, match="would stand nowhere"):
        send_quote(quote, by=jana, base=HOUSE)


def test_placeholders_in_lines_and_title_are_filled_or_missed(quote, jana):
    change_quote(quote, {"title": "Druckluft für {Firma}"}, by=jana)
    line = line_called(quote, "Wartung Plus")
    change_quote_line(line, {"title": "Wartung ab {Beginn}", "text": "Für {Angebotsnummer}"}, by=jana)
    quote.refresh_from_db()
    assert missing_in(quote) == ["Beginn"]
    fill_placeholders(quote, {"Beginn": "Mai"}, by=jana)
    sent = send_quote(quote, by=jana, base=HOUSE)
    document = document_of(sent)
    options = next(block for block in document["blocks"] if block["kind"] == "options")["lines"]
    assert (options[0]["title"], options[0]["text"]) == ("Wartung ab Mai", f"Für {sent.number}")
    assert document["title"] == f"Druckluft für {sent.party.name}"
    assert document["frame"]["subject"] == document["title"]


def test_a_mail_with_an_empty_placeholder_does_not_go_out(quote, jana):
    with pytest.raises(ValidationError, match="Rabattcode"):
        send_quote(quote, by=jana, base=HOUSE, to="k@steinbrueck.example", text="{Anrede}, {Rabattcode}")
    assert Quote.objects.get(pk=quote.pk).state == "draft"
    send_quote(quote, by=jana, base=HOUSE, to="k@steinbrueck.example", text="{Anrede}, anbei")
    assert JobRun.objects.get(kind="quote_mail").arguments["text"] == "Sehr geehrte Frau Dr. Ohlendorf, anbei"


def test_the_designer_shows_no_figures_that_the_role_hides(quote, jana):
    line = line_called(quote, "Schraubenkompressor WD 55-V")
    address = f"/quotes/{quote.pk}/design/?line={line.pk}"
    shown = signed_in(jana).get(address).content.decode()
    assert "31.000" in shown or "31,000" in shown or 'value="31000"' in shown
    hidden = {("quotes", "margin"): FieldRight.HIDDEN, ("quotes", "margin_percent"): FieldRight.HIDDEN}
    set_field_rights(jana.roles.get(), rights={**hidden, ("quote-lines", "unit_cost"): FieldRight.HIDDEN}, by=None)
    text = signed_in(jana).get(address).content.decode()
    assert "Margin" not in text
    assert "Marge" not in text
    assert "unit_cost" not in text
    assert "p-discount" in text


def test_who_makes_templates_does_not_overwrite_a_colleagues(quote, jana, boss):
    kept = save_as_template(quote, name="Kompressoren", by=boss)
    set_grants(jana.roles.get(), scopes={("quote-templates", Action.CHANGE): Scope.NONE}, by=None)
    with pytest.raises(PermissionDenied):
        save_as_template(quote, name="Kompressoren", by=User.objects.with_access(jana.pk))
    assert QuoteTemplate.objects.get().changed_at == kept.changed_at


def test_versions_show_what_is_different(sent, jana):
    second = new_version(sent, by=jana)
    change_quote_line(line_called(second, "Schraubenkompressor WD 55-V"), {"discount": Decimal(12)}, by=jana)
    second.refresh_from_db()
    told = {
        each.label: "".join(part.text for part in each.after if part.changed)
        for each in differences_between(sent, second)
    }
    assert set(told) >= {"Net", "Total", "Schraubenkompressor WD 55-V"}
    assert "12" in told["Schraubenkompressor WD 55-V"]


def test_a_template_brings_its_blocks_and_pictures(quote, boss, dairy):
    template = save_as_template(quote, name="Kompressoren", by=boss)
    assert QuoteTemplate.objects.get() == template
    fresh = add_quote(party=dairy, template=template, by=boss)
    assert [block["kind"] for block in fresh.blocks] == [block["kind"] for block in quote.blocks]


def test_a_block_that_stands_once_is_not_doubled(quote, jana):
    with pytest.raises(ValidationError, match="only once"):
        add_block(quote, "positions", by=jana)


def test_a_picture_of_elsewhere_is_refused(quote, jana):
    mark = add_block(quote, "cover", by=jana)
    with pytest.raises(ValidationError, match="does not belong"):
        change_block(quote, mark, {"picture": "019a0000-0000-7000-8000-000000000000"}, by=jana)


def test_blocks_are_put_in_order(quote, jana):
    marks = [block["id"] for block in quote.blocks]
    order_blocks(quote, list(reversed(marks)), by=jana)
    assert [block["id"] for block in Quote.objects.get(pk=quote.pk).blocks] == list(reversed(marks))


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_language_has_blocks_to_begin_with(language):
    assert {block["kind"] for block in first_blocks(language)} >= {"letter", "positions", "sum", "terms", "acceptance"}


def test_the_designer_is_for_those_who_see_the_quote(quote, jana):
    address = f"/quotes/{quote.pk}/design/"
    assert signed_in(jana).get(address).status_code == 200
    stranger = a_user("Max Horn", role="reader")
    answer = signed_in(stranger).post(f"{address}blocks/", {"kind": "text"}, **PARTS)
    assert answer.status_code in (403, 404)
    assert len(Quote.objects.get(pk=quote.pk).blocks) == len(quote.blocks)


def test_a_picture_is_dropped_into_a_block_and_shown(quote, jana):
    mark = add_block(quote, "cover", by=jana)
    client, base = signed_in(jana), f"/quotes/{quote.pk}/"
    answer = client.post(f"{base}design/pictures/", {"block": mark, "prop": "picture", "files": a_photo()}, **PARTS)
    assert answer.status_code == 200
    file_id = QuotePicture.objects.get(quote=quote).file_id
    assert str(file_id) in answer.content.decode()
    assert client.get(f"{base}pictures/{file_id}/")["Content-Type"] == "image/jpeg"
    assert client.get(f"{base}paper/").content.startswith(b"%PDF")


def test_a_line_is_typed_as_people_write(quote, jana):
    line = line_called(quote, "Steuerung Basis")
    client, address = signed_in(jana), f"/quotes/{quote.pk}/design/lines/{line.pk}/"
    assert client.post(address, {"unit_price": "1.234,50", "quantity": "2"}, **PARTS).status_code == 200
    line.refresh_from_db()
    assert (line.unit_price, line.net) == (Decimal("1234.5"), Decimal("2469.00"))
    for wrong in ({"quantity": "-1"}, {"discount": "101"}, {"unit_price": "viel"}, {"title": " "}):
        assert client.post(address, wrong, **PARTS).status_code == 422
    line.refresh_from_db()
    assert line.quantity == 2


def test_the_mail_brings_link_and_paper(sent):
    class Run:
        pass

    mail_quote(
        Run(), quote_id=str(sent.pk), to="k.ohlendorf@steinbrueck.example", subject="", text="Guten Tag", base=HOUSE,
        with_paper=True,
    )  # fmt: skip
    (letter,) = mail.outbox
    assert f"{HOUSE}/q/{sent.link_key}/" in letter.body
    assert letter.attachments[0][0] == f"{sent.number}.pdf"


def test_a_form_that_is_left_takes_no_approval_away(quote, jana, boss, limit):
    ask_approval(quote, by=jana)
    client, design = signed_in(jana), f"/quotes/{quote.pk}/design/"
    terms = next(block for block in quote.blocks if block["kind"] == "terms")
    assert client.post(f"{design}blocks/{terms['id']}/", {"fill:Lieferzeit": "fünf Wochen"}).status_code == 200
    line = line_called(quote, "Wartung Plus")
    said = {"title": line.title, "quantity": "1", "unit_price": "1.980", "has:optional": "1", "optional": "on"}
    assert client.post(f"{design}lines/{line.pk}/", said).status_code == 200
    assert Quote.objects.get(pk=quote.pk).state == "waiting"
    assert client.post(f"{design}lines/{line.pk}/", {**said, "unit_price": "1.900"}).status_code == 200
    assert Quote.objects.get(pk=quote.pk).state == "draft"


def test_where_nobody_is_named_every_administrator_is_asked(quote, jana, boss):
    ApprovalLimits.objects.create(discount_above=Decimal(12))
    ask_approval(quote, by=jana)
    assert list(Notice.objects.filter(kind="quote_approval").values_list("reader", flat=True)) == [boss.pk]


def test_who_looks_on_sees_that_it_is_approved(quote, jana, boss, limit):
    approve_quote(ask_approval(quote, by=jana), by=boss)
    part = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#designer-deeds"}
    shown = signed_in(jana).get(f"/quotes/{quote.pk}/design/", headers=part).content.decode()
    assert "Freigegeben" in shown and "/sending/" in shown and "<html" not in shown
