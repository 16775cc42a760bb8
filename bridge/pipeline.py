"""The cycle on one page: pull what changed, find out who it is, decide, release what has room, push, verify, write back.

Each step is a loop of short transactions with the network between them; whatever stops a step, the next cycle goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable

from bridge.brakes import hold_send
from bridge.collecting import collecting_seldom
from bridge.deciding.crew import muster
from bridge.deciding.due import CREW_FROM, decide_due
from bridge.deciding.handing import hand_over
from bridge.deciding.identify import identify
from bridge.deciding.reindex import reindex
from bridge.deciding.rules import Rules
from bridge.frozen import frozen
from bridge.stages.context import Context
from bridge.stages.pull import look_again, pull_people, pull_said, pull_salesforce
from bridge.stages.push import push
from bridge.stages.release import release
from bridge.stages.route import Roster
from bridge.stages.verify import verify
from bridge.stages.write_back import write_back
from bridge.staging import outbox


@frozen
class Workplan:
    """What the steps of a cycle need beside the context. Rules and roster are made after pull, when users and schemas are known."""

    portal_id: str
    rules: Callable[[], Rules]
    roster: Callable[[], Roster]


Step = Callable[[Context, Workplan], None]


def pull_hubspot(context: Context) -> None:
    """People, then what they said; when there are many, the processes that will prepare them begin meanwhile."""
    changed = pull_people(context)
    if context.settings.bridge.batches.workers and changed >= CREW_FROM:
        muster()
    pull_said(context, changed)


def release_and_push(context: Context) -> None:
    """Release what has room and push it, unless more would go to Sales at once than the brake allows.

    Who waited is looked up in HubSpot once more. A refused lead leaves its place free, so this goes on until nothing more is released.
    """
    release(context)
    while not context.stopping():
        look_again(context)
        with context.reading() as connection:
            hold_send(outbox.ready_handoffs(connection), context.settings.bridge.brakes.send, context.approved)
        push(context)
        if not release(context):
            return


CYCLE: tuple[tuple[str, Step], ...] = (
    ("index", lambda context, plan: reindex(context)),
    ("pull Salesforce", lambda context, plan: pull_salesforce(context)),
    ("pull HubSpot", lambda context, plan: pull_hubspot(context)),
    ("identify", lambda context, plan: identify(context, plan.portal_id)),
    ("decide", lambda context, plan: decide_due(context, plan.rules(), plan.roster())),
    ("hand over", lambda context, plan: hand_over(context, plan.rules())),
    ("release and push", lambda context, plan: release_and_push(context)),
    ("verify", lambda context, plan: verify(context)),
    ("write back", lambda context, plan: write_back(context, plan.rules().status)),
)


def run_cycle(context: Context, plan: Workplan, steps: tuple[tuple[str, Step], ...] = CYCLE) -> None:
    """All steps in order, until told to stop."""
    with collecting_seldom():
        for name, step in steps:
            if context.stopping():
                return
            context.progress(name, 0, None)
            step(context, plan)
