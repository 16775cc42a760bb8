"""How fast the worlds are made: `python -m benchmarks.worlds [contacts]`. Prints seconds and things a second; asserts nothing."""

from __future__ import annotations

import sys
import time

from connectors.sandbox.worlds import make


def main(size: int) -> None:
    """Make the demo world whole and run through a big one of `size` contacts without keeping it."""
    start = time.perf_counter()
    make("demo")
    print(f"demo: {time.perf_counter() - start:.1f} s")
    world, start = make("big", size=size), time.perf_counter()
    marketing = sum(1 for _ in world.hubspot)
    middle = time.perf_counter()
    crm = sum(1 for _ in world.salesforce)
    end = time.perf_counter()
    print(f"big, {size:,} contacts: HubSpot {marketing:,} things in {middle - start:.1f} s, Salesforce {crm:,} in {end - middle:.1f} s, "
          f"{(marketing + crm) / (end - start):,.0f} things/s")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
