"""What a file becomes before anybody has decided anything."""

import pytest

from kundig.records.imports.mapping import system_of


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("Kunden_2026-04-03 (2).csv", "Kunden"),
        ("customers.csv", "customers"),
        ("Kunden - Kopie.xlsx", "Kunden"),
        ("export_v2.1.csv", "export_v2.1"),
        ("2026.csv", "2026"),
    ],
)
def test_a_file_is_called_by_what_stays_the_same(name, system):
    assert system_of(name) == system
