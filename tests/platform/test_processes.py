"""The supervisor's care for its children."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kundig.platform import processes
from kundig.platform.processes import Program, Supervisor

# A child that does what ours do: it ends when the supervisor is gone.
CHILD = """
import os, sys, threading, time
from kundig.platform.processes import hold_lifeline
hold_lifeline(lambda: os._exit(7))
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
time.sleep(60)
"""
PARENT = """
import sys, time
from pathlib import Path
from kundig.platform.processes import Program, Supervisor
import os
supervisor = Supervisor(dict(os.environ))
supervisor.start(Program("child", [sys.executable, "-c", sys.argv[1], sys.argv[2]], Path(sys.argv[2] + ".log")))
time.sleep(60)
"""

# Waits as long as signals come: in the moment that a wait begins or ends as well.
STORM = """
import os
from kundig.platform.processes import Supervisor
supervisor = Supervisor(dict(os.environ))
supervisor.listen()
print("listening", flush=True)
while not supervisor.is_stopping:
    supervisor.wait(0.0001)
"""


@pytest.fixture
def pids(tmp_path):
    """The numbers of the children started so far, once there are `count`."""

    def read(count):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            lines = (tmp_path / "pids").read_text().split() if (tmp_path / "pids").exists() else []
            if len(lines) >= count:
                return [int(line) for line in lines]
            time.sleep(0.02)
        pytest.fail(f"{count} children were not started")

    return read


def child(tmp_path):
    return Program("child", [sys.executable, "-c", CHILD, str(tmp_path / "pids")], tmp_path / "child.log")


def environment():
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def test_a_child_that_dies_is_started_again_and_all_end_together(tmp_path, pids):
    said = []
    supervisor = Supervisor(environment(), report=said.append)
    supervisor.start(child(tmp_path))
    os.kill(pids(1)[0], signal.SIGKILL)
    supervisor.programs[0].process.wait()
    supervisor.wait(0.01)
    second = pids(2)[1]
    assert said == [f"child ended (signal 9); starting it again (log: {tmp_path / 'child.log'})"]
    supervisor.end()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def test_a_fresh_child_takes_the_place_of_one_that_runs(tmp_path, pids):
    said = []
    supervisor = Supervisor(environment(), report=said.append)
    supervisor.start(child(tmp_path))
    first = pids(1)[0]
    supervisor.begin_again("another")
    os.kill(first, 0)
    supervisor.begin_again("child")
    supervisor.wait(0.01)
    assert (pids(2)[1] != first, said, supervisor.programs[0].deaths) == (True, [], 0)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    supervisor.end()


def test_a_child_that_keeps_dying_is_given_pauses(tmp_path):
    supervisor = Supervisor(environment())
    supervisor.start(Program("child", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "child.log"))
    program = supervisor.programs[0]
    for _ in range(2):
        program.process.wait()
        supervisor.wait(0.0)
    assert program.process is None
    assert 0.5 < program.start_again_at - time.monotonic() <= 1.0
    supervisor.end()


def test_children_end_when_the_supervisor_is_killed(tmp_path, pids):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD, str(tmp_path / "pids")], env=environment())
    number = pids(1)[0]
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while _is_running(number):
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.02)


def test_signals_may_come_at_any_moment():
    parent = subprocess.Popen([sys.executable, "-c", STORM], env=environment(), stdout=subprocess.PIPE)
    parent.stdout.readline()
    for _ in range(20_000):
        parent.send_signal(signal.SIGCHLD)
    parent.terminate()
    try:
        assert parent.wait(timeout=20) == 0
    finally:
        parent.kill()


def test_a_log_that_grew_large_starts_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "BIGGEST_LOG", 10)
    log = tmp_path / "web.log"
    log.write_text("eleven bytes")
    processes.cap_log(log)
    assert log.read_text() == ""
    assert (tmp_path / "web.1.log").read_text() == "eleven bytes"


def _is_running(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
