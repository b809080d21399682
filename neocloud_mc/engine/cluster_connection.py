"""How a Dask cluster is reached, or started on this machine, and known to have the same program."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

from neocloud_mc import jit
from neocloud_mc.engine import cluster as clusters
from neocloud_mc.engine.processors import processors
from neocloud_mc.errors import RunError, UsageError

LOCAL: Final = "local"
"""Instead of an address: a cluster of this machine's processors, for one command."""
SECONDS_TO_CONNECT: Final = 8.0
"""How long a scheduler may take to answer."""
_LAST_PORT: Final = 65_535
_TLS: Final = "tls://"


def require(address: str) -> Any:
    """Dask's library, if it is there and can make something of the address.

    Raises
    ------
    UsageError : it is not installed, that is no address, or TLS lacks certificates.
    """
    try:
        import distributed
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise UsageError("--dask needs Dask: pip install 'neocloud-mc[dask]'") from None
    try:
        if address != LOCAL and not 0 < get_address_host_port(address)[1] <= _LAST_PORT:
            raise ValueError
    except ValueError:
        raise UsageError(
            f"--dask {address}: is neither {LOCAL} nor an address such as tcp://10.0.0.1:8786"
        ) from None
    if address.startswith(_TLS):
        _require_certificates(distributed, address)
    return distributed


def _require_certificates(distributed: Any, address: str) -> None:
    """Make sure that Dask's configuration has what TLS needs of this side.

    Raises
    ------
    UsageError : it names no certificates, or some that cannot be read.
    """
    try:
        is_known = distributed.Security().get_connection_args("client")["ssl_context"] is not None
    except OSError as error:  # a file that is missing, or holds no certificate
        raise UsageError(
            f"--dask {address}: the certificates of Dask's configuration cannot be read: {error}"
        ) from error
    if not is_known:
        raise UsageError(
            f"--dask {address}: TLS needs certificates: name ca-file, client.cert and client.key "
            "under distributed.comm.tls in Dask's configuration"
        )


@contextmanager
def connected(
    address: str, *, processes: int | None, announce: Callable[[str], None]
) -> Iterator[clusters.Cluster]:
    """Reach a cluster, or start one on this machine, and make sure that it can do the work.

    Parameters
    ----------
    address : of the scheduler, such as ``tcp://10.0.0.1:8786``, or `LOCAL`.
    processes : of a local cluster; default: the processors that this process may use.
    announce : told what takes a while.

    Raises
    ------
    UsageError : as `require`.
    RunError : no scheduler or no worker is there, or they have another version of the program.
    """
    distributed = require(address)
    with ExitStack() as stack:
        try:
            place: Any = address
            if address == LOCAL:
                place = stack.enter_context(_local(distributed, processes or processors()))
            client = stack.enter_context(_client(distributed, place))
        except Exception as error:
            raise RunError(
                f"--dask {address}: no scheduler can be reached there; start one with: "
                "dask scheduler"
            ) from error
        cluster = clusters.Cluster(client, address)
        if cluster.threads() == 0:
            patience = f"up to {clusters.SECONDS_FOR_WORKERS:.0f} seconds"
            announce(f"waiting for workers of {address}, {patience} …")
            cluster.await_workers()
        cluster.check()
        if not all(client.run(jit.is_compiled).values()):
            announce("compiling the kernels on the workers, once for this version …")
        yield cluster


def _client(distributed: Any, place: Any) -> Any:
    """A client that has reached its scheduler.

    What listens there may never answer, and Dask waits for it longer than it was told to: it waits
    on a thread of its own, which is left behind.

    Raises
    ------
    TimeoutError : nobody answers within `SECONDS_TO_CONNECT`.
    Exception : whatever Dask makes of what answers.
    """
    answers: SimpleQueue[Any] = SimpleQueue()

    def reach() -> None:
        try:
            answers.put(distributed.Client(place, timeout=SECONDS_TO_CONNECT, set_as_default=False))
        except Exception as error:
            answers.put(error)

    Thread(target=reach, name="connecting", daemon=True).start()
    try:
        found = answers.get(timeout=SECONDS_TO_CONNECT)
    except Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found


def _local(distributed: Any, processes: int) -> Any:
    """A cluster of so many processes, which leave Ctrl-C in the terminal to this one."""
    with _deaf_to_interrupts():
        return distributed.LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            memory_limit=0,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Threads and processes that the block starts never see SIGINT; this thread does, later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # would, on its start in the block, undo the mask
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)
