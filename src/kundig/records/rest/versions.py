"""The version of a record: what a program sends back as `If-Match` to change just the state that it has seen.

It is the `ETag` of the whole item: a checksum of all, and a short one of each field. So nothing has to be kept to say
which fields have changed since.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kundig.records.rest.problems import Problem, encoded

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
ANY = "*"
_VERSION = re.compile(r'(?:W/)?"([0-9a-f]{24})\.((?:[0-9A-Za-z_-]{2})*)"')


def version_of(item: Mapping[str, Any]) -> str:
    """The version of an item with all its fields, as it stands in `ETag`."""
    whole = hashlib.blake2b(encoded(item), digest_size=12).hexdigest()
    return f'"{whole}.{"".join(_short(value) for value in item.values())}"'


def _short(value: Any) -> str:
    """Two characters: of 4,096 changes one does not show. Whether anything has changed, the whole checksum says."""
    number = zlib.crc32(encoded(value))
    return DIGITS[number & 63] + DIGITS[number >> 6 & 63]


def require_match(demanded: str, item: Mapping[str, Any]) -> None:
    """Compare the text of `If-Match` with the item as it is now.

    Raises:
        Problem: 400 if the text is no version, 412 if the record has changed; then with the fields that have, and
            their present values.
    """
    offered = [part.strip() for part in demanded.split(",")]
    if offered == [ANY]:
        return
    present = version_of(item)
    seen = [found for part in offered if (found := _VERSION.fullmatch(part))]
    if len(seen) < len(offered):
        wrong = next(part for part in offered if not _VERSION.fullmatch(part))
        raise Problem(
            400,
            _("“If-Match: %(text)s” is no version. Send the ETag of the record as it came, with its quotation marks.")
            % {"text": wrong[:80]},
        )
    # A compressed answer carries the weak form of the version; the items are the same.
    if any(f'"{found[1]}.{found[2]}"' == present for found in seen):
        return
    problem = Problem(
        412,
        _("Somebody has changed this record since you read it. Read it again and repeat the change."),
        headers={"ETag": present},
    )
    problem.changed = _changed(seen[-1][2], item)
    raise problem


def _changed(sums: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields whose values are others than those seen; none are named if there are others fields than then."""
    if len(sums) != 2 * len(item):
        return {}
    seen = (sums[place : place + 2] for place in range(0, len(sums), 2))
    return {name: value for (name, value), short in zip(item.items(), seen, strict=True) if _short(value) != short}
