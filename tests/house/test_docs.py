"""The documents are true: every object, setting, command and event has its line, and no line outlives its thing."""

import dataclasses
import importlib
import re
import tomllib
from pathlib import Path

import pytest

from kundig.records import registry
from kundig.web.commands import names

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCE = ROOT / "docs" / "reference.md"
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
SETTING = re.compile(r"\b(?:KUNDIG_[A-Z_]*[A-Z]|DATABASE_URL)\b")


def documented(section):
    """The names in the first column of the table under `## section` of the reference."""
    text = REFERENCE.read_text()
    found = re.search(rf"^## {section}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"docs/reference.md has no section {section!r}"
    return set(re.findall(r"^\| `([^`]+)`", found[1], re.M))


def objects():
    return {
        description.name
        for description in registry.descriptions()
        if description.model.__module__.startswith("kundig.")
    }


def commands():
    """What `./kundig` can be told; `test` belongs to the repository, not to the program."""
    return {*names(), "test"}


def settings():
    """What the program reads from its environment, beyond what its own processes hand to each other."""
    sources = [ROOT / "kundig", *(ROOT / "src" / "kundig").rglob("*.py")]
    return {name for path in sources if path.is_file() for name in SETTING.findall(path.read_text())}


def events():
    """`domain.Event` for every event class."""
    found = set()
    for path in sorted((ROOT / "src" / "kundig").glob("*/events.py")):
        module = importlib.import_module(f"kundig.{path.parent.name}.events")
        found |= {
            f"{path.parent.name}.{name}"
            for name, thing in vars(module).items()
            if isinstance(thing, type) and dataclasses.is_dataclass(thing) and thing.__module__ == module.__name__
        }
    return found


SECTIONS = {"Commands": commands, "Settings": settings, "Objects": objects, "Events": events}


@pytest.mark.parametrize(("section", "names"), SECTIONS.items())
def test_reference_is_complete(section, names):
    assert documented(section) == names()


def test_links_lead_somewhere():
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text())
        if not re.match(r"https?:|mailto:", target) and not (path.parent / target).exists()
    ]
    assert dead == []


def test_decisions_are_in_their_index():
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\(([^)]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("*.md")} - {"README.md"}


def test_readme_opens_with_the_two_commands():
    first_block = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert first_block
    assert [line.split("#")[0].strip() for line in first_block[1].splitlines()] == ["./kundig start", "./kundig test"]


def test_changelog_knows_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert headings and headings[0].startswith(version)


def test_licence_is_the_one_declared():
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text()
