"""Clean: turn what a source gave us into values a target field accepts, one mapping at a time.

In:  a mapping, the flat values of one person (`lastname`, `company.domain`, `bridge.brief` …) and the live schema of the target.
Out: a `Cleaning`: each target field's value, what was typed, and a reason wherever more than white space was touched.
Promise: no SQL, no network, no clock. Nothing is guessed silently: a change has a reason and a note, and what cannot be cleaned keeps
its original and a reason. A value that comes out fits the field.

The doors: `engine.apply` and `engine.compile_mapping`; `titles.read` (job level and department); `emails.kind_of` (kind of address).
"""
