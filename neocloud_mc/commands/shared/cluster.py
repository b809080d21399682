"""`run --dask`: the paths of a run shared out to a Dask cluster."""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from neocloud_mc.commands.shared.options import given
from neocloud_mc.engine import cluster_connection
from neocloud_mc.errors import UsageError
from neocloud_mc.studies.effort import Effort


def require(address: str | None, others: Mapping[str, Any]) -> None:
    """Make sure, before anything is simulated, that a cluster can be asked to do it.

    Parameters
    ----------
    others : options that do not go with it, by their names; those not given are falsy.

    Raises
    ------
    UsageError : as `cluster_connection.require`, or one of the others is given.
    """
    if address is None:
        return
    if refused := given(others):
        raise UsageError(f"--dask does not go with {refused}: drop one of them")
    cluster_connection.require(address)


@contextmanager
def staffed(effort: Effort, address: str | None) -> Iterator[Effort]:
    """The effort with the cluster at the address, if there is one, while the block runs.

    Dask tells its own troubles at length; ours are one line, so its log is shut.
    """
    if address is None:
        yield effort
        return

    usual = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            cluster_connection.connected(
                address, processes=effort.threads, announce=effort.watch.announce
            ) as found,
        ):
            yield replace(effort, cluster=found)
    finally:
        logging.disable(usual)
