"""Objects and their fields: built-in ones to look at, added ones to make, change, retire and delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundig.platform.formats import current_formats
from kundig.records import purposes
from kundig.records.custom import actions
from kundig.records.custom.fields import AddedField, added_field
from kundig.records.custom.kinds import KINDS, MOST_PLACES, form_of
from kundig.records.custom.loading import source_of
from kundig.records.custom.models import CustomField
from kundig.records.description import Description
from kundig.records.objects.actions import retired_objects
from kundig.records.registry import descriptions, get
from kundig.web.administration import formulas
from kundig.web.administration.access import acting, administrators, errors_of

TEXTS = ("label_de", "label_en", "help_de", "help_en", "section", "purpose", "default", "formula")
SWITCHES = ("is_required", "is_personal", "in_table", "in_form", "in_search", "for_all")
PLACES = tuple(map(str, range(MOST_PLACES + 1)))
AT_FIRST = {"kind": "text", "in_form": True, "in_table": True, "places": "0", "shown_as": "", "formula_places": ""}


@administrators
@require_safe
def objects(request: HttpRequest) -> HttpResponse:
    rows = [
        (description, len(description.fields), sum(isinstance(f, AddedField) for f in description.fields.values()))
        for description in _objects()
    ]
    return render(request, "administration/objects.html", {"rows": rows, "retired": retired_objects()})


@administrators
@require_safe
def fields(request: HttpRequest, object_name: str) -> HttpResponse:
    description = description_called(object_name)
    rows = CustomField.objects.filter(object=description.name, deleted_at=None).order_by("position", "pk")
    context = {
        "description": description,
        "added": [(row, KINDS[row.kind]) for row in rows if row.retired_at is None],
        "retired": [(row, KINDS[row.kind]) for row in rows if row.retired_at is not None],
        "built_in": [field for field in description.fields.values() if not isinstance(field, AddedField)],
    }
    return render(request, "administration/fields.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_field(request: HttpRequest, object_name: str) -> HttpResponse:
    description = description_called(object_name)
    values: dict[str, Any] = {**AT_FIRST, "is_personal": description.personal, "purpose": description.purpose}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        values = _typed(request.POST)
        try:
            row = actions.add_field(description, _given(values, ()), by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
        else:
            messages.success(
                request, _("“%(field)s” is there, on every page and in every list.") % {"field": row.label}
            )
            if "show" in request.POST and not description.parent:
                return redirect(description.url())
            return redirect("fields", object_name=description.name)
    return _page(request, description, None, values, errors)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def field(request: HttpRequest, object_name: str, field_id: UUID) -> HttpResponse:
    description, row = _found(object_name, field_id)
    values, errors = _values(row, description), {}
    if request.method == "POST":
        values = {**_typed(request.POST), "kind": formulas.WORD if row.formula else row.kind}
        version = request.POST.get("version", "")
        try:
            given = _given(values, row.options.get("choices", ()))
            number = int(version) if version.isdigit() else 0
            row = actions.change_field(row, given, version=number, by=acting(request))
        except ValidationError as problem:
            errors = errors_of(problem)
            row.refresh_from_db()
        else:
            messages.success(request, _("Saved."))
            return redirect("fields", object_name=description.name)
    return _page(request, description, row, values, errors)


@administrators
@require_POST
def retirement(request: HttpRequest, object_name: str, field_id: UUID) -> HttpResponse:
    description, row = _found(object_name, field_id)
    return _done(request, description, lambda: actions.retire_field(row, by=acting(request)),
                 _("“%(field)s” is retired. Its values are kept.") % {"field": row.label})  # fmt: skip


@administrators
@require_POST
def comeback(request: HttpRequest, object_name: str, field_id: UUID) -> HttpResponse:
    description, row = _found(object_name, field_id)
    return _done(request, description, lambda: actions.bring_back(row, by=acting(request)),
                 _("“%(field)s” is back, with its values.") % {"field": row.label})  # fmt: skip


@administrators
@require_POST
def removal(request: HttpRequest, object_name: str, field_id: UUID) -> HttpResponse:
    description, row = _found(object_name, field_id)
    return _done(request, description, lambda: actions.delete_field(row, by=acting(request)),
                 _("“%(field)s” and its values are deleted.") % {"field": row.label})  # fmt: skip


@administrators
@require_POST
def replacement(request: HttpRequest, object_name: str, field_id: UUID) -> HttpResponse:
    """Gives all records with one value of a choice another one."""
    description, row = _found(object_name, field_id)
    try:
        count = actions.replace_choice(
            row, request.POST.get("value", ""), request.POST.get("by", ""), by=acting(request)
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(
            request,
            ngettext("%(count)d record has the other value now.", "%(count)d records have the other value now.", count)
            % {"count": count},
        )
    return redirect("field", object_name=description.name, field_id=row.pk)


# -- inside -------------------------------------------------------------------------------------------------------


def _objects() -> list[Description]:
    return [description for description in descriptions() if not description.parent and description.nav]


def description_called(name: str) -> Description:
    found = get(name)
    if found is None or found not in _objects():
        raise Http404(_("There is no object “%(name)s”.") % {"name": name[:60]})
    return found


def _found(object_name: str, field_id: UUID) -> tuple[Description, CustomField]:
    description, row = description_called(object_name), actions.field_by_id(field_id)
    if row is None or row.object != description.name:
        raise Http404(_("There is no such field any more."))
    return description, row


def _done(request: HttpRequest, description: Description, action: Any, message: str) -> HttpResponse:
    try:
        action()
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, message)
    return redirect("fields", object_name=description.name)


def _typed(data: QueryDict) -> dict[str, Any]:
    names = (*TEXTS, "kind", "places", "target", "choices", "shown_as", "formula_places")
    values: dict[str, Any] = {name: data.get(name, "") for name in names}
    return values | {name: name in data for name in SWITCHES}


def _given(values: dict[str, Any], before: Any) -> dict[str, Any]:
    """What was typed as `actions` take it."""
    if values["kind"] == formulas.WORD:
        formula, kind, options = given_formula(values)
        options["for_all"] = values["for_all"]
        rest = {name: values[name] for name in (*TEXTS, *SWITCHES) if name not in ("default", "for_all")}
        return rest | {"kind": kind, "formula": formula, "options": options}
    places = values["places"]
    options = {
        "places": int(places) if places.isascii() and places.isdigit() else places or 0,
        "target": values["target"],
        "choices": _choices(values["choices"], before),
    }
    given = {name: values[name] for name in (*TEXTS, *SWITCHES, "kind") if name not in ("formula", "for_all")}
    return given | {"options": options}


def given_formula(values: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """The text, the kind of field it shall be (if anybody has said) and its options."""
    text = str(values.get("formula", "")).replace("\x00", "").replace("\r\n", "\n").strip()
    shown_as, places = values.get("shown_as", ""), str(values.get("formula_places", ""))
    kind = shown_as if text and shown_as in formulas.READY else formulas.WORD
    return text, kind, {"places": int(places) if places in PLACES else None}


def _choices(text: str, before: Any) -> list[dict[str, Any]]:
    """One value a line, "German | English"; "(retired)" or "-" at its beginning takes it out of use. A line that says
    the words of a value, in either language, stays that value; so does a line at its place when both are reworded."""
    lines = [line for line in text.splitlines() if line.strip()]
    named = [(each, each.get(name)) for each in before for name in ("de", "en")]
    known = {text.casefold(): each["value"] for each, text in named if text}
    found: list[dict[str, Any]] = []
    for line in lines:
        retired = line.lstrip().startswith("-")
        german, _bar, english = line.strip().lstrip("-").partition("|")
        german, english = german.strip(), english.strip()
        value = known.get(german.casefold()) or known.get(english.casefold()) or ""
        found.append({"value": value, "de": german, "en": english, "retired": retired})
    taken = {each["value"] for each in found}
    rest = [each["value"] for each in before if each["value"] not in taken]
    if len(lines) == len(before):
        for each, earlier in zip(found, before, strict=True):
            if not each["value"] and earlier["value"] in rest:
                each["value"] = earlier["value"]
    return found


def _values(row: CustomField, description: Description) -> dict[str, Any]:
    """What stands in the form of a field."""
    values = {name: getattr(row, name) for name in (*TEXTS, *SWITCHES, "kind") if name != "for_all"}
    values |= {"for_all": bool(row.options.get("for_all")), "shown_as": row.kind}
    values["formula_places"] = str(row.options.get("places", ""))
    values["kind"] = formulas.WORD if row.formula else row.kind
    values["places"] = str(row.options.get("places", 0))
    values["target"] = row.options.get("target", "")
    values["choices"] = "\n".join(
        f"{'- ' if each.get('retired') else ''}{each['de']}{' | ' if each['en'] else ''}{each['en']}"
        for each in row.options.get("choices", ())
    )
    values["default"] = ""
    if row.default is not None:
        made = added_field(description, row)
        values["default"] = made.kind.typed(current_formats(), form_of(row).from_json(row.default))
    return values


def _page(
    request: HttpRequest, description: Description, row: CustomField | None, values: dict[str, Any],
    errors: dict[str, list[str]],
) -> HttpResponse:  # fmt: skip
    choices = row.options.get("choices", ()) if row is not None else ()
    context = {
        "description": description,
        "row": row,
        "values": values,
        "errors": errors,
        "kinds": list(KINDS.values()),
        "kind": KINDS.get(row.kind if row is not None else values["kind"]),
        "is_calculated": values["kind"] == formulas.WORD,
        "usable": formulas.usable(description, acting(request), but=row.name if row is not None else ""),
        "shown_as": [KINDS[key] for key in formulas.READY],
        "places": PLACES,
        "targets": _objects(),
        "sections": [(source_of(title), title) for title in type(description).page.sections],
        "purposes": purposes.purposes().values(),
        "neighbours": [f for f in description.form_fields(acting(request)) if row is None or f.name != row.name][:2],
        "kept": actions.values_kept(row) if row is not None else 0,
        "used": [(each, actions.choice_used(row, each["value"])) for each in choices] if row is not None else [],
    }
    if errors.get("formula"):
        context["pieces"] = formulas.marked(values["formula"], description, row)
    return render(request, "administration/field.html", context, status=422 if errors else 200)
