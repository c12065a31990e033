"""Files in fields of records: what is taken in, made safe, and who may see it afterwards."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform import files
from kundig.platform.models import StoredFile
from kundig.records import registry
from kundig.records.custom.models import CustomField
from kundig.records.kinds.references import File

LARGEST = 20_000_000
MOST_PIXELS = 50_000_000
"""A picture is unpacked in memory to be made anew: four bytes a pixel."""
LONGEST_EDGE = 1600
PICTURES = ("PNG", "JPEG", "WEBP", "GIF")
OPAQUE = ("RGB", "L")
PDF, UNKNOWN = "application/pdf", "application/octet-stream"
INLINE = frozenset({"image/jpeg", "image/png"})
"""What a browser may show in our own name: only what was written by ourselves."""


def receive(upload: UploadedFile, *, by: User, only_pictures: bool = False) -> StoredFile:
    """Keep an uploaded file. What it is, its content says, not its name.

    Pictures are written anew: upright, at most 1,600 pixels long, without what the camera noted (place, time, device)
    and without anything that only pretended to be a picture.

    Raises:
        ValidationError: if it is empty, too large, or no picture where one is wanted.
    """
    size = upload.size or 0
    if size == 0:
        raise ValidationError(_("The file is empty."))
    if size > LARGEST:
        raise ValidationError(
            _("The file has %(size)d MB; at most %(limit)d MB fit.")
            % {"size": -(-size // 1_000_000), "limit": LARGEST // 1_000_000}
        )
    name = upload.name or _("file")
    stream: BinaryIO = upload.file  # type: ignore[assignment]
    picture = picture_in(stream)
    if picture is not None:
        return keep(picture, name=name, by=by)
    if only_pictures:
        raise ValidationError(_("“%(name)s” is not a picture. Choose a JPEG, PNG, WebP or GIF.") % {"name": name[:80]})
    stream.seek(0)
    content_type = PDF if stream.read(5) == b"%PDF-" else UNKNOWN
    stream.seek(0)
    return files.store(stream, name=name, content_type=content_type, by_id=by.pk)


@dataclass(frozen=True)
class Picture:
    """A picture written by ourselves."""

    content: bytes
    content_type: str
    suffix: str

    def name_for(self, name: str) -> str:
        """The name with the ending of what the file has become."""
        return f"{PurePosixPath(name.replace(chr(92), '/')).stem or 'picture'}{self.suffix}"


def keep(picture: Picture, *, name: str, by: User | None = None) -> StoredFile:
    """Store a picture of our own under the name of the file that it was."""
    by_id = by.pk if by else None
    content = io.BytesIO(picture.content)
    return files.store(content, name=picture.name_for(name), content_type=picture.content_type, by_id=by_id)


def picture_in(stream: BinaryIO, *, longest: int = LONGEST_EDGE) -> Picture | None:
    """The picture in the stream, written anew with at most `longest` pixels at an edge; None if it is none.

    Raises:
        ValidationError: if it is one, but broken or too large to unpack.
    """
    stream.seek(0)
    try:
        image = Image.open(stream, formats=PICTURES)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(
            _("The picture has too many pixels; at most %(limit)d million fit.") % {"limit": MOST_PIXELS // 1_000_000}
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ValidationError(
            _("The picture has %(width)d × %(height)d pixels; at most %(limit)d million fit.")
            % {"width": width, "height": height, "limit": MOST_PIXELS // 1_000_000}
        )
    try:
        return _written_anew(image, longest)
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise ValidationError(_("The picture is damaged. Save it again with another program.")) from error


def _written_anew(image: Image.Image, longest: int) -> Picture:
    image.draft("RGB", (longest, longest))  # a large JPEG is read in its reduced size at once
    image.load()
    upright = ImageOps.exif_transpose(image) or image
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA") if has_alpha else upright if upright.mode in OPAQUE else upright.convert("RGB")
    plain.thumbnail((longest, longest))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    target = io.BytesIO()
    if has_alpha:
        bare.save(target, "PNG", optimize=True)
        return Picture(target.getvalue(), "image/png", ".png")
    bare.save(target, "JPEG", quality=85, progressive=True)
    return Picture(target.getvalue(), "image/jpeg", ".jpg")


def visible_file(user: User, file_id: UUID) -> StoredFile | None:
    """The file, if `user` uploaded it or may read a record that holds it in a field that is on; else None."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or file.created_by == user.pk:
        return file
    return file if any(_holds(user, file_id)) else None


def _holds(user: User, file_id: UUID) -> Iterator[bool]:
    for description in registry.descriptions():
        if not description.may(user, Action.READ):
            continue
        for field in description.fields_for(user).values():
            if isinstance(field.kind, File):
                yield description.visible_to(user).filter(**{f"{field.path}_id": file_id}).exists()


def files_in_added_fields() -> Iterator[UUID]:
    """The files in fields that are no foreign keys, so that the database does not know that they are in use; also those
    in fields and of objects that are retired, because they come back with their values."""
    for row in CustomField.objects.filter(kind="file", deleted_at=None):
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT DISTINCT custom ->> %s FROM "{row.table}" WHERE custom ? %s',  # noqa: S608 - table of a model
                [row.name, row.name],
            )
            yield from (UUID(value) for (value,) in cursor.fetchall())
