"""How the register of consents is described, and the question about it that conditions ask."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kundig.accounts.models import User
from kundig.parties.models import Party
from kundig.platform.formats import current_formats
from kundig.privacy import actions
from kundig.privacy.enums import Channel
from kundig.privacy.models import Consent, ConsentPurpose, ConsentWording
from kundig.privacy.queries import consent_purposes, has_consent, standing
from kundig.records import registry
from kundig.records.bulk.acting import Input, RecordAction, one_by_one
from kundig.records.conditions import Predicate
from kundig.records.description import Description, Listing, Page
from kundig.records.kinds.texts import LongText


class ConsentPurposeDescription(Description):
    model = ConsentPurpose
    name = "consent-purposes"
    icon = "check"
    nav = False
    owner = team = None
    common = True
    columns = "name key is_active"
    form = "name key is_active"
    keys = "key"
    page = Page(header="key is_active")
    create, change = actions.create_purpose, actions.change_purpose


class ConsentWordingDescription(Description):
    model = ConsentWording
    name = "consent-wordings"
    icon = "doc"
    nav = False
    owner = team = None
    common = True
    title, subtitle = "text", "purpose"
    columns = "purpose version valid_from text"
    form = "purpose text valid_from"
    sort = "-id"
    page = Page(header="version valid_from", sections={gettext_lazy("Wording"): "purpose text"})
    listed_at: ClassVar = {"purpose": Listing(sort=("-version",), side="history")}
    create, change = actions.create_wording, actions.change_wording


class ConsentDescription(Description):
    model = Consent
    name = "consents"
    icon = "check"
    nav = False
    owner = team = None
    parent = "party"
    title, subtitle = "purpose", "party"
    columns = "party purpose channel act at how in_force"
    filters = "purpose"
    sort = "-id"
    form = "party purpose channel act at how wording evidence corrects"
    page = Page(
        header="act at in_force",
        sections={gettext_lazy("Consent"): "party purpose channel how wording evidence corrects author"},
    )
    personal = True
    impersonal = "party purpose wording corrects author"
    purpose = "customer_care"
    follows = "in_force"
    create, change = actions.create_consent, actions.keep_entry
    delete: ClassVar[Any] = actions.keep_from_deletion
    actions: ClassVar[Any] = (
        RecordAction("withdraw", pgettext_lazy("consent", "Withdraw"), one_by_one(actions.withdraw), icon="x"),
        RecordAction(
            "correct", gettext_lazy("It was a mistake"), one_by_one(actions.correct), icon="undo",
            inputs=(Input("reason", gettext_lazy("What went wrong"), LongText(), required=True),),
        ),
    )  # fmt: skip


DESCRIPTIONS = (ConsentPurposeDescription, ConsentWordingDescription, ConsentDescription)


# -- consent(channel, purpose) ----------------------------------------------------------------------------------------


def _channels() -> dict[str, Any]:
    return {channel.value: channel.label for channel in Channel}


def _q(arguments: tuple[str, ...], prefix: str) -> Q:
    return Q(Exists(Consent.objects.holding(*arguments).filter(party=OuterRef(f"{prefix}pk"))))


def _holds(arguments: tuple[str, ...], record: models.Model) -> bool:
    channel, purpose = arguments
    return has_consent(record.pk, channel, purpose)


def _names(arguments: tuple[str, ...]) -> dict[str, Any]:
    channel, purpose = arguments
    return {"purpose": consent_purposes().get(purpose, purpose), "channel": BY_CHANNEL[Channel(channel)]}


BY_CHANNEL = {
    Channel.MAIL: gettext_lazy("by mail"),
    Channel.PHONE: gettext_lazy("by telephone"),
    Channel.SMS: gettext_lazy("by SMS"),
    Channel.MESSENGER: gettext_lazy("by messenger"),
    Channel.POST: gettext_lazy("by letter post"),
}


def _words(arguments: tuple[str, ...]) -> str:
    return _("has agreed to %(purpose)s %(channel)s") % _names(arguments)


def _not_words(arguments: tuple[str, ...]) -> str:
    return _("has not agreed to %(purpose)s %(channel)s") % _names(arguments)


def _found(arguments: tuple[str, ...], record: models.Model) -> str:
    """What the register says: which entry counts, and since when."""
    channel, purpose = arguments
    for entry in standing([record.pk]).values():
        if (entry.channel, entry.purpose.key) == (channel, purpose):
            return f"{entry.get_act_display()}, {current_formats().moment(entry.at)}"
    return _("nothing in the register")


def _may_ask(user: User | None) -> bool:
    description = registry.for_model(Consent)
    assert description is not None, "consents are described"
    return all(description.may_read(user, description.fields[name]) for name in ("purpose", "channel", "in_force"))


CONSENT = Predicate(
    name="consent",
    label=gettext_lazy("Consent"),
    choices=((gettext_lazy("Channel"), _channels), (pgettext_lazy("consent", "Purpose"), consent_purposes)),
    applies=lambda description: issubclass(description.model, Party),
    q=_q,
    holds=_holds,
    words=_words,
    not_words=_not_words,
    found=_found,
    may=_may_ask,
)
