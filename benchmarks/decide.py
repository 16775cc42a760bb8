"""Decide: messy leads against a directory of accounts, at the place where a cycle does it; identifying people is measured apart.

Three processes: one makes the staging database and ends, one works, this one watches its memory. Then the same with nobody to prepare for it.
"""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson

from benchmarks.figures import Figure, Result
from benchmarks.installation import MovableClock, configure
from benchmarks.memory import Watch
from bridge.app import App
from bridge.deciding.due import decide_due
from bridge.deciding.identify import identify
from bridge.installation.home import Home

PORTAL_ID = "4711"


def measure(size: int) -> Result:
    """`size` leads against half as many accounts."""
    accounts = size // 2
    with tempfile.TemporaryDirectory(prefix="leadbridge-bench-") as folder:
        home = Path(folder) / "home"
        subprocess.run([sys.executable, "-m", "benchmarks.messy", str(home), str(size), str(accounts)], check=True)
        alone = shutil.copytree(home, Path(folder) / "alone")
        configure(alone, "bridge", {"batches": {"workers": 0}})
        told, told_alone = _watched(home), _watched(alone)
    return Result(
        "decide",
        f"python -m benchmarks decide --size {size}",
        f"{size:,} messy HubSpot contacts of the demo world (its companies, forms and notes beside them) against {accounts:,} Salesforce accounts, "
        f"decided and kept in staging ({told['verdicts']}). Memory is the sum of the proportional set sizes (PSS) of all working processes, "
        "sampled twice a second.",
        [*_figures(told), *_figures_alone(told_alone)],
    )


def _watched(home: Path) -> dict[str, float | str]:
    worker = subprocess.Popen([sys.executable, "-m", "benchmarks.decide", str(home)], stdout=subprocess.PIPE)
    with Watch(worker.pid) as watch:
        out, _ = worker.communicate()
    if worker.returncode:
        raise SystemExit(f"the deciding process ended with {worker.returncode}")
    return {**orjson.loads(out), "memory": watch.peak / 1e6, "children_cpu": watch.children_cpu}


def _figures(told: dict[str, float | str]) -> list[Figure]:
    leads, wall, leader, workers = (float(told[name]) for name in ("leads", "seconds", "cpu", "children_cpu"))
    cpu = leader + workers  # the workers live only while leads are decided
    people, identified, identify_cpu = (
        float(told["contacts"]),
        float(told["identify_seconds"]),
        float(told["identify_cpu"]),
    )
    return [
        Figure("leads decided a second", f"{leads / wall:,.0f}", "≥ 4,000"),
        Figure("processor time a lead, all processes", f"{cpu / leads * 1e6:,.0f} µs"),
        Figure("of it in the leading process, which concludes and writes", f"{leader / leads * 1e6:,.0f} µs"),
        Figure("what two free cores could do at that", f"{2 * leads / cpu:,.0f} leads a second"),
        Figure("resident memory at most, all processes", f"{float(told['memory']):,.0f} MB", "≤ 400 MB"),
        Figure("processes that prepare, beside the leading one", f"{told['workers']}"),
        Figure("identify, contacts a second (apart)", f"{people / identified:,.0f}"),
        Figure("identify, processor time a contact", f"{identify_cpu / people * 1e6:,.0f} µs"),
    ]


def _figures_alone(told: dict[str, float | str]) -> list[Figure]:
    leads, wall, cpu = (float(told[name]) for name in ("leads", "seconds", "cpu"))
    alone = "nobody prepares (`batches.workers: 0`)"
    return [
        Figure(f"{alone}: leads decided a second", f"{leads / wall:,.0f}"),
        Figure(f"{alone}: processor time a lead", f"{cpu / leads * 1e6:,.0f} µs"),
        Figure(f"{alone}: resident memory at most", f"{float(told['memory']):,.0f} MB", "≤ 400 MB"),
    ]


def work(home: Path) -> dict[str, float | str]:
    """Identify and decide everything staged at `home`; what it took."""
    app = App(Home(home), clock=MovableClock())
    rules, roster = app.rules(), app.roster()
    with app.run("bench") as context:
        before, started = time.process_time(), time.perf_counter()
        identify(context, PORTAL_ID)
        identified = time.perf_counter() - started, time.process_time() - before
        gc.collect()
        before, started = time.process_time(), time.perf_counter()
        decide_due(context, rules, roster)
        seconds, cpu = time.perf_counter() - started, time.process_time() - before
        counts = context.report()
    verdicts = {name.removeprefix("verdict "): count for name, count in counts.items() if name.startswith("verdict ")}
    people = counts["people"] + counts.get("records joined to a known person", 0)
    return {
        "leads": counts["decided"], "seconds": seconds, "cpu": cpu, "contacts": people, "identify_seconds": identified[0],
        "identify_cpu": identified[1], "workers": app.settings.bridge.batches.workers,
        "verdicts": ", ".join(f"{count:,} {name}" for name, count in sorted(verdicts.items(), key=lambda pair: -pair[1])),
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(work(Path(sys.argv[1]))))
