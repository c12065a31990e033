"""What stands in the two-dimensional codes of a photograph."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_FILE = 8_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2_400
"""A code that cannot be read at this size cannot be read at all; and it is read six times as fast as in full."""


class NoPicture(ValueError):
    """The bytes are no picture, or one that is too large to be looked at."""


def codes_in(content: bytes) -> list[str]:
    """The texts of all codes in a picture, in no particular order.

    Raises:
        NoPicture: where there is nothing that can be looked at.
    """
    import zxingcpp  # most processes never need it, and it is large

    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPicture
            opened.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(opened).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise NoPicture from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return [each.text for each in zxingcpp.read_barcodes(picture) if each.text]
