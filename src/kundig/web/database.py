"""Which database an installation uses: the embedded one in its data folder, or the one DATABASE_URL names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from kundig.platform.datafolder import DataFolder

OUTSIDE = "DATABASE_URL"
EMBEDDED = "KUNDIG_EMBEDDED"


def is_embedded() -> bool:
    """False if the operator named a server; children of ours are told the address of the embedded one, too."""
    return not os.environ.get(OUTSIDE) or os.environ.get(EMBEDDED) == "1"


@contextmanager
def in_use(folder: DataFolder) -> Iterator[str]:
    """The database's address, with the embedded server running as long as the block does."""
    if not is_embedded():
        yield os.environ[OUTSIDE]
        return
    from kundig.platform.postgres import Cluster

    cluster = Cluster(folder)
    cluster.join()
    try:
        yield cluster.url
    finally:
        cluster.leave()


def environment(folder: DataFolder, *, url: str) -> dict[str, str]:
    """What a process of this installation finds in its environment."""
    own = {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "kundig.web.settings"),
        "KUNDIG_DATA": str(folder.path),
        "KUNDIG_SECRET_KEY": folder.secret_key(),
        OUTSIDE: url,
        "TMPDIR": str(folder.temporary),
        # glibc gives every thread an arena of its own; a few threads would double the memory at rest.
        "MALLOC_ARENA_MAX": "2",
    }
    if is_embedded():
        own[EMBEDDED] = "1"
    return own
