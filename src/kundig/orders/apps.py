"""Orders: from the order to delivery, return, contract, installed base, invoice and payment."""

from functools import partial
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "kundig.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from kundig.orders.objects import DESCRIPTIONS
        from kundig.orders.panels import PANELS
        from kundig.records import registry
        from kundig.records.panels import register_panel

        for description in DESCRIPTIONS:
            registry.register(description)
        for panel in PANELS:
            register_panel(panel)
        self._orders()
        self._worth()
        self._invoices()
        self._programs()

    def _programs(self) -> None:
        """What programs find beside the described objects."""
        from kundig.orders.views.bookings_rest import EXTENSION
        from kundig.records.rest import extending

        extending.register(EXTENSION)

    def _orders(self) -> None:
        """Orders, deliveries, returns, contracts, the installed base."""
        from kundig.catalog.protocol import register_series
        from kundig.orders import handlers  # noqa: F401 - registers what events start
        from kundig.orders.jobs import contracts  # noqa: F401 - registers what the clock starts
        from kundig.orders.objects.kinds import KINDS
        from kundig.orders.objects.series import SERIES
        from kundig.orders.queries.day import BRIEF, DAY_SOURCES, HABIT
        from kundig.timeline.protocol import (
            register_brief_line,
            register_day_source,
            register_habit_source,
            register_kind,
        )

        for series in SERIES:
            register_series(series)
        for kind in KINDS:
            register_kind(kind)
        for source in DAY_SOURCES:
            register_day_source(source)
        for section in BRIEF:
            register_brief_line(section)
        register_habit_source(HABIT)

    def _worth(self) -> None:
        """What customers have brought."""
        from kundig.orders.jobs import worth  # noqa: F401 - registers what the clock starts
        from kundig.orders.views.worth import may_report
        from kundig.platform import navigation

        navigation.main(
            label=_("Revenue"), url="orders:worth", icon="bars", may=may_report,
            section=navigation.Section.UNDERSTAND,
        )  # fmt: skip

    def _invoices(self) -> None:
        """Invoices, payments, reminders."""
        from kundig.catalog.protocol import Series, register_series
        from kundig.orders import handlers  # noqa: F401 - registers what events start
        from kundig.orders.rules.datev import DOCUMENT_SIGNS, LONGEST_DOCUMENT
        from kundig.timeline.protocol import TouchpointKind, register_kind

        # The books leave out and cut off what they do not know: two invoices would be one document there.
        books = partial(Series, model="orders.Invoice", longest=LONGEST_DOCUMENT, signs=DOCUMENT_SIGNS)
        for series in (
            books("invoices", _("Invoices"), "R-{year}-{number:05}"),
            books("credit_notes", _("Credit notes"), "G-{year}-{number:05}"),
            Series("invoice_drafts", _("Drafts of invoices"), "E-{number:05}", "orders.Invoice"),
            Series("reminders", _("Payment reminders"), "M-{year}-{number:05}", "orders.Reminder"),
        ):
            register_series(series)
        for kind in (
            TouchpointKind("invoice", _("Invoice"), "receipt", "business"),
            TouchpointKind("credit_note", _("Credit note"), "undo", "business"),
            TouchpointKind("payment", _("Payment"), "euro", "business"),
            TouchpointKind("dunning", _("Payment reminder"), "letter", "business", is_message=True),
        ):
            register_kind(kind)
        self._invoice_pages()
        self._erasing()

    def _erasing(self) -> None:
        """What stays of a customer who is erased."""
        from kundig.orders.actions.erasing import forget_in_orders, what_stays_of_orders
        from kundig.parties.models import Party
        from kundig.records.erasure import register_forgetting, register_remaining

        register_remaining(Party, what_stays_of_orders)
        register_forgetting(Party, forget_in_orders)

    def _invoice_pages(self) -> None:
        """Where the navigation leads, whom to ask for money today, and what follows of two becoming one."""
        from kundig.accounts.enums import Action
        from kundig.orders.models import BankStatement, Invoice, Reminder
        from kundig.orders.queries.overdue import OVERDUE
        from kundig.platform import navigation
        from kundig.records import registry
        from kundig.timeline.protocol import register_day_source

        def may(model: Any, action: Action) -> Any:
            return lambda user: registry.for_model(model).may(user, action)  # type: ignore[union-attr]

        section = navigation.Section.MORE
        navigation.main(
            label=_("Bank"), url="orders:bank", icon="euro", may=may(BankStatement, Action.CREATE), section=section
        )
        navigation.main(
            label=_("Payment reminders"), url="orders:remind", icon="letter", may=may(Reminder, Action.CREATE),
            section=section,
        )  # fmt: skip
        navigation.settings(
            label=_("Invoices"), url="orders:settings", group=navigation.Group.STRUCTURE,
            may=lambda user: user.access.is_administrator,
        )  # fmt: skip
        navigation.settings(
            label=_("Bookings for DATEV"), url="orders:bookings", group=navigation.Group.OPERATION,
            may=may(Invoice, Action.EXPORT),
        )  # fmt: skip
        register_day_source(OVERDUE)
