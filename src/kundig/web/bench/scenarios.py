"""What is measured: the daily requests, on whatever base there is."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from django.db import connection

from kundig.accounts.actions import create_token, revoke_token
from kundig.accounts.enums import Action, Scope
from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.custom.loading import ensure_current
from kundig.records.description import Description
from kundig.records.listing import sort_path
from kundig.records.paging import Cursor
from kundig.web.bench.requests import Caller, Cost, measure

DEEP = 25_000
"""Rows before a page "500 deep"."""
LISTS = ("organisations", "persons")


class Bench:
    """The scenarios for one user. Records that are made are deleted again."""

    def __init__(self, user: User, *, runs: int, only: str = "", seed: int = 1) -> None:
        ensure_current()  # no request has come yet that would have loaded the added fields
        self.user, self.runs, self.only = user, runs, only.lower()
        self.caller = Caller(user)
        self.chance = random.Random(seed)  # noqa: S311 - which records are opened, nothing secret

    def all(self) -> Iterator[Cost]:
        """Every scenario, one after the other; the costs of each as soon as they are known."""
        yield from self.tables()
        yield from self.deep_pages()
        yield from self.searches()
        yield from self.pages()
        yield from self.writes()

    # -- reading ----------------------------------------------------------------------------------------------------

    def tables(self) -> Iterator[Cost]:
        for name in LISTS:
            yield from self.get(f"table {name}, first 50 rows", [f"/{name}/"])
            yield from self.get(f"table {name}, rows swapped", [f"/{name}/"], part="main#content")
            yield from self.get(f"table {name}, count", [f"/{name}/"], part="span#count")
            yield from self.get(f"REST {name}, first 50", [f"/api/v1/{name}"])

    def deep_pages(self) -> Iterator[Cost]:
        for name in LISTS:
            description = registry.get(name)
            assert description is not None, f"{name} is described"
            for field in description.fields_for(self.user).values():
                if not field.sort_path or field.name == "id":
                    continue
                for sort in (field.name, f"-{field.name}"):
                    address = self.deep_address(description, sort)
                    if address:
                        yield from self.get(f"table {name}, 500 pages deep by {sort}", [address], part="main#content")

    def deep_address(self, description: Description, sort: str, *, deep: int = DEEP) -> str:
        """Address of the page that begins so many rows deep, found by the offset that the program never uses."""
        column = sort_path(description, sort.removeprefix("-"))
        sign = "-" if sort.startswith("-") else ""
        rows = description.visible_to(self.user).exclude(**{column: None}).order_by(f"{sign}{column}", f"{sign}pk")
        found = rows.values_list(column, "pk")[deep : deep + 1]
        for value, record_id in found:
            return f"/{description.name}/?" + urlencode(
                {"sort": sort, "after": Cursor(value, record_id, deep).encode()}
            )
        return ""

    def searches(self) -> Iterator[Cost]:
        for what, texts in self.words().items():
            yield from self.get(
                f"search, {what}", ["/search/?" + urlencode({"q": text}) for text in texts], part="div#hits"
            )

    def words(self) -> dict[str, list[str]]:
        """What people type, taken from records of the base: beginnings, whole words, errors, numbers, mail."""
        rows = list(
            registry.get("persons").visible_to(self.user)[: self.runs * 50]  # type: ignore[union-attr]
            .values_list("first_name", "family_name", "phone", "mail", "number")
        )  # fmt: skip
        rows = self.chance.sample(rows, min(self.runs, len(rows)))
        phones = [phone for _f, _n, phone, _m, _c in rows if phone]
        return {
            "beginning of a name": [family[:3] for _f, family, *_rest in rows if len(family) > 3],
            "a name": [family for _f, family, *_rest in rows if family],
            "two common words": [f"{first} {family}" for first, family, *_rest in rows if family],
            "a typing error": [family[:2] + family[3:] for _f, family, *_rest in rows if len(family) > 5],
            "part of a phone number": [phone[-7:] for phone in phones],
            "a mail address": [mail for _f, _n, _p, mail, _c in rows if mail],
            "a customer number": [number for *_rest, number in rows],
        }

    def pages(self) -> Iterator[Cost]:
        yield from self.get("my day", ["/"])
        for name in LISTS:
            ids = self.some_ids(name)
            yield from self.get(f"page of {name}", [f"/{name}/{record_id}/" for record_id in ids])
            briefs = [f"/brief/{record_id}/" for record_id in ids]
            yield from self.get(f"call brief of {name}", briefs, part="div#dialogs")

    def some_ids(self, name: str) -> list[str]:
        description = registry.get(name)
        assert description is not None, f"{name} is described"
        found = description.visible_to(self.user).values_list("pk", flat=True)[: self.runs * 100]
        ids = [str(record_id) for record_id in found]
        return self.chance.sample(ids, min(self.runs, len(ids)))

    # -- writing ----------------------------------------------------------------------------------------------------

    def writes(self) -> Iterator[Cost]:
        if self.only and not any(word in self.only for word in ("create", "change")):
            return
        token = create_token(self.user, name="bench", by=self.user, scopes=["write"])
        try:
            yield from self._writes(token)
        finally:
            for row in self.user.tokens.filter(name="bench", revoked_at=None):
                revoke_token(row, by=self.user)

    def _writes(self, token: str) -> Iterator[Cost]:
        made: list[str] = []
        numbers = itertools.count(1)

        def create() -> None:
            number = next(numbers)
            values = {
                "name": f"Messung {number} GmbH", "phone": f"+49 30 23125 {number % 1000:03}",
                "mail": f"info@messung-{number}.example",
                "address": {"street": "Teststr. 1", "city": "Berlin", "country": "DE"},
            }  # fmt: skip
            answer = self.caller.call(
                "POST", "/api/v1/organisations", body=json.dumps(values).encode(), kind="application/json", token=token
            )
            assert answer.status == 201, answer.body[:500]
            made.append(answer.json()["id"])

        yield measure("create an organisation (REST)", [create] * self.runs)

        def change(record_id: str, number: int) -> Callable[[], None]:
            body = json.dumps({"industry": f"Prüfung {number}"}).encode()
            address = f"/api/v1/organisations/{record_id}"
            return lambda: self.expect(200, "PATCH", address, body=body, kind="application/json", token=token)

        yield measure("change one field (REST)", [change(record_id, n) for n, record_id in enumerate(made)])

        def edit(record_id: str, number: int) -> Callable[[], None]:
            body = urlencode({"phone": f"+49 30 23125 {(number + 500) % 1000:03}"}).encode()
            address = f"/organisations/{record_id}/fields/phone/"
            target = f"td#r{record_id}-phone"
            form = "application/x-www-form-urlencoded"
            return lambda: self.expect(200, "PUT", address, body=body, kind=form, part=target)

        yield measure("change a phone number (in the table)", [edit(record_id, n) for n, record_id in enumerate(made)])
        for record_id in made:
            self.expect(204, "DELETE", f"/api/v1/organisations/{record_id}", token=token)

    # -- both -------------------------------------------------------------------------------------------------------

    def get(self, name: str, addresses: list[str], *, part: str = "") -> Iterator[Cost]:
        if not addresses or self.only not in name.lower():
            return
        calls = [addresses[n % len(addresses)] for n in range(self.runs)]
        yield measure(name, [partial(self.expect, 200, "GET", address, part=part) for address in calls])

    def expect(
        self,
        status: int,
        method: str,
        address: str,
        *,
        body: bytes = b"",
        kind: str = "",
        part: str = "",
        token: str = "",
    ) -> None:
        answer = self.caller.call(method, address, body=body, kind=kind, part=part, token=token)
        assert answer.status == status, f"{method} {address}: {answer.status} {answer.body[:300]!r}"


def somebody(email: str) -> User:
    """The user to measure as: by address, or anybody who may see everything.

    Raises:
        LookupError: if there is none.
    """
    for user in User.objects.filter(email__iexact=email) if email else User.objects.active():
        if email or user.access.scope("organisations", Action.CREATE) is Scope.ALL:
            return user
    raise LookupError(email or "a user who may create organisations")


def base_size() -> dict[str, int]:
    """Estimated rows of the tables that matter, as the planner knows them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples::bigint FROM pg_class WHERE relname IN "
            "('parties_party', 'parties_contactpoint', 'parties_address', 'parties_role')"
        )
        return dict(cursor.fetchall())
