"""Settings of the embedded server, written anew at each start because memory and paths may have changed."""

import os
import shutil
from pathlib import Path

LOCAL_FILE = "postgresql.local.conf"
MB = 1024 * 1024


def memory() -> int:
    """Bytes of this machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _clamp(value: int, *, low: int, high: int) -> int:
    return max(low, min(high, value))


def settings(*, sockets: Path, free: int, total: int | None = None) -> dict[str, str]:
    """A small home's settings, growing with the machine: Kundig shares it with whatever else the firm runs there.

    `total` is its memory, `free` the room for data, in bytes.
    """
    total = (memory() if total is None else total) // MB
    room = free // MB
    return {
        "listen_addresses": "''",
        "unix_socket_directories": quoted(str(sockets)),
        "unix_socket_permissions": "0700",
        "max_connections": "40",
        # Taken page by page as the base is read: a new house holds little of it. A base that does not fit is copied in
        # again and again: a quarter of what the server did for an import, a third for a page, at a million customers.
        "shared_buffers": f"{_clamp(total // 8, low=48, high=4096)}MB",
        "effective_cache_size": f"{max(total // 2, 256)}MB",
        "work_mem": f"{_clamp(total // 256, low=4, high=32)}MB",
        "maintenance_work_mem": f"{_clamp(total // 32, low=32, high=512)}MB",
        "huge_pages": "off",
        "io_method": "sync",
        # No archive and no replica hang on an embedded server, so bulk loads may skip the log.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_logical_replication_workers": "0",
        # After each checkpoint a page that changes is logged whole: as seldom as there is room for it. An import of ten
        # thousand rows into a base of a million logs 200 MB.
        "max_wal_size": f"{_clamp(room // 16, low=1024, high=8192)}MB",
        "checkpoint_timeout": "'15min'",
        # Somebody who pressed "Save" and saw it saved must find it after a power cut.
        "synchronous_commit": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "max_worker_processes": "4",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "idle_in_transaction_session_timeout": "'10min'",
        "log_line_prefix": "'%m '",
        # A statement or its detail can hold a customer's name; the log must not.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }


def quoted(value: str) -> str:
    """A string as a configuration file of PostgreSQL wants it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def write(cluster: Path, *, sockets: Path, local: Path) -> None:
    """Replace the cluster's configuration by ours; an administrator's own settings in `local` are read last and win."""
    lines = ["# Written by Kundig at each start. Your own settings belong into:", f"#   {local}"]
    found = settings(sockets=sockets, free=shutil.disk_usage(cluster).free)
    lines += [f"{name} = {value}" for name, value in found.items()]
    if local.exists():
        lines.append(f"include = {quoted(str(local))}")
    (cluster / "postgresql.conf").write_text("\n".join(lines) + "\n")
    (cluster / "pg_hba.conf").write_text(
        "# Only those who may enter the socket's folder (0700) get here.\nlocal all all trust\n"
    )
