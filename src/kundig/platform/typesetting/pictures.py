"""Pictures for paper: as many pixels as print needs, and no more."""

import io

from PIL import Image, ImageOps

PIXELS_PER_MILLIMETRE = 6
"""150 dots per inch: sharp on paper, a fifth of the bytes of 300."""
QUALITY = 78


def for_paper(content: bytes, *, millimetres: float, ratio: float | None = None) -> bytes:
    """The picture as JPEG, upright, `millimetres` wide on paper; with `ratio` (width by height) cut to it around the
    middle. What is see-through becomes white.

    Raises:
        ValueError: if it is no picture, or broken.
    """
    width = round(millimetres * PIXELS_PER_MILLIMETRE)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF")) as image:
            # A JPEG is read in half, a quarter or an eighth of its size at once: most of the time goes there.
            longest = width if ratio is None or ratio >= 1 else round(width / ratio)
            image.draft("RGB", (longest, longest))
            upright = ImageOps.exif_transpose(image) or image
            plain = _on_white(upright)
            if ratio is None:
                plain.thumbnail((width, width * 2))
            else:
                plain = ImageOps.fit(plain, (width, max(1, round(width / ratio))))
            target = io.BytesIO()
            plain.save(target, "JPEG", quality=QUALITY, optimize=True)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError("this is no picture that can be printed") from error
    return target.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        ground = Image.new("RGB", with_alpha.size, "white")
        ground.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return ground
    return image.convert("RGB")
