"""Telling another program: a signed request to an address (webhook)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.automation.protocol import Occasion, Parameter, RuleAction, Values
from kundig.platform import outgoing
from kundig.platform.sealing import Unreadable, seal, unseal
from kundig.records.description import Description
from kundig.records.rest.items import ItemPlan

PURPOSE = "rule.call"
KEPT = "••••••••"
"""What stands in the form for a secret that is there: it is never shown again."""


class Refused(Exception):
    """The other program answered, and did not take it."""


def _check(values: Values, description: Description) -> dict[str, Any]:
    address, secret = str(values.get("address", "")).strip(), str(values.get("secret", "")).strip()
    try:
        outgoing.check_address(address)
    except outgoing.NotAllowed as error:
        raise ValidationError({"address": str(error)}) from error
    sealed = str(values.get("sealed", ""))
    if secret and secret != KEPT:
        sealed = seal(secret, purpose=PURPOSE)
    elif not secret:
        sealed = ""
    return {"address": address, "sealed": sealed}


def _call(record: models.Model, values: Values, description: Description, occasion: Occasion) -> str:
    plan = ItemPlan(description, occasion.by)
    row = plan.one(record.pk, occasion.by)
    body = json.dumps(
        {
            "rule": occasion.rule,
            "object": description.name,
            "record": plan.item(row) if row is not None else None,
            "at": timezone.now().isoformat(),
        },
        cls=DjangoJSONEncoder,
    ).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": occasion.key}
    if values.get("sealed"):
        headers["X-Kundig-Signature"] = f"sha256={_signature(str(values['sealed']), body)}"
    try:
        answer = outgoing.request(str(values["address"]), method="POST", body=body, headers=headers)
    except outgoing.NotAllowed as error:
        raise ValidationError(str(error)) from error
    if not 200 <= answer.status < 300:
        raise Refused(_("The other program answered with %(status)d.") % {"status": answer.status})
    return _("Sent; answer %(status)d.") % {"status": answer.status}


def _signature(sealed: str, body: bytes) -> str:
    try:
        secret = unseal(sealed, purpose=PURPOSE)
    except Unreadable as error:
        raise ValidationError(_("The secret cannot be read here. Enter it again in the rule.")) from error
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


CALL = RuleAction(
    key="call",
    label=gettext_lazy("Tell another program (webhook)"),
    icon="link",
    parameters=(
        Parameter("address", gettext_lazy("Web address"), help=gettext_lazy("https://… The record is sent as JSON.")),
        Parameter(
            "secret", gettext_lazy("Secret"), required=False, secret=True,
            help=gettext_lazy("Signs each request: X-Kundig-Signature has the HMAC-SHA-256 of the body."),
        ),
    ),
    check=_check,
    run=_call,
    words=lambda values, description: _("send it to %(address)s") % {"address": values["address"]},
    is_outside=True,
)  # fmt: skip
