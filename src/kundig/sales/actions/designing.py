"""Writing at the document of a quote, or of a template: blocks come, go, move and say something else."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.quote_pictures import pictures_in
from kundig.sales.actions.quotes import described, locked, require_may_change, require_open, unsettle
from kundig.sales.models import Quote, QuoteLine, QuotePicture, QuoteTemplate
from kundig.sales.queries.examples import blocks_of
from kundig.sales.rules.blocks import KINDS, checked_block, checked_blocks, moved, new_block

Blocks = list[dict[str, Any]]


def add_block(to: Quote | QuoteTemplate, kind: str, *, by: User, after: str = "") -> str:
    """Put a block in, behind the block `after` or at the end; answers its id.

    Raises:
        ValidationError: if there is no such kind, or it stands there already and only once.
    """
    block = new_block(kind)

    def put_in(blocks: Blocks) -> Blocks:
        place = next((number for number, each in enumerate(blocks, 1) if each["id"] == after), len(blocks))
        if kind == "cover":
            place = 0
        return [*blocks[:place], block, *blocks[place:]]

    _write(to, put_in, by=by)
    return str(block["id"])


def change_block(to: Quote | QuoteTemplate, mark: str, props: Mapping[str, Any], *, by: User) -> None:
    """Let a block say these things; what is not named stays. Raises ValidationError with a dict of names."""
    files = _files(to)

    def change(blocks: Blocks) -> Blocks:
        _require_block(blocks, mark)
        return [
            checked_block({**each, **props, "id": each["id"], "kind": each["kind"]}, pictures=files)
            if each["id"] == mark
            else each
            for each in blocks
        ]

    _write(to, change, by=by)


def remove_block(to: Quote | QuoteTemplate, mark: str, *, by: User) -> None:
    def take_out(blocks: Blocks) -> Blocks:
        _require_block(blocks, mark)
        return [each for each in blocks if each["id"] != mark]

    _write(to, take_out, by=by)


def double_block(to: Quote | QuoteTemplate, mark: str, *, by: User) -> str:
    """The same once more, behind it; answers its id. Raises ValidationError where it stands there only once."""
    fresh = new_block("letter")["id"]

    def put_in(blocks: Blocks) -> Blocks:
        block = _require_block(blocks, mark)
        place = blocks.index(block) + 1
        return [*blocks[:place], {**copy.deepcopy(block), "id": fresh}, *blocks[place:]]

    _write(to, put_in, by=by)
    return str(fresh)


def order_blocks(to: Quote | QuoteTemplate, order: Sequence[str], *, by: User) -> None:
    """Put the blocks in this order (ids)."""
    _write(to, lambda blocks: moved(blocks, order), by=by)


def order_lines(quote: Quote, order: Sequence[UUID], *, by: User) -> None:
    """Put the lines in this order; those that it does not name come behind."""
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(quote)
        require_may_change(quote, by=by)
        require_open(quote)
        place = {key: number for number, key in enumerate(order)}
        lines = sorted(quote.lines.order_by("position", "id"), key=lambda line: place.get(line.pk, len(place)))
        for number, line in enumerate(lines, 1):
            if line.position != number:
                line.position = number
                line.save(update_fields=["position", "changed_at"])
        announce(described("quotes"), [quote.pk], by=by, via=Via.HAND, refresh=False)


def fill_placeholders(quote: Quote, fills: Mapping[str, str], *, by: User) -> None:
    """Say what stands in place of placeholders of one's own; an empty text takes one back."""
    for word, text in fills.items():
        if len(word) > 60 or len(text) > 1000:
            raise ValidationError(_("What stands in place of a placeholder has at most 1,000 characters."))

    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(quote)
        require_may_change(quote, by=by)
        require_open(quote)
        merged = {word: text for word, text in {**quote.fills, **fills}.items() if text.strip()}
        if merged == quote.fills:
            return
        quote.fills = merged
        unsettle(quote)
        quote.save()
        announce(described("quotes"), [quote.pk], by=by, via=Via.HAND, refresh=False)


def show_picture(line: QuoteLine, file_id: UUID | None, *, by: User) -> None:
    """Put a picture of the quote beside a line, or take it away.

    Raises:
        ValidationError: if the picture does not belong to the quote.
    """
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        quote = locked(line.quote)
        require_may_change(quote, by=by)
        require_open(quote)
        if file_id is not None and file_id not in pictures_in(quote):
            raise ValidationError(_("This picture does not belong to the quote. Upload it here."))
        if line.picture_id == file_id:
            return
        line.picture_id = file_id
        line.save()
        unsettle(quote)
        quote.save()
        announce(described("quote-lines"), [line.pk], by=by, via=Via.HAND, refresh=False)


def save_as_template(quote: Quote, *, name: str, by: User) -> QuoteTemplate:
    """Keep the document of a quote as a template under that name; one that is called so already becomes this one."""
    if not described("quote-templates").may(by, Action.CREATE):
        raise PermissionDenied(_("You may not make templates for quotes."))
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        template = QuoteTemplate.objects.filter(name=name.strip(), language=quote.language).first()
        if template is not None and not described("quote-templates").may(by, Action.CHANGE, template):
            raise PermissionDenied(_("You may not change this template."))
        template = template or QuoteTemplate(name=name.strip()[:120], language=quote.language)
        template.accent, template.blocks = quote.accent, quote.blocks
        template.full_clean(exclude=["blocks"])
        template.save()
        known = set(QuotePicture.objects.filter(template=template).values_list("file_id", flat=True))
        own = QuotePicture.objects.filter(quote=quote).exclude(file_id__in=known)
        QuotePicture.objects.bulk_create(
            QuotePicture(template=template, file_id=file_id) for file_id in own.values_list("file_id", flat=True)
        )
        announce(described("quote-templates"), [template.pk], by=by, via=Via.HAND)
    return template


# -- inside -----------------------------------------------------------------------------------------------------------


def _write(to: Quote | QuoteTemplate, change: Callable[[Blocks], Blocks], *, by: User) -> None:
    with transaction.atomic(), change_set(by=by, via=Via.HAND):
        if isinstance(to, Quote):
            quote = locked(to)
            require_may_change(quote, by=by)
            require_open(quote)
            blocks = checked_blocks(change(quote.blocks), pictures=_files(quote))
            if blocks == quote.blocks:  # said once more, such as by a form that is left: what was approved stays so
                to.blocks = blocks
                return
            quote.blocks = blocks
            unsettle(quote)
            quote.save()
            to.blocks, name = quote.blocks, "quotes"
        else:
            template = QuoteTemplate.objects.select_for_update().get(pk=to.pk)
            if not described("quote-templates").may(by, Action.CHANGE, template):
                raise PermissionDenied(_("You may not change this template."))
            template.blocks = checked_blocks(change(blocks_of(template)), pictures=_files(template))
            template.save()
            to.blocks, name = template.blocks, "quote-templates"
        announce(described(name), [to.pk], by=by, via=Via.HAND, refresh=False)


def _files(to: Quote | QuoteTemplate) -> set[UUID]:
    if isinstance(to, Quote):
        return pictures_in(to)
    return set(QuotePicture.objects.filter(template=to).values_list("file_id", flat=True))


def _require_block(blocks: Blocks, mark: str) -> dict[str, Any]:
    for each in blocks:
        if each["id"] == mark and each["kind"] in KINDS:
            return each
    raise ValidationError(_("This block is not there any more. Somebody has removed it."))
