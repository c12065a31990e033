"""What an identity provider tells us about somebody who comes from there."""

from dataclasses import dataclass

PENDING_SECONDS = 900
"""How long a question to a provider waits for its answer."""


@dataclass(frozen=True)
class Visitor:
    """`subject` is theirs for good at that provider; `email` is "" unless the provider vouches for it."""

    subject: str
    email: str = ""
    name: str = ""
    groups: tuple[str, ...] = ()


class NotProven(Exception):
    """What came back does not prove who it is; the text says why, for whoever stands before the door."""
