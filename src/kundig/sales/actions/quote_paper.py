"""A quote as PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kundig.accounts.queries import letterhead
from kundig.platform import files
from kundig.platform.models import StoredFile
from kundig.platform.typesetting import logo_of, typeset
from kundig.platform.typesetting.pictures import for_paper
from kundig.sales.actions.quote_pictures import pictures_in
from kundig.sales.models import Quote
from kundig.sales.queries.documents import document_of

SOURCE = Path(__file__).parent.parent / "templates" / "sales" / "quotes" / "quote.typ"
WHOLE_PAGE, TEXT_WIDTH = 210.0, 165.0


def paper_of(
    quote: Quote,
    *,
    link: str = "",
    taken: Mapping[UUID, bool] | None = None,
    evidence: Mapping[str, Any] | None = None,
    drawing: str = "",
    created_at: dt.datetime | None = None,
) -> bytes:
    """The quote as PDF/A, with the options in `taken`; `evidence` is what the last page tells of its acceptance.

    Raises:
        NotTypeset: if it cannot be set.
        StoreFailed: if a picture lies in a store that does not answer.
    """
    document = document_of(quote, taken=taken)
    pictures, contents = _pictures(quote, document["blocks"])
    logo = logo_of(letterhead())
    contents |= logo
    if drawing:
        contents["signature.svg"] = drawing_as_svg(drawing).encode()
    with translation.override(quote.language):
        data = {
            "document": document,
            "evidence": evidence,
            "frame": {**document["frame"], "logo": next(iter(logo), "")},
            "labels": _labels(),
            "link": link,
            "pictures": pictures,
        }
    return typeset(_source(), data, contents, created_at=created_at or quote.sent_at)


def drawing_as_svg(path: str) -> str:
    """A drawn signature as picture; `path` has been checked (`rules.quoting.checked_drawing`)."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><path fill="none" stroke="#14213d" '
        f'stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round" d="{path}"/></svg>'
    )


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def _labels() -> dict[str, str]:
    return {
        "accept": _("Accept"), "date": pgettext("cover", "on"), "for": pgettext("cover", "for"),
        "from": pgettext("cover", "from"), "online": _("Or online:"), "optional": _("on request"),
        "place-date": _("Place, date"), "signature": _("Signature"), "variant": _("variant"),
    }  # fmt: skip


def _pictures(quote: Quote, blocks: Iterable[Mapping[str, Any]]) -> tuple[dict[str, str], dict[str, bytes]]:
    """(id of a file → its name on paper, name → JPEG), each as large as it stands there."""
    allowed = {str(each) for each in pictures_in(quote)}
    widths: dict[str, float] = {}
    for block in blocks:
        for file_id, width in _places(block):
            if file_id in allowed:
                widths[file_id] = max(width, widths.get(file_id, 0.0))
    names, contents = {}, {}
    for file in StoredFile.objects.filter(pk__in=widths):
        try:
            picture = for_paper(files.path_of(file).read_bytes(), millimetres=widths[str(file.pk)])
        except (ValueError, FileNotFoundError):
            continue  # a quote goes out without a picture that is broken, rather than not at all
        names[str(file.pk)] = f"{file.pk}.jpg"
        contents[f"{file.pk}.jpg"] = picture
    return names, contents


def _places(block: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The pictures of a block with their width on paper, in millimetres."""
    kind = block["kind"]
    if kind == "cover":
        return [(block["picture"], WHOLE_PAGE)]
    if kind == "text":
        return [(block["picture"], TEXT_WIDTH if block["side"] == "wide" else 84.0)]
    if kind == "gallery":
        return [(entry["file"], TEXT_WIDTH / int(block["per_row"])) for entry in block["pictures"]]
    return [(line["picture"], 34.0) for line in block.get("lines", ()) if line["picture"]]
