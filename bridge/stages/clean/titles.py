"""What a job title says: how senior somebody is, and in which department.

Read from the title alone, in English, German, French, Spanish and common Italian, Portuguese and Dutch. A level is what the title claims:
an Account Manager is a manager here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from bridge.frozen import frozen
from bridge.stages.clean import title_words as patterns
from bridge.stages.clean.countries import key_of

LEVELS = ("owner", "c_level", "vp", "director", "head", "manager", "senior", "staff", "intern", "student", "unknown")
DEPARTMENTS = (
    "management", "sales", "marketing", "service", "hr", "finance", "purchasing", "legal", "it", "product", "engineering", "research",
    "operations", "design", "medical", "education", "administration", "unknown",
)  # fmt: skip


@frozen
class TitleReading:
    """`level` of LEVELS, `department` of DEPARTMENTS, and the words that said so (`saw`)."""

    level: str
    department: str
    saw: str


NOTHING = TitleReading("unknown", "unknown", "")

_DOTTED = regex.compile(r"(?<=\b\p{L})\.(?=\p{L}\b)|(?<=\b\p{L})\.(?=\s|$|,)")
_INCLUSIVE = regex.compile(
    r"(?<=\p{L})(?:\((?:e|ne|le|trice|euse|in|innen|a)s?\)|[·•](?:e|ne|le|trice|euse)(?:[·•]s)?)(?!\p{L})"
)
"""`Chargé(e)`, `Technicien·ne`, `Leiter(in)`: both forms at once."""
_FORMER = regex.compile(
    r"^(?:aspiring|wannabe|angehende[rs]?|retired|former|formerly|ex|past|ehemalige[rs]?|fruhere[rs]?|ancien(?:ne)?|antigu[oa]|pensioned)\b"
    r"|\b(?:retired|jubilad[oa]|retraitee?|pensionat[oa]|im ruhestand|in rente|aposentad[oa]|gepensioneerd)$"
)
"""Who was something, or means to be, has no level: nobody decides because they used to."""
_CHIEF = "c[etfoim]o|ciso|chro"
_HIGH = f"(?:{_CHIEF}|president|director|owner|founder|chairman|manager|md)"
_ANOTHERS = regex.compile(rf"\b{_HIGH} s (?=\p{{L}})|\boffice of (?:the )?{_HIGH}\b|\b(?:{_CHIEF}) office\b(?! of)")
"""The CEO's assistant and the CEO's office are not the CEO."""
_WITH_ANOTHER = regex.compile(patterns.WITH_ANOTHER, regex.I)
_FOR_ANOTHER = regex.compile(patterns.FOR_ANOTHER)
_ASSISTS = regex.compile(patterns.ASSISTS)
_ASSISTS_A_FUNCTION = regex.compile(patterns.ASSISTS_A_FUNCTION)
_NOT_OWNER = regex.compile(patterns.NOT_OWNER)
_NOT_DIRECTOR = regex.compile(patterns.NOT_DIRECTOR)
_VICE = regex.compile(patterns.VICE_PRESIDENT)
_MANAGEMENT = regex.compile(patterns.MANAGEMENT)
_TEAM_LEAD = regex.compile(
    r"\b(?:team|projekt|gruppen|filial|schicht|markt|regional|gebiets|niederlassungs|bau|objekt)\w{0,12}leit(?:er|erin|ung)\b"
)
_SPECIAL = tuple((name, regex.compile(pattern)) for name, pattern in patterns.SPECIAL_DEPARTMENTS)
_DEPARTMENTS = tuple((name, regex.compile(pattern)) for name, pattern in patterns.DEPARTMENTS)
_WEAK = regex.compile(patterns.WEAK)
_COMPOUND = regex.compile(patterns.COMPOUND)
_NAMED = (*_SPECIAL, *(one for one in _DEPARTMENTS if one[0] != "administration"))
_TECHNICAL = (("engineering", _WEAK),)
_MANAGING = (("management", _MANAGEMENT),)
_ASSISTING = tuple(one for one in _DEPARTMENTS if one[0] == "administration")
_STUDENT, _INTERN, _OWNER, _C_LEVEL, _DIRECTOR, _HEAD, _MANAGER, _SENIOR, _STAFF = (
    regex.compile(pattern)
    for pattern in (
        patterns.STUDENT,
        patterns.INTERN,
        patterns.OWNER,
        patterns.C_LEVEL,
        patterns.DIRECTOR,
        patterns.HEAD,
        patterns.MANAGER,
        patterns.SENIOR,
        patterns.STAFF,
    )
)


@lru_cache(maxsize=16384)
def read(title: str | None) -> TitleReading:
    """The level and department a title names; `unknown` for each that it does not."""
    if not title:
        return NOTHING
    said = _WITH_ANOTHER.sub(" ", _INCLUSIVE.sub("", title[:300]))
    text = key_of(_DOTTED.sub("", said).replace("+", " and "))
    if _FORMER.search(text):
        return NOTHING
    text = _FOR_ANOTHER.sub(" ", _ANOTHERS.sub(" ", text)).strip()
    assists = _ASSISTS.search(text)
    if assists and not (_STUDENT.search(text) or _INTERN.search(text) or _ASSISTS_A_FUNCTION.search(text)):
        return TitleReading("staff", "administration", assists[0].strip())
    level, level_word = _level(text)
    department, department_word = _department(text, level)
    if level == "unknown" and department != "unknown":
        level = "staff"
    if level == "student":
        department, department_word = "unknown", ""
    return TitleReading(
        level, department, "; ".join(dict.fromkeys(word for word in (level_word, department_word) if word))
    )


def _level(text: str) -> tuple[str, str]:
    """The highest level named, except that a student or intern of anything is that, and a vice president is no president."""
    for level, pattern in (("intern", _INTERN), ("student", _STUDENT)):
        match = pattern.search(text)
        if match:
            return level, match[0]
    match = _OWNER.search(_NOT_OWNER.sub(" ", text))
    if match:
        return "owner", match[0]
    vice = _VICE.search(text)
    match = _C_LEVEL.search(_VICE.sub(" ", text) if vice else text)
    if match:
        return "c_level", match[0]
    if vice:
        return "vp", vice[0]
    return _below_vp(text)


def _below_vp(text: str) -> tuple[str, str]:
    match = _DIRECTOR.search(_NOT_DIRECTOR.sub(" ", text))
    if match:
        return "director", match[0]
    team = _TEAM_LEAD.search(text)
    match = _HEAD.search(_TEAM_LEAD.sub(" ", text))
    if match:
        return "head", match[0]
    if team:
        return "manager", team[0]
    for level, pattern in (("manager", _MANAGER), ("senior", _SENIOR), ("staff", _STAFF)):
        match = pattern.search(text)
        if match:
            return level, match[0]
    return "unknown", ""


def _department(text: str, level: str) -> tuple[str, str]:
    """The department named first; those of assistance and of technical words only when no other is; `management` at the top without one."""
    plain = _WEAK.sub(" ", text)
    named = _first_named(plain, _NAMED) or _first_named(_COMPOUND.sub(r" \1", plain), _NAMED)
    if named is not None:
        return named
    for departments in (_TECHNICAL, _MANAGING, _ASSISTING):
        named = _first_named(text, departments)
        if named is not None:
            return named
    return ("management", "") if level in ("owner", "c_level") else ("unknown", "")


def _first_named(text: str, departments: Sequence[tuple[str, regex.Pattern[str]]]) -> tuple[str, str] | None:
    best: tuple[int, str, str] | None = None
    for name, pattern in departments:
        match = pattern.search(text)
        if match and (best is None or match.start() < best[0]):
            best = (match.start(), name, match[0])
    return None if best is None else (best[1], best[2])
