"""Pictures in quotes: taken in, and taken over from products."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.catalog.models import Product
from kundig.platform import files
from kundig.platform.models import StoredFile
from kundig.records.attachments.models import Attachment
from kundig.records.files import receive
from kundig.sales.models import Quote, QuoteLine, QuotePicture, QuoteTemplate

MOST = 80


def take_picture(to: Quote | QuoteTemplate, upload: UploadedFile, *, by: User) -> StoredFile:
    """Keep a picture with a quote or a template; the caller has asked the right.

    Raises:
        ValidationError: if it is no picture, too large, or there are too many.
    """
    owner = {"quote": to} if isinstance(to, Quote) else {"template": to}
    if QuotePicture.objects.filter(**owner).count() >= MOST:
        raise ValidationError(_("A quote has at most %(most)d pictures.") % {"most": MOST})
    with transaction.atomic():
        file = receive(upload, by=by, only_pictures=True)
        QuotePicture.objects.create(file=file, **owner)
    return file


def picture_of_product(product: Product) -> StoredFile | None:
    """The first picture at the product, as a file of its own: what is done to the product's later does not reach it."""
    pictures = Attachment.objects.of("products", product.pk).standing().exclude(preview=None)
    found = pictures.order_by("created_at", "id").select_related("preview").first()
    if found is None or found.preview is None:
        return None
    return files.doubled(found.preview)


def pictures_in(quote: Quote) -> set[UUID]:
    """The files that may be shown with it: its own, and those beside its lines. An example shows its template's."""
    if quote.example_lines is not None:
        of_template = QuotePicture.objects.filter(template=quote.template_id)
        return set(of_template.values_list("file_id", flat=True))
    own = QuotePicture.objects.filter(quote=quote).values_list("file_id", flat=True)
    beside = QuoteLine.objects.filter(quote=quote, picture__isnull=False).values_list("picture_id", flat=True)
    return {*own, *(each for each in beside if each is not None)}


def copy_pictures(source: Quote, to: Quote) -> None:
    """Let a further version have the pictures of the one before."""
    QuotePicture.objects.bulk_create(
        QuotePicture(quote=to, file_id=file_id)
        for file_id in QuotePicture.objects.filter(quote=source).values_list("file_id", flat=True)
    )
