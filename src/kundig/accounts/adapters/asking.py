"""What the clients of identity providers share: asking, and one word for all that can go wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from kundig.platform import outgoing


class Failed(Exception):
    """The provider was not asked, or did not answer as it should; the text says why, for who typed in the address."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        """Raises Failed if the body is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Failed(_("The answer is not JSON.")) from error


def check_address(address: str) -> str:
    """The address, stripped. Raises Failed if it may not be asked."""
    try:
        outgoing.check_address(address.strip())
    except outgoing.NotAllowed as error:
        raise Failed(str(error)) from error
    return address.strip()


def fetch(address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """GET, or POST of `form`.

    Raises:
        Failed: if the address may not be asked, nobody answers, or the answer is too large or leads elsewhere.
    """
    sent = {"Accept": "application/json", **(headers or {})}
    body = None
    if form is not None:
        body, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    try:
        answer = outgoing.request(address, method="GET" if form is None else "POST", body=body, headers=sent)
    except (outgoing.NotAllowed, outgoing.NoAnswer) as error:
        raise Failed(str(error)) from error
    if len(answer.body) >= outgoing.MOST_BYTES:
        raise Failed(_("The answer is too large."))
    if 300 <= answer.status < 400:
        raise Failed(_("The provider leads on to another address. Enter that one."))
    return Answer(answer.status, answer.body)
