"""The formula of a calculated field while it is typed: what is wrong and where, or what it comes to on some records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.calculated.checking import checked, settle_kind
from kundig.records.calculated.formulas import Formula, first_inputs
from kundig.records.conditions import ConditionError, collections_of, type_of
from kundig.records.custom.fields import added_field
from kundig.records.custom.kinds import KINDS
from kundig.records.custom.models import CustomField
from kundig.records.description import Description
from kundig.records.filters.bar import Piece, pieces
from kundig.records.kinds.references import File, Reference
from kundig.web.administration.access import acting, administrators

SHOWN = 3
WORD = "calculated"
"""Chosen among the kinds; which kind it really is follows from the formula."""
READY = ("number", "money", "percent")
"""What a number can be shown as."""


@administrators
@require_POST
def formula_check(request: HttpRequest, object_name: str) -> HttpResponse:
    """Says what a formula comes to; the answer stands below the text while it is typed."""
    from kundig.web.administration.fields import description_called, given_formula  # which shows the form around it

    description = description_called(object_name)
    row = CustomField.objects.filter(
        object=description.name, deleted_at=None, name=request.POST.get("name", "")
    ).first() or CustomField(object=description.name)
    text, kind, options = given_formula(request.POST)
    row.formula = text
    if row._state.adding:
        row.kind = kind
    row.options = {**row.options, **options}
    context: dict[str, Any] = {"is_empty": not text}
    try:
        formula = checked(row, description)
    except ConditionError as error:
        context["pieces"] = [] if not text else pieces(text, error.problems)
        context["problems"] = [] if not text else error.problems
    else:
        settle_kind(row, formula.expression)
        context |= {
            "kind": KINDS[row.kind].label,
            "words": capfirst(formula.expression.words()),
            "rows": shown_on(formula, acting(request)),
            "formula": formula,
        }
    return render(request, "administration/_formula.html", context)


def marked(text: str, description: Description, row: CustomField | None) -> list[Piece]:
    """A refused text with what is wrong in it."""
    refused = CustomField(object=description.name, formula=text)
    if row is not None:
        refused = CustomField.objects.get(pk=row.pk)
        refused.formula = text
    try:
        checked(refused, description)
    except ConditionError as error:
        return pieces(text, error.problems)
    return []


def shown_on(formula: Formula, user: User) -> list[tuple[str, str]]:
    """Title and value of some records that the user sees; none if they may not read all that the formula reads."""
    description = formula.description
    inputs = first_inputs(formula.reads)
    if not all(read.description is None or read.name in read.description.fields_for(user) for read in inputs):
        return []
    field, formats = added_field(description, formula.row), current_formats()
    title = description.field(description.title)
    return [
        (title.text(formats, title.value_in(record)), field.text(formats, value) if value is not None else "")
        for record in description.visible_to(user).order_by("-pk")[:SHOWN]
        for value in (formula.value(record),)
    ]


@dataclass(frozen=True)
class Usable:
    """A name that a formula can use, and what it means."""

    name: str
    label: str


def usable(description: Description, user: User, *, but: str = "") -> list[tuple[str, list[Usable]]]:
    """The names for a formula: the record's own, those behind its references, and what belongs to it."""
    fields = description.fields_for(user)
    own, behind = [], []
    for name, field in fields.items():
        if name == but or type_of(field.kind) is None or field.model_field is None:
            continue
        if isinstance(field.kind, Reference) and not isinstance(field.kind, File):
            behind.append(Usable(f"{name}.name", capfirst(str(field.label))))
        else:
            own.append(Usable(name, capfirst(str(field.label))))
    belonging = [
        Usable(f"count({name})", capfirst(str(found.label)))
        for name, found in collections_of(description, user).items()
    ]
    return [("own", own), ("behind", behind), ("belonging", belonging)]
