"""What is learned from deals that have ended. No database."""

import random

import pytest

from kundig.sales.rules.learning import FEWEST, Features, Learned, chance_of, learn


def house(count=400, seed=7):
    """A house in which customers of old buy four times out of five, and others one time out of three."""
    chance, found = random.Random(seed), []
    for number in range(count):
        knows_us = number % 2 == 0
        is_won = chance.random() < (0.8 if knows_us else 0.33)
        found.append((Features("proposed", 10_000.0, 12.0, knows_us, "Messe"), is_won))
    return found


def test_what_distinguishes_wins_is_found_and_told():
    learned = learn(house())
    old = chance_of(learned, Features("proposed", 10_000.0, 12.0, True, "Messe"))
    new = chance_of(learned, Features("proposed", 10_000.0, 12.0, False, "Messe"))
    assert 74 <= old.percent <= 86
    assert 26 <= new.percent <= 42
    assert [(reason.name, reason.points > 0) for reason in old.reasons] == [("knows_us", True)]
    assert [(reason.name, reason.points > 0) for reason in new.reasons] == [("knows_us", False)]


def test_it_is_checked_by_deals_it_has_not_seen():
    learned = learn(house())
    assert sum(each.deals for each in learned.bins) == 80
    assert learned.error < learned.error_of_stages
    for each in learned.bins:
        assert abs(each.said - each.came) < 0.2
    like = chance_of(learned, Features("proposed", 10_000.0, 12.0, True, "Messe")).like
    assert like is not None and like.came > 0.6


@pytest.mark.parametrize(
    "examples",
    [
        [],
        house(FEWEST - 1),
        [(Features("new", None, 1.0, False), True)] * 100,
        [(Features("new", 1.0, 1.0, True), False)] * 50,
    ],
)
def test_from_too_few_or_from_wins_alone_nothing_is_learned(examples):
    assert learn(examples) is None


def test_a_model_is_kept_as_plain_values():
    learned = learn(house())
    assert Learned.from_json(learned.as_json()) == learned


def test_nothing_open_is_certain_and_odd_values_do_no_harm():
    learned = learn([(Features("new", 100.0, 1.0, n % 2 == 0), n % 2 == 0) for n in range(2000)])
    for knows_us in (True, False):
        assert 1 <= chance_of(learned, Features("new", 1e15, 1e6, knows_us, "x" * 200)).percent <= 99
    assert 1 <= chance_of(learned, Features("won", 0.0, 0.0, True)).percent <= 99
