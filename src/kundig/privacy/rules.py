"""The purposes Kundig brings along, and what has to be stated before one may be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kundig.privacy.enums import LegalBasis

CONSENT, INTEREST = LegalBasis.CONSENT, LegalBasis.LEGITIMATE_INTEREST


@dataclass(frozen=True)
class BuiltIn:
    """A purpose as it comes. `basis` is None for the prepared ones: they are off until an administrator states it."""

    name: Any
    fitting: tuple[LegalBasis, ...]
    """The grounds that can carry this purpose at all."""
    unfit: Any = ""
    """Why the other grounds cannot."""
    basis: LegalBasis | None = None
    wording: Any = ""
    """What we tell the person: for what, in a sentence."""
    retention: Any = ""
    weighing: Any = ""
    """For a legitimate interest: why it outweighs the person's (Art. 6 (1) f)."""
    example: Any = ""
    """A wording to start from."""


BUILTIN: Mapping[str, BuiltIn] = {
    "customer_care": BuiltIn(
        name=_("Looking after customers"),
        fitting=(LegalBasis.CONTRACT,),
        unfit=_("Does not fit: what a contract needs must not hang on a consent."),
        basis=LegalBasis.CONTRACT,
        wording=_("We keep what we need to answer you, to make offers, to deliver and to help afterwards."),
        retention=_("As long as there are contracts or enquiries; vouchers as long as tax law says."),
    ),
    "business_contacts": BuiltIn(
        name=_("Reaching contact persons at companies"),
        fitting=(INTEREST,),
        unfit=_("Does not fit: the contract is with the company, not with this person."),
        basis=INTEREST,
        wording=_("We keep your name, position and business contact details to reach you in matters of your company."),
        retention=_("Until somebody else takes over, at most two years after the last contact."),
        weighing=_(
            "Business contact details, used for business only. Contact persons expect it and can object at any time."
        ),
    ),
    "greeting": BuiltIn(
        name=_("Birthday greetings"),
        fitting=(CONSENT, INTEREST),
        unfit=_("Does not fit: no order needs a birthday."),
        example=_("We use your birthday only to congratulate you. You can have it deleted at any time."),
    ),
    "personal_interests": BuiltIn(
        name=_("Hobbies and personal interests"),
        fitting=(CONSENT,),
        unfit=_("Does not fit: no order needs hobbies, and what is private weighs more than our interest."),
        example=_("We remember what you like, so that invitations and small presents suit you."),
    ),
    "family": BuiltIn(
        name=_("Family"),
        fitting=(CONSENT,),
        unfit=_("Does not fit: the family is private, and it is about people who do not know us."),
        example=_("We remember what you tell us about your family, to pick up our conversation where it ended."),
    ),
    "education": BuiltIn(
        name=_("Education and training"),
        fitting=(CONSENT, INTEREST),
        unfit=_("Does not fit: no order needs the education of a contact person."),
        example=_("We keep what you have learned, so that we can talk on equal terms and offer fitting training."),
    ),
}


def missing(*, basis: str, wording: str, retention: str, weighing: str, builtin: BuiltIn) -> dict[str, str]:
    """What still has to be stated before the purpose may be used, by field; empty when everything is."""
    problems: dict[str, str] = {}
    if not wording.strip():
        problems["wording"] = str(_("Say in a sentence what you use these data for."))
    if basis not in LegalBasis.values:
        problems["legal_basis"] = str(_("Choose the legal basis."))
    elif basis not in builtin.fitting:
        problems["legal_basis"] = str(builtin.unfit)
    if not retention.strip():
        problems["retention"] = str(_("Say how long you keep these data."))
    if basis == INTEREST and not weighing.strip():
        problems["weighing"] = str(_("A legitimate interest needs a written weighing: why does yours weigh more?"))
    return problems
