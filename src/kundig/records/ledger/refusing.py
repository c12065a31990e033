"""Why the database refused to put something back."""

from __future__ import annotations

from django.db import IntegrityError
from psycopg import Error
from psycopg.errors import CheckViolation, RestrictViolation

from kundig.records.ledger.results import Hindrance

FIXED = "_stays"
"""How a rule is called by which a table keeps what has gone out; without a name it is one of a trigger, too."""


def why_refused(error: IntegrityError, *, otherwise: Hindrance) -> Hindrance:
    """What stands in the way, by what the database answered; `otherwise` where that says nothing particular."""
    cause = error.__cause__
    name = (cause.diag.constraint_name or "") if isinstance(cause, Error) else ""
    if isinstance(cause, RestrictViolation):
        return Hindrance.NEEDED if name else Hindrance.FIXED
    return Hindrance.FIXED if isinstance(cause, CheckViolation) and name.endswith(FIXED) else otherwise
