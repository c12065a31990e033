import pytest

from kundig.records.boards import Board
from kundig.records.boards.offered import board_of, grouping, summable
from kundig.records.checks import check_description
from tests.accounts.factories import an_administrator
from tests.records.toy.objects import CourseDescription

pytestmark = pytest.mark.django_db


class Planned(CourseDescription):
    name = "planned-courses"
    board = Board(by="is_online", sum="price", weight="discount", cards="seats mail", sort="seats")


def test_boards_are_offered_by_every_field_with_few_values(courses):
    user = an_administrator()
    assert [field.name for field in grouping(courses, user)] == ["level", "is_online", "owner"]
    assert [field.name for field in summable(courses, user)] == ["seats", "hours", "price"]
    assert board_of(courses, user) == Board(by="level", sum="price")
    assert board_of(courses, user, by="owner", sum_of="seats") == Board(by="owner", sum="seats")
    assert board_of(courses, user, by="name", sum_of="") == Board(by="level")


def test_what_a_description_says_comes_first():
    user, planned = an_administrator(), Planned()
    assert check_description(planned) == []
    assert grouping(planned, user)[0].name == "is_online"
    assert board_of(planned, user) == Planned.board
    assert board_of(planned, user, sum_of="hours").weight == ""
    assert board_of(planned, user, by="level").cards == ""


def test_a_board_that_names_no_field_keeps_the_program_from_starting():
    class Wrong(CourseDescription):
        board = Board(by="stage", sum="amount")

    assert [error.msg.split("'")[1] for error in check_description(Wrong())] == ["stage", "amount"]
