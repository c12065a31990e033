"""Since when a record is there: the one panel that every page has by itself."""

from html import escape

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import current_formats
from kundig.records.description import Description
from kundig.records.panels import Panel


def record_panel(request: HttpRequest, description: Description, record: models.Model) -> str:
    formats = current_formats()
    lines = ((_("Created"), "created_at"), (_("Last changed"), "changed_at"))
    shown = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{formats.date(timezone.localtime(getattr(record, name)).date())}</dd></div>"
        for label, name in lines
        if getattr(record, name, None)
    )
    title = escape(_("Record"))
    return mark_safe(  # noqa: S308 - escaped above
        f'<section class="section"><header><h2>{title}</h2></header><dl class="pairs">{shown}</dl></section>'
    )


PANEL = Panel("record", gettext_lazy("Record"), None, record_panel, side="business", order=1000, live="record")
