"""Locks between processes."""

import subprocess
import sys

from kundig.platform.locks import FileLock


def test_take_is_exclusive_until_released(tmp_path):
    one, two = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.take(wait=False)
    assert not two.take(wait=False)
    one.release()
    assert two.take(wait=False)


def test_shared_holders_keep_out_an_exclusive_one(tmp_path):
    one, two, three = (FileLock(tmp_path / "lock") for _ in range(3))
    assert one.take(shared=True, wait=False)
    assert two.take(shared=True, wait=False)
    assert not three.take(wait=False)


def test_a_child_that_inherits_the_lock_keeps_it(tmp_path):
    lock, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    lock.take()
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(lock.descriptor,))
    lock.release()
    assert not other.take(wait=False)
    child.communicate()
    assert other.take(wait=False)
