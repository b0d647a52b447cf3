"""The part of the campaign that is for every run: a few faults in quick cases, always the same."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

import autograd
from autograd import Value, tanh
from tests.campaigns.fault_cases import cases
from tests.campaigns.faults import main
from tests.campaigns.injection import Case, moments, strike

ROOT = Path(autograd.__file__).parent.parent
CASES = {case.name: case for case in cases()}

LONG = (
    *("draw", "grade", "compile", "batch", "program.backward", "train", "fit, compiled"),
    *("save steps", "save drawing.pdf", "save step.png", "save out.py", "save program.json"),
)
"""How the names of cases begin that the long form has, since they take a second each or more."""


@pytest.mark.parametrize(
    "case", [c for n, c in CASES.items() if not n.startswith(LONG)], ids=lambda case: case.name
)
def test_after_a_fault_all_is_as_before_or_as_after(case: Case, tmp_path: Path) -> None:
    moments(case, tmp_path)  # imports, and what is made once
    count = moments(case, tmp_path)
    at = {1 + count // 3, max(1, count - 1)}
    struck, hits = strike(case, tmp_path, iter(sorted(at)), KeyboardInterrupt)
    more, others = strike(case, tmp_path, iter([1 + count // 2]), MemoryError)
    assert hits == others == [] and struck + more > 0


def test_the_long_form_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rounds", "4", "--only", "zero_grad"]) == 0
    assert capsys.readouterr().out.endswith("4 faults struck, 0 left something wrong\n")


def _program(number: int) -> autograd.Program:
    w = Value(0.5)
    return autograd.compile(lambda x: tanh(w * x + float(number)) * x, backend="llvm")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_that_is_forked_while_a_thread_compiles_can_compile_too() -> None:
    stop, made = threading.Event(), threading.Event()

    def compiling() -> None:
        for number in range(10**6):
            _program(number)(1.0)
            made.set()
            if stop.is_set():
                return

    thread = threading.Thread(target=compiling)
    thread.start()
    made.wait()
    try:
        for number in range(3):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of forks among threads
                child = os.fork()
            if child == 0:
                import signal

                signal.alarm(20)  # a child that waits for ever ends by this
                right = _program(-1 - number)(1.0) == _program(-1 - number)(1.0)
                os._exit(0 if right else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        thread.join()


def test_processes_that_compile_at_once_share_a_folder(tmp_path: Path) -> None:
    code = (
        "import autograd\n"
        "f = autograd.compile(lambda x: autograd.tanh(x) * 2.0, backend='llvm')\n"
        "print(f(0.5), f.batch([0.5, 0.25]))"
    )
    known = {**os.environ, "STEPGRAD_CACHE": str(tmp_path / "cache")}
    begun = [
        subprocess.Popen([sys.executable, "-c", code], env=known, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = {process.communicate()[0] for process in begun}
    assert len(said) == 1 and [process.returncode for process in begun] == [0, 0]
    kept = list((tmp_path / "cache").iterdir())
    assert kept and {path.suffix for path in kept} == {".code"}
