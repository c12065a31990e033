"""Promises on the page of a customer: the panel, its form, words that were picked, what is settled and taken back."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.timeline.actions import make_promise, propose_promises, record_touchpoint
from kundig.timeline.models import Promise, PromiseProposal
from tests.parties.factories import a_scoped_user, an_organisation, ohlendorf

TODAY = timezone.localdate()
TOMORROW = TODAY + dt.timedelta(days=1)
NOTE = "Ich schicke Ihnen morgen das Angebot. Er meldet sich in zwei Wochen."


@pytest.fixture
def people(db):
    """Who looks after the firm, and somebody who does not see it."""
    return {"owner": a_scoped_user("Ole Lund", Scope.OWN), "stranger": a_scoped_user("Max Horn", Scope.OWN)}


@pytest.fixture
def firm(people):
    return an_organisation(by=people["owner"])


@pytest.fixture
def browsers(people):
    found = {}
    for name, user in people.items():
        user.language = "en"
        user.save()
        found[name] = Client()
        found[name].force_login(user)
    return found


def panel(browser, firm):
    return browser.get(f"/organisations/{firm.pk}/panels/promises/").content.decode()


def told(answer):
    """The names of the panels that are to fetch themselves anew."""
    return {name for name in json.loads(answer["HX-Trigger"])["changed"].split() if not name.startswith("day:")}


def test_form_notes_a_promise_and_shows_the_panel_with_it(browsers, firm, people):
    form = browsers["owner"].get(f"/promise/of/{firm.pk}/").content.decode()
    assert 'name="text"' in form and 'name="due_on"' in form
    values = {"text": "Datenblatt schicken", "side": "we", "due_on": TOMORROW.isoformat(), "assignee": ""}
    answer = browsers["owner"].post(f"/promise/of/{firm.pk}/", values)
    assert answer.status_code == 200 and "Datenblatt schicken" in answer.content.decode()
    made = Promise.objects.get()
    assert (made.party_id, made.side, made.due_on, made.assignee) == (firm.pk, "we", TOMORROW, people["owner"])


@pytest.mark.parametrize(
    ("values", "words"), [({"text": ""}, "must not be empty"), ({"text": "x", "due_on": "31.2."}, "")]
)
def test_form_with_an_error_stays_open(browsers, firm, values, words):
    answer = browsers["owner"].post(f"/promise/of/{firm.pk}/", {"side": "we", **values})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode() and words in answer.content.decode()
    assert not Promise.objects.exists()


def test_picked_words_become_a_promise_of_whom_the_contact_was_with(browsers, firm, people):
    katrin = ohlendorf(by=people["owner"], organisation=firm)
    note = record_touchpoint(kind="note", party=katrin, by=people["owner"], body=NOTE)
    answer = browsers["owner"].post(f"/promise/from/{note.pk}/", {"text": " Er meldet sich in zwei Wochen. "})
    made = Promise.objects.get()
    assert (made.text, made.side, made.due_on) == (
        "Er meldet sich in zwei Wochen",
        "they",
        TODAY + dt.timedelta(weeks=2),
    )
    assert (made.party_id, made.from_touchpoint) == (katrin.pk, note.pk)
    assert told(answer) == {f"promises:{katrin.pk}", f"promises:{firm.pk}"}
    assert browsers["owner"].post(f"/promise/from/{note.pk}/", {"text": "  "}).status_code == 404
    assert "Er meldet sich in zwei Wochen" in panel(browsers["owner"], firm)


def test_long_picked_words_are_cut(browsers, firm, people):
    note = record_touchpoint(kind="note", party=firm, by=people["owner"], body="Wort " * 2000)
    assert browsers["owner"].post(f"/promise/from/{note.pk}/", {"text": "Wort " * 2000}).status_code == 200
    assert len(Promise.objects.get().text) <= 300


def test_settling_is_answered_with_a_way_back(browsers, firm, people):
    made = make_promise(firm, text="Anrufen", side="we", due_on=TODAY, by=people["owner"])
    answer = browsers["owner"].post(f"/promise/{made.pk}/kept/")
    made.refresh_from_db()
    assert made.kept_at is not None
    assert told(answer) == {f"promises:{firm.pk}"}
    assert "/undo/" in answer.content.decode()
    assert "Of 1 promise we have kept 1." in panel(browsers["owner"], firm)
    browsers["owner"].post(f"/promise/{made.pk}/open/")
    made.refresh_from_db()
    assert made.is_open
    assert browsers["owner"].post(f"/promise/{made.pk}/forgotten/").status_code == 404


def test_proposals_are_taken_over_dismissed_and_brought_back(browsers, firm, people):
    propose_promises(record_touchpoint(kind="note", party=firm, by=people["owner"], body=NOTE))
    assert panel(browsers["owner"], firm).count("promises__proposed") == 2
    ours, theirs = PromiseProposal.objects.get(side="we"), PromiseProposal.objects.get(side="they")
    browsers["owner"].post(f"/promise/proposals/{ours.pk}/taking/")
    browsers["owner"].post(f"/promise/proposals/{theirs.pk}/dismissal/")
    assert panel(browsers["owner"], firm).count("promises__proposed") == 0
    assert Promise.objects.get().text == "Ich schicke Ihnen morgen das Angebot"
    browsers["owner"].post(f"/promise/proposals/{theirs.pk}/return/")
    assert panel(browsers["owner"], firm).count("promises__proposed") == 1


def test_stranger_is_told_nothing_and_changes_nothing(browsers, firm, people):
    made = make_promise(firm, text="Anrufen", side="we", by=people["owner"])
    note = record_touchpoint(kind="note", party=firm, by=people["owner"], body=NOTE)
    propose_promises(note)
    proposal = PromiseProposal.objects.first()
    addresses = [
        f"/promise/of/{firm.pk}/", f"/promise/from/{note.pk}/", f"/promise/{made.pk}/kept/",
        f"/promise/proposals/{proposal.pk}/taking/", f"/promise/proposals/{proposal.pk}/dismissal/",
    ]  # fmt: skip
    answers = [browsers["stranger"].post(address, {"text": "Anrufen", "side": "we"}) for address in addresses]
    assert [each.status_code for each in answers] == [404] * 5
    made.refresh_from_db()
    proposal.refresh_from_db()
    assert (made.is_open, proposal.dismissed_at, Promise.objects.count()) == (True, None, 1)


def test_panel_asks_the_same_number_of_questions_for_one_and_for_three(
    browsers, firm, people, django_assert_max_num_queries, versions_known
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_promise(firm, text="Anrufen", side="we", by=people["owner"])
    panel(browsers["owner"], firm)
    with CaptureQueriesContext(connection) as few:
        panel(browsers["owner"], firm)
    for number in range(3):
        make_promise(firm, text=f"Anrufen {number}", side="they", due_on=TODAY, by=people["owner"])
    with django_assert_max_num_queries(len(few)):
        panel(browsers["owner"], firm)
