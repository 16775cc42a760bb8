"""Route: who gets a qualified lead, and what it becomes in Salesforce.

In:  the facts of one lead, its account's owner, who is there (`Roster`), whose turn it is (`Turns`), the compiled routing.
Out: one `Assignment`, with the rules that did not apply and why; and a `Landing` (`landing`).
Promise: pure and deterministic; only `turns` is counted on. Nobody inactive or away is given a lead.
"""

from bridge.stages.route.assigning import assign, takes_leads
from bridge.stages.route.compiled import CompiledRouting, compile_routing
from bridge.stages.route.roster import Roster, Turns, User

__all__ = ["CompiledRouting", "Roster", "Turns", "User", "assign", "compile_routing", "takes_leads"]
