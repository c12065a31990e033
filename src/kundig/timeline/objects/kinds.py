"""The kinds of touchpoints that every house has. Later domains register theirs."""

from django.utils.translation import gettext_lazy as _

from kundig.timeline.protocol import TouchpointKind

KINDS = (
    TouchpointKind("note", _("Note"), "note", "notes", composer=True),
    TouchpointKind("call", _("Call"), "phone", "talks", is_contact=True, composer=True),
    TouchpointKind("visit", _("Visit"), "pin", "talks", is_contact=True, composer=True),
    TouchpointKind("meeting", _("Meeting"), "users", "talks", is_contact=True, composer=True),
    TouchpointKind("mail", _("Mail"), "mail", "messages", is_message=True, composer=True),
    TouchpointKind("letter", _("Letter"), "letter", "messages", is_message=True, composer=True),
    TouchpointKind("chat", _("Chat"), "whatsapp", "messages", is_contact=True),
    TouchpointKind("sms", _("Text message"), "sms", "messages", is_message=True),
    TouchpointKind("event", _("Event"), "calendar", "dates"),
    TouchpointKind("task", _("Task"), "task", "dates"),
    TouchpointKind("file", _("File"), "paperclip", "data"),
    TouchpointKind("master_data", _("Change of master data"), "pencil", "data"),
)
