"""Nobody writes another domain's models but through that domain's actions."""

import textwrap
from pathlib import Path

import pytest

from tests.house.foreign_writes import foreign_writes

ROOT = Path(__file__).resolve().parent.parent.parent


def test_domains_write_only_their_own_models():
    found = []
    for path in sorted((ROOT / "src" / "kundig").rglob("*.py")):
        place = path.relative_to(ROOT / "src" / "kundig")
        if "migrations" not in place.parts:
            found += [f"{place}:{line}" for line in foreign_writes(path.read_text(), domain=place.parts[0])]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "def win(*, by): Party.objects.create(name='Alfki')",
        "def win(*, by): Party.objects.filter(city='Berlin').update(city='Bonn')",
        "def win(*, by): Party.objects.all().delete()",
        "def win(*, by): Party(name='Alfki').save()",
        "def win(party: Party): party.save()",
        "def win(party: 'Party | None'): party.delete()",
        "def win(*, party: Party): party.tags.add('new')",
        "def win(key):\n    party = Party.objects.get(pk=key)\n    party.save(update_fields=['name'])",
        "def win():\n    for party in Party.objects.all():\n        party.delete()",
        "def win(key):\n    if party := Party.objects.filter(pk=key).first():\n        party.delete()",
        "async def win(party: Party): await party.asave()",
        "def win(): party_models.Party.objects.bulk_create([])",
    ],
)
def test_write_to_foreign_model_is_found(code):
    imports = "from kundig.parties.models import Party\nfrom kundig.parties import models as party_models\n"
    assert foreign_writes(imports + code, domain="sales") != []


@pytest.mark.parametrize(
    "code",
    [
        "def win(party: Party): return party.roles.filter(city='Bonn').exists()",
        "def win(party: Party): seen = set(); seen.add(party); return Party.objects.count()",
        "def win(deal): deal.save()",
        "def win(party: Party, *, by): change_party(party, {'name': 'Alfki'}, by=by)",
    ],
)
def test_reading_foreign_model_is_free(code):
    assert foreign_writes("from kundig.parties.models import Party\n" + code, domain="sales") == []


def test_own_models_may_be_written():
    code = """
        from kundig.parties.models import Party
        def create_party(): Party.objects.create()
    """
    assert foreign_writes(textwrap.dedent(code), domain="parties") == []
