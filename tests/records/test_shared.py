"""Rows, cards and parts of pages for many windows: what each would have been answered, owner, colleague, stranger."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from kundig.accounts.actions import end_other_sessions, set_field_rights
from kundig.accounts.enums import Action, FieldRight, Scope
from kundig.accounts.sessions import DUE, SessionStore, people_in
from kundig.parties.models import Organisation
from kundig.platform.sharing import Question
from kundig.records import registry, shared
from kundig.records.actions import change_record, delete_record
from kundig.records.saved.arranging import arrange
from tests.accounts.factories import a_user
from tests.parties.factories import a_scoped_user, ohlendorf, steinbrueck
from tests.records.test_veils import somebody

pytestmark = pytest.mark.django_db
ROW = "/organisations/{id}/row/"
BOARD = "/organisations/board/?by=lifecycle&ids={id}"


class Windows:
    """Open windows of some people, and what they are sent."""

    def __init__(self):
        self.clients, self.asked = {}, {}

    def open(self, user, *, source=ROW):
        client = self.clients[user.pk] = self.clients.get(user.pk) or Client()
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        self.asked[user.pk] = (client.cookies[settings.SESSION_COOKIE_NAME].value, source)
        return self

    def sent(self, *records, kind="organisations"):
        """User → id → HTML; None where the window is sent nothing."""
        names = tuple(f"{kind}:{record.pk}" for record in records)
        questions = {user: Question(*asked, names) for user, asked in self.asked.items()}
        lines = shared.answers(questions.values(), people_in({question.session for question in questions.values()}))
        return {
            user: json.loads(lines[question])["rows"] if question in lines else None
            for user, question in questions.items()
        }

    def fetched(self, user, record):
        """What the window would have been answered, had it asked."""
        address = self.asked[user.pk][1].replace("{id}", str(record.pk))
        heads = {"HX-Request": "true", "HX-Request-Type": "partial"}
        heads["HX-Target"] = "ul#arrivals" if "board" in address else f"tr#r{record.pk}"
        response = self.clients[user.pk].get(address, headers=heads)
        return response.content.decode() if response.status_code == 200 else None


@pytest.fixture
def windows():
    return Windows()


@pytest.mark.parametrize("source", [ROW, BOARD])
def test_everybody_is_sent_what_they_would_have_been_answered(windows, people, source):
    owner, colleague, stranger, everybody = people
    firm = steinbrueck(by=owner)
    for user in people:
        windows.open(user, source=source)
    sent = windows.sent(firm)
    for user in (owner, colleague, everybody):
        assert sent[user.pk] == {str(firm.pk): windows.fetched(user, firm)}
    assert "Steinbrück" in sent[colleague.pk][str(firm.pk)]
    assert sent[stranger.pk] == {str(firm.pk): None}


@pytest.mark.django_db(transaction=True)
def test_equal_rights_are_written_once_and_asked_for_once(windows, django_assert_num_queries):
    seller = a_user("Svenja Kroll")
    firms = [steinbrueck(by=seller, name=f"Molkerei {number}") for number in range(3)]
    for user in (seller, a_user("Holger Timm"), a_user("Paula Roth")):
        windows.open(user)
    first = windows.sent(*firms)
    assert first[seller.pk].keys() == {str(firm.pk) for firm in firms}
    assert len({json.dumps(rows) for rows in first.values()}) == 1
    with django_assert_num_queries(7):  # versions, sessions, people; the rows for all three, at one moment (3)
        shared.ensure_current(now=float("inf"))
        windows.sent(*firms)


def test_a_field_that_one_may_not_read_is_sent_to_others_only(windows):
    open_eyes, half_blind = a_scoped_user("Svenja Kroll", Scope.ALL), a_scoped_user("Max Horn", Scope.ALL)
    set_field_rights(half_blind.roles.get(), rights={("organisations", "city"): FieldRight.HIDDEN}, by=None)
    firm = steinbrueck(by=open_eyes)
    sent = windows.open(open_eyes).open(half_blind).sent(firm)
    assert "München" in sent[open_eyes.pk][str(firm.pk)]
    assert "München" not in sent[half_blind.pk][str(firm.pk)]
    assert sent[half_blind.pk][str(firm.pk)] == windows.fetched(half_blind, firm)


def test_a_field_that_one_may_only_read_is_sent_without_its_editor(windows):
    writer, reader = a_scoped_user("Svenja Kroll", Scope.ALL), a_scoped_user("Max Horn", Scope.ALL)
    set_field_rights(reader.roles.get(), rights={("organisations", "city"): FieldRight.READ}, by=None)
    firm = steinbrueck(by=writer)
    sent = windows.open(writer).open(reader).sent(firm)
    assert 'data-field="city"' in sent[writer.pk][str(firm.pk)]
    assert 'data-field="city"' not in sent[reader.pk][str(firm.pk)]


def test_titles_of_related_records_stay_veiled_for_those_who_do_not_see_them(windows):
    seller = a_user("Ruth Amann")
    firm = steinbrueck(by=seller)
    person = ohlendorf(by=seller, organisation=firm.pk)
    stranger = somebody(Scope.OWN)
    for user in (seller, stranger):
        windows.open(user, source="/persons/{id}/row/?columns=organisation")
    sent = windows.sent(person, kind="persons")
    assert "Steinbrück" in sent[seller.pk][str(person.pk)]
    assert "Steinbrück" not in sent[stranger.pk][str(person.pk)]
    assert sent[stranger.pk][str(person.pk)] == windows.fetched(stranger, person)


def test_everybody_has_the_columns_and_the_language_of_their_own(windows):
    german, other, english = a_user("Svenja Kroll"), a_user("Holger Timm"), a_user("Paula Roth")
    type(english).objects.filter(pk=english.pk).update(language="en")
    firm = steinbrueck(by=german)
    arrange(other, registry.get("organisations"), None, columns=[{"name": "employees", "width": 0}])
    for user in (german, other, english):
        windows.open(user)
    sent = windows.sent(firm)
    for user in (german, other, english):
        assert sent[user.pk][str(firm.pk)] == windows.fetched(user, firm)
    assert len({rows[str(firm.pk)] for rows in sent.values()}) == 3


def test_columns_of_the_address_are_those_of_the_row(windows):
    seller = a_user()
    firm = steinbrueck(by=seller)
    page = windows.open(seller).clients[seller.pk].get("/organisations/?columns=employees").content.decode()
    source = page.partition('data-rows="')[2].partition('"')[0]
    assert source == "/organisations/{id}/row/?columns=employees"
    assert source.replace("{id}", str(firm.pk)) in page
    (row,) = windows.open(seller, source=source).sent(firm)[seller.pk].values()
    assert row in page


def test_what_is_deleted_or_not_of_this_kind_is_not_there(windows):
    seller = a_user()
    firm, person = steinbrueck(by=seller), ohlendorf(by=seller)
    gone = Organisation(pk=firm.pk)
    delete_record(registry.get("organisations"), firm, by=seller)
    assert windows.open(seller).sent(gone)[seller.pk] == {str(gone.pk): None}
    assert windows.sent(person)[seller.pk] == {str(person.pk): None}


def test_a_card_that_a_filter_leaves_out_is_not_there(windows):
    seller, other = a_user("Svenja Kroll"), a_user("Holger Timm")
    firm = steinbrueck(by=seller)
    mine = "/organisations/board/?owner=me&by=lifecycle&ids={id}"
    sent = windows.open(seller, source=mine).open(other, source=mine).sent(firm)
    assert "Steinbrück" in sent[seller.pk][str(firm.pk)]
    assert sent[other.pk] == {str(firm.pk): None}


def test_a_card_is_sent_to_the_column_where_it_stands_now(windows):
    seller = a_user()
    firm = steinbrueck(by=seller, lifecycle="lead")
    page = windows.open(seller).clients[seller.pk].get("/organisations/board/").content.decode()
    source = page.partition('data-rows="')[2].partition('"')[0].replace("&amp;", "&")
    windows.open(seller, source=source)
    change_record(registry.get("organisations"), Organisation.objects.get(), {"lifecycle": "former"}, by=seller)
    (card,) = windows.sent(firm)[seller.pk].values()
    assert 'data-column="former"' in card


@pytest.mark.parametrize(
    "source",
    ["/", "/organisations/", "/nothing/{id}/row/", "/organisations/{id}/", "/users/{id}/row/", "https://example.org/",
     "/organisations/{id}/row/extra", "/organisations/calendar/?ids={id}", "{id}"],
)  # fmt: skip
def test_what_is_no_source_of_rows_is_not_answered(windows, source):
    seller = a_user()
    assert windows.open(seller, source=source).sent(steinbrueck(by=seller)) == {seller.pk: None}


@pytest.mark.parametrize("query", ["?view=x", "?columns=nothing", "?columns=%00", "?view=%00&columns=city", "?%ff=1"])
def test_whatever_stands_in_a_source_the_row_comes(windows, query):
    seller = a_user()
    firm = steinbrueck(by=seller)
    assert "Steinbrück" in windows.open(seller, source=ROW + query).sent(firm)[seller.pk][str(firm.pk)]


def test_who_may_not_read_the_kind_is_sent_nothing(windows):
    blind = a_scoped_user("Max Horn", Scope.NONE)
    assert windows.open(blind).sent(steinbrueck(by=a_user())) == {blind.pk: None}


def test_names_that_are_no_records_are_passed_over(windows):
    seller = a_user()
    windows.open(seller)
    session, source = windows.asked[seller.pk]
    question = Question(session, source, ("organisations:x", "organisations"))
    assert json.loads(shared.answers([question], people_in([session]))[question])["rows"] == {}


def test_only_so_many_readers_are_asked_for_alone(windows, monkeypatch):
    monkeypatch.setattr(shared, "MOST_ALONE", 1)
    users = [a_scoped_user(name, Scope.OWN) for name in ("Max Horn", "Paula Roth")]
    for user in users:
        windows.open(user)
    sent = windows.sent(steinbrueck(by=users[0]))
    assert sorted(rows is None for rows in sent.values()) == [False, True]


def test_a_source_that_cannot_be_read_takes_nobody_elses_rows(windows, caplog):
    firm = steinbrueck(by=a_user("Ruth Amann"))
    one, other = a_user("Svenja Kroll"), a_user("Max Horn")
    windows.open(one, source=ROW + "?" + "&" * 1500).open(other)
    sent = windows.sent(firm)
    assert sent[one.pk] is None
    assert "Steinbrück" in sent[other.pk][str(firm.pk)]
    assert caplog.text == ""


@pytest.mark.django_db(transaction=True)
def test_a_reader_for_whom_the_database_fails_takes_nobody_elses_rows(windows, monkeypatch, caplog):
    firm = steinbrueck(by=a_user("Ruth Amann"))
    one, others = a_user("Svenja Kroll"), [a_user("Max Horn"), a_user("Paula Roth")]
    for user in (others[0], one, others[1]):
        windows.open(user)
    visible = shared.Part.visible

    def fails(part, ids):
        if part.user == one:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return visible(part, ids)

    monkeypatch.setattr(shared.Part, "visible", fails)
    sent = windows.sent(firm)
    assert [bool(sent[user.pk]) for user in (one, *others)] == [False, True, True]
    assert "rows for a reader could not be read" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_who_may_see_a_row_and_what_stands_in_it_are_of_one_moment(windows, monkeypatch):
    owner, successor = a_scoped_user("Svenja Kroll", Scope.OWN), a_scoped_user("Max Horn", Scope.OWN)
    firm = steinbrueck(by=owner, name="Molkerei Steinbrück")
    visible = shared.Part.visible

    def and_then_it_changes(part, ids):
        found = visible(part, ids)
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(hand_over).result()
        return found

    def hand_over():
        Organisation.objects.filter(pk=firm.pk).update(owner=successor, name="Geheim")
        connections.close_all()

    monkeypatch.setattr(shared.Part, "visible", and_then_it_changes)
    (row,) = windows.open(owner).sent(firm)[owner.pk].values()
    assert "Molkerei Steinbrück" in row and "Geheim" not in row


class TestPeople:
    """Whoever a request would not let in is sent nothing."""

    @pytest.fixture
    def session(self, windows):
        self.user = a_user()
        return windows.open(self.user).asked[self.user.pk][0]

    def test_a_living_session_is_its_user_s(self, session):
        (user,) = people_in([session]).values()
        assert user == self.user and user.access.scope("organisations", Action.READ) == Scope.ALL

    def test_a_session_that_was_ended(self, session):
        end_other_sessions(self.user, keep=None)
        assert people_in([session]) == {}

    def test_somebody_who_is_not_active(self, session):
        type(self.user).objects.update(is_active=False)
        assert people_in([session]) == {}

    def test_another_password_than_at_sign_in(self, session):
        self.user.set_password("Ein anderes Wort 17")
        self.user.save()
        assert people_in([session]) == {}

    def test_a_second_factor_that_is_owed(self, session):
        store = SessionStore(session)
        store[DUE] = True
        store.save()
        assert people_in([session]) == {}

    def test_no_session_at_all(self, session):
        assert people_in(["", "nothing"]) == {}
