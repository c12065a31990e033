"""Forecasts, snapshots, goals."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kundig.accounts.enums import Scope
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.sales.actions import add_deal, win_deal
from kundig.sales.actions.forecasts import set_quotas, take_snapshots
from kundig.sales.models import Deal, ForecastSnapshot
from kundig.sales.queries.forecasts import forecast, pasts, span, usually_off, weeks_of, won_in
from kundig.sales.rules.periods import quarter_of
from tests.parties.factories import a_scoped_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(business):
    return quarter_of(timezone.localdate())


@pytest.fixture
def three(dairy, svenja, now):
    """One won, one firmly promised, one left out."""
    day = now.ends_on
    won = win_deal(add_deal(title="Dryer", party=dairy, amount="1000", by=svenja), by=svenja)
    sure = add_deal(
        title="Compressor", party=dairy, amount="8000", expected_on=day, forecast="commit", probability=Decimal(75),
        by=svenja,
    )  # fmt: skip
    out = add_deal(title="Hope", party=dairy, amount="5000", expected_on=day, forecast="left_out", by=svenja)
    return won, sure, out


def figures(line):
    return (line.won, line.commit, line.best, line.pipeline, line.weighted, line.expected)


def test_a_quarter_adds_up_by_category(three, svenja, now):
    found = forecast(svenja, now)
    assert figures(found.total) == (1000, 8000, 0, 0, 6000, 7000)
    assert [(line.label, line.deals) for line in found.lines] == [("Svenja Kroll", 3)]
    assert figures(forecast(svenja, now.after).total) == (0, 0, 0, 0, 0, 0)


def test_what_is_late_is_expected_now_and_other_currencies_are_not_added(three, dairy, svenja, now):
    Deal.objects.filter(pk=three[1].pk).update(expected_on=now.before.ends_on)
    add_deal(title="Zug", party=dairy, amount="9", currency="CHF", expected_on=now.ends_on, by=svenja)
    found = forecast(svenja, now)
    assert (found.total.commit, found.elsewhere) == (8000, 1)


def test_by_product_lines_are_told_apart(three, svenja, now):
    lines = registry.get("deal-lines")
    for title, price in (("WD 22-V", 5000), ("Montage", 3000)):
        create_record(lines, {"deal": three[1].pk, "title": title, "quantity": 1, "unit_price": price}, by=svenja)
    found = {line.label: line.commit for line in forecast(svenja, now, by="product").lines}
    assert (found["WD 22-V"], found["Montage"]) == (5000, 3000)


def test_everybody_adds_up_what_they_see(three, now):
    stranger = a_scoped_user("Max Horn", Scope.OWN)
    assert figures(forecast(stranger, now).total) == (0, 0, 0, 0, 0, 0)


def test_goals_are_the_administrators(three, svenja, jana, now):
    with pytest.raises(PermissionDenied):
        set_quotas(now, {(None, None): Decimal(1)}, by=svenja)
    with pytest.raises(ValidationError):
        set_quotas(now, {(None, None): Decimal(-1)}, by=jana)
    set_quotas(now, {(svenja.pk, None): Decimal(9000)}, by=jana)
    assert forecast(svenja, now).lines[0].quota == 9000
    assert forecast(svenja, now).total.quota == 9000
    set_quotas(now, {(svenja.pk, None): None, (None, None): Decimal(20_000)}, by=jana)
    assert (forecast(svenja, now).lines[0].quota, forecast(svenja, now).total.quota) == (None, 20_000)


def test_a_snapshot_says_what_the_forecast_said_and_is_taken_once(three, now):
    today = timezone.localdate()
    assert take_snapshots(today) == 3
    assert take_snapshots(today) == 0
    (week,) = weeks_of(now)
    assert (week.on, figures(week.figures)) == (today, (1000, 8000, 0, 0, 6000, 7000))


def test_last_quarters_forecast_is_compared_with_what_came(three, svenja, now):
    won = three[0]
    last = now.before
    Deal.objects.filter(pk=won.pk).update(closed_at=timezone.make_aware(dt.datetime.combine(last.ends_on, dt.time(12))))
    assert won_in(last) == 1000
    ForecastSnapshot.objects.create(
        taken_on=last.begins_on, quarter=last.begins_on, owner=svenja, currency="EUR", category="commit", deals=1,
        amount=2000, weighted=1200,
    )  # fmt: skip
    (past,) = pasts(now, on=now.begins_on)
    assert (past.said, past.came, past.off) == (1200, 1000, Decimal("0.2"))
    assert usually_off([past]) == Decimal("0.2")
    assert list(span(Decimal(1000), Decimal("0.2"))) == [800, 1200]
    assert span(Decimal(1000), usually_off([])) == ()


def test_the_page_says_it_all_and_refuses_what_is_no_quarter(three, client, jana, now):
    client.force_login(jana, backend="kundig.accounts.backends.AccessBackend")
    page = client.get("/forecast/").content.decode()
    for part in ("Svenja Kroll", "€7,000", "Forecast"):
        assert part in page
    for by in ("team", "product", "region"):
        assert client.get(f"/forecast/?by={by}").status_code == 200
    assert client.get("/forecast/?quarter=2026-9").status_code == 404
    assert "€7,000" in client.get("/forecast/band/").content.decode()
    assert client.post("/forecast/goals/", {"house": "viel"}).status_code == 422
    assert client.post("/forecast/goals/", {"house": "270000"}).status_code == 302
    assert "€270,000" in client.get("/forecast/").content.decode()
