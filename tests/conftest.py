"""What every test stands on: a database server of its own process, and on it clones of one migrated template."""

import os
import sys

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings

from kundig.accounts.queries import forget_company
from kundig.privacy.queries import forget_purposes
from kundig.records.custom import loading
from kundig.records.saved import remembered
from tests import database

# As `./kundig` does: every process that a test starts would compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How fast examples are made says how busy the machine is, and nothing about what is tested.
# Fixtures here hold nothing that one example leaves to the next.
UNASKED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("kundig", suppress_health_check=UNASKED, deadline=None)
settings.load_profile("kundig")


def pytest_addoption(parser):
    journeys = parser.getgroup("journeys")
    journeys.addoption("--pictures", action="store_true", help="pictures of every page in every width, light and dark")
    journeys.addoption("--restless", type=int, metavar="SEED", help="colleagues change what is shown, all the time")
    journeys.addoption("--slow", action="store_true", help="a quarter of the speed, and a server that is far away")


def pytest_configure(config):
    is_worker = hasattr(config, "workerinput")
    only_hands_out_tests = not is_worker and config.getoption("dist", "no") != "no"
    if only_hands_out_tests or config.option.collectonly:
        return
    config.kundig_keeper = database.begin_session()


def pytest_collection_modifyitems(items):
    """What starts installations takes longest and comes first: at the end no process waits long for the other."""
    items.sort(key=lambda item: not hasattr(item.module, "Installation"))


def pytest_unconfigure(config):
    if hasattr(config, "kundig_keeper"):
        database.end_session(config.kundig_keeper)


@pytest.fixture(scope="session")
def database_name(worker_id):
    """A name for this process's database."""
    return "main" if worker_id == "master" else worker_id


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, database_name):
    """Tests work on a clone; the server goes away at the end, so nothing is dropped here."""
    with django_db_blocker.unblock():
        use_fresh_database(database_name)
    yield
    with django_db_blocker.unblock():
        _use(None)


@pytest.fixture(scope="session", autouse=True)
def _fresh_database_after_commits(database_name):
    """A test that commits leaves a used database: replace it, as flushing would also empty what migrations filled."""

    def clean_up(case):
        if database.is_written():
            use_fresh_database(database_name)

    from django.test import TestCase, TransactionTestCase

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", clean_up)
    assert "_fixture_teardown" in vars(TestCase)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def lasting(django_db_setup, django_db_blocker):
    """What fixtures of the whole module make lasts as long as that; a test takes back its own alone."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What a process keeps for speed belongs to the test that just ended."""
    yield
    forget_company()
    forget_purposes()
    loading.forget()
    remembered.forget()
    timezone.deactivate()


def use_fresh_database(name):
    """Point Django, and programs started from here, to a fresh clone called `name`."""
    _use(None)
    _use(database.clone(name, migrate=_migrate))


def _migrate(template):
    from django.core.management import call_command

    from kundig.accounts.actions import ensure_roles
    from kundig.platform.migrating import each_table_by_itself
    from kundig.records import registry
    from kundig.records.ledger import ownership, triggers
    from tests.records.toy.objects import CourseDescription

    _use(template)
    with each_table_by_itself():
        call_command("migrate", verbosity=0, run_syncdb=True)
    registry.register(CourseDescription)
    triggers.install()
    registry.unregister("courses")
    triggers.make_partitions()
    ensure_roles()  # as the first user does
    database.administer(template, ownership.hand_over("kundig"))
    _use(None)


def _use(name):
    """Let Django's default connection lead to database `name`; None closes it."""
    from django.db import connections

    from kundig.web.settings import _database

    connections.close_all()
    if name:
        os.environ["DATABASE_URL"] = database.url_of(name)
        address = _database(os.environ["DATABASE_URL"], is_ours=True)
        connections.settings["default"].update(
            {key: address[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
        )


@pytest.fixture
def versions_known(monkeypatch):
    """However slow the machine is, a second request does not ask again whether fields or views have changed."""
    monkeypatch.setattr(loading, "CHECK_SECONDS", 3600)
