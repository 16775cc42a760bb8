"""Qualify: is this lead worth a salesperson's time, by the definition both teams signed.

In:  the facts of one lead (names as in `settings.known`), the compiled definition, the time.
Out: one `Qualification`: verdict, reason, segment, score with its parts, BANT answers with their source, what is missing.
Promise: pure and total; the same facts, definition and time give the same answer. Facts of an unexpected type count as blank.
"""

from bridge.stages.qualify.compiled import CompiledDefinition, compile_definition
from bridge.stages.qualify.judging import qualify
from bridge.stages.qualify.lists import listed_facts

__all__ = ["CompiledDefinition", "compile_definition", "listed_facts", "qualify"]
