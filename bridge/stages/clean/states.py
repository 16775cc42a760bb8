"""Which state, province or county of a known country a text means. Codes and names come from pycountry; aliases are what it lacks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

import pycountry
import regex

from bridge.stages.clean.countries import key_of
from connectors.records import FieldSchema

ALIASES = {
    "US": {
        "AL": "ala",
        "AK": "alas",
        "AZ": "ariz",
        "AR": "ark",
        "CA": "calif|cali|cal|so cal|norcal",
        "CO": "colo",
        "CT": "conn",
        "DE": "del",
        "DC": "d c|washington dc|washington d c|dist of columbia|wash dc",
        "FL": "fla|flor",
        "GA": "ga usa",
        "IL": "ill|ills",
        "IN": "ind",
        "IA": "ia usa",
        "KS": "kans|kan",
        "KY": "ken",
        "ME": "maine usa",
        "MD": "mary",
        "MA": "mass",
        "MI": "mich",
        "MN": "minn",
        "MS": "miss",
        "MO": "mo usa",
        "MT": "mont",
        "NE": "neb|nebr",
        "NV": "nev",
        "NH": "n h|new hamp",
        "NJ": "n j",
        "NM": "n m|n mex",
        "NY": "n y|n y state|new york state|nyc|new york city",
        "NC": "n c|n carolina|north car",
        "ND": "n d|n dak|n dakota",
        "OK": "okla",
        "OR": "ore|oreg",
        "PA": "penn|penna|pa usa",
        "PR": "puerto rico",
        "RI": "r i",
        "SC": "s c|s carolina",
        "SD": "s d|s dak|s dakota",
        "TN": "tenn",
        "TX": "tex",
        "VT": "verm",
        "VA": "virg",
        "WA": "wash|washington state",
        "WV": "w va|w virginia",
        "WI": "wis|wisc",
        "WY": "wyo",
        "VI": "virgin islands",
    },
    "CA": {
        "BC": "b c|colombie britannique|brit columbia",
        "AB": "alta",
        "SK": "sask",
        "MB": "man",
        "ON": "ont",
        "QC": "que|pq|québec|p q",
        "NB": "nouveau brunswick",
        "NS": "nouvelle ecosse|n s",
        "PE": "pei|p e i|ile du prince edouard",
        "NL": "nfld|newfoundland|nf|labrador|terre neuve",
        "YT": "yukon territory",
        "NT": "nwt|n w t",
    },
    "AU": {
        "NSW": "n s w",
        "QLD": "qld aus|queensl",
        "VIC": "vic aus",
        "TAS": "tassie",
        "ACT": "a c t|canberra",
        "WA": "w a|west australia",
        "SA": "s a",
    },
    "DE": {
        "BY": "bavaria|baviere",
        "NI": "lower saxony",
        "NW": "nrw|north rhine westphalia|north rhine-westphalia|nordrhein westfalen",
        "HE": "hesse",
        "SN": "saxony",
        "ST": "saxony anhalt",
        "TH": "thuringia",
        "RP": "rhineland palatinate|rlp",
        "BW": "baden wuerttemberg|ba wü|bawue",
        "MV": "mecklenburg west pomerania|mecklenburg western pomerania|meck pomm",
        "SH": "schleswig holstein",
        "HH": "freie und hansestadt hamburg",
        "HB": "freie hansestadt bremen",
    },
    "AT": {
        "9": "vienna|w",
        "2": "carinthia|kaernten",
        "3": "lower austria|niederoesterreich|noe",
        "4": "upper austria|oberoesterreich|ooe",
        "6": "styria",
        "7": "tyrol",
    },
    "CH": {
        "ZH": "zurich|zuerich|kanton zürich",
        "GE": "geneva|genf",
        "LU": "lucerne",
        "BE": "bern|kanton bern",
        "BS": "basel|basle",
        "VD": "waadt",
        "VS": "wallis",
        "TI": "tessin",
        "NE": "neuenburg",
        "FR": "freiburg",
        "SG": "st gallen|st gall",
        "GR": "grisons",
    },
    "ES": {
        "MD": "madrid region|comunidad de madrid",
        "CT": "cataluna|catalonia|catalunya",
        "AN": "andalusia",
        "PV": "basque country|euskadi|pais vasco",
        "VC": "comunidad valenciana|valencian community|comunitat valenciana",
        "GA": "galicia",
        "IB": "baleares|islas baleares|balearic islands",
        "CN": "canarias|islas canarias|canary islands",
        "BI": "vizcaya|biscay",
        "SS": "guipuzcoa",
        "C": "la coruna|coruna",
        "GI": "gerona",
        "L": "lerida",
        "OR": "orense",
    },
    "IT": {
        "25": "lombardy",
        "52": "tuscany",
        "21": "piedmont",
        "82": "sicily",
        "88": "sardinia",
        "62": "latium",
        "75": "apulia",
    },
    "FR": {
        "IDF": "ile de france|paris region|region parisienne",
        "BRE": "brittany",
        "NOR": "normandy",
        "PAC": "paca|provence alpes cote d azur",
        "20R": "corsica",
    },
    "NL": {"FR": "friesland", "NH": "north holland", "ZH": "south holland", "NB": "brabant|north brabant"},
    "GB": {
        "ENG": "england",
        "SCT": "scotland",
        "WLS": "wales",
        "NIR": "northern ireland|n ireland",
        "LND": "london|greater london|city of london",
    },
    "IN": {
        "DL": "delhi|new delhi|nct of delhi",
        "KA": "karnatak",
        "TN": "tamilnadu",
        "MH": "maharastra",
        "TS": "tg|telengana",
        "OD": "orissa",
        "UK": "uttaranchal",
        "JK": "j and k",
        "PY": "pondicherry",
    },
    "BR": {"SP": "sampa|est sao paulo", "DF": "brasilia"},
    "MX": {
        "CMX": "cdmx|df|distrito federal|mexico city|ciudad de mexico|d f",
        "MEX": "edomex|estado de mexico|edo mex",
        "NLE": "nl|n l",
        "JAL": "jal",
        "GUA": "gto",
        "QUE": "qro|queretaro de arteaga",
        "VER": "veracruz",
        "COA": "coahuila",
        "MIC": "michoacan",
        "ROO": "q roo",
        "BCN": "bc|b c",
    },
    "CN": {"BJ": "peking", "GD": "canton|kwangtung", "NM": "inner mongolia", "XZ": "tibet"},
    "BE": {
        "BRU": "brussels|bruxelles|brussel|brussels capital|brussels capital region", "VLG": "flanders|flandre", "WAL": "wallonia|wallonne",
        "VAN": "antwerp|anvers", "VOV": "east flanders", "VWV": "west flanders", "VBR": "flemish brabant", "WBR": "walloon brabant",
    },
    "SE": {"AB": "stockholm", "M": "skane|scania", "O": "vastra gotaland", "C": "uppsala"},
    "AR": {"C": "caba|capital federal"},
    "RU": {"MOW": "moscow", "SPE": "saint petersburg|st petersburg"},
    "NZ": {"WGN": "wellington"},
    "ID": {"JK": "jakarta|dki jakarta", "JB": "west java"},
    "CO": {"DC": "bogota|bogota d c"},
    "CL": {"RM": "santiago|region metropolitana"},
    "CZ": {"10": "prague"},
    "RO": {"B": "bucharest"},
    "TH": {"10": "bangkok"},
}  # fmt: skip

NAMES = {  # where pycountry transliterates what everybody writes in English
    "AE": {
        "AZ": "Abu Dhabi",
        "DU": "Dubai",
        "SH": "Sharjah",
        "AJ": "Ajman",
        "FU": "Fujairah",
        "RK": "Ras Al Khaimah",
        "UQ": "Umm Al Quwain",
    },
    "EG": {
        "C": "Cairo",
        "ALX": "Alexandria",
        "GZ": "Giza",
        "PTS": "Port Said",
        "SUZ": "Suez",
        "LX": "Luxor",
        "ASN": "Aswan",
    },
    "BE": {"BRU": "Bruxelles-Capitale", "VLG": "Vlaanderen", "WAL": "Wallonie"},
    "KR": {
        "11": "Seoul", "26": "Busan", "27": "Daegu", "28": "Incheon", "29": "Gwangju", "30": "Daejeon", "31": "Ulsan", "41": "Gyeonggi",
    },
    "GR": {
        "I": "Attica",
        "B": "Central Macedonia",
        "M": "Crete",
        "E": "Thessaly",
        "J": "Peloponnese",
        "D": "Epirus",
        "L": "South Aegean",
    },
}  # fmt: skip

_SUFFIX = regex.compile(r"\s+(?:Sheng|Shi|Zizhiqu|SAR|Huizu Zizhiqu|Zhuangzu Zizhiqu|Uygur Zizhiqu|Weiwuer Zizhiqu)$")
_WORDS = regex.compile(
    r"^(?:state|province|county|co|land|bundesland|provincia|kanton|canton|region|estado) (?:of |de |di )?"
    r"| (?:state|province|county|prefecture|canton)$"
)


class State(NamedTuple):
    """A subdivision: ISO 3166-2 code without the country, and its name."""

    code: str
    name: str


def _name(name: str) -> str:
    """pycountry's name as an address carries it: `Bruxelles-Capitale, Région de` → `Bruxelles-Capitale`, `Bihār` → `Bihar`."""
    short = _SUFFIX.sub("", name.partition("[")[0].partition(",")[0].strip())
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", short).replace("\u0304", ""))


@lru_cache(maxsize=300)
def _table(region: str) -> dict[str, State]:
    table: dict[str, State] = {}
    parts = pycountry.subdivisions.get(country_code=region) or ()  # type: ignore[no-untyped-call]
    subdivisions = sorted(parts, key=lambda part: (part.parent_code is not None, part.code))
    usual = NAMES.get(region, {})
    states = {
        code: State(code, usual.get(code) or _name(part.name))
        for part in subdivisions
        for code in (part.code.partition("-")[2],)
    }
    for state in states.values():
        table.setdefault(key_of(state.code), state)
    for state in states.values():
        table.setdefault(key_of(state.name), state)
    for part in subdivisions:
        table.setdefault(key_of(part.name.replace("[", " ").replace("]", " ")), states[part.code.partition("-")[2]])
    for code, aliases in ALIASES.get(region, {}).items():
        for alias in aliases.split("|"):
            table.setdefault(key_of(alias), states[code])
    return table


@lru_cache(maxsize=8192)
def state_of(text: str, region: str) -> State | None:
    """The state of `region` (ISO alpha-2) that `text` names: code, `US-CA`, name, or a usual short form."""
    table = _table(region)
    key = key_of(text)
    found = table.get(key)
    if found is None and key.startswith(f"{region.lower()} "):
        found = table.get(key[3:])
    return found or table.get(_WORDS.sub("", key))


@lru_cache(maxsize=512)
def _options_by_state(
    options: tuple[str, ...], labels: tuple[str, ...], valid_for: tuple[tuple[str, ...], ...], region: str
) -> dict[str, str]:
    found: dict[str, str] = {}
    padded = (*labels, *("" for _ in options))
    if valid_for:  # a state of one name lies in several countries: Punjab, Amazonas, Florida
        here = [region in countries for countries in valid_for]
        options, padded = tuple(compress(options, here)), tuple(compress(padded, here))
    for label_first in (
        True,
        False,
    ):  # codes of several countries may be alike; a label that names a state of this one is surer
        for option, label in zip(options, padded, strict=False):
            state = state_of(label if label_first and label else option, region)
            if state:
                found.setdefault(state.code, option)
    return found


def option_for_state(state: State, region: str, target: FieldSchema) -> str | None:
    """The stored value of the picklist option that means this state."""
    return _options_by_state(target.options, target.labels, target.valid_for, region).get(state.code)
