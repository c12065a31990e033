"""An S3-compatible store for the bytes of files, where one is set (`KUNDIG_FILES_URL`).

The store is what lasts; the data folder keeps copies, so that files are read and saved in backups as without one. What
is missing there, on a new machine for instance, is fetched when somebody asks for it.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import S3Store

from kundig.platform.ids import uuid7

SCHEMES = {"s3": "https", "s3+http": "http"}
REGION = "us-east-1"
"""What stores without regions call theirs."""


class StoreFailed(OSError):
    """The store did not answer, or refused."""


class Bucket:
    """A place in a store, by its address: `s3://key:secret@host/bucket/prefix?region=eu-central-1`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        name, _slash, prefix = parts.path.strip("/").partition("/")
        if parts.scheme not in SCHEMES or not parts.hostname or not name or not parts.username or not parts.password:
            raise ValueError("KUNDIG_FILES_URL looks like s3://key:secret@host/bucket?region=eu-central-1")
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        scheme = SCHEMES[parts.scheme]
        self._store = S3Store(
            name,
            prefix=prefix or None,
            endpoint=f"{scheme}://{host}",
            region=parse_qs(parts.query).get("region", [REGION])[0],
            access_key_id=unquote(parts.username),
            secret_access_key=unquote(parts.password),
            virtual_hosted_style_request=False,
            client_options={"allow_http": scheme == "http", "timeout": "60s"},
            retry_config={"max_retries": 2},
        )

    def put(self, key: str, path: Path) -> None:
        """Keep the bytes of a local file.

        Raises:
            StoreFailed: if that did not work.
        """
        try:
            obstore.put(self._store, key, path)
        except (BaseError, OSError) as error:
            raise StoreFailed(f"{key} could not be kept in the store for files") from error

    def fetch(self, key: str, *, to: Path) -> bool:
        """Bring the bytes to a local place; False if the store has none.

        Raises:
            StoreFailed: if it did not answer.
        """
        unfinished = to.with_name(f".{uuid7()}")
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("xb") as target:
                for portion in obstore.get(self._store, key).stream():
                    target.write(bytes(portion))
                target.flush()
                os.fsync(target.fileno())
            unfinished.replace(to)
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as error:
            raise StoreFailed(f"{key} could not be fetched from the store for files") from error
        finally:
            unfinished.unlink(missing_ok=True)
        return True

    def remove(self, key: str) -> None:
        """Forget the bytes, if they are there; raises like `put`."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            pass
        except (BaseError, OSError) as error:
            raise StoreFailed(f"{key} could not be removed from the store for files") from error


def bucket() -> Bucket | None:
    """The store that is set; None where files lie in the data folder alone."""
    return _bucket(settings.FILES_URL) if settings.FILES_URL else None


@cache
def _bucket(url: str) -> Bucket:
    return Bucket(url)
