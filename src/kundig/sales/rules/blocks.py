"""The blocks a quote is built of: which kinds there are, what each says, and what of an input is taken.

A block is plain data: `{"id": "k3x9", "kind": "letter", "heading": …}`. `PROPS` says what stands in it; the form beside
the paper, what is stored, the page for the customer and the PDF all follow from that.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MOST_BLOCKS = 60
LONGEST_LINE, LONGEST_TEXT, LONGEST_CELL = 200, 8_000, 400
MOST_ROWS, MOST_PICTURES = 40, 24


@dataclass(frozen=True)
class Prop:
    """One thing that a block says. `kind`: line, text, switch, choice, picture, pictures or table."""

    name: str
    label: Any
    kind: str = "line"
    default: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    columns: Sequence[Any] = ()
    """Heads of the columns of a table."""
    hint: Any = ""
    snippets: str = ""
    """The kind of text blocks that may be taken over into it."""


@dataclass(frozen=True)
class BlockKind:
    name: str
    label: Any
    icon: str
    props: Sequence[Prop]
    is_single: bool = False
    """Whether a quote has at most one."""

    def prop(self, name: str) -> Prop | None:
        return next((prop for prop in self.props if prop.name == name), None)


_HEADING = Prop("heading", _("Heading"))
KINDS: dict[str, BlockKind] = {
    kind.name: kind
    for kind in (
        BlockKind("cover", _("Cover picture"), "image", (
            Prop("picture", _("Picture"), "picture"),
            Prop("heading", _("Heading"), hint=_("The title of the quote if empty.")),
            Prop("line", _("Line below")),
        ), is_single=True),
        BlockKind("letter", _("Covering letter"), "letter", (
            _HEADING, Prop("text", _("Text"), "text", snippets="letter"),
        )),
        BlockKind("text", _("Text with picture"), "note", (
            _HEADING, Prop("text", _("Text"), "text", snippets="text"), Prop("picture", _("Picture"), "picture"),
            Prop("side", _("Picture stands"), "choice", "right",
                 (("left", _("on the left")), ("right", _("on the right")), ("wide", _("across")))),
        )),
        BlockKind("positions", _("Items"), "table", (
            _HEADING, Prop("pictures", _("Show pictures"), "switch", True),
            Prop("discounts", _("Show discounts"), "switch", True),
            Prop("prices", _("Show single prices"), "switch", True),
        ), is_single=True),
        BlockKind("options", _("On request"), "plus", (
            _HEADING, Prop("text", _("Text"), "text"), Prop("pictures", _("Show pictures"), "switch", True),
        ), is_single=True),
        BlockKind("sum", _("Sum"), "euro", (Prop("note", _("Line below")),), is_single=True),
        BlockKind("comparison", _("Comparison"), "scale", (
            _HEADING, Prop("text", _("Text"), "text"),
            Prop("rows", _("Table"), "table", (), columns=(_("Property"), "A", "B", "C"),
                 hint=_("The first row is the head. “x” becomes a tick, “-” a dash.")),
            Prop("best", _("Emphasise"), "choice", "", (("", _("none")), ("1", "A"), ("2", "B"), ("3", "C"))),
        )),
        BlockKind("gallery", _("Pictures"), "cols", (
            _HEADING, Prop("pictures", _("Pictures"), "pictures", ()),
            Prop("per_row", _("Side by side"), "choice", "2", (("1", "1"), ("2", "2"), ("3", "3"))),
        )),
        BlockKind("chart", _("Graphic"), "bars", (
            _HEADING, Prop("text", _("Text"), "text"),
            Prop("rows", _("Bars"), "table", (), columns=(_("Name"), _("Value"))),
            Prop("unit", _("Unit"), hint=_("Such as € or kWh.")),
        )),
        BlockKind("terms", _("Delivery, payment"), "truck", (
            _HEADING, Prop("rows", _("Conditions"), "table", (), columns=(_("What"), _("How"))),
            Prop("text", _("Text"), "text", snippets="terms"),
        )),
        BlockKind("acceptance", _("Accept"), "pencil", (
            _HEADING, Prop("text", _("Text"), "text"),
        ), is_single=True),
    )
}  # fmt: skip
"""In the order in which they are offered."""


def new_block(kind: str, **props: Any) -> dict[str, Any]:
    """A block of that kind with what it says at first.

    Raises:
        ValidationError: if there is no such kind.
    """
    found = KINDS.get(kind)
    if found is None:
        raise ValidationError(gettext("There is no block “%(kind)s”.") % {"kind": kind[:40]})
    said = {prop.name: list(prop.default) if isinstance(prop.default, tuple) else prop.default for prop in found.props}
    return {"id": secrets.token_hex(4), "kind": kind, **said, **props}


def checked_block(block: Mapping[str, Any], *, pictures: Iterable[UUID]) -> dict[str, Any]:
    """The block with nothing but what its kind says, each value of its form; unknown things are left out.

    `pictures` are the files that may stand in it.

    Raises:
        ValidationError: dict by the name of the prop, for what is too long, too much, or a picture of elsewhere.
    """
    kind = KINDS.get(str(block.get("kind", "")))
    if kind is None:
        raise ValidationError(gettext("There is no block “%(kind)s”.") % {"kind": str(block.get("kind", ""))[:40]})
    allowed = {str(each) for each in pictures}
    clean: dict[str, Any] = {"id": str(block.get("id") or secrets.token_hex(4))[:16], "kind": kind.name}
    errors = {}
    for prop in kind.props:
        try:
            clean[prop.name] = _checked(prop, block.get(prop.name, prop.default), allowed)
        except ValidationError as error:
            errors[prop.name] = error
    if errors:
        raise ValidationError(errors)
    return clean


def checked_blocks(blocks: Iterable[Mapping[str, Any]], *, pictures: Iterable[UUID]) -> list[dict[str, Any]]:
    """All blocks of a document; raises ValidationError like `checked_block`, and for too many or one too often."""
    allowed = list(pictures)
    clean = [checked_block(block, pictures=allowed) for block in blocks]
    if len(clean) > MOST_BLOCKS:
        raise ValidationError(gettext("A quote has at most %(most)d blocks.") % {"most": MOST_BLOCKS})
    for kind in KINDS.values():
        if kind.is_single and sum(block["kind"] == kind.name for block in clean) > 1:
            raise ValidationError(gettext("“%(block)s” stands in a quote only once.") % {"block": kind.label})
    if len({block["id"] for block in clean}) != len(clean):
        raise ValidationError(gettext("Two blocks have the same mark."))
    return clean


def texts_of(blocks: Iterable[Mapping[str, Any]]) -> list[str]:
    """Everything in them that people wrote."""
    found: list[str] = []
    for block in blocks:
        for prop in KINDS[block["kind"]].props:
            value = block.get(prop.name)
            if prop.kind in ("line", "text") and value:
                found.append(value)
            elif prop.kind == "table":
                found += [cell for row in value or () for cell in row if cell]
            elif prop.kind == "pictures":
                found += [entry["caption"] for entry in value or () if entry.get("caption")]
    return found


def pictures_of(blocks: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the files in them."""
    found: list[str] = []
    for block in blocks:
        for prop in KINDS[block["kind"]].props:
            if prop.kind == "picture" and block.get(prop.name):
                found.append(block[prop.name])
            elif prop.kind == "pictures":
                found += [entry["file"] for entry in block.get(prop.name) or ()]
    return list(dict.fromkeys(found))


def moved(blocks: Sequence[dict[str, Any]], order: Sequence[str]) -> list[dict[str, Any]]:
    """The blocks in the order of these ids; those that it does not name stay behind, in their own order."""
    place = {mark: number for number, mark in enumerate(order)}
    return sorted(blocks, key=lambda block: place.get(block["id"], len(place)))


def first_blocks(language: str) -> list[dict[str, Any]]:
    """What a quote begins with where no template says otherwise."""
    if language == "de":
        letter = "{Anrede},\n\nvielen Dank für Ihre Anfrage. Gern bieten wir Ihnen an:"
        terms = [["Lieferung", "{Lieferzeit}"], ["Zahlung", "14 Tage netto"], ["Gültig bis", "{gültig bis}"]]
        accept = "Mit Ihrer Annahme kommt der Auftrag zustande. Sie erhalten sofort eine Bestätigung."
    else:
        letter = "{salutation},\n\nthank you for your enquiry. We are pleased to offer:"
        terms = [["Delivery", "{lead time}"], ["Payment", "14 days net"], ["Valid until", "{valid until}"]]
        accept = "By accepting you place the order. You will receive a confirmation at once."
    return [
        new_block("letter", text=letter),
        new_block("positions"),
        new_block("options"),
        new_block("sum"),
        new_block("terms", rows=terms),
        new_block("acceptance", text=accept),
    ]


# -- values ----------------------------------------------------------------------------------------------------------


def _checked(prop: Prop, value: Any, pictures: set[str]) -> Any:
    if prop.kind == "switch":
        return value in (True, "on", "true", "1")
    if prop.kind == "choice":
        known = [str(name) for name, _label in prop.choices]
        return value if value in known else prop.default
    if prop.kind == "picture":
        return _picture(value, pictures)
    if prop.kind == "pictures":
        entries = [entry for entry in value or () if isinstance(entry, Mapping) and entry.get("file")]
        if len(entries) > MOST_PICTURES:
            raise ValidationError(gettext("At most %(most)d pictures stand in one block.") % {"most": MOST_PICTURES})
        return [
            {"file": _picture(entry["file"], pictures), "caption": _text(entry.get("caption", ""), LONGEST_LINE)}
            for entry in entries
        ]
    if prop.kind == "table":
        return _rows(value, len(prop.columns))
    return _text(value, LONGEST_TEXT if prop.kind == "text" else LONGEST_LINE)


def _picture(value: Any, pictures: set[str]) -> str:
    found = str(value or "")
    if found and found not in pictures:
        raise ValidationError(gettext("This picture does not belong to the quote. Upload it here."))
    return found


def _rows(value: Any, width: int) -> list[list[str]]:
    rows = []
    for row in value or ():
        cells = (
            [_text(cell, LONGEST_CELL).strip() for cell in list(row)[:width]] if isinstance(row, list | tuple) else []
        )
        if any(cells):
            rows.append(cells + [""] * (width - len(cells)))
    if len(rows) > MOST_ROWS:
        raise ValidationError(gettext("A table has at most %(most)d rows.") % {"most": MOST_ROWS})
    return rows


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str | int | float):
        raise ValidationError(gettext("A text is expected here."))
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if len(text) > longest:
        raise ValidationError(
            gettext("The text has %(length)d characters; at most %(most)d fit.")
            % {"length": len(text), "most": longest}
        )
    return text
