"""What the register of purposes says, and who has agreed to what."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language

from kundig.privacy.enums import Act, LegalBasis
from kundig.privacy.models import Consent, ConsentPurpose, ConsentWording, Purpose
from kundig.privacy.rules import BUILTIN, BuiltIn
from kundig.records.purposes import PurposeInfo

TTL_SECONDS = 10.0
_kept: tuple[float, dict[str, Purpose]] | None = None
_infos: dict[str, Mapping[str, PurposeInfo]] = {}


@dataclass(frozen=True)
class Entry:
    """One line of the register, as stated or as it comes, in the reader's language."""

    key: str
    name: str
    basis: LegalBasis | None
    wording: str
    retention: str
    weighing: str
    is_active: bool
    stated_by: str
    stated_at: datetime | None


def register() -> list[Entry]:
    """All purposes, in the order in which Kundig brings them."""
    stated = {row.key: row for row in Purpose.objects.select_related("stated_by")}
    return [_entry(key, builtin, stated.get(key)) for key, builtin in BUILTIN.items()]


def entry(key: str) -> Entry | None:
    """One purpose by its key; None if there is no such purpose."""
    if key not in BUILTIN:
        return None
    return _entry(key, BUILTIN[key], Purpose.objects.select_related("stated_by").filter(key=key).first())


def active_purposes() -> frozenset[str]:
    """Keys of the purposes that personal data may be kept for now."""
    return frozenset(key for key, info in purpose_infos().items() if info.is_active)


def purpose_infos() -> Mapping[str, PurposeInfo]:
    """What `records` asks for every personal field: by key, kept per process for a few seconds."""
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > TTL_SECONDS:
        _kept = (now, {row.key: row for row in Purpose.objects.all()})
        _infos.clear()
    language = get_language() or ""
    if language not in _infos:
        _infos[language] = {key: _info(key, builtin, _kept[1].get(key)) for key, builtin in BUILTIN.items()}
    return _infos[language]


def forget_purposes() -> None:
    """Read the register anew at the next question: after a change, and between tests."""
    global _kept
    _kept = None
    _infos.clear()


def has_consent(party_id: UUID, channel: str, purpose: str) -> bool:
    """Whether a party has agreed to be reached by a channel for a purpose (its key), and has not withdrawn it."""
    return Consent.objects.holding(channel, purpose).filter(party=party_id).exists()


def standing(party_ids: Sequence[UUID]) -> dict[tuple[UUID, str], Consent]:
    """What counts now of the entries about these parties: by purpose and channel the latest that was no mistake."""
    entries = (
        Consent.objects.filter(party__in=party_ids, corrected_by=None)
        .exclude(act=Act.CORRECTED)
        .select_related("purpose", "wording", "author")
        .order_by("purpose__name", "channel", "-at", "-id")
    )
    found: dict[tuple[UUID, str], Consent] = {}
    for each in entries:
        found.setdefault((each.purpose_id, each.channel), each)
    return found


def wording_on(purpose: ConsentPurpose, day: date) -> ConsentWording | None:
    """The wording that people were shown on a day; of days before the first one, the first."""
    wordings = purpose.wordings.order_by("-valid_from", "-version")
    return wordings.filter(valid_from__lte=day).first() or wordings.last()


def consent_purposes() -> dict[str, str]:
    """Key → name of everything that is, or was, asked for."""
    return dict(ConsentPurpose.objects.order_by("name").values_list("key", "name"))


def _info(key: str, builtin: BuiltIn, row: Purpose | None) -> PurposeInfo:
    basis = LegalBasis(row.legal_basis) if row and row.legal_basis else builtin.basis
    shown = f"{basis.label}, {basis.article}" if basis else ""
    is_active = row.is_active if row else builtin.basis is not None
    return PurposeInfo(key=key, name=str(builtin.name), legal_basis=shown, is_active=is_active)


def _entry(key: str, builtin: BuiltIn, row: Purpose | None) -> Entry:
    if row is None:
        return Entry(
            key=key, name=str(builtin.name), basis=builtin.basis, wording=str(builtin.wording),
            retention=str(builtin.retention), weighing=str(builtin.weighing), is_active=builtin.basis is not None,
            stated_by="", stated_at=None,
        )  # fmt: skip
    return Entry(
        key=key, name=str(builtin.name), basis=LegalBasis(row.legal_basis) if row.legal_basis else None,
        wording=row.wording, retention=row.retention, weighing=row.weighing, is_active=row.is_active,
        stated_by=row.stated_by.name if row.stated_by else "", stated_at=row.stated_at,
    )  # fmt: skip
