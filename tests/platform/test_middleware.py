import gzip

import pytest
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django_htmx.middleware import HtmxMiddleware

from kundig.platform.middleware import CompressionMiddleware, PartsMiddleware, compressed

PAGE = "<p>Molkerei Steinbrück eG</p>" * 100
HTMX = {
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "HX-Target": "td#r17-phone",
    "HX-Current-URL": "http://testserver/organisations/?q=a&sort=name",
}


def answer(rf, response, middleware=CompressionMiddleware, **headers):
    return middleware(lambda request: response)(rf.get("/", headers=headers))


def parts(rf, response, **headers):
    return HtmxMiddleware(PartsMiddleware(lambda request: response))(rf.get("/", headers=headers))


def test_compressed_is_gzip_of_varying_length():
    content = PAGE.encode()
    packed = {compressed(content) for _ in range(20)}
    assert {gzip.decompress(each) for each in packed} == {content}
    assert len({len(each) for each in packed}) > 1


def test_page_is_compressed_where_the_browser_takes_it(rf):
    response = answer(rf, HttpResponse(PAGE, headers={"ETag": '"abc"'}), **{"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(response.content).decode() == PAGE
    assert (response["Content-Encoding"], response["Vary"], response["ETag"]) == ("gzip", "Accept-Encoding", 'W/"abc"')
    assert int(response["Content-Length"]) == len(response.content)


@pytest.mark.parametrize(
    ("response", "encodings"),
    [
        (HttpResponse(PAGE), "br"),
        (HttpResponse("kurz"), "gzip"),
        (HttpResponse(PAGE, content_type="image/png"), "gzip"),
        (HttpResponse(PAGE, headers={"Content-Encoding": "br"}), "gzip"),
    ],
)
def test_what_gains_nothing_passes_as_it_is(rf, response, encodings):
    content = response.content
    assert answer(rf, response, **{"Accept-Encoding": encodings}).content == content


def test_stream_passes_as_it_is(rf):
    response = answer(rf, StreamingHttpResponse([PAGE]), **{"Accept-Encoding": "gzip"})
    assert not response.has_header("Content-Encoding")


def test_pages_and_parts_are_told_apart(rf):
    response = parts(rf, HttpResponse(PAGE))
    assert response["Vary"] == "HX-Request-Type, HX-Target"
    assert response["Cache-Control"] == "private, no-cache"


def test_own_cache_control_stays_and_json_is_left_alone(rf):
    assert parts(rf, HttpResponse("{}", headers={"Cache-Control": "no-store"}))["Cache-Control"] == "no-store"
    assert not parts(rf, HttpResponse("{}", content_type="application/json")).has_header("Vary")


def test_no_answer_is_kept_for_others(rf):
    assert parts(rf, HttpResponse("a;b", content_type="text/csv"))["Cache-Control"] == "private, no-cache"


def test_token_cookie_comes_with_the_first_page_only(rf):
    request = rf.get("/")
    HtmxMiddleware(PartsMiddleware(lambda request: HttpResponse(PAGE)))(request)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]
    rf.cookies["csrftoken"] = "a" * 32
    request = rf.get("/")
    HtmxMiddleware(PartsMiddleware(lambda request: HttpResponse(PAGE)))(request)
    assert "CSRF_COOKIE_NEEDS_UPDATE" not in request.META


def test_redirect_stays_one_for_browsers(rf):
    assert parts(rf, HttpResponseRedirect("/organisations/17/")).status_code == 302


def test_redirect_becomes_an_address_for_htmx(rf):
    redirect = HttpResponseRedirect("/organisations/17/")
    redirect.set_cookie("theme", "dark")
    response = parts(rf, redirect, **HTMX)
    assert (response.status_code, response["HX-Redirect"], response.content) == (200, "/organisations/17/", b"")
    assert response.cookies["theme"].value == "dark"


def test_sign_in_leads_back_to_the_page_not_to_the_part(rf):
    response = parts(rf, HttpResponseRedirect("/sign-in/?next=/organisations/17/fields/phone/"), **HTMX)
    assert response["HX-Redirect"] == "/sign-in/?next=%2Forganisations%2F%3Fq%3Da%26sort%3Dname"


@pytest.mark.parametrize("page", ["https://evil.example/", "http://[", ""])
def test_sign_in_from_a_foreign_page_leads_home(rf, page):
    response = parts(rf, HttpResponseRedirect("/sign-in/?next=/x/"), **{**HTMX, "HX-Current-URL": page})
    assert response["HX-Redirect"] == "/sign-in/?next=%2F"


def test_sign_out_leads_nowhere_else(rf):
    assert parts(rf, HttpResponseRedirect("/sign-in/"), **HTMX)["HX-Redirect"] == "/sign-in/"
