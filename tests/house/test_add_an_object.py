""" "Add an object" of CONTRIBUTING.md, done to the letter in a copy of the house."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import database

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent

# What a person would do next: look at the list, add a machine, find it in table, search and REST resource.
USE = """
import django

django.setup()

from django.test import Client

from kundig.accounts.actions import create_token
from tests.accounts.factories import an_administrator

user = an_administrator()
client = Client()
client.force_login(user, backend="kundig.accounts.backends.AccessBackend")
assert client.get("/machines/").status_code == 200
token = create_token(user, name="test", by=None, scopes=["write"])
api = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
customer = client.post("/api/v1/organisations", {"name": "Alfreds Futterkiste"}, **api)
assert customer.status_code == 201, customer.content
machine = {"name": "Walzwerk", "serial_number": "W-1207", "customer": customer.json()["id"], "built_on": "2019-05-04"}
answer = client.post("/api/v1/machines", machine, **api)
assert answer.status_code == 201, answer.content
page = client.get("/machines/").content.decode()
assert "Walzwerk" in page and "W-1207" in page and "Alfreds Futterkiste" in page
assert "Walzwerk" in client.get(f"/machines/{answer.json()['id']}/").content.decode()
assert "Walzwerk" in client.get("/search/", {"q": "walzwrek"}).content.decode()
assert client.get("/api/v1/machines", {"q": "W-1207"}, **api).json()["count"] == {"value": 1, "exact": True}
assert "/machines" in " ".join(client.get("/api/v1/openapi.json", **api).json()["paths"])
print("used")
"""


def blocks():
    """The code blocks of the document that name their file, by that name."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    found = re.findall(r"^( *)```python\n(.*?)^ *```", text, re.M | re.S)
    codes = [textwrap.dedent(code) for _indent, code in found]
    return {re.match(r"# (\S+)\n", code)[1]: code.partition("\n")[2] for code in codes}


@pytest.fixture
def copy(tmp_path):
    """The house with a domain `service` as the document describes it."""
    for folder in ("src", "tests", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "frontend").symlink_to(ROOT / "frontend")
    package = tmp_path / "src" / "kundig"
    (package / "service").mkdir()
    (package / "service" / "__init__.py").touch()
    for name, code in blocks().items():
        (tmp_path / name).write_text(code)
    settings = package / "web" / "settings.py"
    settings.write_text(settings.read_text().replace('"kundig.parties",', '"kundig.parties",\n    "kundig.service",'))
    contracts = (ROOT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(
        contracts.replace('"kundig.assistants"]', '"kundig.assistants", "kundig.service"]')
    )
    return tmp_path


def run(root, *command, **environment):
    own = {"PYTHONPATH": f"{root / 'src'}:{root}", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [str(part) for part in command], cwd=root, env=os.environ | own | environment,
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_object_works_everywhere_after_the_steps(copy, django_db_setup, django_db_blocker, database_name):
    with django_db_blocker.unblock():
        url = database.url_of(database.clone(f"{database_name}_object", migrate=None))
    django = [sys.executable, "-W", "ignore", "-m", "django"]
    run(copy, *django, "makemigrations", "service", DATABASE_URL=url)
    run(copy, *django, "migrate", DATABASE_URL=url)
    assert run(copy, sys.executable, "-c", USE, DATABASE_URL=url).endswith("used\n")


def test_code_of_the_steps_is_clean(copy):
    run(copy, BIN / "ruff", "check", "src/kundig/service")
    run(copy, BIN / "ruff", "format", "--check", "src/kundig/service")
    run(copy, BIN / "lint-imports", "--no-cache", "--no-logo")
