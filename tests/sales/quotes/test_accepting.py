"""The customer decides: once, with evidence, and nothing is changed afterwards."""

import io
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pypdf import PdfReader

from kundig.platform import files
from kundig.platform.models import OutboxEvent
from kundig.records.ledger import change_set
from kundig.records.ledger.results import Hindrance
from kundig.records.ledger.undoing import undo
from kundig.records.ledger.views.undo import message_of
from kundig.sales.actions import (
    AlreadyDecided,
    Signed,
    accept_quote,
    add_quote_line,
    approve_quote,
    ask_about,
    ask_approval,
    change_quote,
    change_quote_line,
    decline_quote,
    delete_quote,
    new_version,
    note_view,
    reasons_against,
    send_quote,
)
from kundig.sales.models import ApprovalLimits, Quote, QuoteAcceptance, QuoteLine
from kundig.sales.queries import accepted_lines, document_of
from kundig.sales.rules.quoting import hash_of
from kundig.timeline.models import Touchpoint
from tests.accounts.factories import a_user
from tests.sales.quotes.conftest import HOUSE, line_called

pytestmark = pytest.mark.django_db

DRAWN = "M10 100L60 40L110 120L160 60L210 100"


def ohlendorf_signs(**more):
    return Signed(name="Dr. Katrin Ohlendorf", **more)


def touched(kind):
    return Touchpoint.objects.filter(kind=kind)


def test_the_customer_chooses_and_accepts(sent):
    network, care = line_called(sent, "Steuerung Verbund"), line_called(sent, "Wartung Plus")
    seen = hash_of(document_of(sent))
    acceptance = accept_quote(
        sent,
        ohlendorf_signs(seen=seen, signature="drawn", drawing=DRAWN, reference="B-4711"),
        wanted=[network.pk, care.pk],
    )
    sent.refresh_from_db()
    assert sent.state == "accepted"
    assert [line.title for line in accepted_lines(sent)] == [
        "Schraubenkompressor WD 55-V", "Steuerung Verbund", "Wartung Plus",
    ]  # fmt: skip
    assert (sent.net, sent.tax, sent.gross) == (Decimal("45021.60"), Decimal("8554.10"), Decimal("53575.70"))
    assert acceptance.document_hash == hash_of(document_of(sent))
    event = OutboxEvent.objects.filter(name="sales.QuoteAccepted").get()
    assert event.payload == {"quote_id": str(sent.pk), "party_id": str(sent.party_id), "by_id": None}
    told = touched("quote_accepted").get()
    assert (told.direction, told.source_id) == ("in", sent.pk)
    assert "Dr. Katrin Ohlendorf" in told.body


def test_the_evidence_stands_on_paper(sent):
    acceptance = accept_quote(
        sent, ohlendorf_signs(signature="drawn", drawing=DRAWN, address="192.0.2.7", browser="Firefox"), wanted=[]
    )
    paper = PdfReader(io.BytesIO(files.path_of(acceptance.paper).read_bytes()))
    text = "\n".join(page.extract_text() for page in paper.pages)
    last = paper.pages[-1].extract_text()
    assert "Schraubenkompressor WD 55-V" in text
    for words in ("Dr. Katrin Ohlendorf", "192.0.2.7", "Firefox", acceptance.document_hash[:40]):
        assert words in last.replace("\n", ""), words


def test_of_two_who_accept_one_is_first(sent):
    accept_quote(sent, ohlendorf_signs(), wanted=[])
    with pytest.raises(AlreadyDecided, match="Dr. Katrin Ohlendorf"):
        accept_quote(sent, Signed(name="Peter Kranz"), wanted=[])
    assert QuoteAcceptance.objects.get(quote=sent).name == "Dr. Katrin Ohlendorf"
    assert touched("quote_accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment(sent):
    both, heard = Barrier(2), []

    def accept(name):
        both.wait()
        try:
            accept_quote(sent, Signed(name=name), wanted=[])
            heard.append("accepted")
        except AlreadyDecided:
            heard.append("told")
        finally:
            connection.close()

    threads = [Thread(target=accept, args=(name,)) for name in ("Katrin Ohlendorf", "Peter Kranz")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == ["accepted", "told"]
    assert QuoteAcceptance.objects.count() == 1


def test_what_is_accepted_stays_whoever_writes(sent, jana):
    accept_quote(sent, ohlendorf_signs(), wanted=[])
    sent.refresh_from_db()
    line = sent.lines.first()
    for attempt in (
        lambda: change_quote(sent, {"title": "Anders"}, by=jana),
        lambda: change_quote_line(line, {"unit_price": Decimal(1)}, by=jana),
        lambda: add_quote_line(sent, title="Dazu", by=jana),
        lambda: new_version(sent, by=jana),
        lambda: delete_quote(sent, by=jana),
    ):
        with pytest.raises(ValidationError):
            attempt()
    for statement in (
        "UPDATE sales_quote SET title = 'Anders'",
        "UPDATE sales_quote SET state = 'draft', decided_at = NULL",
        "UPDATE sales_quoteline SET unit_price = 1",
        "DELETE FROM sales_quoteline",
        "UPDATE sales_quoteacceptance SET name = 'Niemand'",
    ):
        with pytest.raises(IntegrityError, match="stays as it was accepted"), transaction.atomic():
            connection.cursor().execute(statement)
    assert change_quote(sent, {"owner": None}, by=jana).owner is None


def test_what_was_sent_stays_whoever_writes(sent):
    for statement in (
        "UPDATE sales_quote SET title = 'Anders'",
        "UPDATE sales_quote SET valid_until = NULL",
        "UPDATE sales_quote SET state = 'draft'",
        "UPDATE sales_quoteline SET discount = 40",
        "DELETE FROM sales_quoteline",
        "DELETE FROM sales_quote",
    ):
        with pytest.raises(IntegrityError, match="as the customer knows it"), transaction.atomic():
            connection.cursor().execute(statement)


def test_taking_a_change_back_leaves_what_was_sent(quote, jana):
    change_quote_line(line_called(quote, "Schraubenkompressor WD 55-V"), {"discount": Decimal(40)}, by=jana)
    with change_set(by=jana) as lowered:
        change_quote_line(line_called(quote, "Schraubenkompressor WD 55-V"), {"discount": Decimal(5)}, by=jana)
    with change_set(by=jana) as added:
        add_quote_line(quote, title="Filter", by=jana)
    with change_set(by=jana) as sending:
        sent = send_quote(Quote.objects.get(pk=quote.pk), by=jana, base=HOUSE)
    before = document_of(sent)
    for each in (sending, lowered, added):
        undo(each.id, by=jana, overwrite=True)
    again = Quote.objects.get(pk=sent.pk)
    assert (again.state, again.discount_percent, again.net) == ("sent", Decimal(5), sent.net)
    assert document_of(again) == before


def test_what_the_customer_may_choose_from_does_not_go_back_after_sending(quote, jana):
    with change_set(by=jana) as chosen:
        change_quote_line(line_called(quote, "Wartung Plus"), {"chosen": True}, by=jana)
    sent = send_quote(Quote.objects.get(pk=quote.pk), by=jana, base=HOUSE)
    result = undo(chosen.id, by=jana, overwrite=True)
    assert [each.why for each in result.obstacles] == [Hindrance.FIXED]
    assert line_called(sent, "Wartung Plus").chosen is True
    assert message_of(result, jana) == "Not undone: it has gone out or is settled, and stays as it is."
    accept_quote(sent, Signed(name="Ines Ohlendorf"), wanted=[line_called(sent, "Steuerung Basis").pk])
    assert line_called(sent, "Wartung Plus").chosen is False, "the customer alone settles it"
    with pytest.raises(IntegrityError, match="as it was accepted"), transaction.atomic():
        QuoteLine.objects.filter(quote=sent).update(chosen=True)


@pytest.mark.parametrize("fields", [(), ("state",), ("discount",)])
def test_taking_a_change_back_approves_nothing(quote, jana, boss, fields):
    ApprovalLimits.objects.create(discount_above=Decimal(12), approver=boss)
    quote = approve_quote(ask_approval(quote, by=jana), by=boss)
    with change_set(by=jana) as opened:
        change_quote_line(line_called(quote, "Wartung Plus"), {"discount": Decimal(50)}, by=jana)
    undo(opened.id, by=jana, fields=fields, overwrite=True)
    again = Quote.objects.get(pk=quote.pk)
    assert (again.state, again.approved_at, again.approved_by) == ("draft", None, None)


def test_an_approved_quote_to_which_a_discount_comes_back_is_a_draft(quote, jana, boss):
    ApprovalLimits.objects.create(discount_above=Decimal(20), approver=boss)
    line = line_called(quote, "Schraubenkompressor WD 55-V")
    change_quote_line(line, {"discount": Decimal(40)}, by=jana)
    with change_set(by=jana) as lowered:
        change_quote_line(line, {"discount": Decimal(5)}, by=jana)
    assert ask_approval(quote, by=jana).state == "approved"
    undo(lowered.id, by=jana)
    again = Quote.objects.get(pk=quote.pk)
    assert (again.state, again.discount_percent) == ("draft", Decimal(40))
    assert "It needs approval first." in reasons_against(again)


def test_who_only_looks_decides_for_nobody(sent):
    reader = a_user("Max Horn", role="reader")
    with pytest.raises(PermissionDenied):
        accept_quote(sent, ohlendorf_signs(signature="told"), wanted=[], by=reader)
    with pytest.raises(PermissionDenied):
        decline_quote(sent, reason="price", by=reader)
    assert Quote.objects.get(pk=sent.pk).state == "sent"
    assert not QuoteAcceptance.objects.exists()


def test_of_all_versions_one_is_accepted(sent, jana):
    second = new_version(sent, by=jana)
    accept_quote(sent, ohlendorf_signs(), wanted=[])
    assert reasons_against(second) == [f"{sent.number} is accepted. Begin a new quote."]
    with pytest.raises(ValidationError, match="is accepted"):
        send_quote(second, by=jana, base=HOUSE)
    Quote.objects.filter(pk=second.pk).update(state="sent", sent_at=timezone.now())
    with pytest.raises(AlreadyDecided, match="Another version"):
        accept_quote(second, ohlendorf_signs(), wanted=[])


def test_another_document_than_was_seen_is_refused(sent):
    with pytest.raises(ValidationError, match="has changed since"):
        accept_quote(sent, ohlendorf_signs(seen="0" * 64), wanted=[])
    assert Quote.objects.get(pk=sent.pk).state == "sent"


def test_master_data_may_change_after_sending(sent, dairy):
    before = document_of(sent)
    type(dairy).objects.filter(pk=dairy.pk).update(name="Molkerei Anders", street="Neuer Weg 1")
    assert document_of(Quote.objects.get(pk=sent.pk)) == before


@pytest.mark.parametrize(
    ("signed", "told"),
    [
        (Signed(name="  "), "name"),
        (Signed(name="A", signature="drawn", drawing=""), "signature"),
        (Signed(name="A", signature="drawn", drawing='M0 0"/><script>'), "signature"),
        (Signed(name="A", signature="drawn", drawing="M1 1" + "L2 2" * 20_000), "signature"),
        (Signed(name="A", signature="blood"), "signature"),
    ],
)
def test_without_a_signature_nothing_is_accepted(sent, signed, told):
    with pytest.raises(ValidationError) as refused:
        accept_quote(sent, signed, wanted=[])
    assert list(refused.value.message_dict) == [told]
    assert Quote.objects.get(pk=sent.pk).state == "sent"


def test_two_variants_do_not_go_together(sent):
    both = sent.lines.filter(group="Steuerung").values_list("pk", flat=True)
    with pytest.raises(ValidationError, match="only one can be taken"):
        accept_quote(sent, ohlendorf_signs(), wanted=list(both))


def test_a_line_of_another_quote_is_refused(sent, jana, dairy):
    from kundig.sales.actions import add_quote

    other = add_quote(party=dairy, by=jana)
    foreign = add_quote_line(other, title="Fremd", by=jana)
    with pytest.raises(ValidationError, match="not part of this quote"):
        accept_quote(sent, ohlendorf_signs(), wanted=[foreign.pk])


@pytest.fixture
def overdue(quote):
    """Sent long ago; of a quote that was sent nobody changes the day."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Quote.objects.filter(pk=quote.pk).update(state="sent", sent_at=timezone.now(), valid_until=yesterday)
    return Quote.objects.get(pk=quote.pk)


def test_what_has_run_out_is_not_sent_again(overdue, jana):
    with pytest.raises(ValidationError, match="Make a new version"):
        send_quote(overdue, by=jana, base=HOUSE, to="k.ohlendorf@steinbrueck.example")
    assert Quote.objects.get(pk=overdue.pk).sent_to == ""


def test_what_has_run_out_is_not_accepted(overdue):
    with pytest.raises(ValidationError, match="was valid until"):
        accept_quote(overdue, ohlendorf_signs(), wanted=[])


def test_a_draft_is_not_accepted(quote):
    with pytest.raises(ValidationError, match="not open"):
        accept_quote(quote, ohlendorf_signs(), wanted=[])


def test_declining_needs_a_reason(sent):
    with pytest.raises(ValidationError, match="choose a reason"):
        decline_quote(sent, reason="")
    decline_quote(sent, reason="price", note="Zu teuer für uns.")
    sent.refresh_from_db()
    assert (sent.state, sent.decline_reason) == ("declined", "price")
    assert "Zu teuer für uns." in touched("quote_declined").get().body
    with pytest.raises(AlreadyDecided):
        accept_quote(sent, ohlendorf_signs(), wanted=[])


def test_views_are_counted_and_the_first_is_in_the_history(sent):
    for _ in range(3):
        note_view(Quote.objects.get(pk=sent.pk))
    assert Quote.objects.get(pk=sent.pk).views == 3
    assert touched("quote_viewed").count() == 1


def test_a_question_reaches_the_history_once(sent):
    for _ in range(2):
        ask_about(sent, name="Katrin Ohlendorf", question="Geht es auch samstags?")
    asked = touched("quote_question").get()
    assert asked.body == "Katrin Ohlendorf:\nGeht es auch samstags?"


def test_a_later_version_replaces_the_one_before(sent, jana):
    second = new_version(sent, by=jana)
    assert (second.number, second.version, second.state, second.net) == (sent.number, 2, "draft", sent.net)
    with pytest.raises(ValidationError, match="written already"):
        new_version(sent, by=jana)
    send_quote(second, by=jana, base=HOUSE)
    sent.refresh_from_db()
    assert sent.state == "replaced"
    with pytest.raises(AlreadyDecided, match="newer version"):
        accept_quote(sent, ohlendorf_signs(), wanted=[])
