"""Figures for Prometheus. Labels are closed words of ours, never anything a source or an admin wrote."""

from __future__ import annotations

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bridge.daemon.jobs import Outcome
from bridge.staging.measures import Standing

SYSTEMS = ("hubspot", "salesforce")
VERDICTS = ("qualified", "nurture", "research", "low_value", "held", "rejected")
RUN_SECONDS = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600)
HANDOVER_SECONDS = (10, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400)


class Metrics:
    """Counters of this process, and gauges of the database all workers share."""

    def __init__(self) -> None:
        self.registry = made = CollectorRegistry()
        ProcessCollector(registry=made)
        self.runs = Counter("leadbridge_runs", "Jobs run by this process.", ["job", "outcome"], registry=made)
        self.run_seconds = Histogram(
            "leadbridge_run_seconds", "How long jobs took.", ["job"], buckets=RUN_SECONDS, registry=made
        )
        self.decided = Counter("leadbridge_decided", "Decisions made by this process.", ["verdict"], registry=made)
        self.calls = Counter("leadbridge_api_calls", "Calls this process sent.", ["system"], registry=made)
        self.handover = Histogram(
            "leadbridge_handover_seconds",
            "From a new lead's last change in its source to its record in Salesforce.",
            buckets=HANDOVER_SECONDS,
            registry=made,
        )
        self.leads = Gauge("leadbridge_leads", "Leads by verdict.", ["verdict"], registry=made)
        self.deliveries = Gauge(
            "leadbridge_deliveries", "Outbox by target and state.", ["target", "state"], registry=made
        )
        self.waiting = Gauge("leadbridge_waiting", "Leads that wait for room in Sales.", registry=made)
        self.due = Gauge("leadbridge_due", "Leads that wait for a decision.", registry=made)
        self.needs_person = Gauge("leadbridge_needs_person", "Leads a person must look at.", registry=made)
        self.since_success = Gauge(
            "leadbridge_seconds_since_success", "Since a sync last ended well, anybody's; NaN: never.", registry=made
        )
        self.ready = Gauge("leadbridge_ready", "1 when /readyz says yes.", registry=made)

    def ran(self, job: str, outcome: Outcome, seconds: float) -> None:
        """A job of this process ended."""
        self.runs.labels(job, outcome.name).inc()
        self.run_seconds.labels(job).observe(seconds)
        for verdict in VERDICTS:
            self.decided.labels(verdict).inc(outcome.counts.get(f"verdict {verdict}", 0))
        for system, number in outcome.calls.items():
            if system.lower() in SYSTEMS:
                self.calls.labels(system.lower()).inc(number)

    def handed_over(self, seconds: Iterable[float]) -> None:
        """New leads reached Salesforce after so many seconds each."""
        for one in seconds:
            self.handover.observe(one)

    def stands(self, standing: Standing) -> None:
        """How things stand in the database."""
        for verdict in VERDICTS:
            self.leads.labels(verdict).set(standing.leads.get(verdict, 0))
        self.deliveries.clear()
        for (target, state), number in standing.deliveries.items():
            self.deliveries.labels(target, state).set(number)
        self.waiting.set(standing.waiting)
        self.due.set(standing.due)
        self.needs_person.set(standing.needs_person)

    def page(self, last_success: float | None, ready: bool) -> bytes:
        """What /metrics answers; `last_success` in seconds since 1970."""
        self.since_success.set(float("nan") if last_success is None else max(0.0, time.time() - last_success))
        self.ready.set(ready)
        return generate_latest(self.registry)
