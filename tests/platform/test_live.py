"""Names of what changed, in messages PostgreSQL takes."""

from kundig.platform import live


def test_payloads_join_names_once_each():
    assert live.payloads(["persons:1", "organisations:2", "persons:1"]) == ["persons:1 organisations:2"]


def test_payloads_of_nothing_are_none():
    assert live.payloads([]) == []


def test_very_many_names_become_one_of_their_kind():
    assert live.payloads([f"persons:{number}" for number in range(live.MOST_NAMES + 1)]) == ["persons:*"]


def test_long_names_are_spread_over_several_messages():
    messages = live.payloads([f"{number:0100}:x" for number in range(100)])
    assert len(messages) == 2
    assert all(len(message) < 8000 for message in messages)
