"""What stands between two stages, without a database."""

from dataclasses import dataclass, field

import pytest

from kundig.sales.rules.gates import Missing, gates_between, is_something, missing_for


@dataclass
class Stage:
    position: int
    status: str = "new"
    required: list = field(default_factory=list)
    checklist: list = field(default_factory=list)


NEW, QUALIFIED, PROPOSED = Stage(0), Stage(1, "qualified"), Stage(2, "proposed")
WON, LOST = Stage(3, "won"), Stage(4, "lost")
ALL = [WON, PROPOSED, NEW, LOST, QUALIFIED]


@pytest.mark.parametrize(
    ("start", "goal", "passed"),
    [
        (NEW, QUALIFIED, [QUALIFIED]),
        (NEW, WON, [QUALIFIED, PROPOSED, WON]),
        (None, PROPOSED, [NEW, QUALIFIED, PROPOSED]),
        (PROPOSED, NEW, []),
        (PROPOSED, PROPOSED, []),
        (NEW, LOST, []),
        (WON, LOST, []),
        (LOST, QUALIFIED, [NEW, QUALIFIED]),
        (WON, PROPOSED, []),
    ],
)
def test_every_gate_on_the_way_forward_is_passed(start, goal, passed):
    assert gates_between(ALL, start, goal) == passed


def test_missing_names_each_thing_once_in_the_order_of_the_stages():
    gates = [
        Stage(1, required=["amount", "person"], checklist=["Budget known"]),
        Stage(2, required=["expected_on", "amount"], checklist=["Budget known", "Decider met"]),
    ]
    missing = missing_for(gates, is_filled=lambda name: name == "person", checked=["Decider met"])
    assert missing == Missing(("amount", "expected_on"), ("Budget known",))
    assert not missing_for(gates, is_filled=lambda _name: True, checked=["Decider met", "Budget known"])


@pytest.mark.parametrize(
    ("value", "counts"), [(0, True), (False, True), ("x", True), (None, False), ("", False), ([], False)]
)
def test_nought_is_something_and_nothing_is_not(value, counts):
    assert is_something(value) is counts
