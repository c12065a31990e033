"""Processes of one installation: started together, mended when one dies, stopped together.

Every child holds the reading end of the supervisor's lifeline, a pipe that closes when the supervisor is gone, however
it went; a child that sees this stops by itself. So `kill -9` of the supervisor leaves nothing behind.
"""

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

LIFELINE = "KUNDIG_LIFELINE"
GRACE_SECONDS = 10.0
ORPHANED_SECONDS = 3.0
"""For a child whose supervisor is gone: whoever starts again waits for it."""
LONGEST_PAUSE = 30.0
CALM_SECONDS = 60.0
BIGGEST_LOG = 10 * 1024 * 1024
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Program:
    """A child of the supervisor, and what became of it."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    deaths: int = 0


@dataclass
class Supervisor:
    """Runs programs until it is told to stop. `inherited` are descriptors (locks) every child keeps open."""

    environment: dict[str, str]
    inherited: tuple[int, ...] = ()
    report: Callable[[str], None] = lambda text: None
    programs: list[Program] = field(default_factory=list, init=False)
    is_stopping: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._lifeline, self._own_end = os.pipe()
        # Signals write into a pipe. An `Event` takes a lock, which the waiting itself may hold when one comes.
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._waker, False)

    def listen(self) -> None:
        """Take over the signals of this process."""
        for number in STOPPING:
            signal.signal(number, lambda *_: self.stop())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)

    def stop(self) -> None:
        """Ask for the end; safe inside a signal handler."""
        self.is_stopping = True
        with contextlib.suppress(BlockingIOError):  # Enough lies in it already.
            os.write(self._waker, b".")

    def start(self, program: Program) -> None:
        """Start a program and look after it from now on."""
        self.programs.append(program)
        self._start(program)

    def begin_again(self, name: str) -> None:
        """Put a fresh process in the place of a program's, if it runs; what it does is cut off."""
        for program in self.programs:
            if program.name == name and program.process is not None and program.process.poll() is None:
                program.process.kill()
                program.process.wait()
                self._start(program)

    def wait(self, seconds: float) -> None:
        """Sleep until a child died, a signal came or the time is over; then start what has to be started again."""
        select.select([self._woken], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._woken, 65536)
        if self.is_stopping:
            return
        now = time.monotonic()
        for program in self.programs:
            self._look_after(program, now=now)

    def end(self) -> None:
        """Stop every child: politely, and after ten seconds not."""
        running = [p.process for p in self.programs if p.process is not None and p.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        os.close(self._own_end)
        os.close(self._lifeline)

    def _start(self, program: Program) -> None:
        cap_log(program.log)
        with program.log.open("ab") as log:
            program.process = subprocess.Popen(
                program.command,
                env=self.environment | {LIFELINE: str(self._lifeline)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(self._lifeline, *self.inherited),
                # Ctrl+C in the terminal is for the supervisor alone; it stops the others in order.
                start_new_session=True,
            )
        program.started_at = time.monotonic()

    def _look_after(self, program: Program, *, now: float) -> None:
        if program.process is None:
            if now >= program.start_again_at:
                self._start(program)
            return
        status = program.process.poll()
        if status is None:
            return
        how = f"signal {-status}" if status < 0 else f"status {status}"
        program.deaths = 1 if now - program.started_at > CALM_SECONDS else program.deaths + 1
        # At once the first time; a program that keeps dying would otherwise eat a whole processor.
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** (program.deaths - 1)) if program.deaths > 1 else 0.0
        self.report(f"{program.name} ended ({how}); starting it again (log: {program.log})")
        program.process, program.start_again_at = None, now + pause
        if not pause:
            self._start(program)


def hold_lifeline(stop: Callable[[], object]) -> None:
    """In a child: call `stop` once the supervisor is gone, and end hard if that does not help."""
    descriptor = os.environ.pop(LIFELINE, "")
    if descriptor:
        threading.Thread(target=_watch, args=(int(descriptor), stop), daemon=True, name="lifeline").start()


def _watch(descriptor: int, stop: Callable[[], object]) -> None:
    while os.read(descriptor, 1):
        pass
    stop()
    end_hard_after(ORPHANED_SECONDS)


def end_hard_after(seconds: float) -> None:
    """End this process after a while, whatever it is waiting for."""
    timer = threading.Timer(seconds, os._exit, args=(1,))
    timer.daemon = True
    timer.start()


def cap_log(path: Path) -> None:
    """Keep a log small: beyond ten megabytes it becomes `.1` and starts anew. Open writers append to the new one."""
    try:
        if path.stat().st_size > BIGGEST_LOG:
            path.with_suffix(".1.log").write_bytes(path.read_bytes())
            os.truncate(path, 0)
    except FileNotFoundError:
        pass
