"""Pictures of what the sample's house sells: drawn, not photographed, in the colours of its letters."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

PALE, MIDDLE, STRONG, DEEP, DARK = "#dfe9e8", "#bccfcd", "#6a9592", "#0f5c5e", "#083a3b"
WIDE, HIGH = 900, 640


def machine() -> SimpleUploadedFile:
    """A compressor in its housing."""
    image, draw = _floor()
    draw.rounded_rectangle([170, 150, 730, 500], 26, fill=DEEP)
    draw.rounded_rectangle([220, 200, 400, 450], 14, fill=DARK)
    for top in (230, 300, 370):
        draw.rounded_rectangle([470, top, 670, top + 14], 7, fill=STRONG)
    return _upload(image, "kompressor.jpg")


def dryer() -> SimpleUploadedFile:
    image, draw = _floor()
    draw.rounded_rectangle([290, 180, 610, 500], 22, fill=DEEP)
    draw.ellipse([350, 230, 550, 430], fill=DARK)
    for angle in range(0, 360, 60):
        draw.pieslice([370, 250, 530, 410], angle, angle + 26, fill=STRONG)
    return _upload(image, "trockner.jpg")


def container() -> SimpleUploadedFile:
    """A vessel that holds air."""
    image, draw = _floor()
    draw.rounded_rectangle([340, 90, 560, 470], 110, fill=DEEP)
    draw.rounded_rectangle([340, 240, 560, 270], 4, fill=STRONG)
    for left in (370, 500):
        draw.rectangle([left, 460, left + 30, 502], fill=DARK)
    return _upload(image, "behaelter.jpg")


def filter_housing() -> SimpleUploadedFile:
    image, draw = _floor()
    draw.rectangle([200, 170, 700, 220], fill=STRONG)
    draw.rounded_rectangle([360, 140, 540, 250], 16, fill=DARK)
    draw.rounded_rectangle([380, 240, 520, 500], 60, fill=DEEP)
    return _upload(image, "filter.jpg")


def station() -> SimpleUploadedFile:
    """Compressor, dryer and vessel on one frame."""
    image, draw = _floor()
    draw.rounded_rectangle([110, 260, 420, 500], 20, fill=DEEP)
    draw.rounded_rectangle([140, 295, 240, 460], 10, fill=DARK)
    draw.rounded_rectangle([450, 330, 590, 500], 16, fill=STRONG)
    draw.rounded_rectangle([630, 150, 790, 500], 80, fill=DARK)
    draw.rectangle([80, 496, 820, 516], fill=DEEP)
    return _upload(image, "station.jpg")


def hall() -> SimpleUploadedFile:
    """A hall with compressors, for the cover of a quote."""
    image = Image.new("RGB", (1600, 1000), PALE)
    draw = ImageDraw.Draw(image)
    for left in range(0, 1600, 228):
        draw.polygon([(left, 520), (left, 330), (left + 228, 190), (left + 228, 520)], fill=MIDDLE)
    draw.rectangle([0, 470, 1600, 820], fill=MIDDLE)
    for left in range(70, 1600, 320):
        draw.rectangle([left, 540, left + 170, 610], fill=PALE)
    draw.rectangle([0, 800, 1600, 1000], fill=STRONG)
    draw.rectangle([0, 690, 1600, 706], fill=STRONG)
    draw.rounded_rectangle([240, 560, 620, 860], 18, fill=DEEP)
    draw.rounded_rectangle([275, 600, 400, 800], 10, fill=DARK)
    draw.rounded_rectangle([760, 500, 930, 860], 80, fill=DARK)
    draw.rounded_rectangle([1060, 590, 1360, 860], 18, fill=DEEP)
    draw.ellipse([1110, 680, 1200, 770], fill=DARK)
    return _upload(image, "halle.jpg")


def _floor() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (WIDE, HIGH), PALE)
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 500, WIDE, HIGH], fill=MIDDLE)
    draw.rectangle([130, 500, 770, 530], fill=STRONG)
    return image, draw


def _upload(image: Image.Image, name: str) -> SimpleUploadedFile:
    content = io.BytesIO()
    image.save(content, "JPEG", quality=88)
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")
