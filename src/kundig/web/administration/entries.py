"""The lines these pages have in the settings."""

from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import User
from kundig.platform import navigation
from kundig.platform.navigation import Group


def enter() -> None:
    """Called once while the program starts."""
    navigation.settings(label=_("Profile"), url="profile", group=Group.OWN)
    navigation.settings(label=_("Password"), url="account_change_password", group=Group.OWN)
    navigation.settings(label=_("Security"), url="security", group=Group.OWN)
    navigation.settings(label=_("Deputies"), url="deputies", group=Group.OWN)
    navigation.settings(label=_("Notices"), url="notice_wishes", group=Group.OWN)
    navigation.settings(label=_("Calendar and reminders"), url="timeline:calendar_settings", group=Group.OWN)
    navigation.settings(label=_("Assistants"), url="proposals", group=Group.OWN)
    navigation.settings(label=_("API tokens"), url="tokens", group=Group.OWN)
    navigation.settings(label=_("My runs"), url="records:runs", group=Group.OWN)
    navigation.settings(label=_("Users"), url="users", group=Group.PEOPLE, may=_administers)
    navigation.settings(label=_("Teams"), url="teams", group=Group.PEOPLE, may=_administers)
    navigation.settings(label=_("Roles and rights"), url="roles", group=Group.PEOPLE, may=_administers)
    navigation.settings(label=_("Page layouts"), url="layouts", group=Group.STRUCTURE, may=_administers)
    navigation.settings(
        label=_("Objects and fields"), url="objects_and_fields", group=Group.STRUCTURE, may=_administers
    )
    navigation.settings(label=_("Contact rhythm"), url="rhythm", group=Group.STRUCTURE, may=_administers)
    navigation.settings(label=_("Data quality"), url="quality", group=Group.STRUCTURE, may=_administers)
    navigation.settings(label=_("Rules"), url="rules", group=Group.STRUCTURE, may=_administers)
    navigation.settings(label=_("Webhooks"), url="webhooks", group=Group.OPERATION, may=_administers)
    navigation.settings(label=_("Signing in"), url="sign_in_rules", group=Group.PEOPLE, may=_administers)
    navigation.settings(label=_("Purposes"), url="purposes", group=Group.PRIVACY, may=_administers)
    navigation.settings(label=_("Exports"), url="exports", group=Group.PRIVACY, may=_administers)
    navigation.settings(label=_("Company"), url="company", group=Group.OPERATION, may=_administers)
    navigation.settings(label=_("Letterhead"), url="letterhead", group=Group.OPERATION, may=_administers)
    navigation.settings(label=_("Backups"), url="backups", group=Group.OPERATION, may=_administers)


def _administers(user: User) -> bool:
    return user.access.is_administrator
