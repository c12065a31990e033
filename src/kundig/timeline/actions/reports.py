"""What reports begin with: headings that administrators write."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.timeline.models import ReportTemplate
from kundig.timeline.protocol import kind_of

MOST, LONGEST_NAME, LONGEST_TEXT = 20, 60, 4000

Written = tuple[str, str, str]
"""Name, kind of contact, text."""


def set_report_templates(templates: Sequence[Written], *, by: User) -> None:
    """Make just these the templates, in this order; lines without name and text are left out.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict: number of the line as text → what is wrong with it.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    given = [(name.strip(), kind, text.replace("\r\n", "\n").strip()) for name, kind, text in templates]
    errors: dict[str, str] = {}
    names: set[str] = set()
    for number, (name, kind, text) in enumerate(given):
        problem = _problem(name, kind, text, names) if name or text else ""
        if problem:
            errors[str(number)] = problem
        names.add(name.casefold())
    wanted = [each for each in given if each[0] or each[2]]
    if len(wanted) > MOST:
        errors[str(MOST)] = _("At most %(most)d fit.") % {"most": MOST}
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        ReportTemplate.objects.all().delete()
        ReportTemplate.objects.bulk_create(
            ReportTemplate(name=name, kind=kind, text=text, position=position)
            for position, (name, kind, text) in enumerate(wanted)
        )


def _problem(name: str, kind: str, text: str, names: set[str]) -> str:
    if not name or not text:
        return _("Give both a name and a text.")
    if name.casefold() in names:
        return _("There are two of the name “%(name)s”.") % {"name": name}
    if len(name) > LONGEST_NAME:
        return _("This is %(length)d characters long; at most %(limit)d fit.") % {
            "length": len(name), "limit": LONGEST_NAME,
        }  # fmt: skip
    if len(text) > LONGEST_TEXT or "\x00" in name + text:
        return _("This is %(length)d characters long; at most %(limit)d fit.") % {
            "length": len(text), "limit": LONGEST_TEXT,
        }  # fmt: skip
    known = kind_of(kind)
    if known is None or not known.composer:
        return _("Choose the kind of contact that the template is for.")
    return ""
