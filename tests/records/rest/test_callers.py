import pytest
from django.test import Client
from django.utils import timezone

from kundig.accounts.actions import deactivate_user, revoke_token
from kundig.accounts.models import ApiToken
from kundig.records.rest import limits
from tests.accounts.factories import an_administrator
from tests.records.rest.conftest import Program, problem
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


@pytest.mark.parametrize(
    ("header", "challenge", "words"),
    [
        (None, 'Bearer realm="Kundig"', "Send a token: “Authorization: Bearer kundig_…”"),
        ("Bearer kundig_unknown", 'Bearer realm="Kundig", error="invalid_token"', "This token is not known"),
        ("Bearer ", 'Bearer realm="Kundig", error="invalid_request"', "Expected “Authorization: Bearer"),
        ("Bearer", 'Bearer realm="Kundig", error="invalid_request"', "Expected “Authorization: Bearer"),
        ("Basic amFuYTpicmFuZHQ=", 'Bearer realm="Kundig", error="invalid_request"', "got another form"),
        ("", 'Bearer realm="Kundig", error="invalid_request"', "Expected “Authorization: Bearer"),
        ("Bearer kündig_\x00\xff", 'Bearer realm="Kundig", error="invalid_token"', "This token is not known"),
    ],
)
def test_without_a_token_that_counts_nothing_is_told(header, challenge, words):
    program = Program()
    for method, address in (("GET", "courses"), ("POST", "courses"), ("GET", "courses/1"), ("GET", "dragons")):
        response = program.request(method, address, Authorization=header)
        assert words in problem(response, 401)["detail"]
        assert response["WWW-Authenticate"] == challenge
    assert not Course.objects.exists()


def test_a_revoked_token_and_a_user_who_has_left_are_refused(administrator):
    token = ApiToken.objects.get(user=administrator.user)
    revoke_token(token, by=None)
    problem(administrator.get("courses"), 401)
    other = an_administrator("Timo Beck")
    program = Program(other)
    deactivate_user(other, by=None)
    problem(program.get("courses"), 401)


def test_the_day_of_a_tokens_use_is_kept(administrator):
    administrator.get("courses")
    assert ApiToken.objects.get(user=administrator.user).last_used_on == timezone.localdate()


def test_a_session_reads_and_writes_with_its_csrf_token(administrator):
    web = Client(enforce_csrf_checks=True)
    web.force_login(administrator.user, backend="kundig.accounts.backends.AccessBackend")
    assert web.get("/api/v1/courses").status_code == 200

    body = {"data": '{"name": "Löten"}', "content_type": "application/json"}
    refused = problem(web.post("/api/v1/courses", headers={"Accept-Language": "en"}, **body), 403)
    assert "X-CSRFToken" in refused["detail"]
    assert not Course.objects.exists()

    web.cookies["csrftoken"] = "a" * 32
    assert web.post("/api/v1/courses", headers={"X-CSRFToken": "a" * 32}, **body).status_code == 201


def test_messages_come_in_the_language_that_is_asked_for_else_in_the_users(administrator):
    assert "There is no resource" in administrator.get("dragons").json()["detail"]
    german = administrator.get("dragons", **{"Accept-Language": "de-AT,de;q=0.9"})
    assert german["Content-Language"] == "de"
    administrator.user.language = "de"
    administrator.user.save()
    assert administrator.get("dragons", **{"Accept-Language": None})["Content-Language"] == "de"
    administrator.user.language = "en"
    administrator.user.save()
    assert administrator.get("dragons", **{"Accept-Language": None})["Content-Language"] == "en"


def test_whoever_asks_too_often_is_told_when_to_go_on(administrator, monkeypatch):
    monkeypatch.setattr(limits, "requests", limits.Limit(3))
    left = [administrator.get("courses")["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    response = administrator.get("courses")
    assert "More than 3 requests a minute" in problem(response, 429)["detail"]
    assert 1 <= int(response["Retry-After"]) <= 20
    assert Program(an_administrator("Timo Beck")).get("courses").status_code == 200
    assert Program(administrator.user).get("courses").status_code == 200, "another token of the same person"


def test_an_address_that_tries_tokens_is_stopped(stranger, administrator, monkeypatch):
    monkeypatch.setattr(limits, "failures", limits.Limit(2))
    assert [stranger.get("courses").status_code for _ in range(4)] == [401, 401, 429, 429]
    assert administrator.get("courses").status_code == 200


def test_a_bucket_refills_steadily():
    limit = limits.Limit(60)
    for _ in range(60):
        limit.take("a", now=0.0)
    with pytest.raises(limits.Problem):
        limit.take("a", now=0.5)
    assert limit.headers(limit.take("a", now=2.0)) == {
        "RateLimit-Limit": "60", "RateLimit-Remaining": "1", "RateLimit-Reset": "59",
    }  # fmt: skip
