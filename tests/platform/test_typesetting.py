"""Letters on paper: PDF/A, data that is never code, pictures in the size they are printed in."""

import io
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from PIL import Image
from pypdf import PdfReader

from kundig.platform.typesetting import NotTypeset, address_lines, frame, typeset
from kundig.platform.typesetting.pictures import for_paper

LETTER = """
#import "letter.typ": letter, items, sums, prose
#let data = json(bytes(sys.inputs.data))
#show: letter.with(data.frame)
#prose(data.text)
#items((("Pos.", "", "left"), ("Bezeichnung", "*", "left"), ("Summe", "", "right")), data.lines)
#sums((("Netto", "100,00"), ("Gesamt", "119,00")))
#for name in data.pictures { image("files/" + name, width: 80mm) }
"""
AT_NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    name: str = "Nordlicht Drucklufttechnik GmbH"
    street: str = "Hafenstraße 12"
    postal_code: str = "24103"
    city: str = "Kiel"
    country: str = "DE"
    phone: str = "+49 431 5550"
    mail: str = "post@nordlicht.example"
    website: str = "nordlicht.example"
    vat_id: str = "DE123456789"
    tax_number: str = ""
    register: str = "HRB 1234 Kiel"
    managers: str = "Jana Brandt"
    bank: str = "Förde Sparkasse"
    iban: str = "DE02120300000000202051"
    bic: str = "BYLADEM1001"
    accent: str = "#0f5c5e"
    logo_id: None = None


def data(**changes):
    address = ["Molkerei Steinbrück eG", "Frau Dr. Ohlendorf", "Am Anger 3", "99084 Erfurt"]
    head = frame(
        House(), address=address, reference=[("Angebot", "2026-1184")], subject="Druckluft für Sie", language="de"
    )
    return {"frame": head, "text": "Guten Tag", "lines": [["1", "Kompressor", "100,00"]], "pictures": []} | changes


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def photo(number=0, size=(2400, 1600)):
    noise = Image.effect_noise((size[0] // 8, size[1] // 8), 60 + number).resize(size).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=88)
    return target.getvalue()


def test_a_letter_is_archivable_and_says_what_it_was_handed():
    pdf = typeset(LETTER, data(), created_at=AT_NINE)
    document = PdfReader(io.BytesIO(pdf))
    marks = document.xmp_metadata.stream.get_data().decode()
    assert (">2<" in marks.split("pdfaid:part")[1], ">B<" in marks.split("pdfaid:conformance")[1]) == (True, True)
    assert "/OutputIntents" in document.trailer["/Root"]
    text = text_of(pdf)
    for words in ("Molkerei Steinbrück eG", "2026-1184", "Kompressor", "DE02\u00a01203\u00a00000", "Seite 1 von 1"):
        assert words in text, words  # the letter is in the language of its reader


def test_the_same_data_gives_the_same_bytes():
    assert typeset(LETTER, data(), created_at=AT_NINE) == typeset(LETTER, data(), created_at=AT_NINE)


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd")',
        '"); #panic("out") //',
        "$ x^2 $ *bold* _it_ `raw` <label> @ref = Heading",
        '#import "@preview/cetz:0.1.0"',
        "\\u{41} \\ # [ ] { }",
    ],
)
def test_text_of_users_is_never_code(words):
    assert words in text_of(typeset(LETTER, data(text=words, lines=[["1", words, "0"]]))).replace("\n", " ")


@pytest.mark.parametrize(
    "source",
    ['#read("/etc/passwd")', '#image("../../etc/passwd")', '#read("/../setting.py")', '#read("missing.txt")'],
)
def test_a_source_reaches_nothing_outside(source):
    with pytest.raises(NotTypeset):
        typeset(source, {})


def test_a_source_that_would_fetch_a_package_is_refused():
    with pytest.raises(NotTypeset, match="imports a package"):
        typeset('#import "@preview/cetz:0.1.0"', {})


@pytest.mark.parametrize("name", ["../x.jpg", "/etc/x", "", ".hidden", "a/b.jpg"])
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(NotTypeset, match="no name for a file"):
        typeset("x", {}, {name: b""})


def test_data_without_bounds_is_refused():
    with pytest.raises(NotTypeset, match="at most 4000000"):
        typeset("x", {"text": "x" * 4_000_001})


def test_twenty_photos_are_a_second_and_three_megabytes():
    photos = [photo(number) for number in range(20)]
    begun = time.process_time()
    files = {f"{number}.jpg": for_paper(content, millimetres=80, ratio=1.5) for number, content in enumerate(photos)}
    pdf = typeset(LETTER, data(pictures=list(files)), files)
    spent = time.process_time() - begun
    assert len(pdf) < 3_000_000
    assert spent < 3  # told in the report; here it must only never run away


def test_a_picture_is_as_large_as_paper_needs():
    with Image.open(io.BytesIO(for_paper(photo(), millimetres=50, ratio=2))) as image:
        assert (image.format, image.size) == ("JPEG", (300, 150))


def test_what_is_see_through_becomes_white():
    target = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(target, "PNG")
    with Image.open(io.BytesIO(for_paper(target.getvalue(), millimetres=2))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg onload='x'/>", b"\xff\xd8\xff\xe0broken"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(ValueError, match="no picture"):
        for_paper(content, millimetres=10)


def test_the_country_stands_in_an_address_abroad():
    parts = {"name": "Käserei Hubli", "street": "Seeweg 1", "postal_code": "3000", "city": "Bern"}
    assert address_lines(**parts, country="CH", home="DE")[-1] == "SCHWEIZ"
    assert address_lines(**parts, country="CH", home="CH")[-1] == "3000 Bern"
