import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kundig.accounts.actions import add_role, set_grants
from kundig.accounts.actions.roles import find_role
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.records.attachments.actions import attach_file
from tests.accounts.factories import a_user
from tests.records.toy.models import Course

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture
def own_courses(db):
    """Three people whose role reaches their own courses, and one who may only read all."""
    role = add_role(name="Own courses", like=find_role("reader"), by=None)
    scopes = {
        ("courses", Action.READ): Scope.ALL,
        ("courses", Action.CREATE): Scope.ALL,
        ("courses", Action.CHANGE): Scope.OWN,
        ("courses", Action.DELETE): Scope.OWN,
    }
    set_grants(role, scopes=scopes, by=None)
    blind = add_role(name="No courses of others", like=role, by=None)
    set_grants(blind, scopes={**scopes, ("courses", Action.READ): Scope.OWN}, by=None)
    people = {
        "owner": a_user("Ole Lund", role=role.key),
        "colleague": a_user("Ida Falk", role=role.key),
        "stranger": a_user("Max Horn", role=blind.key),
    }
    User.objects.update(language="en")
    for user in people.values():
        user.language = "en"
    return people


@pytest.fixture
def course(courses, own_courses):
    return Course.objects.create(name="Löten", owner=own_courses["owner"])


@pytest.fixture
def attached(courses, course, own_courses):
    """Puts a file to the course as its owner does."""

    def attach(content=PDF, name="Plan.pdf", *, to=None):
        upload = SimpleUploadedFile(name, content)
        return attach_file(courses, to or course, upload, by=own_courses["owner"]).attachment

    return attach


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
        return client

    return sign_in
