"""A board of which very much has changed: all its columns come along, the same that opening it shows."""

import json
import re

import pytest

from kundig.accounts.enums import Scope
from kundig.accounts.sessions import people_in
from kundig.platform.sharing import Question
from kundig.records import shared
from kundig.records.boards import views
from kundig.records.patience import TooSlow
from tests.accounts.factories import a_team, a_user
from tests.parties.factories import a_scoped_user, an_organisation
from tests.records.test_shared import BOARD, Windows

pytestmark = pytest.mark.django_db
CARD = re.compile(r'<li class="deal" id="c([0-9a-f-]+)".*?</li>', re.DOTALL)


class Boards(Windows):
    def open(self, *users, source=BOARD):
        for user in users:
            super().open(user, source=source)
        return self

    def brought(self):
        """User → column → HTML; None where nothing is sent."""
        questions = {user: Question(*asked, ("organisations:*",)) for user, asked in self.asked.items()}
        lines = shared.answers(questions.values(), people_in({each.session for each in questions.values()}))
        return {
            user: json.loads(lines[question])["columns"] if question in lines else None
            for user, question in questions.items()
        }

    def opened(self, user):
        """The cards that somebody is shown who opens the board, column after column."""
        address = self.asked[user.pk][1].replace("&ids={id}", "")
        return [found[0] for found in CARD.finditer(self.clients[user.pk].get(address).content.decode())]


def cards(columns):
    return [found[0] for found in CARD.finditer("".join(columns.values()))]


@pytest.fixture
def boards():
    return Boards()


def test_everybody_is_sent_what_they_would_have_opened(boards):
    team = a_team()
    owner, colleague = (
        a_scoped_user("Svenja Kroll", Scope.OWN, team=team),
        a_scoped_user("Paula Roth", Scope.TEAM, team=team),
    )
    stranger, everybody = a_scoped_user("Max Horn", Scope.OWN), a_user("Ruth Amann")
    for number in range(views.MOST_ARRIVALS):
        an_organisation(by=owner, name=f"Firma {number:02}", lifecycle=("lead", "customer")[number % 2])
    an_organisation(by=everybody, name="Anderswo", lifecycle="lead")
    boards.open(owner, colleague, stranger, everybody)
    brought = boards.brought()
    for user in (owner, colleague, stranger, everybody):
        assert cards(brought[user.pk]) == boards.opened(user)
    assert "Anderswo" in "".join(brought[everybody.pk].values())
    assert "Anderswo" not in "".join(brought[colleague.pk].values())
    assert cards(brought[stranger.pk]) == []
    assert "column=lead" in brought[owner.pk]["lead"], "more of them are a click away"


def test_who_sees_the_same_shares_one_writing(boards, monkeypatch):
    sellers = [a_user("Svenja Kroll"), a_user("Holger Timm"), a_user("Paula Roth")]
    an_organisation(by=sellers[0], lifecycle="lead")
    boards.open(*sellers)
    columns, count = views.BoardView.cards_by_column, []
    monkeypatch.setattr(views.BoardView, "cards_by_column", lambda view: count.append(view) or columns(view))
    first, *others = boards.brought().values()
    assert len(cards(first)) == 1 and others == [first, first]
    assert len(count) == 1


def test_filters_that_mean_the_reader_are_each_readers_own(boards):
    seller, other = a_user("Svenja Kroll"), a_user("Holger Timm")
    an_organisation(by=seller, name="Molkerei", lifecycle="lead")
    an_organisation(by=other, name="Walzwerk", lifecycle="lead")
    brought = boards.open(seller, other, source="/organisations/board/?owner=me&by=lifecycle&ids={id}").brought()
    assert ["Molkerei" in each["lead"] for each in brought.values()] == [True, False]
    assert ["Walzwerk" in each["lead"] for each in brought.values()] == [False, True]


def test_on_a_board_of_people_everybody_stands_first_on_their_own(boards):
    seller, other = a_user("Svenja Kroll"), a_user("Holger Timm")
    brought = boards.open(seller, other, source="/organisations/board/?by=owner&ids={id}").brought()
    assert [next(key for key in each if key) for each in brought.values()] == [str(seller.pk), str(other.pk)]


def test_what_is_too_slow_is_left_to_whoever_asks(boards, monkeypatch, caplog):
    def too_slow(*_arguments, **_named):
        raise TooSlow("longer than 1000 ms")

    monkeypatch.setattr(views, "page_of_column", too_slow)
    seller = a_user()
    assert boards.open(seller).brought() == {seller.pk: None}
    assert caplog.text == ""
