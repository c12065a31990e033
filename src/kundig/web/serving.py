"""The process that answers browsers; a child of the supervisor (`python -m kundig.web.serving HOST PORT`)."""

import asyncio
import contextlib
import os
import resource
import signal
import socket
import stat
import sys
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from kundig.platform.datafolder import DataFolder
from kundig.platform.processes import end_hard_after, hold_lifeline
from kundig.web.database import in_use

STOP_SECONDS = 5.0
MOST_CONNECTIONS = 20_000
"""At once. Each open window holds one, and whoever wants to keep others out opens as many as there may be."""
FILES_BESIDE = 256
STALLED_SECONDS = 120
"""How long somebody may leave unread what was sent to them, before the connection is cut."""
LINUX_TCP_USER_TIMEOUT = 18


async def serve(host: str, port: int) -> None:
    """Answer until SIGTERM, or until the supervisor is gone."""
    from kundig.web.asgi import application, hub

    server = Server(
        application, address=host, port=port, interface=Interfaces.ASGI, websockets=False, log_enabled=False,
        backlog=1024, backpressure=_take_files(MOST_CONNECTIONS),
    )  # fmt: skip
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # Open streams would keep the server from ending for ever.
        hub.close()
        server.stop()
        end_hard_after(STOP_SECONDS)

    loop.add_signal_handler(signal.SIGTERM, stop)
    hub.start()
    hold_lifeline(lambda: loop.call_soon_threadsafe(stop))
    watching = asyncio.create_task(_cut_stalled(port))
    await server.serve()
    watching.cancel()


def _take_files(wanted: int) -> int:
    """Raise what this process may open, and answer for how many connections that is enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + FILES_BESIDE if hard == resource.RLIM_INFINITY else min(wanted + FILES_BESIDE, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    return max(FILES_BESIDE, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - FILES_BESIDE)


async def _cut_stalled(port: int) -> None:
    """Tell the kernel to end connections whose other end reads nothing: granian waits for them for ever.

    The setting passes from the listening socket to what it accepts. Linux only; elsewhere a proxy does it.
    """
    folder = Path("/proc/self/fd")
    for _attempt in range(100):
        for number in folder.iterdir() if folder.is_dir() else ():
            if _listens(int(number.name), port):
                return
        await asyncio.sleep(0.1)


def _listens(number: int, port: int) -> bool:
    """Whether this open file is the socket that listens at `port`; it gets its time limit then."""
    try:
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return False
        with socket.socket(fileno=os.dup(number)) as found:
            if found.family not in (socket.AF_INET, socket.AF_INET6) or found.getsockname()[1] != port:
                return False
            if not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return False
            found.setsockopt(socket.IPPROTO_TCP, LINUX_TCP_USER_TIMEOUT, STALLED_SECONDS * 1000)
            return True
    except OSError:
        return False  # It was closed meanwhile.


def main() -> None:
    host, port = sys.argv[1], int(sys.argv[2])
    folder = DataFolder.locate()
    folder.sweep()
    with in_use(folder):
        asyncio.run(serve(host, port))


if __name__ == "__main__":
    main()
