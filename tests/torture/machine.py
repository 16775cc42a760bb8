"""By chance: people act, something goes wrong, the bridge runs, dies, is started anew, in any order; at the end everything must be as it ought.

Hypothesis chooses the order and, when something is wrong, looks for the shortest one that still is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from random import Random
from typing import Any

from book import CYCLES, Run
from chamber import Chamber, chamber
from faults import BOUNDARIES, arm
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from kills import at_rest

EXAMPLES, STEPS = 12, 40
KEPT = (7,)
"""Seeds that are tried in every test run: those that once went wrong, and one that never did."""
SQLITE = "sqlite:///var/leadbridge.sqlite"
SPOILABLE = [(one, name) for one in BOUNDARIES for name in one.faults]


class Machine(RuleBasedStateMachine):
    """One installation under everything that can happen to it; one of its own, unless its class has one for all."""

    run_line: Run
    database_url: str
    of_all: Chamber | None = None
    first_wrong: Sequence[str] = ()
    """What was wrong first: where all lives share an installation, a second try of the same life finds it as the first one left it."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.armed = 0
        self.here: Chamber

    @initialize(number=st.integers(0, 1 << 16))
    def begins(self, number: int) -> None:
        self.here = self.of_all or self.open.enter_context(chamber(number, self.database_url))
        self.chance = Random(number)
        self.here.busy()
        self.points = sorted(self.here.run().seen)

    def nothing_is_wrong(self, found: list[str]) -> None:
        type(self).first_wrong = self.first_wrong or found
        assert not found, "; ".join(found)

    @rule()
    def somebody_acts(self) -> None:
        self.here.act()

    @rule()
    def sales_acts(self) -> None:
        """Sales works on a lead it was given."""
        leads = self.here.here.query("SELECT Id FROM Lead WHERE IsConverted = FALSE")
        if leads:
            self.here.here.sales("accept", record=self.chance.choice(leads)["Id"])

    @rule()
    def somebody_reviews(self) -> None:
        self.run_line.add("accounts reviewed", self.here.review())

    @precondition(lambda self: self.armed < 3)
    @rule(what=st.sampled_from(SPOILABLE))
    def something_goes_wrong(self, what: tuple[Any, str]) -> None:
        arm(self.here, what[0], (what[1],), self.chance)
        self.armed += 1

    @rule()
    def all_is_well(self) -> None:
        self.here.here.sandbox.faults.clear()
        self.armed = 0

    @rule()
    def it_runs(self) -> None:
        self.here.run()
        self.run_line.trials[CYCLES] += 1
        self.nothing_is_wrong(self.here.never())

    @rule(where=st.integers(0, 1 << 16))
    def it_dies(self, where: int) -> None:
        """At a point, if it comes there."""
        point = self.points[where % len(self.points)]
        self.run_line.trials[point if self.here.run(point).killed else CYCLES] += 1
        self.nothing_is_wrong(self.here.never())

    @rule(where=st.lists(st.integers(0, 1 << 16), min_size=1, max_size=6))
    def it_dies_again_and_again(self, where: list[int]) -> None:
        for one in where:
            self.here.act()
            self.it_dies(one)

    @rule()
    def it_recovers(self) -> None:
        """Within two cycles, once nothing goes wrong any more."""
        self.all_is_well()
        wrong, cycles = self.here.recover()
        self.nothing_is_wrong([*wrong, *self.here.unstaged()])
        self.run_line.trials[CYCLES] += cycles
        self.run_line.add("times judged", 1)

    def teardown(self) -> None:
        try:
            if hasattr(self, "here"):
                self.it_recovers()
        finally:
            self.open.close()


def chapter(
    run: Run, number: int, database_url: str, examples: int = EXAMPLES, steps: int = STEPS, shrink: bool = False
) -> None:
    """Some random lives by this seed: one after the other in one installation, or, where the shortest wrong one is looked for, each in its own.

    When one went wrong, the shortest is looked for, on SQLite, where each life has a file of its own; it stands in the run's problems as the steps
    that lead to it. The seed belongs into `KEPT` then.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        of_all = None if shrink else stack.enter_context(chamber(number, database_url))
        wrong = lives(run, number, database_url, of_all, examples, steps)
        run.problems += [
            f"seed {number}: {one}" for one in [*wrong, *(at_rest(of_all) if of_all and not wrong else [])]
        ]
    if wrong and not shrink:
        shortest = lives(Run(run.what, "sqlite", "", ""), number, SQLITE, None, examples, steps)
        run.problems += [f"seed {number}, the shortest: {one}" for one in shortest]
    run.seconds += time.monotonic() - began


def lives(run: Run, number: int, database_url: str, of_all: Chamber | None, examples: int, steps: int) -> list[str]:
    """What went wrong, with the steps that led there: the shortest that were found, where each life has an installation of its own."""
    machine = type("Machine", (Machine,), {"run_line": run, "database_url": database_url, "of_all": of_all})
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
        phases=(Phase.generate,) if of_all else (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(number)(machine), settings=chosen)
    except Exception as wrong:
        within = map(repr, getattr(wrong, "exceptions", ()))
        return [" ".join([*machine.first_wrong, str(wrong), *within, *getattr(wrong, "__notes__", ())])]
    return []
