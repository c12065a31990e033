"""Saving layouts: checked, one version after another, so that nothing is lost when two arrange the same page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.accounts.actions.permission import require_administrator
from kundig.accounts.models import AccessRole, User
from kundig.records import conditions
from kundig.records.conditions import ConditionError
from kundig.records.description import Description
from kundig.records.layouts.content import HEADER, LANGUAGES, PLACES, Layout, arranged
from kundig.records.layouts.models import PageLayout
from kundig.records.layouts.queries import version_of
from kundig.records.saved import remembered

LONGEST_TITLE = 80
LONGEST_CONDITION = 4000
MOST_SECTIONS = 60
MOST_FIELDS = 1000
MOST_VERSIONS = 50
"""Of one object and role: how far one can look back."""


class UnusableLayout(ValidationError):
    """A layout that cannot be kept: messages by the key of section or panel; `spots` says where in which condition."""

    def __init__(self, errors: dict[str, list[str]], spots: dict[str, tuple[int, int]]) -> None:
        super().__init__({key: list(messages) for key, messages in errors.items()})
        self.spots = spots


class ChangedMeanwhile(Exception):
    """Somebody else has saved since; `latest` is what stands there now (None: nothing)."""

    def __init__(self, latest: PageLayout | None) -> None:
        super().__init__("the layout has changed since it was read")
        self.latest = latest


@remembered.changed
def save_layout(
    description: Description, role: AccessRole | None, content: Mapping[str, Any] | None, *, seen: int, by: User
) -> PageLayout:
    """Keep `content` as the layout; None goes back to the description's own. `seen` is the version it was made from.

    Raises:
        PermissionDenied: unless `by` is an administrator.
        UnusableLayout: with messages at the key of the section or panel, or at "__all__".
        ChangedMeanwhile: if another version has come since `seen`.
    """
    require_administrator(by)
    kept = None if content is None else checked(content, description).as_json()
    try:
        with transaction.atomic():
            latest = version_of(description.name, role)
            if (latest.version if latest else 0) != seen:
                raise ChangedMeanwhile(latest)
            made = PageLayout.objects.create(
                object=description.name, role=role, version=seen + 1, content=kept, created_by=by if by.pk else None
            )
            PageLayout.objects.filter(
                object=description.name, role=role, version__lte=made.version - MOST_VERSIONS
            ).delete()
    except IntegrityError as error:  # both passed the check at the same moment
        raise ChangedMeanwhile(version_of(description.name, role)) from error
    return made


def undo_layout(description: Description, role: AccessRole | None, *, version: int, by: User) -> PageLayout:
    """Take back the saving of `version`: what stood before becomes the newest version.

    Raises:
        PermissionDenied: unless `by` is an administrator.
        ChangedMeanwhile: if `version` is not the newest any more.
    """
    require_administrator(by)
    if version < 1:
        raise ChangedMeanwhile(None)
    before = version_of(description.name, role, version=version - 1)
    content = before.content if before else None
    return save_layout(description, role, content, seen=version, by=by)


def checked(content: Any, description: Description) -> Layout:
    """The layout that `content` says, as `arranged` reads it.

    Raises:
        UnusableLayout: saying what is wrong with its form, or with a title or condition in it.
    """
    _check_form(content)
    errors: dict[str, list[str]] = {}
    spots: dict[str, tuple[int, int]] = {}
    names = list(content[HEADER])
    blocks = [block for place in PLACES for block in content["places"][place]]
    keys = [block.get("section") or block.get("panel") for block in blocks]
    for block, key in zip(blocks, keys, strict=True):
        if "section" in block:
            names += block["fields"]
            if not any(block["title"].values()) and not _has_standard_title(key, description):
                errors.setdefault(key, []).append(_("A section needs a title, in one language at least."))
            if any(len(title) > LONGEST_TITLE for title in block["title"].values()):
                errors.setdefault(key, []).append(_("At most %(most)d letters fit.") % {"most": LONGEST_TITLE})
        if block["when"].strip():
            try:
                block["when"] = conditions.read(block["when"], description, None).text
            except ConditionError as error:
                errors.setdefault(key, []).extend(problem.message for problem in error.problems)
                spots[key] = (error.problems[0].start, error.problems[0].end)
    twice = {name for name in names if names.count(name) > 1}
    if twice or len(set(keys)) < len(keys):
        what = ", ".join(sorted(twice)) or _("a section")
        errors.setdefault("__all__", []).append(_("This stands there twice: %(what)s.") % {"what": what})
    if errors:
        raise UnusableLayout(errors, spots)
    return arranged(content, description)


def _has_standard_title(key: str, description: Description) -> bool:
    found = arranged({"places": {"facts": [{"section": key}]}}, description).sections
    return any(section.key == key and section.standard_title for section in found)


def _check_form(content: Any) -> None:
    """The editor sends what is right; anybody else is told where it is not."""

    def wants(holds: bool, what: str) -> None:
        if not holds:
            raise UnusableLayout({"__all__": [_("This is no layout: %(what)s.") % {"what": what}]}, {})

    def is_names(value: Any) -> bool:
        return (
            isinstance(value, list)
            and len(value) <= MOST_FIELDS
            and all(isinstance(name, str) and 0 < len(name) <= 120 and "\x00" not in name for name in value)
        )

    wants(isinstance(content, dict) and content.keys() == {HEADER, "places", "hidden"}, "header, places, hidden")
    wants(is_names(content[HEADER]), HEADER)
    hidden, places = content["hidden"], content["places"]
    wants(isinstance(hidden, dict) and hidden.keys() == {"fields", "panels"}, "hidden")
    wants(is_names(hidden["fields"]) and is_names(hidden["panels"]), "hidden")
    wants(isinstance(places, dict) and places.keys() == set(PLACES), ", ".join(PLACES))
    wants(all(isinstance(places[place], list) for place in PLACES), "places")
    blocks: list[Any] = [block for place in PLACES for block in places[place]]
    wants(len(blocks) <= MOST_SECTIONS, _("at most %(most)d sections fit") % {"most": MOST_SECTIONS})
    for block in blocks:
        wants(isinstance(block, dict) and isinstance(block.get("when"), str), "when")
        wants(len(block["when"]) <= LONGEST_CONDITION and "\x00" not in block["when"], "when")
        if "panel" in block:
            wants(is_names([block["panel"]]) and block.keys() == {"panel", "when"}, "panel")
            continue
        wants(block.keys() == {"section", "title", "fields", "collapsed", "when"}, "section")
        wants(is_names([block["section"]]) and is_names(block["fields"]), "section")
        wants(isinstance(block["collapsed"], bool) and isinstance(block["title"], dict), "title")
        wants(
            block["title"].keys() <= set(LANGUAGES)
            and all(isinstance(text, str) and "\x00" not in text for text in block["title"].values()),
            "title",
        )


def name_of_role(role: AccessRole | None) -> str:
    return str(capfirst(_("all roles")) if role is None else role.label)
