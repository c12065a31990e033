"""The process that works in the background: jobs, and the delivery of events. A child of the supervisor."""

import asyncio
import logging
import signal
import threading

from kundig.platform.datafolder import DataFolder
from kundig.platform.processes import end_hard_after, hold_lifeline
from kundig.web.database import in_use, is_embedded

STOP_SECONDS = 8.0

logger = logging.getLogger("kundig.worker")


def main() -> None:
    with in_use(DataFolder.locate()):
        from kundig.platform.starting import set_up

        set_up()
        asyncio.run(work())


async def work() -> None:
    """Work until SIGTERM, or until the supervisor is gone. A job that is cut off runs again after the next start."""
    from kundig.platform import delivery, worker

    ending = threading.Event()
    loop = asyncio.get_running_loop()
    jobs = asyncio.ensure_future(worker.run(is_alone=is_embedded()))

    def stop() -> None:
        ending.set()
        jobs.cancel()
        end_hard_after(STOP_SECONDS)

    loop.add_signal_handler(signal.SIGTERM, stop)
    hold_lifeline(lambda: loop.call_soon_threadsafe(stop))
    events = threading.Thread(target=delivery.run, args=(ending,), name="events", daemon=True)
    events.start()
    try:
        await jobs
    except asyncio.CancelledError:
        logger.info("stopped")
    finally:
        ending.set()
        await asyncio.to_thread(events.join, 2)


if __name__ == "__main__":
    main()
