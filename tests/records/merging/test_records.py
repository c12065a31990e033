"""Records of an object that somebody has made become one, and two again: nothing that points at either is lost."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.platform import files
from kundig.records import merging, registry, search
from kundig.records.actions import change_record, create_record
from kundig.records.attachments.models import Attachment
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.undoing import undo
from kundig.records.merging.records import merge_records, preview_of
from kundig.records.models import Merged, RecentUse
from kundig.records.objects.actions import add_object
from tests.parties.factories import a_scoped_user
from tests.records.objects.conftest import *  # noqa: F403 - the fixtures of own objects
from tests.records.objects.conftest import MACHINES
from tests.records.rest.conftest import Program, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(described_machines, add, administrator):
    """A machine as somebody typed it, and once more from a list; it may name the one that it replaces."""
    add(described_machines, "Replaces", "reference", options={"target": described_machines.name})
    add(described_machines, "Notes", "long_text")
    one = create_record(described_machines, {"name": "HB 4711", "c_power": "7.5", "c_notes": "Loud."}, by=administrator)
    other = create_record(
        described_machines,
        {"name": "HB 4711 Steinbrück", "c_price": "1200", "c_power": "8", "c_notes": "Moved."},
        by=administrator,
    )
    return one, other


def test_values_come_together_with_their_reasons(two, administrator):
    one, other = two
    told = {
        line.field.name: (str(line.verdict.side), str(line.why)) for line in preview_of(*two, user=administrator).lines
    }
    assert told["name"] == ("second", "more complete")
    assert told["c_price"] == ("second", "the only entry")
    assert told["c_power"] == ("first", "from the older entry")
    assert told["c_notes"] == ("both", "both stay")
    merged = merge_records(one, other, by=administrator, choices={"c_power": other.pk})
    assert (merged.pk, merged.name) == (one.pk, "HB 4711 Steinbrück")
    kept = type(one).objects.get()
    assert kept.custom == {"c_price": "1200", "c_power": "8", "c_notes": "Loud.\n\nMoved."}
    assert [hit.id for hit in search.find(administrator, "steinbrück")] == [one.pk]


def test_every_reference_is_led_on_and_back(two, described_machines, add, administrator):
    one, other = two
    organisations = registry.get("organisations")
    field = add(organisations, "Machine", "reference", options={"target": described_machines.name})
    firm = create_record(organisations, {"name": "Molkerei", field.name: other.pk}, by=administrator)
    newer = create_record(described_machines, {"name": "HB 5000", "c_replaces": other.pk}, by=administrator)
    change_record(described_machines, one, {"c_replaces": other.pk}, by=administrator)
    file = files.store(iter([b"%PDF"]), name="Manual.pdf", content_type="application/pdf", by_id=administrator.pk)
    Attachment.objects.create(file=file, object=described_machines.name, record_id=other.pk, created_by=administrator)
    use = {"user": administrator, "object": described_machines.name, "used_at": timezone.now()}
    RecentUse.objects.create(**use, record_id=other.pk)

    def pointing():
        for each in (firm, newer, one):
            each.refresh_from_db()
        return (
            firm.custom.get(field.name), newer.custom.get("c_replaces"), one.custom.get("c_replaces"),
            str(Attachment.objects.get().record_id), str(RecentUse.objects.get().record_id),
        )  # fmt: skip

    before = str(other.pk)
    assert pointing() == (before,) * 5
    counted = {str(label): count for label, count in merging.counts(described_machines, other.pk)}
    assert sum(counted.values()) == 4
    key = other.pk
    merge_records(one, other, by=administrator)
    after = str(one.pk)
    assert pointing() == (after, after, None, after, after), "and none points at itself"
    change_set = ChangeSet.objects.get(pk=Merged.objects.get().change_set)
    assert change_set.via == "merge"
    change_record(described_machines, newer, {"name": "HB 5001"}, by=administrator)
    undo(change_set.pk, by=administrator)
    assert pointing() == (before,) * 5
    assert type(one).objects.get(pk=key).name == "HB 4711 Steinbrück"
    assert (one.name, newer.name, one.custom["c_notes"]) == ("HB 4711", "HB 5001", "Loud.")


def test_what_cannot_become_one_is_refused(two, administrator):
    one, other = two
    with pytest.raises(ValidationError, match="one and the same"):
        merge_records(one, type(one).objects.get(pk=one.pk), by=administrator)
    called = {"label_de": "Gerät", "label_en": "tool", "plural_de": "Geräte", "plural_en": "tools"}
    tools = registry.get(add_object({**MACHINES, **called}, by=administrator).name)
    tool = create_record(tools, {"name": "Saw"}, by=administrator)
    with pytest.raises(ValidationError, match="of the kind “machine”, the other “tool”"):
        merge_records(one, tool, by=administrator)
    blank = change_record(registry.for_model(type(one)), other, {"c_notes": None}, by=administrator)
    merge_records(one, blank, by=administrator)
    with pytest.raises(ValidationError, match="not there any more"):
        merge_records(one, blank, by=administrator)


def test_both_must_be_ones_own_to_change(two, administrator):
    one, other = two
    svenja = a_scoped_user("Svenja Kroll", Scope.OWN)
    mine = create_record(registry.for_model(type(one)), {"name": "Mine"}, by=svenja)
    for pair in ((mine, other), (other, mine)):
        with pytest.raises(PermissionDenied):
            merge_records(*pair, by=svenja)
    assert type(one).objects.count() == 3


def test_programs_merge_and_are_led_on(two, described_machines, administrator):
    one, other = two
    program, address = Program(administrator), described_machines.name
    body = {"with": str(other.pk), "values": {"name": str(one.pk)}}
    done = program.post(f"{address}/{one.pk}/merge", body).json()
    assert (done["record"]["name"], done["record"]["c_notes"]) == ("HB 4711", "Loud.\n\nMoved.")
    led = program.get(f"{address}/{other.pk}")
    assert (led.status_code, led["Location"]) == (308, f"/api/v1/{address}/{one.pk}")
    assert program.post(f"change-sets/{done['change_set']}/undo", {}).status_code == 200
    assert program.get(f"{address}/{other.pk}").status_code == 200
    same = program.post(f"{address}/{one.pk}/merge", {"with": str(one.pk)})
    assert "one and the same" in problem(same, 422)["detail"]
    assert f"/{address}/{{id}}/merge" in program.get("openapi.json").json()["paths"]


def test_it_is_offered_and_done_in_the_browser(two, web, described_machines):
    one, other = two
    url = described_machines.url()
    assert f'href="{url}merge/?id={one.pk}"' in web.get(f"{url}{one.pk}/").content.decode()
    assert f'formaction="{url}merge/"' in web.get(url).content.decode()
    alike = web.get(f"{url}merge/?id={one.pk}").content.decode()
    assert f"{url}merge/{one.pk}/{other.pk}/" in alike
    pair = web.get(f"{url}merge/?id={other.pk}&id={one.pk}")["Location"]
    assert pair == f"{url}merge/{other.pk}/{one.pk}/"
    page = web.get(pair).content.decode()
    assert page.index("HB 4711</a>") < page.index("HB 4711 Steinbrück</a>"), "the older entry stands first"
    assert "more complete" in page and "the only entry" in page
    answer = web.post(pair, {"value-name": str(one.pk)})
    assert answer["Location"] == f"{url}{one.pk}/"
    assert web.get(f"{url}{one.pk}/history/").status_code == 200, "it tells the amount, too"
    assert web.get(f"{url}{other.pk}/")["Location"] == f"{url}{one.pk}/"
    web.post(f"/undo/{Merged.objects.get().change_set}/")
    assert web.get(f"{url}{other.pk}/").status_code == 200
    same = web.get(f"{url}merge/{one.pk}/{one.pk}/")
    assert (same.status_code, "one and the same" in same.content.decode()) == (422, True)


@pytest.mark.parametrize("name", ["organisations", "addresses"])
def test_kinds_that_do_it_elsewhere_or_never_have_no_such_page(web, name):
    assert web.get(f"/{name}/merge/").status_code == 404
