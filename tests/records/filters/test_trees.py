"""Changing one place of a condition, and comparisons as their editor shows them."""

import pytest

from kundig.records.conditions import Problem
from kundig.records.filters import trees
from kundig.records.filters.bar import pieces
from kundig.records.filters.leaves import Leaf, leaf_of

A, B, C = ({"op": "=", "field": name, "value": 1} for name in "abc")


@pytest.mark.parametrize(
    ("tree", "place", "new", "result"),
    [
        (None, "&", A, A),
        (A, "&", B, {"op": "and", "parts": [A, B]}),
        ({"op": "and", "parts": [A, B]}, "1", C, {"op": "and", "parts": [A, C]}),
        ({"op": "and", "parts": [A, B]}, "1", None, A),
        (A, "0", None, None),
        (A, "0.|", B, {"op": "or", "parts": [A, B]}),
        ({"op": "or", "parts": [A, B]}, "0.|", C, {"op": "or", "parts": [A, B, C]}),
        ({"op": "or", "parts": [A, B]}, "0.1", None, A),
        ({"op": "or", "parts": [A, B]}, "0.1.|", C, {"op": "or", "parts": [A, {"op": "or", "parts": [B, C]}]}),
        ({"op": "any", "of": "xs"}, "0.w.&", A, {"op": "any", "of": "xs", "where": A}),
        ({"op": "any", "of": "xs", "where": A}, "0.w.&", B,
         {"op": "any", "of": "xs", "where": {"op": "and", "parts": [A, B]}}),
        ({"op": "any", "of": "xs", "where": A}, "0.w", None, {"op": "any", "of": "xs"}),
        ({"op": ">=", "left": {"count": "xs", "where": A}, "value": 3}, "0.w", B,
         {"op": ">=", "left": {"count": "xs", "where": B}, "value": 3}),
        ({"op": "not", "part": A}, "0.n", B, {"op": "not", "part": B}),
        ({"op": "not", "part": A}, "0.n", None, None),
    ],
)  # fmt: skip
def test_one_place_changes_and_the_rest_stays(tree, place, new, result):
    assert trees.put(tree, place, new) == result


@pytest.mark.parametrize("place", ["5", "-1", "x", "0.9", "0.w.3", "", "²"])
def test_a_place_that_is_not_there_is_refused(place):
    with pytest.raises((LookupError, TypeError)):
        trees.put({"op": "and", "parts": [A, B]}, place, C)
    with pytest.raises((LookupError, TypeError)):
        trees.at({"op": "and", "parts": [A, B]}, place)


@pytest.mark.parametrize(
    ("node", "leaf"),
    [
        (A, Leaf("a", "=", (1,))),
        ({"field": "on"}, Leaf("on", "=", (True,))),
        ({"op": "not", "part": {"field": "on"}}, Leaf("on", "=", (False,))),
        ({"op": "not", "part": {"op": "empty", "field": "a"}}, Leaf("a", "not empty")),
        ({"op": "not", "part": {"op": "in", "field": "a", "values": [1, 2]}}, Leaf("a", "not in", (1, 2))),
        ({"op": ">=", "field": "a", "value": {"calc": "-", "left": {"present": "today"},
          "right": {"duration": 90, "unit": "days"}}}, Leaf("a", "last", (), 90, "days")),
        ({"op": "not", "part": A}, None),
        ({"op": "=", "field": "a", "value": {"field": "b"}}, None),
        ({"op": "any", "of": "xs"}, None),
        (True, None),
    ],
)  # fmt: skip
def test_a_comparison_is_read_as_its_editor_shows_it(node, leaf):
    assert leaf_of(node) == leaf


def test_what_is_wrong_stands_out_of_the_text():
    found = pieces("citty = 1 and", [Problem("Which?", 0, 5), Problem("What?", 13, 13)])
    assert [(piece.text, piece.message) for piece in found] == [("citty", "Which?"), (" = 1 and", ""), ("␣", "What?")]
