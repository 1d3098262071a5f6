"""Forks, signals, worker processes."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import pytest
from conftest import CLEAN, SAMPLES, TEXT

from dechrome import Cleaner

DEADLINE = 60


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_worker_processes(method):
    cleaner, texts = Cleaner(), list(SAMPLES.values())[:8]
    wanted = [cleaner.clean(text) for text in texts]
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(cleaner.clean, texts, timeout=DEADLINE)) == wanted


def in_child(work) -> int:
    """The exit status of a forked process that does the work; it is killed after a while."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    deadline = time.monotonic() + DEADLINE
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise AssertionError("the child does not come to an end")
        time.sleep(0.001)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_forks_while_other_threads_clean():
    texts = list(SAMPLES.values())
    wanted = Cleaner().clean_batch(texts)

    def check(cleaner):
        assert cleaner.clean_batch(texts) == wanted
        assert cleaner.clean_batch(texts[:1]) == wanted[:1]
        assert Cleaner().clean_batch(texts) == wanted

    for _ in range(10):
        # A new one each time, so that forks meet threads that make what is made when first needed.
        cleaner, done = Cleaner(threads=3), threading.Event()

        def clean():
            while not done.is_set():
                cleaner.clean_batch(texts)

        threads = [threading.Thread(target=clean) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            assert [in_child(lambda: check(cleaner)) for _ in range(4)] == [0] * 4
        finally:
            done.set()
            for thread in threads:
                thread.join()


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_a_long_batch(threads):
    script = f"""
        import dechrome, sys
        cleaner = dechrome.Cleaner(threads={threads})
        texts = [{TEXT!r} * 50] * 1_000_000
        print("ready", flush=True)
        try:
            cleaner.clean_batch(texts)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=DEADLINE)
    assert out == "interrupted\n"
    assert Cleaner().clean(TEXT) == CLEAN
