"""The example in docs/rest.md is true: a client is generated from the document, and its ten lines do what they say."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from kundig.parties.models import Organisation
from kundig.records.rest.openapi import document

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).parents[3] / "docs" / "rest.md"


def test_the_example_of_a_generated_client_works(administrator, tmp_path, monkeypatch):
    written = document(administrator.user)[0]
    (tmp_path / "openapi.json").write_text(json.dumps(written, default=str))
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    generate = ["-m", "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none"]
    generate += ["--output-path", "kundig_client", "--config", "config.yml"]
    subprocess.run([sys.executable, *generate], cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.syspath_prepend(tmp_path)
    example = re.search(r"```python\n(.+?)```", DOCS.read_text(), re.DOTALL)[1]
    assert len(example.strip().splitlines()) <= 10
    told = []
    transport = httpx.MockTransport(lambda request: _passed_on(request, administrator.client))
    example = example.replace("kundig_…", administrator.token).replace("https://crm.firm.example", "http://testserver")
    example = example.replace('token="', 'httpx_args={"transport": transport}, token="')
    exec(compile(example, str(DOCS), "exec"), {"transport": transport, "print": told.append})
    assert Organisation.objects.get().name == "Alfreds Futterkiste"
    assert told == ["Berlin"]


def _passed_on(request, client):
    """Our program's answer, in the same process."""
    headers = {
        name: value for name, value in request.headers.items() if name not in ("content-type", "accept-encoding")
    }
    media_type = request.headers.get("content-type", "")
    path = request.url.raw_path.decode()
    told = client.generic(request.method, path, request.content, content_type=media_type, headers=headers)
    return httpx.Response(told.status_code, headers=dict(told.headers), content=told.content)
