"""Commands everybody has: how Kundig looks to oneself, the language, signing out."""

from django.utils.translation import gettext_lazy as _

from kundig.accounts.enums import Language, Theme
from kundig.records.search.commands import register_command

THEMES = (
    (Theme.LIGHT, _("Appearance: light"), "sun"),
    (Theme.DARK, _("Appearance: dark"), "eye"),
    (Theme.DEVICE, _("Appearance: like the device"), "refresh"),
)
LANGUAGES = ((Language.DE, "Sprache: Deutsch"), (Language.EN, "Language: English"))


def register() -> None:
    """Called once, in `apps.ready()`."""
    for theme, label, icon in THEMES:
        keywords = _("theme colours switch")
        post = {"theme": theme.value}
        register_command(f"theme-{theme}", label=label, url="preferences", icon=icon, keywords=keywords, post=post)
    for language, name in LANGUAGES:
        keywords = _("language switch")
        post = {"language": language.value}
        register_command(
            f"language-{language}", label=name, url="preferences", icon="globe", keywords=keywords, post=post
        )
    register_command("sign-out", label=_("Sign out"), url="account_logout", icon="lock", keywords=_("log off"), post={})
