"""Owner, colleague and stranger search for the same record."""

import pytest

from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import AccessRole, Grant, User
from kundig.records import search
from tests.accounts.factories import a_team, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(add_courses):
    """A function that gives everybody one scope and answers owner, colleague and stranger."""
    team = a_team()
    owner, colleague, stranger = (
        a_user("Holger Timm", team=team),
        a_user("Svenja Kroll", team=team),
        a_user("Ute Ahrens"),
    )
    add_courses(
        ("Alfreds Futterkiste", "Berlin", "+49300074321", "maria.anders@futterkiste.example"), owner=owner, team=team
    )
    add_courses(("Futterhaus", "Berlin", "", ""))

    def with_scope(scope):
        role = AccessRole.objects.get(key="sales")
        role.grants.all().delete()
        Grant.objects.create(role=role, object="*", action=Action.READ, scope=scope)
        return [User.objects.get(pk=user.pk) for user in (owner, colleague, stranger)]

    return with_scope


TEXTS = [
    "futterkiste",
    "futter",
    "futer",
    "alfreds berlin",
    "kiste",
    "030 0074321",
    "anders@",
    "futterkitse",
    "alfrds berlin",
]


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        (Scope.ALL, (True, True, True)),
        (Scope.TEAM, (True, True, False)),
        (Scope.OWN, (True, False, False)),
        (Scope.NONE, (False, False, False)),
    ],
)
def test_only_what_may_be_read_is_found(base, three, courses, scope, may):
    for user, sees in zip(three(scope), may, strict=True):
        readable = set(courses.visible_to(user).values_list("pk", flat=True))
        for text in TEXTS:
            hits = search.find(user, text)
            assert ("Alfreds Futterkiste" in [hit.title for hit in hits]) == sees, text
            assert {hit.id for hit in hits} <= readable
            assert set(search.matching_ids(user, courses, text, limit=50)) <= readable


def test_what_nobody_looks_after_is_for_those_who_see_all(three):
    for scope, count in ((Scope.ALL, 1), (Scope.TEAM, 0), (Scope.OWN, 0)):
        for user in three(scope):
            assert len(search.find(user, "futterhaus")) == count


def test_opened_before_the_right_was_lost(three, courses):
    owner, colleague, _stranger = three(Scope.ALL)
    (found,) = search.find(colleague, "alfreds")
    search.touch(colleague, courses, found.id)
    assert [hit.id for hit in search.recent(colleague)] == [found.id]
    owner, colleague, _stranger = three(Scope.OWN)
    assert search.recent(colleague) == []
    assert search.find(colleague, "alfreds") == []
    assert [hit.id for hit in search.find(owner, "alfreds")] == [found.id]


def test_nobody_signed_in_finds_nothing(three):
    from django.contrib.auth.models import AnonymousUser

    assert search.find(AnonymousUser(), "futterkiste") == []
    assert search.recent(AnonymousUser()) == []


def test_wider_right_for_one_kind_only(three, courses):
    """A grant for the object overrides the one for every object."""
    owner, _colleague, stranger = three(Scope.NONE)
    Grant.objects.create(
        role=AccessRole.objects.get(key="sales"), object="courses", action=Action.READ, scope=Scope.OWN
    )
    owner, stranger = (User.objects.get(pk=user.pk) for user in (owner, stranger))
    assert [hit.title for hit in search.find(owner, "futter")] == ["Alfreds Futterkiste"]
    assert search.find(stranger, "futter") == []
