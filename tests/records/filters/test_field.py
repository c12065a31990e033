"""A condition in a form: chips of its text, editors, "not", and what is wrong at its place."""

import pytest
from django.test import Client
from django.utils import translation

from kundig.accounts.enums import Scope
from kundig.records.filters.trees import negated
from tests.accounts.factories import an_administrator
from tests.parties.factories import a_scoped_user

pytestmark = pytest.mark.django_db
ADDRESS = "/organisations/condition/"


@pytest.fixture
def hers(db):
    user = an_administrator()
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    with translation.override("en"):
        yield client


def asked(client, target="condition-chips", **params):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"div#{target}"}
    query = {name.replace("__", "."): value for name, value in params.items()}
    return client.get(ADDRESS, {"f.into": "condition-chips", **query}, headers=headers)


def text_in(answer):
    """The new text that the form takes over, and whether an editor made it."""
    from html import unescape

    html = answer.content.decode()
    return unescape(html.partition('data-text="')[2].partition('"')[0]), " data-new" in html


def test_chips_say_what_the_text_asks(hers):
    html = asked(hers, filter='city = "Bonn" and employees > 10').content.decode()
    assert html.count('class="chip"') == 2
    assert "City is “Bonn”" in html
    assert " data-new" not in html


def test_what_is_wrong_is_marked_in_the_text(hers):
    answer = asked(hers, filter='citty = "Bonn"')
    assert answer.status_code == 200
    assert "<mark>citty</mark>" in answer.content.decode()


def test_an_editor_changes_the_text(hers):
    answer = asked(hers, filter="", f__do="put", f__at="&", f__field="city", f__op="=", f__value="Bonn")
    assert text_in(answer) == ('city = "Bonn"', True)
    answer = asked(hers, filter='city = "Bonn" and employees > 10', f__do="drop", f__at="0")
    assert text_in(answer) == ("employees > 10", True)


def test_a_refused_value_opens_the_editor_again(hers):
    answer = asked(hers, filter="", f__do="put", f__at="&", f__field="employees", f__op=">", f__value="many")
    assert answer["HX-Retarget"] == "#fp-condition"
    assert "field__error" in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "place", "opposite"),
    [
        ('city = "Bonn"', "0", 'not city = "Bonn"'),
        ('not city = "Bonn"', "0", 'city = "Bonn"'),
        ('city = "Bonn" or city = "Kiel"', "0", 'not (city = "Bonn" or city = "Kiel")'),
        ('not (city = "Bonn" or city = "Kiel")', "0", 'city = "Bonn" or city = "Kiel"'),
        ('employees > 10 and city = "Bonn"', "1", 'employees > 10 and not city = "Bonn"'),
    ],
)
def test_parts_are_turned_into_their_opposite_and_back(hers, text, place, opposite):
    assert text_in(asked(hers, filter=text, f__do="not", f__at=place)) == (opposite, True)


def test_what_is_negated_grows_and_shrinks(hers):
    more = asked(
        hers, filter='not city = "Bonn"', f__do="put", f__at="0.n.&", f__field="employees", f__op=">", f__value="10"
    )  # fmt: skip
    assert text_in(more)[0] == 'not (city = "Bonn" and employees > 10)'
    less = asked(hers, filter='not (city = "Bonn" and employees > 10)', f__do="drop", f__at="0.n.0")
    assert text_in(less)[0] == "not employees > 10"
    none = asked(hers, filter='not city = "Bonn"', f__do="drop", f__at="0.n.0")
    assert text_in(none)[0] == ""


def test_the_editor_of_what_is_negated_shows_its_parts(hers):
    html = asked(
        hers, target="fp-condition", filter='not (city = "Bonn" and employees > 10)', f__at="0"
    ).content.decode()
    assert "Not all of these together" in html
    assert "f.at=0.n.1" in html


@pytest.mark.parametrize("place", ["9", "0.n", "x", "0.w", ""])
def test_a_place_that_is_not_there_is_refused_kindly(hers, place):
    opened = asked(hers, target="fp-condition", filter='city = "Bonn"', f__at=place)
    assert opened.status_code == 404
    assert asked(hers, filter='city = "Bonn"', f__do="not", f__at=place).status_code == 404


def test_what_one_may_not_read_cannot_be_asked_for(db):
    stranger = Client()
    user = a_scoped_user("Max Horn", Scope.NONE)
    stranger.force_login(user, backend="kundig.accounts.backends.AccessBackend")
    assert stranger.get(ADDRESS).status_code == 403
    assert Client().get(ADDRESS).status_code == 302


def test_twice_the_opposite_is_the_same():
    node = {"op": "=", "field": "city", "value": "Bonn"}
    assert negated(negated(node)) == node
