"""Names that stand in many towns: "St. Mary's Hospital", "Grace Church", "Löwen-Apotheke", "Müller". The name alone does not tell which one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from rapidfuzz.fuzz import ratio

from bridge.stages.reconcile.account_profile import AccountFacts
from bridge.stages.reconcile.lead_profile import LeadProfile
from bridge.stages.reconcile.places import country_code
from bridge.stages.reconcile.words import FAMILIES, GENERIC, core, words_of

DESCRIBED = 3  # words of a kind that make a name together ("Institute for High Energy Physics")
ALIKE = 80  # of 100: letters in common of two spellings of a town
_LOCAL = frozenset(
    ["school", "highschool", "gymnasium", "gimnaziya", "lycee", "litsey", "liceo", "kindergarten", "kita", "church", "chapel", "cathedral", "parish",
     "paroisse", "parroquia", "kirchengemeinde", "temple", "mosque", "synagogue", "library", "feuerwehr", "hotel", "motel", "hostel", "restaurant",
     "restaurante", "ristorante", "trattoria", "pizzeria", "cafe", "pub", "apotheke", "apteka", "farmacia", "farmacie", "pharmacie", "pharmacy",
     "bakery", "backerei", "boulangerie", "panaderia", "metzgerei", "fleischerei", "boucherie", "butcher", "autohaus", "friseur", "praxis",
     "zahnarztpraxis", "county", "club", "police", "polizei", "sheriff", "township", "village", "amtsgericht", "altenheim", "seniorenheim"]
)  # fmt: skip
"""Kinds of which each town has its own, whatever stands beside the word; so do words that end like these."""
_INNS = frozenset(["inn", "lodge", "gasthof", "gasthaus", "auberge", "osteria"])
"""More of these, of which a town may have two. They are not in `_LOCAL`, on which hangs the key that a person's answer is kept by."""
_LOCAL_ENDS = ("apotheke", "schule", "kirche", "backerei", "gymnasium")
_HIGHER = frozenset(
    ["university", "business", "law", "medical", "economics", "engineering", "technology", "technical", "science", "arts", "music", "theology",
     "nursing", "management", "design", "architecture", "graduate"]
)  # fmt: skip
"""A school of these is none of its town's."""
_HOUSES = frozenset(["hospital", "clinic", "hospice"])
_MANY = frozenset(
    ["mary", "marys", "maria", "marien", "marie", "joseph", "josephs", "josef", "josefs", "jose", "john", "johns", "johannes", "jean", "juan",
     "giovanni", "peter", "peters", "paul", "pauls", "elisabeth", "elizabeth", "anna", "anne", "franziskus", "vinzenz", "vincent", "antonius",
     "holy", "cross", "sacred", "good", "samaritan", "mercy", "grace", "hope", "faith", "trinity", "redeemer", "christ", "king", "kings", "queen",
     "queens", "our", "lady", "memorial", "first", "united", "regional", "municipal", "metropolitan", "baptist", "methodist", "presbyterian",
     "lutheran", "evangelical", "evangelisch", "veterans", "dios", "providence", "emmanuel", "bethany", "bethel", "chamber", "commerce", "volksbank",
     "raiffeisenbank", "savings", "peoples", "farmers", "merchants", "trust", "credit", "auto", "car", "family", "repair", "cleaning", "shop",
     "store", "elementary", "middle", "high", "grund", "haupt", "volk", "fire", "town"]
)  # fmt: skip
"""Words of such names besides those of any trade: patrons, virtues, congregations. So is any word behind "saint"."""
_CHOSEN = frozenset(
    ["advanced", "alpha", "apex", "beta", "blue", "bright", "central", "creative", "dynamic", "east", "eastern", "elite", "global", "golden", "green",
     "integrated", "modern", "north", "northern", "nova", "omega", "phoenix", "pinnacle", "premier", "prime", "red", "silver", "smart", "south",
     "southern", "star", "strategic", "summit", "sun", "total", "universal", "west", "western", "world"]
)  # fmt: skip
"""Words that firms of any trade choose: "Blue Sea Consulting" has only the first in common with "Blue Ocean Consulting"."""
_WIDE = frozenset(
    ["national", "federal", "international", "ministry", "african", "american", "belgian", "danish", "dutch", "european", "finnish", "french",
     "german", "greek", "hungarian", "iberoamerican", "italian", "latin", "norwegian", "portuguese", "spanish", "swedish", "swiss", "turkish"]
)  # fmt: skip
"""Words of which a country has one: "National Health Service" is the same in any town; "First National Bank" is not."""
TRADES = frozenset(
    ["solicitors", "attorneys", "lawyers", "advocates", "avocats", "abogados", "rechtsanwalte", "notaire", "architects", "architekten",
     "architectes", "accountants", "steuerberater", "associates", "partners", "partner", "sons", "sohne", "brothers", "bros", "fils", "hijos"]
)  # fmt: skip


def stands_in_many_towns(company: str, profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is the account called as many are elsewhere, and nothing says that the lead's is this one: it is in another town, or a town is not known
    and the name has no word of its own?"""
    if not profile.names or not facts.names or _said_town(facts, company, profile.city):
        return False
    typed = _typed(company, profile)
    common = _without_own_word(profile.names[0].words) and _without_own_word(facts.names[0][0])
    if profile.city and facts.city:
        return common or _local(typed)
    return common and (_local(typed) or not typed.isdisjoint(_HOUSES))


def had_in_many_towns(company: str, profile: LeadProfile) -> bool:
    """May another town have an organisation of this name?"""
    return bool(profile.names) and (_without_own_word(profile.names[0].words) or _local(_typed(company, profile)))


def only_a_family_name(ours: Set[str], theirs: Set[str], left: Set[str], lacking: Set[str]) -> bool:
    """Do both firms have another name beside one frequent family's ("Smith & Jones Solicitors", "Smith & Wright Solicitors")?"""
    shared = (ours & theirs) - GENERIC - TRADES
    return bool(left and lacking and shared) and shared <= FAMILIES


def only_common_words(ours: Set[str], theirs: Set[str], left: Set[str], lacking: Set[str], town: Set[str]) -> bool:
    """Do both have a word of their own beside words that many are called by ("Blue Sea Consulting", "Blue Ocean Consulting")?"""
    said, shared = GENERIC | TRADES | town, (ours & theirs) - town
    return bool(left - said and lacking - said) and len(shared) < DESCRIBED and shared <= GENERIC | _MANY | _CHOSEN


def another_in_town(company: str, account: str, profile: LeadProfile, facts: AccountFacts, left: Set[str]) -> bool:
    """Is one of the two a hotel, a church, a pharmacy …, and is more `left` of the lead's than where it is?"""
    typed, theirs = _typed(company, profile), {*words_of(account), *facts.names[0][0]}
    if not (_local(typed) or _local(theirs) or not _INNS.isdisjoint(typed | theirs)):
        return False
    return bool(left - TRADES - {*core(words_of(profile.city)), *core(words_of(facts.city))})


def _said_town(facts: AccountFacts, *texts: str) -> bool:
    """Is the account's town one of these, or named in one, other spellings aside ("Frankfurt", "Frankfurt am Main")?"""
    town = set(core(words_of(facts.city)))
    said = [set(core(words_of(text))) for text in texts if text]
    return bool(town) and (
        any(town <= words or words <= town for words in said)
        or any(ratio(facts.city, text) >= ALIKE for text in texts if text)
    )


def _typed(company: str, profile: LeadProfile) -> set[str]:
    return {*words_of(company), *profile.names[0].words}


def _local(words: Set[str]) -> bool:
    """Is one of them a kind of which each town has its own?"""
    if words & _HIGHER or any(word.endswith("hochschule") for word in words):
        return False
    return any(word in _LOCAL or word.endswith(_LOCAL_ENDS) for word in words)


def _without_own_word(words: Sequence[str]) -> bool:
    """Is each word one of a trade, a kind or a patron, or are all family names, partners and sons aside?"""
    if all(word in FAMILIES or word in TRADES for word in words):
        return True
    if "first" not in words and _wide(words):
        return False
    return all(
        word in GENERIC or word in _MANY or before == "saint" for before, word in zip(("", *words), words, strict=False)
    )


def _wide(words: Iterable[str]) -> bool:
    return any(word in _WIDE or country_code(word) for word in words)
