"""Parts of a record's page for many windows: what each would have been answered, written once for who may the same."""

from urllib.parse import urlencode
from uuid import UUID

import pytest

from kundig.accounts.actions import find_role, set_field_rights, set_grants
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.models import User
from kundig.accounts.rules import access_from
from kundig.records import registry
from kundig.records.actions import delete_record
from kundig.records.layouts.actions import save_layout
from kundig.records.layouts.content import standard
from kundig.records.panels import panels_for
from kundig.records.views.pages import PartsView
from tests.accounts.factories import a_user, an_administrator
from tests.parties.factories import a_household, a_scoped_user, ohlendorf, steinbrueck
from tests.records.test_shared import Windows

pytestmark = pytest.mark.django_db
SHARED = (
    "head",
    "facts",
    *(f"panel-{key}" for key in "people contact-points addresses quality origins contact".split()),
)


class Pages(Windows):
    """Windows before the page of one record."""

    def __init__(self, record, *, kind="organisations", parts=SHARED):
        super().__init__()
        self.record, self.kind, self.parts = record, kind, parts
        self.address = f"/{kind}/{record.pk}/parts/?{urlencode([('of', name) for name in parts])}"

    def open(self, *users):
        for user in users:
            super().open(user, source=self.address)
        return self

    def brought(self):
        """User → part → HTML, None where the record is not there; and None where nothing is sent."""
        sent = self.sent(self.record, kind=self.kind)
        return {key: rows if rows is None else rows[str(self.record.pk)] for key, rows in sent.items()}

    def answered(self, user):
        """The same, had the window asked."""
        response = self.clients[user.pk].get(self.address)
        return response.json() if response.status_code == 200 else None


def test_everybody_is_sent_what_they_would_have_been_answered(people):
    owner, colleague, stranger, everybody = people
    firm = steinbrueck(by=owner)
    pages = Pages(firm).open(*people)
    brought = pages.brought()
    for user in (owner, colleague, everybody):
        assert brought[user.pk] == pages.answered(user)
        assert brought[user.pk].keys() == set(SHARED)
    assert "München" in brought[colleague.pk]["facts"]
    assert brought[stranger.pk] is None and pages.answered(stranger) is None


def test_who_may_the_same_share_one_writing(monkeypatch):
    sellers = [a_user("Svenja Kroll"), a_user("Holger Timm"), a_user("Paula Roth")]
    pages = Pages(steinbrueck(by=sellers[0])).open(*sellers)
    opened, count = PartsView.opened, []
    monkeypatch.setattr(PartsView, "opened", lambda *asked: count.append(asked) or opened(*asked))
    first, *others = pages.brought().values()
    assert first.keys() == set(SHARED) and others == [first, first]
    assert len(count) == 1


@pytest.mark.parametrize(
    ("make", "kind"), [(steinbrueck, "organisations"), (ohlendorf, "persons"), (a_household, "households")]
)
def test_panels_that_are_shared_do_not_ask_who_reads_them(make, kind):
    owner, colleague = a_user("Svenja Kroll"), a_user("Holger Timm")
    record = make(by=owner)
    names = [f"panel-{panel.key}" for panel in panels_for(registry.get(kind)) if panel.is_shared]
    pages = Pages(record, kind=kind, parts=names).open(owner, colleague)
    answered = pages.answered(owner)
    assert answered == pages.answered(colleague) == pages.brought()[colleague.pk]
    assert "panel-quality" in answered and "csrf" not in "".join(answered.values())


def test_a_field_that_one_may_not_read_is_sent_to_others_only():
    open_eyes, half_blind = a_scoped_user("Svenja Kroll", Scope.ALL), a_scoped_user("Max Horn", Scope.ALL)
    set_field_rights(half_blind.roles.get(), rights={("organisations", "city"): FieldRight.HIDDEN}, by=None)
    pages = Pages(steinbrueck(by=open_eyes)).open(open_eyes, half_blind)
    brought = pages.brought()
    assert "München" in brought[open_eyes.pk]["facts"]
    assert "München" not in "".join(brought[half_blind.pk].values())
    assert brought[half_blind.pk] == pages.answered(half_blind)


def test_a_field_that_one_may_only_read_is_sent_without_its_editor():
    writer, reader = a_scoped_user("Svenja Kroll", Scope.ALL), a_scoped_user("Max Horn", Scope.ALL)
    set_field_rights(reader.roles.get(), rights={("organisations", "industry"): FieldRight.READ}, by=None)
    pages = Pages(steinbrueck(by=writer)).open(writer, reader)
    brought = pages.brought()
    assert 'data-field="industry"' in "".join(brought[writer.pk].values())
    assert 'data-field="industry"' not in "".join(brought[reader.pk].values())
    assert brought[reader.pk] == pages.answered(reader)


def test_people_whom_somebody_does_not_see_are_not_told_to_them():
    seller, stranger = a_user("Ruth Amann"), a_scoped_user("Max Horn", Scope.ALL)
    set_grants(
        stranger.roles.get(), scopes={("*", Action.READ): Scope.ALL, ("persons", Action.READ): Scope.OWN}, by=None
    )
    firm = steinbrueck(by=seller)
    ohlendorf(by=seller, organisation=firm.pk)
    pages = Pages(firm).open(seller, stranger)
    brought = pages.brought()
    assert "Ohlendorf" in brought[seller.pk]["panel-people"]
    assert "Ohlendorf" not in "".join(brought[stranger.pk].values())
    assert brought[stranger.pk] == pages.answered(stranger)


def test_everybody_has_their_own_language():
    german, english = a_user("Svenja Kroll"), a_user("Paula Roth")
    User.objects.filter(pk=english.pk).update(language="en")
    pages = Pages(steinbrueck(by=german)).open(german, english)
    brought = pages.brought()
    assert "Ansprechpartner" in brought[german.pk]["panel-people"]
    assert "Contact persons" in brought[english.pk]["panel-people"]
    assert all(brought[user.pk] == pages.answered(user) for user in (german, english))


def _arranged(role, **changes):
    described = registry.get("organisations")
    content = {**standard(described).as_json(), **changes}
    save_layout(described, role, content, seen=0, by=an_administrator())


def test_everybody_has_the_layout_of_their_role():
    seller, reader = a_user("Svenja Kroll"), a_user("Max Horn", role="reader")
    User.objects.filter(pk=reader.pk).update(language=seller.language)
    _arranged(find_role("reader"), header=[])
    pages = Pages(steinbrueck(by=seller)).open(seller, reader)
    brought = pages.brought()
    assert ("<dt" in brought[seller.pk]["head"], "<dt" in brought[reader.pk]["head"]) == (True, False)
    assert all(brought[user.pk] == pages.answered(user) for user in (seller, reader))


def test_a_section_for_those_who_look_after_the_record_is_theirs_alone():
    seller, other = a_user("Svenja Kroll"), a_user("Holger Timm")
    section = {
        "section": "mine",
        "title": {"de": "Meins"},
        "fields": ["employees"],
        "collapsed": False,
        "when": "owner = me",
    }
    places = standard(registry.get("organisations")).as_json()["places"]
    _arranged(None, places={**places, "facts": [section]}, hidden={"fields": ["employees"], "panels": []})
    pages = Pages(steinbrueck(by=seller)).open(seller, other)
    brought = pages.brought()
    assert ("Meins" in brought[seller.pk]["facts"], "Meins" in brought[other.pk]["facts"]) == (True, False)


def test_a_panel_that_is_not_the_same_for_all_is_left_out():
    """The history of changes calls a bulk run by its name only for whoever did it."""
    seller = a_user()
    pages = Pages(steinbrueck(by=seller), parts=("head", "panel-changes", "panel-nothing", "nothing", "facts-wide-9"))
    (brought,) = pages.open(seller).brought().values()
    assert brought.keys() == {"head"}


def test_a_record_that_is_gone_is_not_there():
    seller = a_user()
    firm = steinbrueck(by=seller)
    pages = Pages(firm).open(seller)
    gone = type(firm)(pk=firm.pk)
    delete_record(registry.get("organisations"), firm, by=seller)
    pages.record = gone
    assert pages.brought() == {seller.pk: None}


def test_who_may_not_read_the_kind_is_sent_nothing():
    blind = a_scoped_user("Max Horn", Scope.NONE)
    pages = Pages(steinbrueck(by=a_user())).open(blind)
    assert pages.sent(pages.record) == {blind.pk: None}


class TestAlike:
    """Who may the same is one reader; whoever's rights ask who they are is another."""

    def access(self, number, *lines, **more):
        return access_from(user_id=UUID(int=number), lines=lines, team_ids=(), **more)

    def test_the_same_roles(self):
        sales = ("r|*|read|3|", "r|*|change|3|", "r|*|delete|1|")
        assert self.access(1, *sales).alike == self.access(2, *sales).alike
        assert self.access(1, *sales).alike != self.access(2, *sales[:1]).alike
        assert self.access(1, *sales).alike != self.access(1, *sales, fields=["r|organisations|city|0"]).alike

    @pytest.mark.parametrize("line", ["r|*|read|1|", "r|persons|read|2|", "r|*|change|1|", "r|deals|read|3|owner = me"])
    def test_what_is_theirs_or_fulfils_a_condition(self, line):
        assert self.access(1, "r|*|read|3|", line).alike != self.access(2, "r|*|read|3|", line).alike

    def test_whom_they_stand_in_for_and_a_token(self):
        away = [(str(UUID(int=9)), "Paula Roth", "2030-01-01", ["r|*|read|3|"], [], [])]
        assert self.access(1, "r|*|read|3|", absent=away).alike != self.access(2, "r|*|read|3|", absent=away).alike
