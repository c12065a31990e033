"""Bookings as DATEV reads them: the file EXTF_Buchungsstapel (format 700, category 21, version 13).

https://developer.datev.de/de/file-format/details/datev-format/format-description/booking-batch
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ENCODING = "cp1252"
VERSION, CATEGORY, FORMAT_VERSION = 700, 21, 13


def _pairs(kind: str, content: str, count: int) -> tuple[str, ...]:
    return tuple(f"{each} {number}" for number in range(1, count + 1) for each in (kind, content))


COLUMNS = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz",
    "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto",
    "Buchungstext", "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre",
    "Beleglink", *_pairs("Beleginfo - Art", "Beleginfo - Inhalt", 8), "KOST1 - Kostenstelle", "KOST2 - Kostenstelle",
    "Kost-Menge", "EU-Land u. UStID (Bestimmung)", "EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart",
    "Sachverhalt L+L", "Funktionsergänzung L+L", "BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer",
    "BU 49 Funktionsergänzung", *_pairs("Zusatzinformation - Art", "Zusatzinformation - Inhalt", 20), "Stück",
    "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp",
    "Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)",
    "Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz",
    "Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername", "Beteiligtennummer",
    "Identifikationsnummer", "Zeichnernummer", "Postensperre bis", "Bezeichnung SoBil-Sachverhalt",
    "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit",
    "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)",
    "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
)  # fmt: skip
LONGEST_DOCUMENT, LONGEST_TEXT = 36, 60
DOCUMENT_SIGNS = "$&%*+-/"
"""What the number of a document may hold besides letters and digits; anything else is left out."""
_NO_DOCUMENT = re.compile(rf"[^A-Za-z0-9{re.escape(DOCUMENT_SIGNS)}]")


@dataclass(frozen=True)
class Chart:
    """Whose books they are, and which accounts stand for what."""

    consultant: int
    client: int
    year_begins: dt.date
    account_length: int = 4
    chart: str = "03"


@dataclass(frozen=True)
class Booking:
    """One line: `amount` on `account`, against `contra`. A negative amount stands on the other side."""

    on: dt.date
    amount: Decimal
    account: int
    contra: int
    document: str
    text: str
    currency: str = "EUR"
    due_on: dt.date | None = None
    key: str = ""
    """Tax key (BU-Schlüssel); accounts that know their rate by themselves (automatic ones) have none."""
    vat_id: str = ""
    delivered_on: dt.date | None = None


def booking_file(bookings: Iterable[Booking], *, chart: Chart, since: dt.date, until: dt.date, title: str,
                 made_at: dt.datetime) -> bytes:  # fmt: skip
    """The file, in Windows-1252 with CRLF. Letters that this encoding does not know become question marks."""
    head = [
        _text("EXTF"), str(VERSION), str(CATEGORY), _text("Buchungsstapel"), str(FORMAT_VERSION),
        f"{made_at:%Y%m%d%H%M%S}{made_at.microsecond // 1000:03}", "", _text("RE"), _text("Kundig"), _text(""),
        str(chart.consultant), str(chart.client), f"{chart.year_begins:%Y%m%d}", str(chart.account_length),
        f"{since:%Y%m%d}", f"{until:%Y%m%d}", _text(title[:30]), _text(""), "1", "0", "0", _text("EUR"), "",
        _text(""), "", "", _text(chart.chart), "", "", _text(""), _text(""),
    ]  # fmt: skip
    rows = [";".join(head), ";".join(COLUMNS), *(_row(one) for one in bookings)]
    return ("\r\n".join(rows) + "\r\n").encode(ENCODING, errors="replace")


def _row(one: Booking) -> str:
    values = {
        "Umsatz (ohne Soll/Haben-Kz)": f"{abs(one.amount):.2f}".replace(".", ","),
        "Soll/Haben-Kennzeichen": _text("S" if one.amount >= 0 else "H"),
        "WKZ Umsatz": _text(one.currency),
        "Konto": str(one.account),
        "Gegenkonto (ohne BU-Schlüssel)": str(one.contra),
        "BU-Schlüssel": _text(one.key) if one.key else "",
        "Belegdatum": f"{one.on:%d%m}",
        "Belegfeld 1": _text(_NO_DOCUMENT.sub("", one.document)[:LONGEST_DOCUMENT]),
        "Belegfeld 2": _text(f"{one.due_on:%d%m%y}") if one.due_on else "",
        "Buchungstext": _text(" ".join(one.text.split())[:LONGEST_TEXT]),
        "EU-Land u. UStID (Bestimmung)": _text(one.vat_id[:15]) if one.vat_id else "",
        "Leistungsdatum": f"{one.delivered_on:%d%m%Y}" if one.delivered_on else "",
        "Fälligkeit": f"{one.due_on:%d%m%Y}" if one.due_on else "",
    }
    return ";".join(values.get(column, "") for column in COLUMNS)


def _text(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def year_of(day: dt.date, *, first_month: int) -> dt.date:
    """The day on which the business year begins that `day` lies in."""
    year = day.year if day.month >= first_month else day.year - 1
    return dt.date(year, first_month, 1)
