"""Stating for what personal data are kept, and ending it; entering what people have agreed to, and its withdrawal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.parties.queries import described
from kundig.platform import live
from kundig.privacy.enums import Act, How
from kundig.privacy.models import Consent, ConsentPurpose, ConsentWording, Purpose
from kundig.privacy.queries import forget_purposes, standing, wording_on
from kundig.privacy.rules import BUILTIN, BuiltIn, missing
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.events import Via

AHEAD = dt.timedelta(minutes=5)
"""By how much the clock of another program may be fast."""
Kind = TypeVar("Kind", bound=models.Model)


def state_purpose(key: str, *, legal_basis: str, wording: str, retention: str, weighing: str = "", by: User) -> Purpose:
    """State everything the law asks for; from now on the fields of this purpose may be filled.

    Raises:
        ValidationError: by field, if something is missing or the basis cannot carry the purpose.
    """
    _require_administrator(by)
    problems = missing(
        basis=legal_basis, wording=wording, retention=retention, weighing=weighing, builtin=_known(key)
    )  # fmt: skip
    if problems:
        raise ValidationError(problems)
    purpose = Purpose.objects.filter(key=key).first() or Purpose(key=key)
    purpose.legal_basis, purpose.wording, purpose.retention = legal_basis, wording.strip(), retention.strip()
    purpose.weighing, purpose.is_active = weighing.strip(), True
    return _save(purpose, by=by)


def end_purpose(key: str, *, by: User) -> Purpose:
    """From now on nothing is kept for this purpose: its fields are off everywhere.

    Raises:
        ValidationError: for a purpose without which there could be no customers at all.
    """
    _require_administrator(by)
    if _known(key).basis is not None:
        raise ValidationError(_("Without this purpose Kundig could not keep any customers. It stays."))
    purpose = Purpose.objects.filter(key=key).first() or Purpose(key=key)
    purpose.is_active = False
    return _save(purpose, by=by)


def _save(purpose: Purpose, *, by: User) -> Purpose:
    purpose.stated_by, purpose.stated_at = by, timezone.now()
    purpose.full_clean(validate_unique=False)
    with transaction.atomic():
        purpose.save()
        transaction.on_commit(forget_purposes)
    return purpose


def _known(key: str) -> BuiltIn:
    if key not in BUILTIN:
        raise ValidationError(_("There is no purpose “%(key)s”.") % {"key": key})
    return BUILTIN[key]


def _require_administrator(by: User) -> None:
    if not by.access.is_administrator:
        raise PermissionDenied(_("Only administrators may state purposes."))


# -- consents ---------------------------------------------------------------------------------------------------------
# `create_…` are called by `records.actions`, which check the right and tell of the record.


def create_purpose(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> ConsentPurpose:
    purpose = _assigned(ConsentPurpose(), values)
    purpose.full_clean()
    purpose.save(force_insert=True)
    return purpose


def change_purpose(
    purpose: ConsentPurpose, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> ConsentPurpose:
    """Raises ValidationError for another key: it stands in the conditions of many."""
    if "key" in _different(purpose, values):
        raise ValidationError({"key": _("The key stands in conditions and stays as it is.")})
    _assigned(purpose, values).full_clean()
    purpose.save()
    return purpose


def create_wording(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> ConsentWording:
    """The next version of the wording of a purpose."""
    wording = _assigned(ConsentWording(), values)
    with transaction.atomic():
        if wording.purpose_id is not None:
            ConsentPurpose.objects.select_for_update().get(pk=wording.purpose_id)  # versions follow one another
        known = ConsentWording.objects.filter(purpose=wording.purpose_id).aggregate(last=Max("version"))
        wording.version = (known["last"] or 0) + 1
        wording.full_clean()
        wording.save(force_insert=True)
    return wording


def change_wording(
    wording: ConsentWording, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> ConsentWording:
    """Raises ValidationError for another text: people have agreed to the one that is there."""
    refused = [name for name in _different(wording, values) if name != "valid_from"]
    if refused:
        raise ValidationError(dict.fromkeys(refused, _("A wording stays as it is. Add a new version of it.")))
    _assigned(wording, values)
    wording.full_clean()
    wording.save()
    return wording


def create_consent(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Consent:
    """Add an entry to the register: a consent, a withdrawal, or that another entry was a mistake.

    A consent takes the wording of its purpose that held on its day, unless it names one. What the program enters
    without a person (`by` without a key) is what the customers did themselves.

    Raises:
        ValidationError: with a dict of columns, for what is missing or does not go together.
    """
    entry = _assigned(Consent(author=by if by.pk else None), values)
    if entry.corrects is not None:
        entry.act = Act.CORRECTED
        entry.party_id, entry.purpose_id, entry.channel = (
            entry.corrects.party_id, entry.corrects.purpose_id, entry.corrects.channel,
        )  # fmt: skip
    if entry.act == Act.GIVEN and entry.purpose_id is not None and entry.wording is None:
        entry.wording = wording_on(entry.purpose, timezone.localtime(entry.at).date())
    problems = _problems(entry)
    if problems:
        raise ValidationError(problems)
    entry.full_clean()
    entry.save(force_insert=True)
    entry.refresh_from_db(fields=("in_force",))
    live.announce(f"consents-of:{entry.party_id}")
    return entry


def keep_entry(entry: Consent, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Consent:
    """Raises ValidationError, unless nothing would be different: entries of the register stay."""
    if changed := _different(entry, values):
        message = _("An entry of the register stays as it is. Enter that it was a mistake, and a new one.")
        raise ValidationError(dict.fromkeys(changed, message))
    return entry


def keep_from_deletion(entry: Consent, *, by: User, via: Via = Via.HAND) -> None:
    raise ValidationError(_("Consents are withdrawn and never deleted: the register has to prove them."))


def withdraw(consent: Consent, *, by: User, how: str = "", evidence: str = "", via: Via = Via.HAND) -> Consent:
    """Enter that a consent is withdrawn, from now on and everywhere; answers the entry.

    Raises:
        PermissionDenied: if `by` may not change the customer.
        ValidationError: if it does not hold.
    """
    _require(consent.party, by=by)
    if not consent.in_force:
        raise ValidationError(_("This consent does not hold any more."))
    values = {
        "party": consent.party, "purpose": consent.purpose, "channel": consent.channel, "act": Act.WITHDRAWN,
        "how": how, "evidence": evidence,
    }  # fmt: skip
    return _added(values, by=by, via=via)


def correct(entry: Consent, *, reason: str, by: User, via: Via = Via.HAND) -> Consent:
    """Enter that another entry was a mistake of ours, as if it had never been made; answers the new entry.

    Raises:
        PermissionDenied: if `by` may not change the customer.
        ValidationError: if the customer made it, it was corrected already, or no reason is given.
    """
    _require(entry.party, by=by)
    return _added({"corrects": entry, "evidence": reason}, by=by, via=via)


def keep_stricter(into: Party, gone: Party, *, by: User) -> None:
    """Of two customers who become one, whoever withdrew decides: where a consent of the other holds, the withdrawal is
    entered once more for the one that stays."""
    ours, theirs = standing([into.pk]), standing([gone.pk])
    for key in ours.keys() & theirs.keys():
        if ours[key].act != theirs[key].act:
            purpose_id, channel = key
            Consent.objects.create(
                party=into, purpose_id=purpose_id, channel=channel, act=Act.WITHDRAWN, how=How.MERGE,
                author=by if by.pk else None,
            )  # fmt: skip


def _added(values: Mapping[str, Any], *, by: User, via: Via) -> Consent:
    """An entry, told to everybody."""
    entry = create_consent(values, by=by, via=via)
    description = registry.for_model(Consent)
    assert description is not None, "consents are described"
    announce(description, [entry.pk], by=by, via=via)
    return entry


def _problems(entry: Consent) -> dict[str, str]:
    """What is wrong with an entry, by column."""
    problems: dict[str, str] = {}
    if entry.at > timezone.now() + AHEAD:
        problems["at"] = _("This moment is still to come.")
    if entry.how == How.MERGE:
        problems["how"] = _("The program itself enters this when two records are joined.")
    if entry.act == Act.GIVEN:
        if not entry.how:
            problems["how"] = _("Say how it was given: the law wants a proof.")
        if entry.purpose_id is not None and not entry.purpose.is_active:
            problems["purpose"] = _("For this purpose no consents are asked any more.")
        elif entry.purpose_id is not None and entry.wording is None:
            problems["purpose"] = _("This purpose has no wording yet: an administrator adds it in the settings.")
        elif entry.wording is not None and entry.wording.purpose_id != entry.purpose_id:
            problems["wording"] = _("This wording belongs to another purpose.")
    if entry.act == Act.CORRECTED:
        problems |= _problems_of_correction(entry)
    elif entry.act == Act.WITHDRAWN and entry.wording is not None:
        problems["wording"] = _("A withdrawal has no wording.")
    return problems


def _problems_of_correction(entry: Consent) -> dict[str, str]:
    meant = entry.corrects
    if meant is None:
        return {"corrects": _("Say which entry was a mistake.")}
    if meant.act == Act.CORRECTED or Consent.objects.filter(corrects=meant).exists():
        return {"corrects": _("This entry has been corrected already.")}
    if meant.act == Act.WITHDRAWN and meant.author_id is None:
        return {"corrects": _("The customer withdrew it themselves. Only a new consent can follow.")}
    if not entry.evidence.strip():
        return {"evidence": _("Say in a few words what went wrong.")}
    return {}


def _assigned(record: Kind, values: Mapping[str, Any]) -> Kind:
    """Set columns, given by name with a value, an id or a record."""
    for name, value in values.items():
        setattr(record, _column(record, name), _plain(value))
    return record


def _different(record: models.Model, values: Mapping[str, Any]) -> list[str]:
    return [name for name, value in values.items() if getattr(record, _column(record, name)) != _plain(value)]


def _column(record: models.Model, name: str) -> str:
    return str(record._meta.get_field(name).attname)  # type: ignore[union-attr]


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value.strip() if isinstance(value, str) else value


def _require(party: Party, *, by: User) -> None:
    if not described(party).may(by, Action.CHANGE, party):
        raise PermissionDenied(_("You may look at this customer, but not change it."))
