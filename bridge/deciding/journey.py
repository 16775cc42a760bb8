"""How somebody came: dated steps from forms, visits, e-mails, talk and lifecycle stages, the newest first, with each campaign's own brief. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, time, tzinfo
from typing import Any

from bridge.deciding.derive import moment_of
from bridge.deciding.talk import Said, said
from bridge.facts import Known
from bridge.frozen import frozen
from bridge.stages.clean.conversations import conversation, shortened
from bridge.values import left_out
from connectors.records import Record

STAGES: Mapping[str, str] = {
    "subscriber": "subscribed", "lead": "became a lead", "marketingqualifiedlead": "became a marketing qualified lead",
    "salesqualifiedlead": "became a sales qualified lead", "opportunity": "became an opportunity", "customer": "became a customer",
    "evangelist": "became an evangelist", "other": "moved to another stage",
}  # fmt: skip
CAME_BY: Mapping[str, str] = {
    "ORGANIC_SEARCH": "a search", "PAID_SEARCH": "a paid search", "EMAIL_MARKETING": "a marketing e-mail", "SOCIAL_MEDIA": "social media",
    "PAID_SOCIAL": "paid social media", "REFERRALS": "a link on another site", "OTHER_CAMPAIGNS": "a campaign", "AI_REFERRALS": "an AI assistant",
}  # fmt: skip
"""HubSpot's original sources; the others say nothing of how somebody came."""
MOST_STEPS = 8


@frozen
class Campaign:
    """A campaign of Salesforce: what it was about."""

    id: str
    name: str
    about: str = ""


@frozen
class Step:
    """What somebody did on a day. `act`: by themselves, not a stage marketing gave them. `form`: the form it was. `at`: the moment, for the
    order within the day.
    """

    day: str
    what: str
    form: str = ""
    act: bool = True
    at: datetime | None = field(default=None, compare=False)


def journey(
    known: Known,
    campaigns: Mapping[str, Campaign] | None = None,
    whole: bool = False,
    done: Sequence[Step] | None = None,
    zone: tzinfo = UTC,
) -> list[str]:
    """The steps as lines; only the newest unless `whole`. `done`: what `steps` gave, when that is known already."""
    found = steps(known, zone=zone) if done is None else done
    lines: list[str] = []
    told: set[str] = set()
    for step in found if whole else found[:MOST_STEPS]:
        lines.append(f"{step.day}  {step.what}")
        campaign = (campaigns or {}).get(step.form.casefold()) if step.form else None
        if campaign is not None and campaign.id not in told:
            told.add(campaign.id)
            about = conversation(campaign.about)
            same = campaign.name.casefold() == step.form.casefold()
            called = "The campaign" if same else f'The campaign "{campaign.name}"'
            if about:
                lines.append(f"  {called}: {about if whole else shortened(about, 300)}")
            elif not same:
                lines.append(f"  {called}")
    return lines if whole else [*lines, *left_out(len(found) - MOST_STEPS)]


def steps(known: Known, talk: Iterable[Said] | None = None, zone: tzinfo = UTC) -> list[Step]:
    """Everything that is known to have happened, the newest first, each once; days are those of `zone`.

    `talk`: what `said` gave of the notes, when that is known.
    """
    talk = (said(note, zone) for note in known.notes) if talk is None else talk
    found = [_sent(item, zone) for item in known.submissions]
    found += [Step(one.day, one.step, at=one.at) for one in talk if one.step]
    for contact in known.contacts:
        found += _visits(contact.values, zone)
        found += _stages(contact.values, zone)
    return list(dict.fromkeys(sorted((one for one in found if one.day), key=_order, reverse=True)))


def _order(step: Step) -> tuple[str, bool, float, str, str]:
    """Acts of a day stand above the stages they led to; the later ones first."""
    return (step.day, step.act, step.at.timestamp() if step.at else 0.0, step.what, step.form)


def _sent(item: Record, zone: tzinfo) -> Step:
    form = str(item.values.get("form_name") or "")
    day = item.changed_at.astimezone(zone).date().isoformat()
    return Step(day, f'sent the form "{form}"' if form else "sent in a form", form, at=item.changed_at)


def _visits(values: Mapping[str, Any], zone: tzinfo) -> Iterable[Step]:
    yield _step(values.get("last_pricing_visit"), "looked at the prices", zone)
    clicked = _step(values.get("hs_email_last_click_date"), "clicked a link in a marketing e-mail", zone)
    opened = _step(values.get("hs_email_last_open_date"), "opened a marketing e-mail", zone)
    yield clicked
    if opened.day != clicked.day:
        yield opened
    source = CAME_BY.get(str(values.get("hs_analytics_source") or ""))
    if source:
        yield _step(values.get("createdate"), f"came first by {source}", zone, act=False)


def _stages(values: Mapping[str, Any], zone: tzinfo) -> Iterable[Step]:
    for stage, words in STAGES.items():
        yield _step(values.get(f"hs_lifecyclestage_{stage}_date"), words, zone, act=False)


def _step(told: Any, what: str, zone: tzinfo, act: bool = True) -> Step:
    return Step(_day(told, zone), what, act=act, at=moment_of(told))


def _day(value: Any, zone: tzinfo) -> str:
    """The day there; midnight UTC is how HubSpot keeps a day without a time, and stays that day."""
    moment = moment_of(value)
    if moment is None:
        return ""
    utc = moment.astimezone(UTC)
    return (utc if utc.time() == time() else moment.astimezone(zone)).date().isoformat()


def newest_act(found: Sequence[Step]) -> Step | None:
    """The last thing they did by themselves."""
    return next((one for one in found if one.act), None)
