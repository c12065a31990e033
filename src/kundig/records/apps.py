from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "kundig.records"
    label = "records"

    def ready(self) -> None:
        from kundig.platform import files, navigation
        from kundig.records.attachments import jobs as file_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.attachments.panel import PANEL as FILES_PANEL
        from kundig.records.bulk import jobs as bulk_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.calculated import handlers as calculating  # noqa: F401 - the handlers register themselves
        from kundig.records.calculated import jobs as calculating_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.checks import check_descriptions
        from kundig.records.exports import jobs as export_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.files import files_in_added_fields
        from kundig.records.imports import jobs as import_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.layouts.panel import PANEL as RECORD_PANEL
        from kundig.records.ledger import jobs as ledger_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.ledger.views.history import PANEL as HISTORY_PANEL
        from kundig.records.objects import related
        from kundig.records.panels import register_panel, register_panels
        from kundig.records.rest import jobs as rest_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.search import jobs, preferences  # noqa: F401 - the jobs register themselves

        register(check_descriptions)
        self._keep_fields_current()
        files.counts_as_use(files_in_added_fields)
        register_panel(FILES_PANEL)
        register_panel(RECORD_PANEL)
        register_panel(HISTORY_PANEL)
        register_panels(related.panels_at)
        self._lead_on()
        self._offer_shapes()
        preferences.register()
        navigation.settings(label=_("API"), url="records:rest:docs", group=navigation.Group.OPERATION)

    def _keep_fields_current(self) -> None:
        from kundig.platform import jobs, outbox
        from kundig.records.actions import searched_columns
        from kundig.records.custom import jobs as custom_jobs  # noqa: F401 - the jobs register themselves
        from kundig.records.custom import loading
        from kundig.records.rest import openapi

        jobs.before_each(loading.ensure_current)
        outbox.before_delivery(loading.compare)
        loading.when_loaded(searched_columns.cache_clear)
        loading.when_loaded(openapi.forget)

    def _lead_on(self) -> None:
        """Columns with ids of records that are no keys: what becomes of them when two records become one."""
        from kundig.accounts.models import Grant
        from kundig.records import merging, models

        merging.register(
            merging.Loose(models.Attachment, "record_id"),
            merging.Stays(models.Attachment, "series", "it names a file with its versions, which go along"),
            merging.Loose(models.RecentUse, "record_id"),
            merging.Loose(models.PendingReference, "record_id"),
            merging.Loose(models.ReturnedLine, "record_id"),
            merging.Loose(models.SavedView, "filter", is_text=True),
            merging.Loose(models.SavedView, "settings", is_text=True),
            merging.Loose(models.SavedMapping, "plan", is_text=True),
            merging.Loose(models.PageLayout, "content", is_text=True),
            merging.Loose(Grant, "condition", is_text=True),
            merging.Stays(models.BulkLine, "record_id", "the run did it to that record"),
            merging.Stays(models.SearchEntry, "record_id", "entries are made anew from the records"),
            merging.Stays(models.Merged, "record_id", "it says who went"),
            merging.Stays(models.Merged, "survivor_id", "it says into whom; the trail is followed from there"),
            merging.Stays(models.LedgerRow, "record", "it is what happened"),
            merging.Stays(models.LedgerRow, "owner", "it is what happened"),
        )

    def _offer_shapes(self) -> None:
        from kundig.records.boards.offered import grouping
        from kundig.records.calendars.offered import datings
        from kundig.records.maps.offered import position_of
        from kundig.records.pivots.offered import dimensions
        from kundig.records.shapes import Shape, register_shape

        register_shape(Shape("", _("Table"), "table", lambda description, user: True))
        register_shape(Shape("board", _("Board"), "columns", lambda d, user: bool(grouping(d, user))))
        register_shape(Shape("calendar", _("Calendar"), "calendar", lambda d, user: bool(datings(d, user))))
        register_shape(Shape("map", _("Map"), "pin", lambda d, user: position_of(d, user) is not None))
        register_shape(Shape("pivot", _("Pivot"), "bars", lambda d, user: bool(dimensions(d, user))))
