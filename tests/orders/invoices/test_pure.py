"""Bank statements, matching, GiroCode, interest and DATEV: pure arithmetic."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from uuid import UUID

import pytest

from kundig.orders.rules.camt import read_statements
from kundig.orders.rules.datev import COLUMNS, Booking, Chart, booking_file, year_of
from kundig.orders.rules.dunning import Level, interest, next_level
from kundig.orders.rules.einvoice import Unreadable
from kundig.orders.rules.girocode import girocode
from kundig.orders.rules.matching import Open, Share, decide, matches
from tests.orders.invoices.statements import camt, entry

D = Decimal
IBAN = "DE02120300000000202051"


# -- statements --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_statement_is_read(version):
    raw = camt([entry("119.00", name="Kiel GmbH", iban=IBAN, text="R-2026-00001"), entry("-20.00")], version=version)
    (statement,) = read_statements(raw)
    assert (statement.iban, statement.currency, statement.opening, statement.closing) == (
        "DE75512108001245126199", "EUR", D("1000.00"), D("1099.00"),
    )  # fmt: skip
    assert statement.adds_up
    first, second = statement.entries
    assert (first.amount, first.name, first.iban, first.text) == (D("119.00"), "Kiel GmbH", IBAN, "R-2026-00001")
    assert (first.booked_on, first.value_on) == (dt.date(2026, 11, 20), dt.date(2026, 11, 21))
    assert second.amount == D("-20.00")


def test_the_same_movement_has_the_same_key_in_every_file():
    one, other = entry("10.00", number="B1"), entry("10.00", text="ohne Nummer")
    daily = [e.key for e in read_statements(camt([one, other], number="7"))[0].entries]
    monthly = [e.key for e in read_statements(camt([one, other], number="99"))[0].entries]
    assert daily == monthly and len(set(daily)) == 2


def test_two_alike_on_one_day_are_two():
    keys = [e.key for e in read_statements(camt([entry("10.00"), entry("10.00")]))[0].entries]
    assert len(set(keys)) == 2


def test_a_collective_booking_is_told_apart_where_the_bank_does():
    raw = camt([entry("30.00", parts=[("10.00", "A"), ("20.00", "B")])])
    assert [(e.amount, e.name) for e in read_statements(raw)[0].entries] == [(D("10.00"), "A"), (D("20.00"), "B")]


def test_what_is_only_announced_is_left_out():
    assert read_statements(camt([entry("5.00", status="PDNG")]))[0].entries == ()


def test_several_statements_in_one_file():
    raw = camt([entry("1.00")], more=[[entry("2.00")], [entry("3.00")]])
    assert [s.entries[0].amount for s in read_statements(raw)] == [D("1.00"), D("2.00"), D("3.00")]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<Document/>", "CAMT.053"),
        (b"<x", "readable XML"),
        (camt([]).replace(b"camt.053", b"camt.054"), "CAMT.053"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Document>&b;</Document>', "DOCTYPE"),
        (camt([entry("1.00")]).replace(b">1.00<", b">lots<"), "no number"),
        (camt([entry("1.00")]).replace(b"2026-11-20", b"20.11.2026"), "no day"),
    ],
)
def test_what_is_no_statement_is_refused_in_words(raw, words):
    with pytest.raises(Unreadable, match=words):
        read_statements(raw)


# -- matching ----------------------------------------------------------------------------------------------------------


def open_(number, amount, key=1, **more):
    return Open(UUID(int=key), number, D(amount), more.pop("currency", "EUR"), **more)


def paid(amount, text="", **more):
    return read_statements(camt([entry(amount, text=text, **more)]))[0].entries[0]


R1 = open_("R-2026-00001", "119.00", 1, name="Kiel GmbH", ibans=frozenset({IBAN}))
R2 = open_("R-2026-00002", "119.00", 2, name="Lübeck GmbH")


@pytest.mark.parametrize(
    ("one", "shares"),
    [
        (paid("119.00", "RE R-2026-00001 22.11."), [Share(UUID(int=1), D("119.00"))]),
        (paid("119.00", "r2026 00001"), [Share(UUID(int=1), D("119.00"))]),
        (paid("119.00", "R-2026-000012"), []),
        (paid("119.00", "danke"), []),
        (paid("119.00", "danke", name="Kiel GmbH", iban=IBAN), [Share(UUID(int=1), D("119.00"))]),
        (paid("100.00", "R-2026-00001", name="Kiel GmbH"), [Share(UUID(int=1), D("100.00"))]),
        (paid("200.00", "R-2026-00001"), []),
        (
            paid("238.00", "R-2026-00001, R-2026-00002"),
            [Share(UUID(int=1), D("119.00")), Share(UUID(int=2), D("119.00"))],
        ),
        (paid("237.00", "R-2026-00001, R-2026-00002"), []),
        (paid("-119.00", "R-2026-00001"), []),
    ],
)  # fmt: skip
def test_only_what_is_beyond_doubt_is_booked(one, shares):
    assert decide(one, matches(one, [R1, R2])) == shares


def test_discount_is_granted_in_time_and_not_later():
    early = open_("R-2026-00003", "100.00", 3, discounted=D("98.00"), discount_until=dt.date(2026, 11, 21))
    late = open_("R-2026-00003", "100.00", 3, discounted=D("98.00"), discount_until=dt.date(2026, 11, 20))
    one = paid("98.00", "R-2026-00003")
    assert decide(one, matches(one, [early])) == [Share(UUID(int=3), D("98.00"), D("2.00"))]
    assert decide(one, matches(one, [late])) == []  # the number alone; a person decides about the rest


def test_another_currency_is_never_matched():
    one = paid("119.00", "R-2026-00001")
    assert matches(one, [open_("R-2026-00001", "119.00", currency="CHF")]) == []


# -- GiroCode ----------------------------------------------------------------------------------------------------------


def test_a_girocode_says_what_banks_read():
    iban = "DE02 1203 0000 0000 2020 51"
    assert girocode(name="Nordlicht GmbH", iban=iban, amount=D("119.5"), text="R-1", bic="BYLADEM1001") == (
        "BCD\n002\n1\nSCT\nBYLADEM1001\nNordlicht GmbH\nDE02120300000000202051\nEUR119.50\n\n\nR-1"
    )  # fmt: skip


@pytest.mark.parametrize("change", [{"amount": D(0)}, {"iban": "DE021"}, {"amount": D("-1")}, {"name": ""}])
def test_no_girocode_where_none_can_be(change):
    assert girocode(**{"name": "N", "iban": IBAN, "amount": D(1), "text": "", **change}) == ""


# -- reminders ---------------------------------------------------------------------------------------------------------

LEVELS = [Level(1, 7), Level(2, 14, D("5.00")), Level(3, 14, D("10.00"), D("9.00"))]
DUE = dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("reached", "reminded_on", "on", "level"),
    [
        (0, None, dt.date(2026, 11, 7), None),
        (0, None, dt.date(2026, 11, 8), 1),
        (1, dt.date(2026, 11, 10), dt.date(2026, 11, 23), None),
        (1, dt.date(2026, 11, 10), dt.date(2026, 11, 24), 2),
        (3, dt.date(2026, 11, 10), dt.date(2027, 11, 24), None),
    ],
)
def test_levels_come_when_their_days_are_over(reached, reminded_on, on, level):
    found = next_level(LEVELS, reached=reached, due_on=DUE, reminded_on=reminded_on, on=on)
    assert (found.level if found else None) == level


def test_interest_grows_on_what_is_open():
    # 1000 × 9 % × 30/365 = 7.397; with 500 paid after ten days 1000×10 + 500×20 days = 20000 → 4.93
    on = dt.date(2026, 12, 1)
    assert interest(D(1000), [], due_on=DUE, percent=D(9), on=on) == D("7.40")
    assert interest(D(1000), [(dt.date(2026, 11, 11), D(500))], due_on=DUE, percent=D(9), on=on) == D("4.93")
    assert interest(D(1000), [(dt.date(2026, 10, 1), D(1000))], due_on=DUE, percent=D(9), on=on) == D("0.00")


# -- DATEV -------------------------------------------------------------------------------------------------------------

PUBLISHED = {
    0: r"\d{1,10},\d{2}", 1: r'"[SH]"', 2: r'"[A-Z]{3}"', 6: r"(?!0{1,9}$)\d{1,9}", 7: r"(?!0{1,9}$)\d{1,9}",
    8: r'("\d{1,4}")?', 9: r"\d{4}", 10: r'"[\w$&%*+\-/]{0,36}"', 11: r'("[\w$&%*+\-/]{0,12}")?', 13: r'".{0,60}"',
    114: r"(\d{8})?", 116: r"(\d{8})?",
}  # fmt: skip
"""Columns (from 0) and what DATEV's description of the format lets stand there."""


def test_a_booking_file_is_what_datev_publishes():
    chart = Chart(consultant=1001, client=7, year_begins=dt.date(2026, 1, 1))
    bookings = [
        Booking(dt.date(2026, 11, 2), D("119.00"), 10001, 8400, "R-2026-00001", 'Kiel "Süd" GmbH; Rechnung',
                due_on=dt.date(2026, 12, 2), delivered_on=dt.date(2026, 11, 1)),
        Booking(dt.date(2026, 11, 3), D("-1.5"), 10001, 8400, "G 2026 00001", "Łódź " * 20),
    ]  # fmt: skip
    raw = booking_file(bookings, chart=chart, since=dt.date(2026, 11, 1), until=dt.date(2026, 11, 30), title="November",
                       made_at=dt.datetime(2026, 11, 22, 9, 5, 1, 234000))  # fmt: skip
    text = raw.decode("cp1252")
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    head, columns, first, second = text.split("\r\n")[:4]
    assert head == (
        '"EXTF";700;21;"Buchungsstapel";13;20261122090501234;;"RE";"Kundig";"";1001;7;20260101;4;20261101;20261130;'
        '"November";"";1;0;0;"EUR";;"";;;"03";;;"";""'
    )
    assert len(head.split(";")) == 31 and columns == ";".join(COLUMNS) and len(COLUMNS) == 125
    for row in (first, second):
        fields = _fields(row)
        assert len(fields) == 125
        for place, shape in PUBLISHED.items():
            assert re.fullmatch(shape, fields[place]), (COLUMNS[place], fields[place])
    read = next(csv.reader(io.StringIO(first), delimiter=";"))
    assert (read[0], read[1], read[6], read[7], read[9]) == ("119,00", "S", "10001", "8400", "0211")
    assert (read[10], read[13]) == ("R-2026-00001", 'Kiel "Süd" GmbH; Rechnung')
    assert (read[114], read[116]) == ("01112026", "02122026")
    read = next(csv.reader(io.StringIO(second), delimiter=";"))
    assert (read[0], read[1], read[10], read[13][:4]) == ("1,50", "H", "G202600001", "?ód?")


def _fields(row):
    return re.findall(r'(?:^|;)((?:"(?:[^"]|"")*")|[^;]*)', row)


def test_business_years_may_begin_in_any_month():
    assert year_of(dt.date(2026, 11, 2), first_month=1) == dt.date(2026, 1, 1)
    assert year_of(dt.date(2026, 3, 2), first_month=7) == dt.date(2025, 7, 1)
