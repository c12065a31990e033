"""Journeys: a person's way through the running program, in Debian's Chromium.

Each journey starts with a fresh clone of the database (no company, no user: the state before the first run), which the
test fills through actions and looks at through models, while the server works on it.
"""

import os
import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser import looks
from tests.browser.house import House, stop
from tests.browser.looks import RESULTS, act_when_at_work
from tests.browser.weather import disturb, slow_down
from tests.conftest import use_fresh_database
from tools import chromium

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "1"  # Playwright keeps a loop in this thread, which Django takes for async code
)

PATIENCE = 30_000  # ms; a busy machine is slow, and only a failure waits so long
# Chromium writes a line for every refused request; 422 (a form with an error) and 409 (changed meanwhile) are answers.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (422|409) ")

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.find()
    if not path:
        pytest.fail("The browser tests need Chromium: `./kundig test` installs it where it may.")
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "locale": "de-DE",
        "timezone_id": "Europe/Berlin",
        "reduced_motion": "reduce",
    }


@pytest.fixture(autouse=True)
def _fresh_database(database_name, django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        use_fresh_database(f"{database_name}_journey")
        yield


@pytest.fixture(scope="session")
def _server(database_name, django_db_blocker):
    with django_db_blocker.unblock():
        use_fresh_database(f"{database_name}_journey")
    house = House(name=database_name)
    server = house.serve()
    yield house
    stop(server)


@pytest.fixture
def house(_server, _fresh_database):
    """The running program on this journey's database, without its worker."""
    return _server


@pytest.fixture
def another_house(house):
    """`another_house("second")`: one more process of pages at the same database."""
    started = []

    def another_house(name):
        second = House(name=name)
        started.append(second.serve())
        return second

    yield another_house
    for process in started:
        stop(process)


@pytest.fixture
def worker(house):
    """Jobs are done and events delivered while the journey lasts."""
    process = house.work()
    yield process
    stop(process)


@pytest.fixture
def a_browser(browser, browser_context_args, house, request):
    """`a_browser(**settings)`: one more person's browser; addresses are relative to the house."""
    opened = []

    def a_browser(**settings):
        context = browser.new_context(**{**browser_context_args, **settings}, base_url=house.url)
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("page", act_when_at_work)
        if request.config.option.slow:
            context.on("page", slow_down)
        if request.config.option.restless is not None and not request.node.get_closest_marker("undisturbed"):
            disturb(context, request.node.name, request.config.option.restless)
        return context

    yield a_browser
    for context in opened:
        context.close()


@pytest.fixture
def context(a_browser):
    """One person's browser."""
    return a_browser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.has_failed = report.failed
    return report


@pytest.fixture
def page(context, request):
    """A page whose console must stay clean; `page.expected_errors` takes patterns of what a journey provokes."""
    page = context.new_page()
    page.expected_errors = [EXPECTED]
    seen = []

    def note(message):
        if message.type == "error":
            seen.append(f"{message.text} ({message.location['url']})")

    page.on("console", note)
    page.on("pageerror", lambda error: seen.append(f"{error.name}: {error.message}"))
    yield page
    if getattr(request.node, "has_failed", False):  # a test that was skipped has no such mark
        page.screenshot(path=RESULTS / f"{request.node.name}-failed.png")
    unexpected = [line for line in seen if not any(re.search(pattern, line) for pattern in page.expected_errors)]
    assert unexpected == [], "the console is not clean"


@pytest.fixture
def sign_in(context, house):
    """`sign_in(user)` signs the browser in without the sign-in page."""
    from django.conf import settings
    from django.test import Client

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": house.url}])
        return user

    return sign_in


@pytest.fixture
def look_at(request):
    """`look_at(page, "party-page")`: axe, three widths, light and dark; `--pictures` leaves them in `test-results/`."""
    weather = request.config.option
    is_fair = not weather.slow and weather.restless is None  # axe takes its time, and wants a page that stands still
    return partial(looks.look_at, pictures=weather.pictures, axe=is_fair)


@pytest.fixture
def look(page, look_at):
    """`look("party-page")` looks at the page of the journey."""
    return partial(look_at, page)
