"""Every address: closed to strangers, and never an error of the server, whatever is missing from the request."""

import re
from functools import cache

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver
from django.urls.resolvers import URLResolver

from tests.accounts.factories import a_user, an_administrator

NOBODY = "019a0000-0000-7000-8000-000000000000"
PUBLIC = [
    "/health/",
    "/manifest.webmanifest",
    "/worker.js",
    "/sign-in/",
    "/sign-out/",
    "/password/",
    "/setup/",
    "/preferences/",
    "/api/v1/openapi.json",
    "/forms/",
    "/q/",
]
KNOWN_BY_TOKEN = "/api/"
METHODS = ["get", "post", "put", "patch", "delete"]


def a_reader():
    return a_user(role="reader")


@cache
def addresses():
    """One address for each pattern, its parts filled with what fits their type but exists nowhere."""
    found = [re.sub(r"/+", "/", f"/{path}") for path in _filled(get_resolver())]
    return list(dict.fromkeys(found))


def _filled(resolver, before=""):
    for pattern in resolver.url_patterns:
        path = before + _fill(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _filled(pattern, path)
        else:
            yield path


def _fill(pattern):
    text = str(pattern)
    if not hasattr(pattern, "_route"):  # a regular expression: only the one for links in mails, and its like
        text = re.sub(r"\(\?P<\w+>[^)]*\)", "x1", text).strip("^$").replace("\\Z", "").replace("\\", "")
    text = re.sub(r"<uuid:\w+>", NOBODY, text)
    text = re.sub(r"<slug:(?:name|object|object_name)>", "organisations", text)
    return re.sub(r"<(?:(?:int):)\w+>", "1", re.sub(r"<(?:(?:slug|str|path):)?\w+>", "x", text))


def is_public(path):
    return any(path.startswith(prefix) for prefix in PUBLIC)


def test_addresses_are_found():
    assert {"/sign-in/", "/organisations/", f"/organisations/{NOBODY}/"} <= set(addresses())


@pytest.mark.parametrize("further", ["", "unknown/", "organisations/x/"])
def test_first_word_leads_where_all_patterns_lead(further):
    (quick,) = get_resolver().url_patterns
    plain = URLResolver(quick.pattern, quick.url_patterns)
    for path in [each[1:] + further for each in addresses()] + ["", "x", "organisations", "überall/", further]:
        assert _led(quick, path) == _led(plain, path), path


def _led(resolver, path):
    try:
        match = resolver.resolve(path)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.view_name, match.route


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS)
def test_address_is_closed_to_strangers(method):
    open_to_all = []
    for path in addresses():
        answer = getattr(Client(), method)(path)
        sent_to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        refused = answer.status_code in (401, 403, 405) or (
            path.startswith(KNOWN_BY_TOKEN) and answer.status_code == 404
        )
        if not (sent_to_sign_in or refused or is_public(path)):
            open_to_all.append(f"{method} {path}: {answer.status_code}")
    assert open_to_all == []


PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial", "HTTP_HX_TARGET": "td#r1-name"}


@pytest.mark.django_db
@pytest.mark.parametrize(("make_user", "methods"), [(an_administrator, METHODS), (a_reader, ["get", "post"])])
def test_address_answers_an_empty_request_without_failing(make_user, methods):
    """A part of a page is asked for where the page is there at all: otherwise both end at the same door."""
    client = Client(raise_request_exception=False)
    client.force_login(make_user(), backend="kundig.accounts.backends.AccessBackend")
    failed = []
    for method in methods:
        for path in addresses():
            if path == "/sign-out/":
                continue
            for headers in ({}, PART):
                answer = getattr(client, method)(path, **headers)
                if answer.status_code >= 500:
                    failed.append(f"{method} {path}: {answer.status_code}")
                if answer.status_code in (403, 404, 405):
                    break
    assert failed == []
