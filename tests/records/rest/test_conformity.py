"""Requests that nobody would write, made out of the OpenAPI document by schemathesis: whatever comes, no answer is a
fault of ours and each is one that the document describes."""

import json
from functools import cache

import pytest
import requests
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FailedHealthCheck, Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kundig.accounts.actions import create_token
from kundig.records.ledger.models import ChangeSet
from kundig.records.rest import limits
from kundig.records.rest.openapi import document
from kundig.webhooks.actions import create_webhook
from tests.accounts.factories import an_administrator
from tests.records.rest.conftest import Program
from tests.records.rest.test_every_resource import beginning

pytestmark = pytest.mark.django_db

EXAMPLES = 3
"""For each operation, of what the document allows and of what it does not."""
ASKED = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
RESOURCES = (
    "courses bulk change-sets files webhooks organisations persons contact-points touchpoints tasks products prices "
    "deals quotes quote-lines orders invoices"
).split()
"""One of each sort; what the document says of the others comes from the same lines."""
TRIED_WRONGLY = ("courses", "contact-points", "bulk", "change-sets", "files", "webhooks")
"""With what the document does not allow, too; the other objects go the same ways as these."""


@pytest.fixture(scope="module")
def administrator(lasting):
    return Program(an_administrator())


@pytest.fixture(scope="module")
def entered(administrator):
    """One record of each kind, made once for all tests; each takes back what it did to them."""
    return {name: administrator.post(name, values).json()["id"] for name, values in beginning(administrator).items()}


@pytest.fixture
def there(administrator, entered, courses):
    """Ids of records that are there, by the resource; guessed ones lead nowhere."""
    found = {**entered, "courses": administrator.post("courses", {"name": "Löten"}).json()["id"]}
    found["change-sets"] = str(ChangeSet.objects.order_by("-at").values_list("pk", flat=True)[0])
    run = administrator.post("courses/bulk", {"ids": [found["courses"]], "values": {"seats": 3}})
    found["bulk"] = run.json()["id"]
    hook = {"name": "Web-Shop", "address": "https://shop.example.com/", "topics": ["courses.created"]}
    found["webhooks"] = str(create_webhook(hook, by=administrator.user)[0].pk)
    return found


@pytest.fixture
def operations(administrator, courses, monkeypatch, tmp_path, settings):
    monkeypatch.setattr(limits, "PER_MINUTE", 0)
    user = administrator.user
    administrator.token = create_token(user, name="test", by=user, scopes=["write", "administer"])
    settings.DATA = tmp_path
    return described_by(document(administrator.user)[1])


@cache
def described_by(document):
    schema = schemathesis.openapi.from_dict(json.loads(document), config=SchemathesisConfig())
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize(
    ("resource", "mode"),
    [(name, "positive") for name in RESOURCES] + [(name, "negative") for name in TRIED_WRONGLY],
)
def test_every_answer_is_one_that_the_document_describes(administrator, operations, there, resource, mode):
    own = [each for each in operations if resource in each.tags]
    assert own
    failures = []
    for operation in own:
        try:
            check(administrator, operation, schemathesis.GenerationMode(mode), there.get(resource))
        except (Unsatisfiable, FailedHealthCheck):
            assert mode == "negative", operation.label
        except Exception as failure:
            failures.append(f"{operation.label}: {failure}\n{getattr(failure, 'exceptions', '')}")
    assert not failures, "\n\n".join(failures)


def check(program, operation, mode, record_id):
    """Each request finds the same records: what the one before has done is taken back."""

    @seed(20261122)
    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        if record_id is not None and "id" in case.path_parameters and mode == schemathesis.GenerationMode.POSITIVE:
            case.path_parameters["id"] = record_id
        with transaction.atomic():
            told = answer(program, case)
            transaction.set_rollback(True)
        case.validate_response(told, checks=ASKED)

    each()


def answer(program: Program, case):
    """What our program answers to a request, in the form that the checks read."""
    asked = requests.Request(**case.as_transport_kwargs(base_url="http://testserver/api/v1")).prepare()
    headers = {name: str(value) for name, value in asked.headers.items()}
    content_type = headers.pop("Content-Type", "")
    for name in ("Content-Length", "Accept-Encoding"):
        headers.pop(name, None)
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
    headers["Authorization"] = f"Bearer {program.token}"
    path = asked.url.removeprefix("http://testserver")
    told = program.client.generic(asked.method, path, body, content_type=content_type, headers=headers)
    content = b"".join(told.streaming_content) if told.streaming else told.content
    return schemathesis.Response(
        told.status_code, {name: [value] for name, value in told.headers.items()}, content, asked, 0.1, verify=False
    )
