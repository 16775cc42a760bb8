"""What is wrong with `landing:` in `config/bridge.yaml` that shows only beside the other files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bridge.settings.base import did_you_mean
from bridge.settings.condition_leaves import Finding
from bridge.settings.connections import Landing


def check_landing(
    landing: Landing, teams: Iterable[str] | None, segments: Iterable[str] | None = None
) -> Iterator[Finding]:
    """The team for `service` must be one of routing.yaml, segments those of definition.yaml (None: that file cannot be read)."""
    if teams is not None and landing.service_team is not None and landing.service_team not in (known := tuple(teams)):
        near = did_you_mean(landing.service_team, known)
        yield Finding(("landing", "service_team"), f"there is no team '{landing.service_team}' in routing.yaml.", near)
    if landing.service_team is None:
        served = [("landing", "customer")] if landing.customer == "service" else []
        for path in (
            *served,
            *(
                ("landing", "segments", name, "customer")
                for name, own in landing.segments.items()
                if own.customer == "service"
            ),
        ):
            yield Finding(path, "is for the service team, and none is named.", "Add `service_team: …` under landing.")
    for name in landing.segments if segments is not None else ():
        if name not in (all_segments := tuple(segments or ())):
            near = did_you_mean(name, all_segments)
            yield Finding(
                ("landing", "segments", name), f"there is no segment '{name}' in definition.yaml.", near, True
            )
