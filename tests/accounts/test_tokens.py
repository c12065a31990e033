"""Tokens: what they may do, until when, and who is told."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from kundig.accounts.actions import create_token, deactivate_user, revoke_token
from kundig.accounts.enums import Action, Scope
from kundig.accounts.jobs import remind_of_tokens
from kundig.accounts.models import ApiToken
from kundig.accounts.queries import EVERY_OBJECT, user_for_token, why_token_is_refused
from kundig.accounts.reach import Reach, is_scope, least
from tests.accounts.factories import a_user, an_administrator


@pytest.fixture(autouse=True)
def _in_german():
    with translation.override("de"):
        yield


NAMES = ("", ":persons", ":organisations")
SCOPES = st.frozensets(st.sampled_from([f"{verb}{name}" for verb in ("read", "write") for name in NAMES]))


def reach(*scopes):
    return Reach(frozenset(scopes))


@pytest.mark.parametrize(
    ("scopes", "may", "may_not"),
    [
        (["read"], [("persons", "read"), ("*", "read"), ("persons", "export")], [("persons", "change"), ("*", "bulk")]),
        (["read:persons"], [("persons", "read")], [("organisations", "read"), ("*", "read"), ("persons", "create")]),
        (["write"], [("persons", "read"), ("x", "delete"), ("*", "bulk")], [("*", "administer")]),
        (["write:persons"], [("persons", "read"), ("persons", "create")], [("organisations", "read"), ("*", "change")]),
        (["administer"], [("*", "administer")], [("persons", "read"), ("persons", "change")]),
        ([], [], [("persons", "read")]),
    ],
)
def test_reach_covers_what_its_scopes_name_and_nothing_else(scopes, may, may_not):
    assert all(reach(*scopes).covers(*asked) for asked in may)
    assert not any(reach(*scopes).covers(*asked) for asked in may_not)


@given(SCOPES)
def test_least_scopes_reach_as_far_as_all_of_them(scopes):
    kept = least(scopes)
    assert set(kept) <= scopes
    for name in ("persons", "organisations", "households", EVERY_OBJECT):
        for action in Action:
            assert Reach(frozenset(kept)).covers(name, action) == Reach(scopes).covers(name, action)


@pytest.mark.parametrize(
    ("scopes", "kept"),
    [
        (["write", "read"], ["write"]),
        (["read", "read:persons", "write:persons"], ["read", "write:persons"]),
        (["write:persons", "read:persons"], ["write:persons"]),
        (["administer", "write", "read:persons"], ["administer", "write"]),
    ],
)
def test_least_leaves_out_what_others_contain(scopes, kept):
    assert least(scopes) == kept


@pytest.mark.parametrize("text", ["", "READ", "read:", "delete", "read:a b", "administer:persons", "read:" + "x" * 90])
def test_is_scope_refuses_what_is_none(text):
    assert not is_scope(text)


@pytest.mark.django_db
def test_create_token_reads_for_a_year_unless_told_otherwise():
    create_token(a_user(), name="Webshop", by=None)
    token = ApiToken.objects.get()
    assert (token.scopes, token.expires_on) == (["read"], timezone.localdate() + timedelta(days=365))


@pytest.mark.django_db
def test_create_token_says_everything_that_is_wrong():
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        create_token(a_user(), name=" ", by=None, scopes=["write", "alles"], expires_on=yesterday)
    assert set(refused.value.message_dict) == {"name", "scopes", "expires_on"}
    with pytest.raises(ValidationError, match="at least one|mindestens"):
        create_token(a_user(), name="Webshop", by=None, scopes=[])
    with pytest.raises(ValidationError, match="5"):
        create_token(a_user(), name="Webshop", by=None, expires_on=date(2999, 1, 1))
    assert not ApiToken.objects.exists()


@pytest.mark.django_db
def test_token_narrows_what_its_user_may_do(django_assert_num_queries):
    jana = an_administrator()
    text = create_token(jana, name="Webshop", by=None, scopes=["write:persons", "read"])
    with django_assert_num_queries(1):
        access = user_for_token(text).access
    assert access.scope("persons", Action.DELETE) is Scope.ALL
    assert access.scope("organisations", Action.READ) is Scope.ALL
    assert access.scope("organisations", Action.CHANGE) is Scope.NONE
    assert not access.is_administrator
    assert user_for_token(create_token(jana, name="Leitstand", by=None, scopes=["administer"])).is_administrator


@pytest.mark.django_db
def test_token_never_reaches_further_than_its_user():
    reader = a_user(role="reader")
    access = user_for_token(create_token(reader, name="Webshop", by=None, scopes=["write", "administer"])).access
    assert access.scope("persons", Action.READ) is Scope.ALL
    assert access.scope("persons", Action.CHANGE) is Scope.NONE
    assert not access.is_administrator


@pytest.mark.django_db
def test_token_works_up_to_its_last_day_and_says_why_not():
    user, gone = an_administrator(), a_user("Holger Timm")
    texts = {name: create_token(user, name=name, by=None) for name in ("heute", "gestern", "weg")}
    texts["fort"] = create_token(gone, name="fort", by=None)
    today = timezone.localdate()
    ApiToken.objects.filter(name="heute").update(expires_on=today)
    ApiToken.objects.filter(name="gestern").update(expires_on=today - timedelta(days=2))
    revoke_token(ApiToken.objects.get(name="weg"), by=None)
    deactivate_user(gone, by=None)
    assert user_for_token(texts["heute"]) == user
    assert [user_for_token(texts[name]) for name in ("gestern", "weg", "fort")] == [None] * 3
    reasons = {name: why_token_is_refused(texts[name]) for name in ("gestern", "weg", "fort")}
    assert len(set(reasons.values())) == 3
    assert date.strftime(today - timedelta(days=2), "%d.%m.%Y") in reasons["gestern"]


# -- reminders -----------------------------------------------------------------------------------------------------


def a_token(days, **also):
    create_token(also.pop("user", None) or a_user(), name="Lagerprogramm", by=None)
    token = ApiToken.objects.latest("created_at")
    ApiToken.objects.filter(pk=token.pk).update(expires_on=timezone.localdate() + timedelta(days=days), **also)
    return token


@pytest.mark.django_db
def test_reminder_comes_two_weeks_before_and_not_again_tomorrow():
    a_token(15)
    token = a_token(14)
    assert remind_of_tokens(None) == {"sent": 1}
    assert remind_of_tokens(None) == {"sent": 0}
    message = mail.outbox[0]
    assert message.to == [token.user.email]
    assert message.subject == "Der API-Schlüssel „Lagerprogramm“ läuft ab"
    ApiToken.objects.update(reminded_on=timezone.localdate() - timedelta(days=1))
    assert remind_of_tokens(None) == {"sent": 0}


@pytest.mark.django_db
def test_reminder_comes_once_more_on_the_last_day_but_one():
    a_token(1, reminded_on=timezone.localdate() - timedelta(days=13))
    assert [remind_of_tokens(None)["sent"] for _ in range(2)] == [1, 0]


@pytest.mark.django_db
def test_reminder_is_for_tokens_that_somebody_still_uses():
    a_token(3, revoked_at=timezone.now())
    a_token(-1)
    gone = a_user("Holger Timm")
    a_token(3, user=gone)
    deactivate_user(gone, by=an_administrator())
    assert remind_of_tokens(None) == {"sent": 0}
    assert mail.outbox == []
