"""C1, public ports: what a step of Adam costs in other people's microgpt in C, C++ and Rust.

`python -m tests.benchmarks.microgpt --rows ports --ports FOLDER --names PATH` builds and runs what
is in the folder, a clone each at FOLDER/OWNER/NAME, and writes a section of `microgpt.md`. It is
other people's code: read it first, and run it without a network, as under ``unshare -rn``.

`PORTS` says, for each program, how it is built and which constants are replaced for that: the
number of steps becomes what the environment says, and the model's sizes those of the original where
they are others. All read the same file of names and go through it a whole number of times, so that
in whatever order they take the names the work is the same. Each is run for two numbers of steps; a
step costs the difference of their processor times, in which the start drops out. Ours and the C by
hand are timed by the same difference, in turn with the others.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from nn.microgpt import read_names
from tests.benchmarks import race_microgpt
from tests.benchmarks.compiled import ratio, told
from tests.benchmarks.contest import Contestant

NAMES = 250
LONG_ENOUGH = 0.3  # seconds that the steps of a turn take
MOST_PASSES = 200
SLOW = 1.0  # seconds; who takes longer for a turn takes part in the first round alone
Measure = Callable[[], float]
"""Gives the processor time of a step, in seconds."""

IN_C = 'atoi(getenv("STEPS"))'
IN_RUST = 'std::env::var("STEPS").unwrap().parse().unwrap()'
GCC = "gcc -O3 -march=native -ffast-math {source} -o port -lm"
GPP = "g++ -std=c++20 -O3 -march=native -ffast-math {source} -o port"
CARGO = "RUSTFLAGS='-C target-cpu=native' cargo build --release --offline"
IN_DOUBLE = (
    (r"\bfloat\b", "double"),
    (r"\b(exp|log|pow|sqrt|cos|sin|fabs|fmax)f\b", r"\1"),
    (r"\b(\d+\.?\d*(?:e[-+]?\d+)?)[fF]\b", r"\1"),
)
"""What makes a program in single precision one in double precision."""


@dataclass(frozen=True, slots=True)
class Port:
    """A program that trains the model of microgpt.

    Parameters
    ----------
    address : str
        OWNER/NAME of the repository, on GitHub.
    program : str
        Which of its programs it is, and with what options it differs from the next.
    language, precision, gradient : str
        What the report tells of it.
    source : str
        The file, below the repository, in which the edits are made.
    build : str
        The command, with ``{source}``.
    edits : tuple of (pattern, replacement)
        Each must occur in the source.
    run : str
        The command that trains as many steps as the variable STEPS of the environment says.
    data : str
        Where it looks for the names.
    differs : str
        What is other than in the original, and has something to do with time.
    """

    address: str
    program: str
    language: str
    precision: str
    gradient: str
    source: str
    build: str = GCC
    edits: tuple[tuple[str, str], ...] = ()
    run: str = "./port"
    data: str = "input.txt"
    differs: str = ""

    @property
    def name(self) -> str:
        """The row's name in the report."""
        return f"{self.address} {self.program}".strip()

    def built(self, clones: Path, names: str) -> Path:
        """Copy the clone, edit it, put the names there, and build; return the copy."""
        folder = Path(tempfile.mkdtemp())
        clone = (clones / self.address).resolve()
        shutil.copytree(
            clone,
            folder,
            dirs_exist_ok=True,
            symlinks=True,
            ignore=shutil.ignore_patterns(".git", "target"),
        )
        text = (folder / self.source).read_text(encoding="utf-8")
        for pattern, replacement in self.edits:
            text, found = re.subn(pattern, replacement, text)
            if not found:
                raise ValueError(f"{self.source} has no {pattern!r}")
        (folder / self.source).write_text(text, encoding="utf-8")
        data = folder / self.data
        data.parent.mkdir(exist_ok=True)
        data.write_text(names, encoding="utf-8")
        command = self.build.replace("{source}", self.source)
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if "error" in line]
            raise ValueError(errors[0] if errors else f"{command!r} failed")
        return folder

    def seconds(self, folder: Path, steps: int) -> float:
        """Run the program, and return its processor time."""
        child = subprocess.Popen(
            f"exec {self.run}",
            shell=True,
            cwd=folder,
            env=os.environ | {"STEPS": str(steps)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise ValueError(f"{self.run!r} ended with {child.returncode}")
        return usage.ru_utime + usage.ru_stime

    def measure(self, clones: Path, names: str, count: int) -> Measure:
        """Build, and compare one pass through the names with more."""
        folder = self.built(clones, names)
        more = count * more_passes(self.seconds(folder, count))
        return lambda: (self.seconds(folder, count + more) - self.seconds(folder, count)) / more


def more_passes(seconds: float) -> int:
    """Say how many passes take long enough, after one that took so many seconds."""
    return max(1, min(MOST_PASSES, round(LONG_ENOUGH / max(seconds, 1e-3))))


REALIES = Port(
    "realies/microgpt.c",
    "fast",
    "C, SIMD by hand",
    "single",
    "by hand",
    "microgpt_fast.c",
    edits=((r"nsteps = 1000", f"nsteps = {IN_C}"),),
)
VIXHAL = Port(
    "vixhal-baraiya/microgpt-c",
    "",
    "C",
    "single",
    "by hand",
    "microgpt.c",
    edits=((r"num_steps = 5000", f"num_steps = {IN_C}"),),
)
DAMIANO = Port(
    "damiano001/microgpt.c",
    "",
    "C",
    "single",
    "by hand",
    "microgpt.c",
    edits=((r"NUM_STEPS +1000", f"NUM_STEPS {IN_C}"),),
)
KNAUSGARD = Port(
    "kristianmk/microgpt.cpp",
    "turbo",
    "C++",
    "single",
    "by hand",
    "microgpt_turbo.cpp",
    "g++ -std=c++23 -O3 -march=native -ffast-math -funroll-loops -flto -DNDEBUG"
    " -DGPT_ATOMIC_DATASET_PATH='\"input.txt\"' {source} -o port",
    run="./port --steps $STEPS",
)
ENJECTOR = Port(
    "enjector/microgpt-c",
    "",
    "C",
    "single",
    "by hand",
    "demos/character-level/names/main.c",
    "gcc -O3 -march=native -ffast-math -funroll-loops -DNDEBUG -DMICROGPT_SIMD=1"
    " -DMICROGPT_USE_FLOAT=1 -DBATCH_SIZE=1 -Isrc {source} src/microgpt.c -o port -lm -lpthread",
    ((r"(microgpt_default_config\(\);)", rf"\1 cfg.num_steps = {IN_C};"),),
    data="c_names.txt",
    differs="no gradient through the keys and values of earlier letters",
)
CHARBEL = Port(
    "Charbel199/microgpt.cpp",
    "",
    "C++",
    "single",
    "tape",
    "microgpt.cpp",
    GPP,
    ((r"constexpr (\w+) NUM_STEPS = 1000", rf"const \1 NUM_STEPS = {IN_C}"),),
)

PORTS = (
    REALIES,
    replace(
        REALIES,
        program="fast, flags of its README",
        build="gcc -O3 -march=native {source} -o port -lm",
    ),
    replace(
        REALIES,
        program="fast, without its SIMD",
        language="C",
        precision="double, by substitution",
        build=GCC.replace("gcc", "gcc -U__AVX512F__ -U__AVX2__"),
        edits=(*REALIES.edits, *IN_DOUBLE),
    ),
    KNAUSGARD,
    replace(KNAUSGARD, precision="double, by substitution", edits=(IN_DOUBLE[0], IN_DOUBLE[2])),
    VIXHAL,
    replace(VIXHAL, precision="double, by substitution", edits=(*VIXHAL.edits, *IN_DOUBLE)),
    DAMIANO,
    replace(DAMIANO, precision="double, by substitution", edits=(*DAMIANO.edits, *IN_DOUBLE)),
    ENJECTOR,
    replace(
        ENJECTOR, precision="double", build=ENJECTOR.build.replace("-DMICROGPT_USE_FLOAT=1", "")
    ),
    Port(
        "loretoparisi/microgpt.c",
        "",
        "C",
        "single, Adam in double",
        "by hand",
        "microgpt.c",
        run="./port --block-size 16 --num-steps $STEPS",
        differs="squared ReLU",
    ),
    CHARBEL,
    replace(
        CHARBEL,
        precision="double, by substitution",
        edits=(*CHARBEL.edits, (r"\b(data_T|grad_T) = float", r"\1 = double")),
    ),
    Port(
        "AntonTimofeev/microgpt.cpp",
        "",
        "C++",
        "single",
        "tape",
        "microgpt.cpp",
        GPP,
        ((r"constexpr (\w+) NUM_STEPS = 1000", rf"const \1 NUM_STEPS = {IN_C}"),),
    ),
    Port(
        "realies/microgpt.c",
        "",
        "C",
        "single",
        "tape",
        "microgpt.c",
        edits=((r"nsteps = 1000", f"nsteps = {IN_C}"),),
    ),
    Port(
        "kristianmk/microgpt.cpp",
        "atomic",
        "C++",
        "double",
        "tape",
        "microgpt.cpp",
        KNAUSGARD.build,
        ((r"constexpr int numSteps\{1000\}", f"const int numSteps = {IN_C}"),),
    ),
    Port(
        "mplekh/rust-microgpt",
        "",
        "Rust",
        "double",
        "tape",
        "src/main.rs",
        CARGO,
        ((r"num_steps = 1000", f"num_steps: usize = {IN_RUST}"),),
        run="target/release/rust-microgpt",
    ),
    Port(
        "softwarewrighter/microgpt-rs",
        "",
        "Rust",
        "double",
        "tape",
        "src/main.rs",
        "rustc --edition 2024 -C opt-level=3 -C target-cpu=native {source} -o port",
        ((r"num_steps = 1000", f"num_steps: usize = {IN_RUST}"),),
    ),
)
"""What is built: each port, and those by hand in single precision once more in double."""

ABSENT = (
    ("sageraii/microgpt-cpp", "builds; a tape in double precision, 28 ms a step when run alone"),
    (
        "EdgeOfAssembly/microgpt-cpp",
        "builds; a tape in double precision, 30 ms a step when run alone, and aborted once",
    ),
    ("kyle141377/microgpt-c", "builds; a graph of pointers, more than 30 ms a step"),
    ("mon-atelier-ia/microgpt-rs", "builds; a tape in double precision, more than 30 ms a step"),
    (
        "verma7/microgpt",
        "builds with `<memory>` included; a graph of shared pointers, 0.1 s a step",
    ),
    ("strlst/microgpt-cpp", "a graph of shared pointers, left out: it takes minutes to compile"),
    (
        "Entrpi/eemicrogpt",
        "is for Apple Silicon (`arm_neon.h`, `mach_time.h`); trains 16 names a step, in single "
        "precision",
    ),
    ("mammgerL/microgpt-c", "needs Apple's Accelerate"),
    ("zacharyelston/microgpt-rust-performance", "needs the crates rand and reqwest"),
    ("zacharyelston/microgpt-evolve-rust", "needs the crates rand, rayon, chrono and serde"),
    ("JewanKR/microgpt-rs, stochastical/microgpt-rs", "need the crates rand and rand_distr"),
    ("noon-ng/microgpt-rs", "needs the crates clap, cpal and rand"),
    ("n0madic/microgpt-rs, Miles123K/microgpt-rs", "need the crates rand and serde"),
    ("dewmal/microgpt-rusty", "needs the crate native-tls, and a network"),
    ("paiml/microgpt", "needs the crates aprender-core and rand"),
    ("vaca22/rust-microgpt", "is two layers of width 32, with a tape as in Charbel199's"),
    ("Chi-Shan0707/microgpt.cpp", "is another model: no matrix behind the heads, four layers"),
    ("1MikeMakuch/micro-chatgpt, katopz/microgpt-rs", "are other models"),
    ("yiannisha/microgpt.c", "does not train yet"),
)
"""Who does not take part, and why."""


# ------------------------------------------------------------------------------------- the contest


def chosen(path: Path | None) -> tuple[list[str], list[list[int]]]:
    """Take names out of the list at even distances, as letters and as tokens."""
    names = read_names(path)
    some = list(names.names[:: max(1, len(names.names) // NAMES)][:NAMES])
    if len(set("".join(some))) != race_microgpt.TOKENS - 1:
        raise SystemExit(f"there are not all {race_microgpt.TOKENS - 1} letters in the names")
    return some, [names.tokens(name) for name in some]


def in_process(contestant: Contestant, count: int) -> Measure:
    """Measure ours or the C by hand, by the difference that the ports are measured by."""

    def seconds(passes: int) -> float:
        state = contestant.prepare(race_microgpt.start())
        before = time.process_time()
        contestant.train(state, passes)
        return time.process_time() - before

    seconds(1)
    passes = more_passes(seconds(1))
    return lambda: (seconds(1 + passes) - seconds(1)) / (passes * count)


def section(clones: Path, names: Path | None, limits: Path, rounds: int) -> list[str]:
    """Build all, run them in turn, and write the table."""
    letters, tokens = chosen(names)
    ours = Port("stepgrad, `train`", "", "Python, compiled", "double", "by the compiler", "")
    limit = Port("C by hand, `microgpt.c`", "", "C", "double", "by hand", "")
    contestants: dict[Port, Measure] = {
        ours: in_process(race_microgpt.stepgrad(tokens), len(tokens)),
        limit: in_process(race_microgpt.limit(tokens, limits), len(tokens)),
    }
    failed = []
    for port in PORTS:
        try:
            contestants[port] = port.measure(clones, "\n".join(letters) + "\n", len(letters))
        except (OSError, ValueError) as error:
            print(f"{port.name} does not take part: {error}", file=sys.stderr)
            failed.append((port.name, str(error)))
    times: dict[Port, list[float]] = {port: [] for port in contestants}
    for _ in range(rounds):
        for port, measure in contestants.items():
            if times[port] and min(times[port]) * len(tokens) > SLOW:
                continue
            times[port].append(measure())
    mean = sum(len(row) - 1 for row in tokens) / len(tokens)
    return [
        *heading(rounds, len(letters), mean),
        *table(times, ours),
        "",
        "These did not take part here:",
        "",
        *(f"- {who}: {why}" for who, why in (*failed, *ABSENT)),
    ]


def heading(rounds: int, count: int, mean: float) -> list[str]:
    """Say when, with what and on which names the table was measured."""
    tools = []
    for command in ("gcc --version", "rustc --version"):
        if shutil.which(command.split()[0]):
            done = subprocess.run(command.split(), capture_output=True, text=True, check=True)
            tools.append(done.stdout.splitlines()[0])
    return [
        f"{date.today().isoformat()}; processor time of a step, {rounds} rounds in turn; "
        f"Python {platform.python_version()}, {', '.join(tools)}.",
        "",
        f"A step of Adam on one name: {count:,} names, {mean:.2f} tokens on average, each as often "
        "as the others, at the lengths they have. Who takes more than a second for a pass takes "
        "part in the first round alone.",
        "",
        "A gradient in single precision has seven digits, and so cannot agree to the 1e-9 that the "
        "other tables ask for: those programs are listed for who has no need of more. To be "
        "compared with are the ones in double precision, and those that become so by substitution.",
        "",
    ]


def table(times: dict[Port, list[float]], ours: Port) -> list[str]:
    """Write the contestants, the fastest first."""
    lines = [
        "| contestant | language | precision | gradient | median | fastest | ÷ ours | differs |",
        "|---|---|---|---|---:|---:|---:|---|",
    ]
    medians = {port: statistics.median(each) for port, each in times.items()}
    for port in sorted(medians, key=medians.__getitem__):
        lines.append(
            f"| {port.name} | {port.language} | {port.precision} | {port.gradient} "
            f"| {told(medians[port])} | {told(min(times[port]))} "
            f"| {ratio(medians[port], medians[ours])} | {port.differs} |"
        )
    return lines
