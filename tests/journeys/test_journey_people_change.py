"""People whose records in HubSpot are merged, deleted and made again, or who change employer: what stands there now counts."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import people, person

from bridge.stages.pull import sweep
from bridge.staging.schema import lead


def cycles(here: Installation, number: int = 2) -> None:
    for _ in range(number):
        here.later(minutes=15)
        here.cycle()


def alone(here: Installation) -> Any:
    """The one lead that a living person of HubSpot is."""
    (one,) = here.rows(lead, lead.c.reason != "gone_from_hubspot")
    return one


def swept(here: Installation) -> None:
    with here.app.run("sweep") as context:
        sweep(context)


def test_what_is_cleared_after_a_merge_in_hubspot_is_empty(install: Install) -> None:
    here = install([person(1, phone="+49 30 901820"), person(2)], capacity={"rep": {"open_leads": 0}, "teams": {}})
    here.cycle()
    new = here.hubspot("merge", kind="contacts", primary=here.contact("p1"), other=here.contact("p2"))
    cycles(here, 1)
    assert alone(here).decision["facts"]["phone"]
    here.hubspot("edit", kind="contacts", id=new, properties={"phone": ""})
    cycles(here, 1)
    assert "phone" not in alone(here).decision["facts"]


@pytest.mark.parametrize("way", ["archive", "privacy_delete"])
@pytest.mark.parametrize(
    ("told", "verdict"), [("hs_email_optout", "rejected"), ("hs_email_hard_bounce_reason_enum", "qualified")]
)
def test_who_is_deleted_and_made_again_keeps_an_opt_out_and_no_old_value(
    install: Install, way: str, told: str, verdict: str
) -> None:
    said = {"hs_email_optout": "true", "hs_email_hard_bounce_reason_enum": "UNKNOWN_USER"}[told]
    key, values = person(1, phone="+49 30 901820", **{told: said})
    here = install([(key, values)])
    here.cycle()
    assert alone(here).verdict == "rejected"
    here.hubspot(way, id=here.contact(key), **({"kind": "contacts"} if way == "archive" else {}))
    swept(here)
    here.cycle()
    here.arrive({name: value for name, value in values.items() if name != "phone"})
    cycles(here, 1)
    (one,) = here.rows(lead)
    assert one.verdict == verdict
    assert "phone" not in one.decision["facts"]


def test_a_company_is_that_of_the_newest_record(install: Install) -> None:
    """HubSpot merges somebody's record of the employer before into that of the new one."""
    here = install(people([1, 2]))
    sizes = {"p1": "7", "p2": "900"}
    for key, size in sizes.items():
        made = here.hubspot("create", kind="companies", properties={"name": f"Werk {size}", "numberofemployees": size})
        here.hubspot("link", kind="contacts", id=here.contact(key), other_kind="companies", other=made)
    here.cycle()
    assert here.lead_of("p1").decision["facts"]["employees"] == 7
    here.hubspot("merge", kind="contacts", primary=here.contact("p2"), other=here.contact("p1"))
    cycles(here)
    assert {row.decision["facts"]["employees"] for row in here.rows(lead, lead.c.reason != "gone_from_hubspot")} == {
        900
    }
