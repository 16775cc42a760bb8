"""Which part somebody plays in the decision, and who or what said so.

What people said themselves counts first (`decision_role`, HubSpot's `hs_buying_role`), then a caller's answer about authority, then what they do
with the product, then the job title. Nothing is guessed from a title below manager: that is `unknown`, and worth asking.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.frozen import frozen

DECISION_MAKER, INFLUENCER, USER, BLOCKER, UNKNOWN = "decision_maker", "influencer", "user", "blocker", "unknown"
ROLES = (DECISION_MAKER, INFLUENCER, USER, BLOCKER, UNKNOWN)
IN_WORDS: Mapping[str, str] = {
    DECISION_MAKER: "decision maker", INFLUENCER: "influencer", USER: "user", BLOCKER: "blocker", UNKNOWN: "role unknown",
}  # fmt: skip

SAID: Mapping[str, str] = {
    "decision_maker": DECISION_MAKER, "budget_holder": DECISION_MAKER, "executive_sponsor": DECISION_MAKER, "economic_buyer": DECISION_MAKER,
    "influencer": INFLUENCER, "champion": INFLUENCER, "evaluator": INFLUENCER, "researcher": INFLUENCER, "recommender": INFLUENCER,
    "end_user": USER, "user": USER, "blocker": BLOCKER, "legal_and_compliance": BLOCKER,
}  # fmt: skip
"""HubSpot's buying roles and the usual words of forms → role."""

DECIDES = frozenset({"owner", "c_level", "vp", "director"})
ADVISES = frozenset({"head", "manager"})
LEVELS = ("student", "intern", "unknown", "staff", "senior", "manager", "head", "director", "vp", "c_level", "owner")
"""Job levels from the lowest to the highest, those without a place in the order first."""

_WEIGHT: Mapping[str, int] = {DECISION_MAKER: 4, INFLUENCER: 3, USER: 2, UNKNOWN: 1, BLOCKER: 0}


@frozen
class Role:
    """`name` of ROLES, and what it was taken from, in words."""

    name: str
    source: str


NO_ROLE = Role(UNKNOWN, "")


def role_of(said: str, authority: tuple[bool | None, str], level: str, uses_product: bool) -> Role:
    """The role of one person.

    `said` is what a form or a marketer put down, several joined by `;`; `authority` a person's answer whether they decide, and who answered.
    """
    named = [SAID[word] for part in said.split(";") if (word := part.strip().casefold().replace(" ", "_")) in SAID]
    if named:
        return Role(max(named, key=_WEIGHT.__getitem__), "they said so")
    if authority[0] is True:
        return Role(DECISION_MAKER, authority[1])
    if level in DECIDES and authority[0] is None:
        return Role(DECISION_MAKER, "job title")
    if uses_product:
        return Role(USER, "product usage")
    if level in DECIDES or level in ADVISES:
        return Role(INFLUENCER, "job title")
    return NO_ROLE


def placed(role: str, level: str, priority: int) -> int:
    """How well somebody is placed in the decision, as one number: the role first, then the level, then heat and score (`priority` 0 to 1999)."""
    rank = LEVELS.index(level) if level in LEVELS else LEVELS.index("unknown")
    return (_WEIGHT[role] * 20 + rank) * 2000 + max(0, min(priority, 1999))
