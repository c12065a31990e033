import pytest

from kundig.platform import navigation
from kundig.platform.navigation import Group


@pytest.fixture(autouse=True)
def _empty(monkeypatch):
    monkeypatch.setattr(navigation, "_main", [])
    monkeypatch.setattr(navigation, "_settings", [])


def test_entry_is_shown_to_those_who_may():
    navigation.settings(label="Settings", url="settings", group=Group.PEOPLE, may=lambda user: user == "jana")
    assert [(group, [entry.label for entry in entries]) for group, entries in navigation.settings_for("jana")] == [
        (Group.PEOPLE, ["Settings"])
    ]
    assert navigation.settings_for("holger") == []


def test_entry_without_a_page_is_not_shown():
    navigation.main(label="Board", url="a_page_that_does_not_exist", icon="columns")
    assert navigation.main_for("jana") == []


def test_sections_stand_in_their_order():
    navigation.settings(label="Company", url="settings", group=Group.OPERATION)
    navigation.settings(label="Profile", url="settings", group=Group.OWN)
    assert [group for group, _ in navigation.settings_for("jana")] == [Group.OWN, Group.OPERATION]
