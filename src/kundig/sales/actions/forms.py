"""Web forms: making them, taking what strangers send, and asking whether it was them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.accounts.models import User
from kundig.accounts.queries import house
from kundig.parties.queries import is_postal_code_of
from kundig.platform import jobs
from kundig.platform.formats import formats
from kundig.records.events import Via
from kundig.records.kinds.base import Reading
from kundig.records.kinds.choices import YesNo
from kundig.sales.actions.intake import Inquiry, TakenIn, take_in
from kundig.sales.models.forms import LeadForm, Submission
from kundig.sales.queries.forms import Asked, field_called, may_ask_address, questions, text_of
from kundig.sales.rules.forms import (
    ADDRESS,
    LANGUAGES,
    LONGEST_MESSAGE,
    LONGEST_SECONDS,
    MESSAGE,
    RESERVED,
    SHORTEST_SECONDS,
    TEXTS,
    TRAP,
    key_from,
    network_of,
    origin_of,
)

SALT, CONFIRM_SALT = "kundig.sales.lead-form", "kundig.sales.lead-form.confirm"
MAIL = "lead_form_mail"
CONFIRMED_WITHIN = timedelta(days=7)
ASKED_WITHIN, MOST_ASKED = timedelta(days=1), 3
"""So many mails an address gets in this time at most, whichever forms it is typed into."""
LONGEST_TEXT, MOST_FIELDS, MOST_ORIGINS = 2000, 40, 20


# -- making them -----------------------------------------------------------------------------------------------------


def save_form(form: LeadForm, values: Mapping[str, Any], *, by: User) -> LeadForm:
    """Keep what the designer says; a new form gets an address made of its name.

    Raises:
        PermissionDenied: if `by` is no administrator.
        ValidationError: with a dict of fields.
    """
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    errors: dict[str, str] = {}
    form.name = _clean(values.get("name"))[:120]
    if not form.name:
        errors["name"] = _("Give the form a name; only colleagues see it.")
    form.is_active, form.double_opt_in = bool(values.get("is_active")), bool(values.get("double_opt_in"))
    form.source, form.campaign = _clean(values.get("source"))[:120], _clean(values.get("campaign"))[:120]
    form.fields = _checked_fields(values.get("fields") or [], errors, double_opt_in=form.double_opt_in)
    form.texts = _checked_texts(values.get("texts") or {}, errors)
    form.origins = _checked_origins(str(values.get("origins") or ""), errors)
    if errors:
        raise ValidationError(errors)
    if form._state.adding:
        form.created_by = by if by.pk else None
        form.key = _free_key(form.name)
    form.save()
    return form


def delete_form(form: LeadForm, *, by: User) -> None:
    """Remove a form with what nobody has confirmed, and the proofs; its leads stay."""
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    form.delete()


# -- taking what is sent ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """What becomes of what somebody sent: a lead, or a question by mail first. Both None: a machine sent it."""

    taken_in: TakenIn | None = None
    asked: str = ""
    """The mail address that is asked."""


def page_token(form: LeadForm, *, before: str = "") -> str:
    """Proves later when the page was made; each is good for one submission. A page that is shown once more, because
    something was missing in it, keeps the one of `before`."""
    with contextlib.suppress(signing.BadSignature, ValueError):
        if signing.loads(before, salt=SALT, max_age=LONGEST_SECONDS)[0] == str(form.pk):
            return before
    return signing.dumps([str(form.pk), get_random_string(20)], salt=SALT)


def receive(
    form: LeadForm, data: Mapping[str, str], *, language: str, address: str, page: str = "", base: str = ""
) -> Received:
    """Take what was typed: refuse it with words at its fields, ask for confirmation, or make a lead of it.

    Raises:
        ValidationError: with a dict: name of the question → what is wrong; "" for what is wrong with all of it.
    """
    data = {name: text.replace("\x00", "") for name, text in data.items()}
    if data.get(TRAP):
        return Received()
    nonce = _checked_token(form, data.get("token", ""))
    with override(language):
        values = _read(form, data, language)
        mail = str(values.get("persons.mail") or "")
        wording = text_of(form, "consent", language)
        if wording and data.get("consent") != "yes":
            raise ValidationError({"consent": _("Please tick this so that we may answer you.")})
        with transaction.atomic():
            try:
                # Around nothing else: what the database refuses further on is no second copy to be thanked for.
                with transaction.atomic():
                    sent = Submission.objects.create(
                        form=form, nonce=nonce, language=language, values=_kept(data, values), mail=mail,
                        wording=wording, page=page[:300], sent_from=network_of(address),
                    )  # fmt: skip
            except IntegrityError:
                # Sent twice: the first one is under way, or was, and both are told the same.
                return Received(asked=mail if form.double_opt_in else "")
            if not form.double_opt_in:
                return Received(taken_in=_take(sent, values))
            _try(sent, values)
            if _may_be_asked(mail):
                sent.asked_at = timezone.now()
                sent.save(update_fields=["asked_at"])
                jobs.start(MAIL, title=_("Mail of a web form"), by=None, submission=str(sent.pk), base=base)
            return Received(asked=mail)


def confirmation_token(sent: Submission) -> str:
    return signing.dumps(str(sent.pk), salt=CONFIRM_SALT)


def waiting_for(token: str) -> Submission | None:
    """What a link in a mail means, confirmed or not; None if it is none of ours, or too old."""
    try:
        key = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRMED_WITHIN)
    except signing.BadSignature:
        return None
    return Submission.objects.select_related("form").filter(pk=UUID(key)).first()


def confirm(sent: Submission, *, address: str) -> TakenIn | None:
    """The person has said that it was them: now it is a lead. None if they had said so before.

    Raises:
        ValidationError: like `receive`, if what was typed is not possible any more.
    """
    with transaction.atomic():
        locked = Submission.objects.select_for_update().select_related("form").get(pk=sent.pk)
        if locked.confirmed_at is not None:
            return None
        locked.confirmed_at, locked.confirmed_from = timezone.now(), network_of(address)
        with override(locked.language):
            return _take(locked, _read(locked.form, locked.values, locked.language, is_kept=True))


def forget_unconfirmed() -> int:
    """What nobody has confirmed in time is deleted: there is no ground to keep it."""
    old = Submission.objects.filter(lead=None, confirmed_at=None, sent_at__lt=timezone.now() - CONFIRMED_WITHIN)
    return old.delete()[0]


# -- inside ----------------------------------------------------------------------------------------------------------


def _may_be_asked(mail: str) -> bool:
    """Whether an address may get one more mail: strangers type it, and it may be anybody's."""
    since = timezone.now() - ASKED_WITHIN
    return Submission.objects.filter(mail__iexact=mail, asked_at__gt=since).count() < MOST_ASKED


def _try(sent: Submission, values: Mapping[str, Any]) -> None:
    """Make the lead and take it back: what is wrong is said to whoever typed it, not days later to whoever confirms."""
    with transaction.atomic():
        _take(sent, values)
        transaction.set_rollback(True)
    sent.refresh_from_db()


def _take(sent: Submission, values: Mapping[str, Any]) -> TakenIn:
    """Make a lead of it; what was typed is then kept there, and here only the proof. Errors are by question."""
    by_object: dict[str, dict[str, Any]] = {"persons": {}, "organisations": {}, "leads": {}}
    for name, value in values.items():
        object_name, dot, column = name.partition(".")
        if dot and value not in (None, ""):
            by_object[object_name][column] = value
    lead = {"source": sent.form.source or sent.form.name, "campaign": sent.form.campaign, **by_object["leads"]}
    message = str(values.get(MESSAGE) or "")
    if not lead.get("interest") and message:
        lead["interest"] = " ".join(message.split())[:120]
    inquiry = Inquiry(
        person=by_object["persons"], organisation=by_object["organisations"], lead=lead, message=message,
        title=_("Inquiry by the web form “%(form)s”") % {"form": sent.form.name}, kind="web_form", direction="in",
        key=str(sent.pk),
    )  # fmt: skip
    try:
        taken = take_in(inquiry, by=house(), via=Via.FORM)
    except ValidationError as problem:
        raise ValidationError(_by_question(problem, list(values))) from problem
    sent.lead, sent.person_id, sent.values = taken.lead, taken.lead.person_id or taken.lead.party_id, {}
    sent.save()
    return taken


def _read(form: LeadForm, data: Mapping[str, Any], language: str, *, is_kept: bool = False) -> dict[str, Any]:
    """The values by the names of the questions; raises ValidationError for what cannot be read."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    raws = {asked.name: str(data.get(asked.name) or "") for asked in questions(form, language)}
    row = {name.partition(".")[2] or name: text for name, text in raws.items()}
    reading = Reading(user=None, formats=formats(language), row=row)
    for asked in questions(form, language):
        try:
            values[asked.name] = _value(asked, raws[asked.name], reading)
            if asked.required and values[asked.name] in (None, "", False) and not is_kept:
                raise ValidationError(_("Please fill this in."))
        except ValidationError as error:
            errors[asked.name] = error.messages
    if not errors and not is_kept:
        errors = _wrong_in_address([asked for asked in questions(form, language) if asked.block], values)
    if errors:
        raise ValidationError(errors)
    return values


def _wrong_in_address(parts: Sequence[Asked], values: dict[str, Any]) -> dict[str, list[str]]:
    """An address is whole, or there is none: a country alone, which the browser may have filled in, is not kept."""
    given = [asked.name for asked in parts if values[asked.name]]
    if given in ([], ["persons.country"]):
        values |= dict.fromkeys(given, "")
        return {}
    missing = [asked.name for asked in parts if not values[asked.name]]
    errors = {name: [_("Please fill this in: only a whole address can stand on an invoice.")] for name in missing}
    code, country = str(values.get("persons.postal_code") or ""), str(values.get("persons.country") or "")
    if not errors and country and not is_postal_code_of(country, code):
        words = _("“%(code)s” is no postal code of this country.") % {"code": code[:20]}
        errors["persons.postal_code"] = [words]
    return errors


def _by_question(problem: ValidationError, names: list[str]) -> dict[str, list[str]]:
    """What is wrong with columns, said at the questions that ask for them; "" for what no question asks."""
    if not hasattr(problem, "error_dict"):
        return {"": problem.messages}
    found: dict[str, list[str]] = {}
    for column, texts in problem.message_dict.items():
        found.setdefault(next((each for each in names if each.endswith(f".{column}")), ""), []).extend(texts)
    return found


def _value(asked: Asked, raw: str, reading: Reading) -> Any:
    if asked.longest and len(raw) > asked.longest:
        raise ValidationError(
            _("This is %(length)d characters long; at most %(limit)d fit.")
            % {"length": len(raw), "limit": asked.longest}
        )
    if asked.field is None:
        return raw.replace("\r\n", "\n").strip()
    if isinstance(asked.field.kind, YesNo):
        return raw in ("yes", "on", "true")
    if not raw.strip():
        return asked.field.kind.empty(asked.field)
    return asked.field.kind.parse(raw, field=asked.field, reading=reading)


def _kept(data: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, until it is confirmed: as it was typed, because some values are no plain data."""
    return {name: str(data.get(name) or "")[:LONGEST_MESSAGE] for name in values}


def _checked_token(form: LeadForm, token: str) -> str:
    again = ValidationError({"": [_("This page was open for too long, or came from elsewhere. Please send it again.")]})
    try:
        key, nonce = signing.loads(token, salt=SALT, max_age=LONGEST_SECONDS)
    except (signing.BadSignature, ValueError) as error:
        raise again from error
    if key != str(form.pk):
        raise again
    try:
        signing.loads(token, salt=SALT, max_age=SHORTEST_SECONDS)
    except signing.SignatureExpired:
        return str(nonce)
    raise ValidationError({"": [_("That was faster than anybody types. Please send it again.")]})


def _checked_fields(lines: list[Mapping[str, Any]], errors: dict[str, str], *, double_opt_in: bool) -> list[Any]:
    fields: list[dict[str, Any]] = []
    seen: set[str] = set()
    for line in lines[:MOST_FIELDS]:
        name = str(line.get("name", ""))
        if name in seen:
            continue
        is_known = may_ask_address() if name == ADDRESS else name == MESSAGE or field_called(name) is not None
        if not is_known:
            words = _("“%(name)s” cannot be asked: there is no such field, or its purpose is not stated.")
            errors["fields"] = words % {"name": name[:60]}
            continue
        seen.add(name)
        labels = {each: _clean(line.get(each))[:120] for each in LANGUAGES}
        fields.append({"name": name, "required": bool(line.get("required")), **labels})
    reachable = {"persons.mail", "persons.phone", "persons.mobile"}
    if not reachable & seen:
        errors["fields"] = _("Ask for a mail address or a phone number, or nobody can answer.")
    if double_opt_in and not any(each["name"] == "persons.mail" and each["required"] for each in fields):
        errors["double_opt_in"] = _("To confirm by mail, the mail address must be asked and required.")
    return fields


def _checked_texts(texts: Mapping[str, Mapping[str, Any]], errors: dict[str, str]) -> dict[str, dict[str, str]]:
    kept = {
        language: {name: _clean((texts.get(language) or {}).get(name), lines=True)[:LONGEST_TEXT] for name in TEXTS}
        for language in LANGUAGES
    }
    if not any(each["title"] for each in kept.values()):
        errors["texts"] = _("Give the form a title in German or in English.")
    return kept


def _checked_origins(text: str, errors: dict[str, str]) -> list[str]:
    kept: list[str] = []
    for line in text.split()[:MOST_ORIGINS]:
        origin = origin_of(line)
        if not origin:
            errors["origins"] = _("“%(text)s” is no address of a website. Write it like https://www.example.com") % {
                "text": line[:60],
            }  # fmt: skip
        elif origin not in kept:
            kept.append(origin)
    return kept


def _clean(value: Any, *, lines: bool = False) -> str:
    text = str(value or "").replace("\x00", "").replace("\r\n", "\n").strip()
    return text if lines else " ".join(text.split())


def _free_key(name: str) -> str:
    key = key_from(name)
    taken = set(LeadForm.objects.filter(key__startswith=key).values_list("key", flat=True)) | RESERVED
    return next(each for each in (key, *(f"{key}-{number}" for number in range(2, 10_000))) if each not in taken)
