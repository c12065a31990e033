import os
from gettext import GNUTranslations

import pytest

from kundig.platform.languages import compile_catalogues

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Sign in"
msgstr "Anmelden"

#, fuzzy
msgid "Sign out"
msgstr "Anmelden"
"""


@pytest.fixture
def catalogue(tmp_path):
    path = tmp_path / "accounts" / "locale" / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO)
    return path


def german(catalogue):
    with catalogue.with_suffix(".mo").open("rb") as file:
        return GNUTranslations(file).gettext


def test_catalogue_is_compiled_without_what_is_fuzzy(catalogue, tmp_path):
    assert compile_catalogues(tmp_path) == [catalogue.with_suffix(".mo")]
    assert german(catalogue)("Sign in") == "Anmelden"
    assert german(catalogue)("Sign out") == "Sign out"
    assert sorted(path.name for path in catalogue.parent.iterdir()) == ["django.mo", "django.po"]


def test_catalogue_is_compiled_once(catalogue, tmp_path):
    compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == []


@pytest.mark.parametrize("seconds", [5, -5])
def test_catalogue_is_compiled_again_when_it_is_another(catalogue, tmp_path, seconds):
    compile_catalogues(tmp_path)
    catalogue.write_text(PO.replace("Anmelden", "Einloggen"))
    other = catalogue.stat().st_mtime + seconds
    os.utime(catalogue, (other, other))
    compile_catalogues(tmp_path)
    assert german(catalogue)("Sign in") == "Einloggen"
