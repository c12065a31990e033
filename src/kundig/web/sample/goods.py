"""What the sample's house sells: compressed air, with everything that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from kundig.platform.ids import uuid7
from kundig.web.sample.drawn import container, dryer, filter_housing, machine, station

CATEGORIES = (
    ("K", "Kompressoren"), ("A", "Aufbereitung und Speicher"), ("V", "Verbrauch und Ersatz"),
    ("S", "Steuerung und Messung"), ("D", "Dienste"),
)  # fmt: skip
# Number, category, German and English name, German and English text, list price, cost, and what differs.
GOODS: tuple[tuple[str, str, str, str, str, str, float | None, float | None, Mapping[str, Any]], ...] = (
    ("WD-22-V", "K", "Schraubenkompressor WD 22-V", "Screw compressor WD 22-V",
     "22 kW, drehzahlgeregelt, 3,8 m³/min bei 8 bar, 66 dB(A)", "22 kW, variable speed, 3.8 m³/min at 8 bar, 66 dB(A)",
     14_900, 9_600, {"properties": {"Leistung": "22 kW", "Liefermenge": "3,8 m³/min", "Schall": "66 dB(A)"}}),
    ("WD-45", "K", "Schraubenkompressor WD 45", "Screw compressor WD 45",
     "45 kW, feste Drehzahl, 7,9 m³/min bei 8 bar", "45 kW, fixed speed, 7.9 m³/min at 8 bar",
     38_900, 27_400, {"properties": {"Leistung": "45 kW", "Liefermenge": "7,9 m³/min", "Schall": "71 dB(A)"}}),
    ("WD-55-V", "K", "Schraubenkompressor WD 55-V", "Screw compressor WD 55-V",
     "55 kW, drehzahlgeregelt, mit Wärmerückgewinnung", "55 kW, variable speed, with heat recovery",
     47_560, 31_200, {"properties": {"Leistung": "55 kW", "Liefermenge": "9,6 m³/min", "Schall": "68 dB(A)"}}),
    ("KT-120", "A", "Kältetrockner KT 120", "Refrigeration dryer KT 120",
     "Drucktaupunkt +3 °C, bis 4 m³/min", "Pressure dew point +3 °C, up to 4 m³/min", 3_480, 2_150, {}),
    ("KT-180", "A", "Kältetrockner KT 180", "Refrigeration dryer KT 180",
     "Drucktaupunkt +3 °C, bis 10 m³/min", "Pressure dew point +3 °C, up to 10 m³/min", 5_480, 3_900, {}),
    ("DB-500", "A", "Druckluftbehälter 500 l", "Air receiver 500 l",
     "Stehend, verzinkt, 11 bar", "Vertical, galvanised, 11 bar", 1_290, 760, {}),
    ("FF-40", "A", "Feinfilter FF 40", "Fine filter FF 40",
     "0,01 µm, Restöl 0,01 mg/m³", "0.01 µm, residual oil 0.01 mg/m³", 148, 61, {}),
    ("OWT-2", "A", "Öl-Wasser-Trenner", "Oil-water separator",
     "Bis 20 m³/min, wartungsarm", "Up to 20 m³/min, low maintenance", 845, 430, {}),
    ("KA-E", "A", "Kondensatableiter elektronisch", "Electronic condensate drain",
     "Niveaugeregelt, ohne Druckluftverlust", "Level controlled, without loss of air", 229, 118, {}),
    ("WRG-22", "A", "Wärmerückgewinnung WRG 22", "Heat recovery WRG 22",
     "Nachrüstsatz, Wasser bis 65 °C", "Retrofit kit, water up to 65 °C", 5_640, 3_380, {}),
    ("WS-4000", "V", "Wartungssatz 4.000 h", "Service kit 4,000 h",
     "Luftfilter, Ölfilter, Abscheider", "Air filter, oil filter, separator", 396, 182, {"unit": "SET"}),
    ("AF-22", "V", "Ansaugfilter", "Intake filter", "Für WD 22-V und WD 45", "For WD 22-V and WD 45", 62.5, 24, {}),
    ("SD-12", "V", "Schalldämpfer 1/2 Zoll", "Silencer 1/2 inch", "Sinterbronze", "Sintered bronze", 18.4, 7.2, {}),
    ("VDL-46", "V", "Verdichteröl VDL 46, 20 l", "Compressor oil VDL 46, 20 l",
     "Vollsynthetisch, 8.000 Stunden", "Fully synthetic, 8,000 hours", 174, 96,
     {"unit": "XPX", "packaging": "Kanister mit 20 l"}),
    ("ST-B", "S", "Steuerung Basis", "Basic control",
     "Wochenplan und Störmeldung", "Weekly schedule and fault messages", 900, 520, {}),
    ("ST-V", "S", "Steuerung Verbund", "Network control",
     "Bis vier Kompressoren im Verbund", "Up to four compressors as one", 2_140, 1_180, {"variant_of": "ST-B"}),
    ("LM-1", "S", "Leckage-Messgerät", "Leak detector",
     "Ultraschall, mit Kamera", "Ultrasonic, with camera", 980, 610, {}),
    ("LI", "D", "Lieferung und Inbetriebnahme", "Delivery and commissioning",
     "An einem Tag, ohne Stillstand der Fertigung", "In one day, without stopping production", 2_518.4, 1_450,
     {"kind": "service", "unit": "LS"}),
    ("LO", "D", "Leckageortung", "Leak detection",
     "Rundgang mit Bericht und Ersparnis in Euro", "Tour with a report and savings in euros", 1_180, 640,
     {"kind": "service", "unit": "DAY"}),
    ("WP", "D", "Wartung Plus", "Maintenance Plus",
     "Alle Teile und Wege, Reaktion in vier Stunden", "All parts and travel, on site within four hours", 1_980, 1_120,
     {"kind": "subscription", "unit": "ANN", "period": "year", "notice": 90}),
    ("DS-22", "K", "Druckluftstation 22 kW", "Compressed air station 22 kW",
     "Anschlussfertig auf einem Rahmen", "Ready to connect on one frame", None, None, {"kind": "bundle"}),
)  # fmt: skip
PARTS = (("WD-22-V", 1, False), ("KT-120", 1, False), ("DB-500", 1, False), ("OWT-2", 1, False), ("WRG-22", 1, True))
"""What stands in the station, and what may."""
RELATIONS = (
    ("WD-22-V", "WRG-22", "accessory"), ("WD-22-V", "ST-B", "accessory"), ("WD-22-V", "WS-4000", "spare"),
    ("WD-22-V", "AF-22", "spare"), ("WD-22-V", "VDL-46", "spare"), ("WD-22-V", "KT-120", "cross"),
    ("WD-22-V", "WD-55-V", "up"), ("WD-55-V", "ST-V", "accessory"), ("WD-55-V", "WS-4000", "spare"),
    ("WD-55-V", "VDL-46", "spare"), ("WD-55-V", "KT-180", "cross"), ("WD-55-V", "WP", "cross"),
    ("KT-120", "FF-40", "accessory"), ("KT-120", "KA-E", "accessory"), ("KT-120", "KT-180", "up"),
)  # fmt: skip
SUCCESSORS = {"WD-45": "WD-55-V"}
PICTURES = {
    "WD-22-V": machine, "WD-45": machine, "WD-55-V": machine, "KT-120": dryer, "KT-180": dryer, "DB-500": container,
    "FF-40": filter_housing, "DS-22": station,
}  # fmt: skip
FEW, MANY = 10, 50
"""Quantities from which small parts are cheaper."""


@dataclass(frozen=True)
class Goods:
    rows: dict[str, list[dict[str, Any]]]
    """What `catalog.actions.bring_in_products` takes."""
    pictures: dict[UUID, UploadedFile]
    keys: dict[str, UUID] = field(default_factory=dict)
    """Number → product."""
    names: dict[str, UUID] = field(default_factory=dict)
    """German name → product."""


def goods(*, language: str, currency: str) -> Goods:
    """The catalog of a house that speaks `language`; in the other one stand texts beside it."""
    keys = {number: uuid7() for number, *_rest in GOODS}
    branches = {mark: uuid7() for mark, _name in CATEGORIES}
    top = uuid7()
    categories = [{"id": top, "name": "Druckluft", "number": "DL"}] + [
        {"id": branches[mark], "name": name, "number": f"DL-{mark}", "parent_id": top} for mark, name in CATEGORIES
    ]
    today = timezone.localdate()
    products, texts = [], []
    for number, mark, german, english, text, in_english, price, cost, further in GOODS:
        said = {"de": (german, text), "en": (english, in_english)}
        own, other = ("en", "de") if language == "en" else ("de", "en")
        products.append({
            "id": keys[number], "number": number, "name": said[own][0], "description": said[own][1],
            "category_id": branches[mark], "list_price": _money(price), "cost": _money(cost),
            "available_until": today - dt.timedelta(days=40) if number in SUCCESSORS else None,
            "successor_id": keys.get(SUCCESSORS.get(number, "")), **further,
            **({"variant_of_id": keys[further["variant_of"]]} if "variant_of" in further else {}),
        })  # fmt: skip
        products[-1].pop("variant_of", None)
        texts.append({
            "product_id": keys[number], "language": other, "name": said[other][0], "description": said[other][1],
        })  # fmt: skip
    rows = {
        "products": products, "categories": categories, "texts": texts,
        "parts": [
            {"bundle_id": keys["DS-22"], "product_id": keys[number], "position": at, "quantity": Decimal(quantity),
             "is_optional": is_optional}
            for at, (number, quantity, is_optional) in enumerate(PARTS, 1)
        ],
        "relations": [
            {"product_id": keys[number], "other_id": keys[other], "kind": kind} for number, other, kind in RELATIONS
        ],
        **_prices(keys, today, currency),
    }  # fmt: skip
    pictures: dict[UUID, UploadedFile] = {keys[number]: draw() for number, draw in PICTURES.items()}
    return Goods(rows, pictures, keys, {german: keys[number] for number, _mark, german, *_rest in GOODS})


def _prices(keys: Mapping[str, UUID], today: dt.date, currency: str) -> dict[str, list[dict[str, Any]]]:
    """Small parts by the dozen, and what big customers pay."""
    by_number, large = uuid7(), uuid7()
    lists = [
        {"id": by_number, "name": "Staffelpreise Verbrauch", "currency": currency},
        {"id": large, "name": "Großkunden", "currency": currency, "group": "Großkunde", "factor": Decimal("0.92"),
         "valid_from": today.replace(month=1, day=1)},
    ]  # fmt: skip
    prices = [
        {"price_list_id": by_number, "product_id": keys[number], "from_quantity": Decimal(quantity),
         "amount": _money(round(price * factor, 2))}
        for number, _mark, _de, _en, _text, _in_english, price, _cost, _further in GOODS
        if price is not None and price < 400
        for quantity, factor in ((FEW, 0.94), (MANY, 0.88))
    ]  # fmt: skip
    return {"price_lists": lists, "prices": prices}


def _money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
