"""Invoices, the bank and reminders in the browser's language: pages, files, refusals in words."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kundig.accounts.models import User
from kundig.orders import actions
from kundig.orders.enums import EntryState
from kundig.orders.models import BankEntry, BookingBatch, Invoice, InvoiceSettings, Payment, Reminder, ReminderLevel
from kundig.orders.rules.einvoice import read_document, write_ubl
from tests.accounts.factories import a_user
from tests.orders.invoices.documents import against_rules, document
from tests.orders.invoices.statements import camt, entry
from tests.orders.invoices.test_payments import again

D = Decimal
pytestmark = pytest.mark.django_db


def browser(user):
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    return client


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def admin(jana):
    return browser(jana)


def upload(content, name="file.xml"):
    return {"file": SimpleUploadedFile(name, content)}


def test_an_order_becomes_an_invoice_that_is_issued(order, svenja):
    client = browser(svenja)
    made = client.post(f"/invoice/of/order/{order.pk}/")
    draft = Invoice.objects.get()
    assert made["Location"] == f"/invoices/{draft.pk}/"
    page = client.get(made["Location"]).content.decode()
    assert "378.41" in page and f"/invoice/{draft.pk}/issue/" in page
    assert client.post(f"/invoice/{draft.pk}/issue/").status_code in (200, 302)
    page = client.get(made["Location"]).content.decode()
    assert again(draft).number in page and f"/invoice/{draft.pk}/ubl/" in page
    panel = client.get(f"/orders/{order.pk}/panels/invoices/").content.decode()
    assert again(draft).number in panel
    panel = client.get(f"/organisations/{order.party_id}/panels/invoices/").content.decode()
    assert again(draft).number in panel and "378.41" in panel


def test_what_is_downloaded_is_the_invoice(invoice, svenja):
    client = browser(svenja)
    pdf = client.get(f"/invoice/{invoice.pk}/pdf/")
    assert pdf["Content-Type"] == "application/pdf" and read_document(pdf.content).number == invoice.number
    assert client.get(f"/invoice/{invoice.pk}/pdf/").content == pdf.content
    assert again(invoice).paper is not None
    for form in ("ubl", "cii"):
        xml = client.get(f"/invoice/{invoice.pk}/{form}/")
        assert "attachment" in xml["Content-Disposition"]
        assert [rule for rule in against_rules(xml.content) if "FX-SCH-A-000556" not in rule] == []


def test_a_part_is_credited_and_wrong_numbers_are_refused(invoice, svenja):
    client, line = browser(svenja), invoice.lines.first()
    address = f"/invoice/{invoice.pk}/credit/"
    assert line.title in client.get(address).content.decode()
    for value in ("4", "-1", "x", "0"):
        refused = client.post(address, {f"quantity-{line.pk}": value})
        assert refused.status_code == 422, value
    assert Invoice.objects.count() == 1
    done = client.post(address, {f"quantity-{line.pk}": "1", "reason": "Broken"})
    note = Invoice.objects.exclude(pk=invoice.pk).get()
    assert (done["Location"], note.gross, note.text) == (f"/invoices/{note.pk}/", D("119.00"), "Broken")


def test_an_invoice_of_a_supplier_is_shown(admin, house):
    shown = admin.post("/invoice/read/", upload(write_ubl(document()))).content.decode()
    for words in ("R-2026-00017", "Nordlicht Werkzeuge GmbH", "350.98 EUR", "DE02120300000000202051", "Treuerabatt"):
        assert words in shown, words
    wrong = write_ubl(document()).replace(b"270.00", b"271.00")
    assert "do not follow from its positions" in admin.post("/invoice/read/", upload(wrong)).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Invoice>&b;</Invoice>', "DOCTYPE"),
        (b"<html></html>", "no e-invoice"),
        (b"%PDF-1.4 broken", "damaged"),
        (b"", "Choose a file"),
    ],
)
def test_what_is_no_invoice_is_refused_in_words(admin, house, content, words):
    answer = admin.post("/invoice/read/", upload(content) if content else {})
    assert answer.status_code == 422 and words in answer.content.decode()


def test_a_statement_is_read_in_and_the_rest_assigned(admin, invoice):
    link = 'href="/bank-entries/?state=open"'
    assert link not in admin.get("/bank/").content.decode(), "nothing waits"
    raw = camt([entry("100.00", name="Steinbrück", text="Anzahlung")])
    assert admin.post("/bank/", upload(raw))["Location"] == "/bank-entries/?state=open"
    row = BankEntry.objects.get()
    assert link in admin.get("/bank/").content.decode()
    assert "Steinbr" in admin.get("/bank-entries/?state=open").content.decode()
    assert "/assign/" in admin.get(f"/bank-entries/{row.pk}/").content.decode()
    address = f"/bank/{row.pk}/assign/"
    for posted in (
        {"number": "R-0"},
        {"number": "R\x000"},
        {"number": invoice.number, "amount": "x"},
        {"number": invoice.number, "amount": "101"},
    ):
        admin.post(address, posted)
        assert not Payment.objects.exists(), posted
    admin.post(address, {"number": invoice.number.lower(), "amount": "100.00"})
    assert again(invoice).balance == D("278.41")
    assert admin.post("/bank/", upload(b"<x/>")).status_code == 422


def test_an_entry_is_set_aside_and_taken_up_again_on_its_page(admin, invoice):
    admin.post("/bank/", upload(camt([entry("-45.00", name="Stadtwerke", text="Strom")])))
    row = BankEntry.objects.get()
    assert 'name="aside"' in admin.get(f"/bank-entries/{row.pk}/").content.decode()
    admin.post(f"/bank/{row.pk}/assign/", {"aside": "1"})
    assert again(row).state == EntryState.ASIDE
    page = admin.get(f"/bank-entries/{row.pk}/").content.decode()
    assert 'name="open"' in page and 'name="aside"' not in page
    admin.post(f"/bank/{row.pk}/assign/", {"open": "1"})
    assert again(row).state == EntryState.OPEN
    BankEntry.objects.filter(pk=row.pk).update(state=EntryState.BOOKED)
    page = admin.post(f"/bank/{row.pk}/assign/", {"aside": "1"}, follow=True).content.decode()
    assert "booked meanwhile" in page and "Noted" not in page


def test_a_run_of_reminders_shows_first_and_writes_then(admin, order, svenja, dairy):
    InvoiceSettings.objects.create(payment_days=0)
    ReminderLevel.objects.update_or_create(level=1, defaults={"name": "Reminder", "days": 0, "days_to_pay": 7})
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert "Nobody is to be reminded" in admin.get("/dunning/").content.decode()
    invoice = actions.issue_invoice(actions.invoice_order(order, by=svenja), by=svenja, on=yesterday)
    assert dairy.name in admin.get("/dunning/").content.decode()
    made = actions.create_reminder({"party": dairy}, by=User.objects.with_access(svenja.pk))
    page = admin.get(f"/payment-reminders/{made.pk}/").content.decode()
    assert invoice.number in page
    pdf = admin.get(f"/dunning/{made.pk}/pdf/")
    assert pdf.content.startswith(b"%PDF") and Reminder.objects.count() == 1
    assert admin.post("/dunning/", {}).status_code == 422


def test_settings_are_kept_and_nonsense_refused(admin, house):
    page = admin.get("/settings/invoices/")
    assert page.status_code == 200
    good = {
        "payment_days": "30", "discount_percent": "2", "discount_days": "10", "chart": "04", "year_begins": "1",
        "first_debtor": "10000", "account_length": "4", "consultant": "1001", "client": "7", "accounts": "S 20 = 4420",
        "level1-name": "Erinnerung", "level1-days": "5", "level1-days_to_pay": "7", "level1-fee": "0",
        "level1-interest": "0",
    }  # fmt: skip
    assert admin.post("/settings/invoices/", good).status_code == 302
    kept = InvoiceSettings.objects.get()
    assert (kept.payment_days, kept.chart, list(ReminderLevel.objects.values_list("name", flat=True))) == (
        30, "04", ["Erinnerung"],
    )  # fmt: skip
    assert admin.post("/settings/invoices/", {**good, "consultant": "1002"}).status_code == 302
    assert (InvoiceSettings.objects.get().consultant, ReminderLevel.objects.get().days) == (1002, 5)
    for name, value in (
        ("accounts", "x"),
        ("payment_days", "-1"),
        ("consultant", "5"),
        ("level1-fee", "x"),
        ("discount_days", "0"),
        ("first_debtor", "70000"),
        ("account_length", "9"),
    ):
        assert admin.post("/settings/invoices/", {**good, name: value}).status_code == 422, name
    assert InvoiceSettings.objects.get().payment_days == 30


def test_settings_opened_before_the_books_were_closed_do_not_open_them(admin, house):
    good = {
        "payment_days": "30", "discount_percent": "0", "discount_days": "0", "chart": "04", "year_begins": "1",
        "account_length": "4",
        "first_debtor": "10000", "accounts": "",
    }  # fmt: skip
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    stale = InvoiceSettings(payment_days=21)
    closed = {"closed_until": yesterday.isoformat(), "seen": ""}
    assert admin.post("/settings/invoices/", closed).status_code == 302
    actions.set_invoice_settings(stale)
    assert admin.post("/settings/invoices/", good).status_code == 302
    kept = InvoiceSettings.objects.get()
    assert (kept.payment_days, kept.closed_until) == (30, yesterday)
    for wrong in (
        {"closed_until": "", "seen": ""},
        {"closed_until": timezone.localdate().isoformat(), "seen": yesterday.isoformat()},
        {"closed_until": "soon", "seen": yesterday.isoformat()},
    ):
        assert admin.post("/settings/invoices/", wrong).status_code == 422, wrong
        assert InvoiceSettings.objects.get().closed_until == yesterday
    assert admin.post("/settings/invoices/", {"closed_until": "", "seen": yesterday.isoformat()}).status_code == 302
    kept = InvoiceSettings.objects.get()
    assert (kept.payment_days, kept.closed_until) == (30, None)


def test_bookings_are_downloaded_taken_back_and_others_files_nobodys_business(admin, invoice, svenja):
    InvoiceSettings.objects.create(consultant=1001, client=7)
    today = timezone.localdate().isoformat()
    assert admin.post("/bookings/", {"since": today, "until": today})["Location"] == "/bookings/"
    batch = BookingBatch.objects.get()
    assert f"/bookings/{batch.pk}/" in admin.get("/bookings/").content.decode()
    file = admin.get(f"/bookings/{batch.pk}/")
    assert file.content.startswith(b'"EXTF";700;21') and "EXTF_Buchungsstapel" in file["Content-Disposition"]
    page = admin.get(f"/invoices/{invoice.pk}/").content.decode()
    assert "Handed to the books on" in page
    for wrong in ({"since": "x", "until": today}, {"since": today, "until": today}):
        assert admin.post("/bookings/", wrong).status_code == 422, wrong
    stranger = browser(svenja)
    assert 'name="close"' in admin.get("/bookings/").content.decode()
    assert 'name="close"' not in stranger.get("/bookings/").content.decode()
    assert stranger.get(f"/bookings/{batch.pk}/").status_code in (403, 404)
    assert stranger.post(f"/bookings/{batch.pk}/").status_code in (403, 404)
    assert batch.marks.count() == 1
    admin.post(f"/bookings/{batch.pk}/")
    assert batch.marks.count() == 0


def test_who_may_only_look_changes_nothing(order, invoice, svenja):
    draft = actions.create_invoice({"party": order.party}, by=svenja)
    reader = browser(a_user("Otto Fremd", role="reader"))
    for path in (f"{draft.pk}/issue/", f"{invoice.pk}/credit/", f"of/order/{order.pk}/"):
        assert reader.post(f"/invoice/{path}").status_code == 403, path
    for path in ("/bank/", "/dunning/", "/bookings/", "/settings/invoices/"):
        assert reader.get(path).status_code == 403, path
    assert (Invoice.objects.count(), again(draft).is_draft) == (2, True)
