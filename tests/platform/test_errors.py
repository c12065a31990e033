import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from kundig.platform import errors
from tests.people import english  # noqa: F401 - fixtures

HTMX = {"HX-Request": "true"}


def test_sentence_of_the_exception_is_shown_escaped(rf):
    page = errors.page_not_found(rf.get("/organisations/17/"), Http404("There is no <customer> 17."))
    assert page.status_code == 404
    assert "There is no &lt;customer&gt; 17." in page.content.decode()


@pytest.mark.parametrize(
    "exception", [Http404("No Party matches the given query."), Http404({"tried": [], "path": "x"}), Http404()]
)
def test_technical_words_are_not_shown(rf, exception):
    text = errors.page_not_found(rf.get("/x/"), exception).content.decode()
    assert "query" not in text
    assert "tried" not in text
    assert "The address is wrong" in text


def test_htmx_gets_a_toast(rf):
    response = errors.permission_denied(
        rf.put("/organisations/17/fields/phone/", headers=HTMX), PermissionDenied("Only Timm may.")
    )
    assert response.status_code == 403
    assert response.content.decode().startswith('<hx-partial hx-target="#toasts"')
    assert "Only Timm may." in response.content.decode()


def test_programs_get_json(rf):
    response = errors.bad_request(rf.get("/api/v1/organisations"), ValueError("limit is no number"))
    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert b"limit is no number" in response.content


def test_old_form_offers_to_try_again(rf):
    page = errors.csrf_failure(rf.post("/sign-in/", headers={"Referer": "http://testserver/sign-in/"}))
    assert page.status_code == 403
    assert 'href="http://testserver/sign-in/"' in page.content.decode()


def test_server_error_stands_on_nothing(rf):
    page = errors.server_error(rf.get("/"))
    assert page.status_code == 500
    assert "Something went wrong in Kundig itself" in page.content.decode()


def test_server_error_answers_even_when_its_page_is_broken(rf, settings, caplog):
    settings.STATICFILES_DIRS = ["/nowhere"]
    from kundig.platform import vite

    vite._manifest.cache_clear()
    vite._entry.cache_clear()
    page = errors.server_error(rf.get("/"))
    vite._manifest.cache_clear()
    vite._entry.cache_clear()
    assert (page.status_code, page["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert "The page for errors could not be shown" in caplog.text
