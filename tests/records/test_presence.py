"""Who may know that somebody is at a record: owner, colleague, stranger; and of which fields."""

import uuid

from kundig.accounts.actions import set_field_rights
from kundig.accounts.enums import FieldRight, Scope
from kundig.records import purposes
from kundig.records.presence import who_may_know
from tests.accounts.factories import a_team
from tests.parties.factories import a_scoped_user, steinbrueck


def test_who_may_see_the_record_may_know(db, django_assert_num_queries):
    team = a_team()
    owner = a_scoped_user("Svenja Kroll", Scope.OWN, team=team)
    colleague = a_scoped_user("Paula Roth", Scope.TEAM, team=team)
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    gone = a_scoped_user("Ruth Amann", Scope.ALL)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    firm = steinbrueck(by=owner)
    people = {user.pk for user in (owner, colleague, stranger, gone)} | {uuid.uuid4()}
    purposes.active()  # kept for some seconds
    with django_assert_num_queries(2):
        found = who_may_know(f"organisations:{firm.pk}", people)
    assert found.keys() == {owner.pk, colleague.pk}
    assert {"name", "phone", "industry"} <= found[colleague.pk]


def test_a_field_that_one_may_not_read_is_left_out(db):
    owner = a_scoped_user("Svenja Kroll", Scope.ALL)
    set_field_rights(owner.roles.get(), rights={("organisations", "industry"): FieldRight.HIDDEN}, by=None)
    firm = steinbrueck(by=owner)
    (fields,) = who_may_know(f"organisations:{firm.pk}", [owner.pk]).values()
    assert "industry" not in fields and "name" in fields


def test_nobody_may_know_of_what_is_no_record(db):
    owner = a_scoped_user("Svenja Kroll", Scope.ALL)
    for name in ("", "organisations", "organisations:", "organisations:x", f"nothing:{uuid.uuid4()}",
                 f"organisations:{uuid.uuid4()}", f"jobs:{uuid.uuid4()}"):  # fmt: skip
        assert who_may_know(name, [owner.pk]) == {}, name
