from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "kundig.timeline"
    label = "timeline"
    verbose_name = _("History")

    def ready(self) -> None:
        from kundig.notices.protocol import register_kind as register_notice
        from kundig.parties.models import Party
        from kundig.platform import navigation
        from kundig.records import merging, registry
        from kundig.records.panels import HeadLink, register_head_link, register_panel
        from kundig.timeline import handlers, jobs  # noqa: F401 - register what events and the clock start
        from kundig.timeline.actions import MENTIONED
        from kundig.timeline.models import FiledOnce, Handover, Promise, PromiseProposal, Touchpoint
        from kundig.timeline.objects import DESCRIPTIONS
        from kundig.timeline.objects.kinds import KINDS
        from kundig.timeline.panels import PANELS
        from kundig.timeline.panels.brief import SECTIONS
        from kundig.timeline.panels.notices import KINDS as NOTICES
        from kundig.timeline.protocol import (
            StreamSource,
            register_brief_line,
            register_kind,
            register_source,
        )
        from kundig.timeline.queries.sources import changes_of, files_of

        for kind in KINDS:
            register_kind(kind)
        register_notice(MENTIONED)
        register_source(StreamSource("master_data", changes_of))
        register_source(StreamSource("file", files_of))
        navigation.settings(
            label=_("Templates for reports"), url="timeline:reports", group=navigation.Group.STRUCTURE,
            may=lambda user: user.access.is_administrator,
        )  # fmt: skip
        for description in DESCRIPTIONS:
            registry.register(description)
        for panel in PANELS:
            register_panel(panel)
        for section in SECTIONS:
            register_brief_line(section)
        for notice in NOTICES:
            register_notice(notice)
        register_head_link(
            HeadLink(
                "brief", _("Call brief"), Party, lambda party: f"/brief/{party.pk}/", "book", hotkey="b g", dialog=True
            )
        )
        navigation.main(label=_("Handovers"), url="timeline:handovers", icon="swap", section=navigation.Section.CARE)
        self._keep_in_step()
        self._leave_traces()

        merging.register(
            merging.Stays(Touchpoint, "source_id", "which record that has become is asked when it is led to"),
            merging.Stays(Promise, "from_touchpoint", "contacts never become one"),
            merging.Stays(PromiseProposal, "touchpoint", "contacts never become one"),
            merging.Stays(PromiseProposal, "promise", "promises never become one"),
            merging.Stays(Handover, "batch", "it names a change or a deputyship"),
            merging.Stays(FiledOnce, "touchpoint", "contacts never become one"),
        )
        self._plan()

    def _keep_in_step(self) -> None:
        """What follows from contacts: the next one, silence, the day."""
        from kundig.parties.actions import when_merged, when_new
        from kundig.parties.models import Party
        from kundig.records import keeping
        from kundig.timeline.actions import keep_followed, keep_merged, keep_stale
        from kundig.timeline.actions.keeping import (
            is_kept,
            reckon_new,
            tell_days_of_appointments,
            tell_days_of_promises,
            tell_days_of_tasks,
        )
        from kundig.timeline.models import Appointment, Promise, Task
        from kundig.timeline.objects.rhythm import HABIT_SOURCES
        from kundig.timeline.protocol import register_day_source, register_follower, register_habit_source
        from kundig.timeline.queries.day import SOURCES

        for habit in HABIT_SOURCES:
            register_habit_source(habit)
        for source in SOURCES:
            register_day_source(source)
        register_follower(keep_followed)
        keeping.register_keeper(Party, keep_stale, of_new=False, unless=is_kept)  # see `when_new`
        keeping.register_keeper(Promise, tell_days_of_promises)
        keeping.register_keeper(Task, tell_days_of_tasks)
        keeping.register_keeper(Appointment, tell_days_of_appointments)
        when_merged(keep_merged)
        when_new(reckon_new)

    def _leave_traces(self) -> None:
        """What the page of a customer need not ask for where there is none."""
        from kundig.parties.models import Party
        from kundig.records.traces import register_traces
        from kundig.timeline.queries import handovers, planned, promises, rhythm

        register_traces(Party, *promises.TRACES, *handovers.TRACES, *planned.TRACES, rhythm.RESTS, rhythm.OWN)

    def _plan(self) -> None:
        """Tasks, appointments, their calendar and reminders."""
        from kundig.automation.protocol import register_action
        from kundig.notices.protocol import register_kind as register_notice
        from kundig.platform import navigation
        from kundig.records import merging
        from kundig.records.calendars.marks import register_marks
        from kundig.timeline.actions import NOTE_TASK, REMINDER, TASK_DONE
        from kundig.timeline.models import Appointment, Task
        from kundig.timeline.panels.composing import TABS, follow_up
        from kundig.timeline.protocol import register_composer_tab, register_follow_up
        from kundig.timeline.queries import holidays_for
        from kundig.timeline.views.calendar import may_make_appointments, may_note_tasks
        from kundig.timeline.views.composing import may_note

        register_action(NOTE_TASK)
        for tab in TABS:
            register_composer_tab(tab)
        register_follow_up(follow_up, may=may_note_tasks)
        for notice in (REMINDER, TASK_DONE):
            register_notice(notice)
        navigation.dialogue(label=_("Note down"), url="timeline:compose", icon="note", hotkey="c", may=may_note)
        navigation.deed(label=_("New task"), path="/tasks/new/", key="t", may=may_note_tasks)
        navigation.deed(label=_("New appointment"), path="/appointments/new/", key="m", may=may_make_appointments)
        register_marks(holidays_for)
        merging.register(merging.Loose(Task, "source_id"), merging.Loose(Appointment, "source_id"))
