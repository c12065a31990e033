"""What holds for every file: size, names, nothing put off, no inline script, no index host in a lock."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_LINES = 400
WRITTEN_BY_HAND = {".py", ".ts", ".css", ".html", ".sh"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "services", "service", "managers", "misc", "lib", "core"}
TRADE_WORDS = {Path("src/kundig/service")}  # the domain of tickets and complaints


def files(*folders, suffixes):
    """Files kept in the repository, relative to its root, generated ones left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not {"node_modules", "migrations", "dist", "__pycache__"} & set(path.parts):
                yield path.relative_to(ROOT)


CODE = ["src/kundig", "tools", "tests", "frontend"]


def test_files_stay_short():
    lengths = {
        str(path): len((ROOT / path).read_text().splitlines()) for path in files(*CODE, suffixes=WRITTEN_BY_HAND)
    }
    too_long = {path: length for path, length in lengths.items() if length > MOST_LINES}
    assert too_long == {}, "past 400 lines a file becomes a package, cut by noun"


def test_no_drawers():
    everything = {part for path in files(*CODE, suffixes=WRITTEN_BY_HAND) for part in [path, *path.parents]}
    drawers = {str(path) for path in everything - TRADE_WORDS if path.stem.lower() in DRAWERS}
    assert drawers == set(), "name the noun: what lies in such a drawer belongs to something"


def test_nothing_is_put_off():
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError\(\)")
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in files("src/kundig", "tools", "frontend", suffixes=WRITTEN_BY_HAND)
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if later.search(line)
    ]
    assert found == []


INLINE = {
    "style attribute": re.compile(r"\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "event attribute": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.I),
    "htmx that needs eval": re.compile(r"hx-on[:-]|\bjs:|hx-vars|hx-trigger=[\"'][^\"']*\["),
}


def inline_code(template):
    """What of a template the content security policy would refuse."""
    return [name for name, pattern in INLINE.items() if pattern.search(template)]


def test_templates_obey_the_content_security_policy():
    found = {
        str(path): inline_code((ROOT / path).read_text()) for path in files("src/kundig", suffixes={".html", ".svg"})
    }
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "template",
    [
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<button class="b" onclick="go()">',
        '<button hx-on:click="go()">',
        '<button hx-trigger="click[ctrlKey]">',
    ],
)
def test_inline_code_is_found(template):
    assert inline_code(template)


def test_script_from_a_file_is_free():
    assert inline_code('<script type="module" src="/static/main.js"></script><p data-style="x" class="on">') == []


LOCKS = [*(str(p.relative_to(ROOT)) for p in sorted((ROOT / "requirements").glob("*.lock"))), "package-lock.json"]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_index_host(lock):
    """An installation takes packages from whatever index its machine is set up for."""
    text = (ROOT / lock).read_text()
    assert re.findall(r"--(?:extra-)?index-url.*|--find-links.*|\"resolved\".*|registry\..*|https?://.*", text) == []


@pytest.mark.parametrize("lock", LOCKS[:-1])
def test_lock_pins_with_hashes(lock):
    pins = re.findall(r"^[a-z0-9][^\s=]*==\S+.*(?:\n .*)*", (ROOT / lock).read_text(), re.M)
    assert pins and all("--hash=sha256:" in pin for pin in pins)


def test_no_file_configures_an_index():
    configured = [
        str(path)
        for path in [ROOT / ".npmrc", ROOT / "uv.toml", ROOT / "pip.conf", ROOT / "pyproject.toml", ROOT / "kundig.sh"]
        if path.exists() and re.search(r"index-url|registry\s*=|\[\[?tool\.uv\.index", path.read_text())
    ]
    assert configured == []


@pytest.mark.parametrize("declared", ["requirements/app.in", "requirements/test.in"])
def test_dependency_has_a_reason(declared):
    lines = [line for line in (ROOT / declared).read_text().splitlines() if line and not line.startswith(("#", "-r"))]
    assert [line for line in lines if "  # " not in line] == [], "write behind each what it is for"
