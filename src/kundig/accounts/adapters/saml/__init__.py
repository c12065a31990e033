"""SAML 2.0, the web browser profile with a question of ours: a redirect there, and a signed answer by a form back; and
single logout, by redirects from either side."""

from kundig.accounts.adapters.saml.answers import Proof, proof
from kundig.accounts.adapters.saml.leaving import Leave, check_goodbye, goodbye, read_request, reply
from kundig.accounts.adapters.saml.metadata import LARGEST, ends_of, own_metadata, read_metadata
from kundig.accounts.adapters.saml.people import NameThere
from kundig.accounts.adapters.saml.questions import Addresses, is_signing, question

__all__ = [
    "LARGEST",
    "Addresses",
    "Leave",
    "NameThere",
    "Proof",
    "check_goodbye",
    "ends_of",
    "goodbye",
    "is_signing",
    "own_metadata",
    "proof",
    "question",
    "read_metadata",
    "read_request",
    "reply",
]
