"""`run --dask`: ordinary schedulers and workers, the same bits, one line for trouble."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

import neocloud_mc
from neocloud_mc.cli import main
from neocloud_mc.engine import cluster, cluster_connection
from neocloud_mc.engine.cluster_tasks import cut, identity, n_chunks_next, work
from neocloud_mc.engine.run import CHUNK_PATHS
from neocloud_mc.errors import RunError
from neocloud_mc.results.shards import part_files
from neocloud_mc.results.shards.ranges import count, joined, without
from tests.commands.runs import Capture, refusal, result
from tests.processes import heeding_interrupts

BULLET: Final = "tests/golden/one_bullet/scenario.yaml"
EVERY: Final = "tests/golden/every_mechanism/scenario.yaml"
PROGRAM: Final = [sys.executable, "-m", "neocloud_mc"]
DASK: Final = str(Path(sys.executable).with_name("dask"))
LONG: Final = "3e8"
SOON: Final = 12.0
"""Within the ten seconds that `docs batch` promises, and two for a busy machine."""


@contextmanager
def process(*command: str, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose words go to a file, ended with the block."""
    with log.open("wb") as file:
        started = subprocess.Popen(
            command, stdout=file, stderr=file, env={**os.environ, **environment}
        )
        try:
            yield started
        finally:
            started.terminate()
            started.wait(timeout=30)


def until(is_so: Callable[[], Any], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@dataclass(frozen=True)
class Site:
    """A scheduler on this machine, as its ordinary command starts it."""

    address: str
    folder: Path
    scheduler: subprocess.Popen[bytes]

    @contextmanager
    def workers(self, n: int = 1, **environment: str) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Workers of one thread each."""
        words = (DASK, "worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
        with ExitStack() as stack:
            logs = [self.folder / f"worker{place}.log" for place in range(n)]
            started = [
                stack.enter_context(
                    process(*words, "--local-directory", str(self.folder), log=log, **environment)
                )
                for log in logs
            ]
            until(lambda: all("Registered to" in log.read_text() for log in logs))
            yield started


@contextmanager
def scheduler(folder: Path, **environment: str) -> Iterator[Site]:
    file = folder / "scheduler.json"
    words = (DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    log = folder / "scheduler.log"
    with process(*words, "--scheduler-file", str(file), log=log, **environment) as started:
        until(lambda: file.exists() and file.read_text().endswith("}"))
        yield Site(json.loads(file.read_text())["address"], folder, started)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A scheduler for many tests; each starts workers of its own."""
    with scheduler(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="module")
def staffed(site: Site) -> Iterator[str]:
    """The address of a cluster of two workers."""
    with site.workers(2):
        yield site.address


def begun(*arguments: str) -> subprocess.Popen[str]:
    with heeding_interrupts():
        return subprocess.Popen(
            [*PROGRAM, "run", EVERY, *arguments, "-q"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


def has_begun(folder: Path) -> Callable[[], bool]:
    """Whether the run with that checkpoint has tallies already."""
    return lambda: any("apart" not in file.name for file in list(folder.glob("*.nmc")))


# What goes out


@pytest.mark.parametrize("todo", [(range(9000),), (range(4096, 8192), range(16384, 60000))])
@pytest.mark.parametrize("n_chunks", [1, 3, 100])
def test_tasks_are_whole_chunks_and_the_last_one_alone(
    todo: tuple[range, ...], n_chunks: int
) -> None:
    left, pieces = todo, []
    while left:
        pieces.append(cut(left, n_chunks))
        left = without(left, pieces[-1:])
    assert joined(pieces) == todo and count(pieces) == count(todo)
    for piece in pieces:
        assert piece.start % CHUNK_PATHS == 0
        assert len(piece) % CHUNK_PATHS == 0 or len(piece) < CHUNK_PATHS
        assert len(piece) <= n_chunks * CHUNK_PATHS


def test_tasks_take_seconds_and_grow_small_towards_the_end() -> None:
    many, few = (range(10**9),), (range(40 * CHUNK_PATHS),)
    assert n_chunks_next(many, 50.0, 8) == 50
    assert n_chunks_next(many, 1e6, 8) <= 256
    assert n_chunks_next(few, 50.0, 2) == 10
    assert n_chunks_next((range(100),), 50.0, 8) == 1


# What comes back


def test_a_cluster_gives_the_bits_of_one_machine(capsys: Capture, staffed: str) -> None:
    command = (EVERY, "--paths", "90000")
    assert result(capsys, *command, "--dask", staffed) == result(capsys, *command)


def test_all_tables_are_the_same(capsys: Capture, staffed: str) -> None:
    command = ("run", BULLET, EVERY, "--paths", "5000", "-q")
    assert main([*command, "--dask", staffed]) == 0
    shared_out = capsys.readouterr()
    assert main([*command]) == 0
    assert capsys.readouterr() == shared_out


def test_this_machine_can_be_the_cluster(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("neocloud-mc"))
    command = [program, "run", EVERY, "--paths", "20000", "-q", "--format", "csv", "-o"]
    for name, more in (("plain", []), ("local", ["--dask", "local", "--threads", "2"])):
        done = subprocess.run(
            [*command, str(tmp_path / name), *more], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "local").read_bytes() == (tmp_path / "plain").read_bytes()


def test_a_cluster_keeps_checkpoints_and_adds_to_them(
    tmp_path: Path, capsys: Capture, staffed: str
) -> None:
    folder, longer = ("--checkpoint", str(tmp_path)), (EVERY, "--paths", "70000")
    result(capsys, EVERY, "--paths", "30000", *folder)
    plain = result(capsys, *longer)
    assert result(capsys, *longer, *folder, "--dask", staffed) == plain
    (file,) = (file for file in tmp_path.glob("*.nmc") if "apart" not in file.name)
    assert part_files.load(file).covered == (range(70000),)
    assert result(capsys, *longer, *folder) == plain


def test_a_target_is_reached_with_the_same_paths(capsys: Capture, staffed: str) -> None:
    command = (BULLET, "--paths", "5000", "--target-error", "acme.pd.12=0.008")
    assert result(capsys, *command, "--dask", staffed) == result(capsys, *command)


def test_progress_is_told_as_ever(staffed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    with cluster_connection.connected(staffed, processes=None, announce=print) as found:
        from neocloud_mc.engine.checkpoint import blank, complete
        from neocloud_mc.scenario.load import load

        scenario = load(BULLET).scenario
        begun = blank(scenario, paths=50_000, seed=1)
        complete(begun, scenario, workers=found, progress=seen.append)
    assert len(seen) > 2 and seen == sorted(seen) and seen[-1] == 50_000


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_no_bit(
    tmp_path: Path, capsys: Capture, site: Site
) -> None:
    command = (EVERY, "--paths", "1e6")
    with site.workers(2) as (first, _):
        process = begun(
            *command[1:], "--format", "json", "--checkpoint", str(tmp_path), "--dask", site.address
        )
        until(has_begun(tmp_path))
        first.kill()
        out, told = process.communicate(timeout=300)
    assert (process.returncode, told) == (0, "")
    found = json.loads(out)
    plain = result(capsys, *command)
    assert {key: found[key] for key in plain} == plain


# Trouble


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
def test_an_interrupted_run_leaves_the_cluster_idle(
    tmp_path: Path, staffed: str, number: signal.Signals, code: int
) -> None:
    process = begun("--paths", LONG, "--checkpoint", str(tmp_path), "--dask", staffed)
    until(has_begun(tmp_path))
    process.send_signal(number)
    out, told = process.communicate(timeout=60)
    assert (process.returncode, out, told.count("\n")) == (code, "", 1)
    assert "paths; go on with: neocloud-mc run" in told and "--dask" in told
    with cluster_connection.connected(staffed, processes=None, announce=print) as found:
        until(lambda: not any(found.client.processing().values()))


@pytest.mark.slow
def test_ctrl_c_ends_a_local_cluster_quietly(tmp_path: Path) -> None:
    """A terminal sends it to the workers, too."""
    process = begun("--paths", LONG, "--checkpoint", str(tmp_path), "--dask", "local")
    until(has_begun(tmp_path))
    os.killpg(process.pid, signal.SIGINT)
    out, told = process.communicate(timeout=60)
    assert (process.returncode, out, told.count("\n")) == (130, "", 1)


@pytest.mark.slow
def test_a_lost_scheduler_is_one_line_and_the_work_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with scheduler(tmp_path) as site, site.workers():
        process = begun("--paths", LONG, "--checkpoint", str(folder), "--dask", site.address)
        until(has_begun(folder))
        site.scheduler.kill()
        out, told = process.communicate(timeout=90)
    assert (process.returncode, out, told.count("\n")) == (1, "", 1)
    assert told == f"--dask {site.address}: the scheduler is lost: start it again\n"


def test_lost_workers_are_waited_for_and_then_missed(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SECONDS_FOR_WORKERS", 1.0)
    with scheduler(tmp_path) as site:
        assert main(["run", BULLET, "--dask", site.address]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        f"waiting for workers of {site.address}, up to 1 seconds …",
        f"--dask {site.address}: no worker came within 1 seconds: start some with: "
        f"dask worker {site.address}",
    ]


def test_a_scheduler_that_is_not_there_is_one_line_soon(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster_connection.require("tcp://127.0.0.1:1")  # which imports Dask, however long that takes
    monkeypatch.setattr(cluster_connection, "SECONDS_TO_CONNECT", 2.0)
    since = time.monotonic()
    told = refusal(capsys, 1, BULLET, "--dask", "tcp://127.0.0.1:1")
    assert time.monotonic() - since < 8.0
    assert told == (
        "--dask tcp://127.0.0.1:1: no scheduler can be reached there; start one with: "
        "dask scheduler\n"
    )


def other_program(folder: Path, name: str, old: str, new: str) -> str:
    """A copy of the program in which one file says something else; its folder."""
    own = Path(neocloud_mc.__file__).parent
    shutil.copytree(own, folder / own.name, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / own.name / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return str(folder)


def configured(cert: Path, key: Path) -> dict[str, str]:
    """The environment in which Dask's configuration names these certificates."""
    names = {"CA_FILE": cert, "CLIENT__CERT": cert, "CLIENT__KEY": key}
    tls = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(file) for name, file in names.items()}
    return os.environ | tls


def self_signed(folder: Path) -> dict[str, str]:
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test"]
    subprocess.run([*made, "-keyout", key, "-out", cert], capture_output=True, check=True)
    return configured(cert, key)


def test_tls_without_certificates_is_told_with_what_it_needs(
    tmp_path: Path, capsys: Capture
) -> None:
    address = "tls://127.0.0.1:8786"
    told = refusal(capsys, 2, BULLET, "--dask", address)
    assert told.startswith(f"--dask {address}: TLS needs certificates: name ca-file, client.cert")
    (tmp_path / "no.pem").write_text("no certificate\n")
    for name in ("no.pem", "missing.pem"):
        done = subprocess.run(
            [*PROGRAM, "run", BULLET, "--dask", address],
            env=configured(tmp_path / name, tmp_path / name),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert "the certificates of Dask's configuration cannot be read" in done.stderr


def seconds_from_the_knock(protocol: str, environment: dict[str, str]) -> float:
    """Until the program says that nobody answers, where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"{protocol}://127.0.0.1:{silent.getsockname()[1]}"
        with subprocess.Popen(
            [*PROGRAM, "run", BULLET, "--dask", address],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            silent.settimeout(120.0)
            with silent.accept()[0]:
                since = time.monotonic()
                assert program.stderr is not None
                told, seconds = program.stderr.readline(), time.monotonic() - since
                assert program.communicate(timeout=60) == ("", "")
    assert told == (
        f"--dask {address}: no scheduler can be reached there; start one with: dask scheduler\n"
    )
    assert program.returncode == 1
    return seconds


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate")
def test_an_address_that_never_answers_is_one_line_soon(tmp_path: Path) -> None:
    """By either protocol, at once; how long a busy machine takes to start is not counted."""
    environments = {"tcp": dict(os.environ), "tls": self_signed(tmp_path)}
    with ThreadPoolExecutor() as both:
        seconds = list(both.map(seconds_from_the_knock, *zip(*environments.items(), strict=True)))
    assert min(seconds) > cluster_connection.SECONDS_TO_CONNECT - 1.0 and max(seconds) < SOON


VERSION: Final = f'"{neocloud_mc.__version__}"'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("__init__.py", VERSION, '"0.0.1"'),
            f"has neocloud-mc 0.0.1, this machine {neocloud_mc.__version__}: install",
        ),
        (("__init__.py", VERSION, "none"), "cannot run neocloud-mc: NameError"),
        (("results/tally.py", "=_count_pairs", "=2 * _count_pairs"), "has model "),
    ],
    ids=["version", "broken", "tally"],
)
def test_a_worker_with_another_program_is_refused_before_the_run(
    tmp_path: Path, capsys: Capture, site: Site, change: tuple[str, str, str], message: str
) -> None:
    with site.workers(PYTHONPATH=other_program(tmp_path, *change)):
        told = refusal(capsys, 1, BULLET, "--dask", site.address)
    assert f"--dask {site.address}: worker tcp://" in told and message in told


def test_a_worker_that_came_late_refuses_a_task_of_another_version() -> None:
    mine = identity()
    with pytest.raises(RunError, match=r"a worker has model .*, this machine 0123: install"):
        work(range(10), b"", 1, {**mine, "model": "0123"})


@pytest.mark.parametrize(
    "address", ["nonsense", "http://127.0.0.1:8786", "tcp://127.0.0.1:99999", ""]
)
def test_what_is_no_address_is_bad_usage(capsys: Capture, address: str) -> None:
    told = refusal(capsys, 2, BULLET, "--dask", address)
    assert told.startswith(f"--dask {address}: is neither local nor an address such as tcp://")


@pytest.mark.parametrize(
    "other",
    [
        ["--shard", "1/2", "-o", "x.nmc"],
        ["--tail", "acme.pd.12"],
        ["--parameter-uncertainty"],
        ["--attribution"],
    ],
)
def test_what_a_cluster_does_not_do_is_refused(capsys: Capture, other: Sequence[str]) -> None:
    told = refusal(capsys, 2, BULLET, "--dask", "local", *other)
    assert told == f"--dask does not go with {other[0]}: drop one of them\n"


def test_without_dask_nothing_is_simulated(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr("neocloud_mc.commands.shared.simulation.load", None)
    told = refusal(capsys, 2, BULLET, "--dask", "local")
    assert told == "--dask needs Dask: pip install 'neocloud-mc[dask]'\n"


def test_other_runs_never_import_dask() -> None:
    program = (
        "import sys; from neocloud_mc.cli import main;"
        f"code = main(['run', {BULLET!r}, '--paths', '500', '-q']);"
        "sys.exit(code or int('dask' in sys.modules or 'distributed' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
