"""`leadbridge daemon`: the schedule, until it is told to stop."""

from __future__ import annotations

import os
import secrets
import socket
from typing import Annotated

from cyclopts import Parameter

from bridge.app import App
from bridge.cli.output import HomeFolder
from bridge.installation.home import find_home


def daemon(
    *,
    host: Annotated[str, Parameter(help="Address the probes answer on; 0.0.0.0 in a container.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port of /healthz, /readyz and /metrics; 0 takes a free one.")] = 8787,
    home: HomeFolder = None,
) -> int:
    """Run the jobs of config/schedule.yaml until SIGTERM, SIGHUP or Ctrl-C: sync, sweep, follow_up, housekeeping.

    Several daemons may share one database: each slot of a job is run by one of them. What was missed while none ran is made up for once.
    Probes: /healthz (is this process alive), /readyz (does its work get done), /metrics (Prometheus). Logs: JSON lines on standard error,
    LEADBRIDGE_LOG_LEVEL debug, info, warning or error. A changed YAML file counts from the next start on.

    Exit codes: 0 stopped as told, 2 usage or configuration, 3 the database cannot be reached, or a job hung and the process should be restarted.
    """
    from bridge.daemon.service import serve

    app = App(find_home(home), holder=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}")
    _ = app.settings, app.hubspot, app.salesforce  # what is missing is said now, not at each slot
    return serve(app, host, port)
