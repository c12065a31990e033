import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.rest.conftest import problem
from tests.records.toy.models import Course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("courses")]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "The body is empty. Expected a JSON object such as"),
        (b"   ", "The body is empty"),
        (b"name=L%C3%B6ten", "The body is not JSON: line 1, column 1"),
        (b'{"name": "L\xf6ten"}', "The body is not JSON"),
        (b'{"name": "A",}', "The body is not JSON: line 1, column 13"),
        (b'{"name": "\\ud800"}', "The body is not JSON"),
        (b'{"name": NaN}', "The body is not JSON"),
        (b"[" * 100_000, "The body is not JSON"),
        (b'{"name":' * 2000 + b"1" + b"}" * 2000, "The body is not JSON"),
        (b"[]", "got a list"),
        (b'"name"', "got a text"),
        (b"3", "got a number"),
        (b"null", "got null"),
    ],
)
def test_a_body_that_is_no_object_is_refused(administrator, raw, words):
    assert words in problem(administrator.post("courses", raw=raw), 400)["detail"]
    assert not Course.objects.exists()


def test_a_body_of_another_type_is_refused(administrator):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        problem(administrator.post("courses", raw=b'{"name": "A"}', content_type=content_type), 415)
    problem(administrator.post("courses", {"name": "A"}, **{"Content-Encoding": "gzip"}), 415)
    assert (
        administrator.post("courses", {"name": "A"}, content_type="application/json; charset=utf-8").status_code == 201
    )


def test_a_body_that_is_too_large_is_refused(administrator):
    raw = b'{"name": "' + b"x" * 1_000_000 + b'"}'
    assert "1000000 bytes" in problem(administrator.post("courses", raw=raw), 413)["detail"]


def test_a_body_without_length_is_refused(administrator):
    response = administrator.client.generic(
        "POST", "/api/v1/courses", b"", content_type="application/json",
        headers={"Authorization": f"Bearer {administrator.token}", "Transfer-Encoding": "chunked"},
    )  # fmt: skip
    problem(response, 411)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "A\x00B", "NUL"),
        ("name", "x" * 81, "81 characters long; at most 80 fit"),
        ("name", 7, "Expected a text, got a number"),
        ("name", ["A"], "Expected a text, got a list"),
        ("name", {"a": 1}, "Expected a text, got an object"),
        ("content", "A\x00B", "NUL"),
        ("seats", "a lot", "not a number"),
        ("seats", -1, "not be negative"),
        ("seats", 1.5, "whole numbers"),
        ("seats", 10**30, "too large"),
        ("seats", True, "Expected a number, got yes/no"),
        ("hours", "1e400", "too large"),
        ("hours", "12.345", "At most 2 digits"),
        ("hours", "NaN", "not a number"),
        ("price", "1e-400", "At most 2 digits"),
        ("price", 10**20, "too large"),
        ("price_currency", "EURO", "is not a currency"),
        ("discount", "123456.78", "too large"),
        ("is_online", "yes", "Expected true or false"),
        ("starts_on", "31.02.2026", "not a date"),
        ("starts_on", 20260403, "Expected a text"),
        ("starts_on", "\x00", "not a date"),
        ("begins_at", "25:00", "not a time"),
        ("booking_opens_at", "soon", "not a date with a time"),
        ("booking_opens_at", "0001-01-01T00:00:00+14:00", "not a date with a time"),
        ("level", "master", "not one of"),
        ("level", "basic\x00", "not one of"),
        ("seasons", ["monsoon"], "not one of"),
        ("seasons", "spring", "Expected a list of texts"),
        ("tags", ["x" * 81], "too long"),
        ("tags", ["a\x00"], "too long"),
        ("tags", [str(n) for n in range(51)], "At most 50"),
        ("builds_on", str(uuid.UUID(int=7)), "There is no"),
        ("builds_on", "A\x00", "NUL"),
        ("builds_on", {"id": 3}, "Expected an id"),
        ("builds_on", 5, "Expected an id"),
        ("owner", "nobody@nowhere.example", "There is no"),
        ("owner", "A\x00@b", "NUL"),
        ("flyer", str(uuid.UUID(int=7)), "There is no"),
        ("address", "Main Street 1", "Expected an object"),
        ("address", {"town": "Berlin"}, "An address has no “town”"),
        ("address", {"city": "x" * 101}, "at most 100"),
        ("address", {"city": "A\x00"}, "NUL"),
        ("address", {"country": "Atlantis"}, "not a country"),
        ("mail", "nobody", ""),
        ("mail", "a\x00@example.com", "NUL"),
        ("phone", "none", "not a phone number"),
        ("phone", "+49\x0030", "NUL"),
        ("website", "javascript:alert(1)", "not a web address"),
        ("website", "https://" + "x" * 300 + ".de", "at most 200"),
        ("website", "http://a\x00.de", "NUL"),
        ("\x00", 1, "There is no field"),
        ("x" * 5000, 1, "There is no field"),
        ("", 1, "There is no field"),
        ("__class__", 1, "There is no field"),
        ("owner_id", 1, "There is no field"),
        ("pk", 1, "There is no field"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_at_its_field(administrator, field, value, words):
    body = {"name": "Löten", field: value}
    errors = problem(administrator.post("courses", body), 422)["errors"]
    assert list(errors) == [field[:60]]
    assert words in errors[field[:60]][0]
    course = Course.objects.create(name="Weben")
    problem(administrator.patch(f"courses/{course.pk}", {field: value}), 422)
    assert list(Course.objects.values_list("name", flat=True)) == ["Weben"]


@pytest.mark.parametrize("record_id", ["1", "abc", "%00", "..", "01995b1e", "{id}", "null", "x" * 500, "%ff"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_id_that_is_none_is_unknown(administrator, record_id, method):
    problem(administrator.request(method, f"courses/{record_id}", {} if method == "PATCH" else None), 404)


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v1", "/api/v1/", "/api/v2/courses", "/api/v1/a/b/c", "/api/v1/%00/x"]
)
def test_an_address_that_is_none_is_told_in_json(administrator, address):
    problem(administrator.get(address), 404)


def test_an_unknown_resource_is_told_with_the_known_ones(administrator):
    assert "Known are: " in problem(administrator.get("dragons"), 404)["detail"]
    assert "courses" in problem(administrator.get("dragons"), 404)["detail"]


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("PUT", "courses", "GET, POST, HEAD, OPTIONS"),
        ("DELETE", "courses", "GET, POST, HEAD, OPTIONS"),
        ("POST", f"courses/{uuid.UUID(int=7)}", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("BREW", "courses", "GET, POST, HEAD, OPTIONS"),
        ("POST", "openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_an_address_does_not_know_is_refused(administrator, method, address, allowed):
    response = administrator.request(method, address, {})
    problem(response, 405)
    assert response["Allow"] == allowed


def test_the_methods_of_an_address_can_be_asked(administrator):
    response = administrator.request("OPTIONS", "courses")
    assert (response.status_code, response["Allow"]) == (204, "GET, POST, HEAD, OPTIONS")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
field_names = st.sampled_from(
    "name content seats hours price price_currency discount is_online starts_on begins_at booking_opens_at level"
    " seasons tags builds_on address phone mail website owner team flyer photo announcement id created_at"
    " allergies nonsense".split()
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(field_names, json_values, max_size=4))
def test_no_body_breaks_the_house(administrator, body):
    import json

    raw = json.dumps(body).encode()
    response = administrator.post("courses", raw=raw)
    assert response.status_code in (201, 400, 422), response.content


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(field_names | st.sampled_from(["q", "sort", "limit", "after"]), st.text(max_size=30), max_size=3)
)
def test_no_parameter_breaks_the_house(administrator, params):
    from urllib.parse import urlencode

    response = administrator.get(f"courses?{urlencode(params, errors='replace')}")
    assert response.status_code in (200, 400), response.content
