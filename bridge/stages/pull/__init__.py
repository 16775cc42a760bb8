"""Pull: bring in what changed since last time, records and cursor in one transaction; unchanged content makes no work.

Promise: a cursor never passes a record that is not staged. Reading again is harmless.
"""

from bridge.stages.pull.hubspot import pull_people, pull_said
from bridge.stages.pull.leaving import look_again
from bridge.stages.pull.salesforce import pull_salesforce
from bridge.stages.pull.sweep import sweep

__all__ = ["look_again", "pull_people", "pull_said", "pull_salesforce", "sweep"]
