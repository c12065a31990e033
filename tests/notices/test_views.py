"""The bell, its menu, the page, and the wishes, as owner and stranger."""

import pytest
from django.test import Client

from kundig.notices.actions import tell
from kundig.notices.models import Notice, NoticeWishes
from tests.parties.factories import an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers(svenja):
    client = Client()
    client.force_login(svenja, backend="kundig.accounts.backends.AccessBackend")
    svenja.language = "en"
    svenja.save()
    return client


@pytest.fixture
def handed(svenja, jana):
    def handed(*names, matter="m"):
        firms = [an_organisation(by=jana, name=name) for name in names]
        tell(svenja, kind="handed", matter=matter, by=jana.pk, object="organisations", records=[f.pk for f in firms])
        return firms, Notice.objects.latest("at")

    return handed


def as_part(target, page="/"):
    return {
        "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target,
        "HX-Current-URL": f"http://testserver{page}",
    }  # fmt: skip


def bell(hers, page="/"):
    return hers.get("/notices/bell/", headers=as_part("li#bell", page)).content.decode()


def test_the_bell_counts_what_is_unread(hers, handed):
    assert 'id="bell-count"' not in bell(hers)
    handed("Molkerei")
    handed("Hafen", matter="other")
    assert '<span class="count" id="bell-count">2</span>' in bell(hers)
    assert '<span class="count" id="bell-count">2</span>' in hers.get("/notices/").content.decode()


def test_opening_the_record_reads_the_notice(hers, handed):
    (firm,), _notice = handed("Molkerei")
    assert b"bell-count" not in hers.get(f"/organisations/{firm.pk}/").content
    assert Notice.objects.get().read_at is not None


def test_who_looks_at_the_page_already_is_not_counted_at(hers, handed):
    (firm,), _notice = handed("Molkerei")
    assert "bell-count" not in bell(hers, f"/organisations/{firm.pk}/")


def test_the_menu_shows_the_latest_and_marks_all_as_read(hers, handed):
    handed("<b>Molkerei</b>")
    menu = hers.get("/notices/latest/", headers=as_part("div#notices")).content.decode()
    assert "&lt;b&gt;Molkerei&lt;/b&gt;" in menu
    answer = hers.post("/notices/reading/", headers=as_part("div#notices"))
    assert "data-unread" not in answer.content.decode()
    assert Notice.objects.get().read_at is not None


def test_the_page_goes_on_where_it_ended(hers, handed):
    for n in range(33):
        handed(f"Firma {n}", matter=str(n))
    page = hers.get("/notices/").content.decode()
    assert page.count('class="notice-line"') == 30
    place = page.partition("/notices/?after=")[2].partition('"')[0]
    rest = hers.get(f"/notices/?after={place}", headers=as_part("li")).content.decode()
    assert rest.count('class="notice-line"') == 3
    assert "Firma 0<" in rest
    assert hers.get("/notices/?after=nonsense").status_code == 200


def test_one_notice_of_many_shows_each_and_is_read(hers, handed):
    _firms, notice = handed("Molkerei", "Hafen")
    page = hers.get(f"/notices/{notice.pk}/").content.decode()
    assert "Molkerei" in page
    assert "Hafen" in page
    assert Notice.objects.get().read_at is not None


def test_reading_one_and_putting_it_back(hers, handed):
    _firms, notice = handed("Molkerei")
    address = f"/notices/{notice.pk}/reading/"
    assert hers.post(address, headers=as_part("div#notices-list")).status_code == 204
    assert Notice.objects.get().read_at is not None
    assert hers.delete(address, headers=as_part("div#notices-list")).status_code == 204
    assert Notice.objects.get().read_at is None
    assert hers.post(address)["Location"] == "/notices/"  # without scripts


def test_a_stranger_finds_no_notice_of_somebody_else(handed, jana):
    _firms, notice = handed("Molkerei")
    stranger = Client()
    stranger.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    for method in ("get", "post", "delete"):
        suffix = "" if method == "get" else "reading/"
        assert getattr(stranger, method)(f"/notices/{notice.pk}/{suffix}").status_code == 404
    assert b"Molkerei" not in stranger.get("/notices/").content
    stranger.post("/notices/reading/")
    assert Notice.objects.get().read_at is None


def test_wishes_are_kept_and_refused_at_their_place(hers, svenja):
    assert 'name="way.handed"' in hers.get("/settings/notices/").content.decode()
    sent = {
        "way.handed": "daily",
        "way.rule": "here",
        "rest_begins": "20:00",
        "rest_ends": "6:30",
        "summary_at": "9:00",
    }
    refused = hers.post("/settings/notices/", sent)
    assert refused.status_code == 422
    assert "is no time of day" in refused.content.decode()
    assert not NoticeWishes.objects.exists()
    hers.post("/settings/notices/", {**sent, "rest_ends": "06:30", "summary_at": "09:00", "days_off": ["6"]})
    wishes = NoticeWishes.objects.get(reader=svenja)
    assert (wishes.ways["handed"], f"{wishes.rest_ends:%H:%M}", wishes.days_off) == ("daily", "06:30", [6])
