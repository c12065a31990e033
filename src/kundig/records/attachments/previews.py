"""What is shown of a picture: written by ourselves, in two sizes. The file that came is never shown."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.platform.models import StoredFile
from kundig.records import files

THUMBNAIL_EDGE = 160
"""Twice what is shown, for fine screens."""


@dataclass(frozen=True)
class Previews:
    """The large picture and the small one; where a picture has none, `why_none` says the reason."""

    large: StoredFile | None = None
    small: StoredFile | None = None
    why_none: str = ""


def previews_of(stream: BinaryIO, *, name: str) -> Previews:
    """What shows the file in `stream`, if that is a picture.

    Too many pixels (a small file may unpack to gigabytes) or damage cost the preview, not the file.
    """
    try:
        large = files.picture_in(stream)
        if large is None:
            return Previews()
        small = files.picture_in(io.BytesIO(large.content), longest=THUMBNAIL_EDGE)
    except ValidationError as error:
        return Previews(why_none=_("No preview: %(why)s") % {"why": " ".join(error.messages)})
    finally:
        stream.seek(0)
    assert small is not None, "it was written by ourselves"
    return Previews(files.keep(large, name=name), files.keep(small, name=name))
