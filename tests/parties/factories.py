"""Believable people and firms for tests of everything that has customers."""

import itertools

from kundig.accounts.actions import add_role, ensure_roles, set_grants
from kundig.accounts.enums import Action
from kundig.accounts.models import AccessRole
from kundig.parties import actions
from kundig.parties.models import Household, Organisation, Person
from kundig.privacy.actions import state_purpose
from kundig.privacy.queries import forget_purposes
from tests.accounts.factories import a_user, an_administrator

_numbers = itertools.count(1)


def an_organisation(*, by, name="Molkerei Steinbrück eG", **values) -> Organisation:
    """A firm with what is given; `by` looks after it unless `owner` says otherwise."""
    return actions.create_organisation({"name": name, **values}, by=by)


def steinbrueck(*, by, **values) -> Organisation:
    """A dairy in Munich with address, phone and mail."""
    known = {
        "name": "Molkerei Steinbrück eG", "industry": "Milchverarbeitung", "employees": 340,
        "street": "Eversbuschring 18", "postal_code": "80999", "city": "München", "country": "DE",
        "phone": "089 99998-100", "mail": "post@steinbrueck.example", "lifecycle": "customer",
    }  # fmt: skip
    return actions.create_organisation({**known, **values}, by=by)


def a_person(*, by, first_name="Katrin", family_name="Ohlendorf", **values) -> Person:
    return actions.create_person({"first_name": first_name, "family_name": family_name, **values}, by=by)


def ohlendorf(*, by, **values) -> Person:
    """Dr. Katrin Ohlendorf, technical director at a dairy."""
    known = {
        "salutation": "ms", "academic_title": "Dr.", "first_name": "Katrin", "family_name": "Ohlendorf",
        "mail": "k.ohlendorf@steinbrueck.example", "phone": "089 99998-120",
    }  # fmt: skip
    return actions.create_person({**known, **values}, by=by)


def a_household(*, by, name="Familie Sommer", **values) -> Household:
    return actions.create_household({"name": name, **values}, by=by)


def a_scoped_user(name, scope, *, team=None):
    """Somebody whose role reaches only so far."""
    ensure_roles()
    role = add_role(name=f"Nur {scope.label} {next(_numbers)}", like=AccessRole.objects.get(key="sales"), by=None)
    actions_of_all = (Action.READ, Action.CHANGE, Action.DELETE, Action.EXPORT, Action.BULK)
    set_grants(role, scopes={("*", action): scope for action in actions_of_all}, by=None)
    return a_user(name, role=role.key, team=team)


def a_world(*, by):
    """What the published examples of conditions name; returns the firm."""
    state_purpose(
        "greeting", legal_basis="consent", wording="Wir gratulieren.", retention="Bis zum Widerruf.",
        by=an_administrator(),
    )  # fmt: skip
    forget_purposes()
    firm = steinbrueck(by=by)
    for function in ("Einkauf", "Leitung Technik", ""):
        a_person(by=by, family_name=f"Müller {function}", organisation=firm.pk, function=function)
    return firm
