"""`person_name`, `first_name`, `last_name`, `full_name`: people's names as their owners write them.

What was typed in one case only gets the usual spelling; titles and degrees go into the note; emoji go; an e-mail address, a link or a
company is refused. Names in scripts without capitals are left as they are. Option `split: true` lets `first_name` and `last_name` take
their part out of a whole name.
"""

from __future__ import annotations

import regex
from nameparser import HumanName

from bridge.decisions import Cleaned
from bridge.stages.clean import spelling
from bridge.stages.clean.answers import EMPTY, Change, Changes, FormatContext, done, nothing, refused, steady
from bridge.stages.clean.formats.plain import is_placeholder
from bridge.stages.clean.notes import looks_like_html, readable
from bridge.stages.clean.text import tidy
from bridge.stages.clean.words import words

_CLEAN = regex.compile(r"\p{Lu}\p{Ll}+(?:[ -]\p{Lu}\p{Ll}+){0,3}")  # nothing to do but look for titles and companies
_EMOJI = regex.compile(
    r"[\p{Extended_Pictographic}--[©®™]][\ufe0f\U0001f3fb-\U0001f3ff]?(?:\u200d[\p{Extended_Pictographic}][\ufe0f\U0001f3fb-\U0001f3ff]?)*"
    r"|[\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\ufe0f\u20e3\U000e0020-\U000e007f]|(?:^|\s)[:;]-?[)(DP](?=\s|$)",
    regex.V1,
)
_HONORIFICS = words("""
    mr mrs ms miss mx dr prof professor doctor sir madam herr frau fräulein mme mlle monsieur madame mademoiselle
    señor señora señorita sr sra srta sig sig.ra signor signora dott dott.ssa dottore ing dipl.-ing dipl dr.med
    dr.-ing dr.ing mag drs mevr dhr meneer mevrouw eng rev hon capt col lt maj gen cav avv arq lic pr h.e
    judr mudr rndr phdr mvdr mgr inż bc univ.-prof dipl.-kfm dra dña lcda lcdo engr geom rag ir exmo exma ilmo
""")
_ALSO_NAMES = words("""
    pr ing mag col gen lt maj cav hon sig eng lic mx sr rev sir miss avv arq capt dipl mgr bc dra engr geom rag ir
""")  # titles with a dot only
_FACULTIES = words("(fh) hab. mult. med. med habil. phil. jur. rer. nat. h.c. iur. oec. dent. vet. pol.")
_JOINED = frozenset({"&", "and", "und", "et", "y"})  # Mr. & Mrs.
_DEGREES = words("""
    phd ph.d dphil md m.d mba mbe obe cbe cpa cfa pmp esq dds jd llm msc m.sc bsc b.sc ma ba m.a b.a pe rn cissp
    itil cpim chfc acca fca csm meng beng beng. llb edd psyd scd dba dvm shrm-cp shrm-scp sphr phr cma cism cisa
""")
_NAMES_TOO = frozenset({"ma", "ba", "pe"})  # degrees that are families' names as well
_COMPANY = regex.compile(
    r"(?:^|[\s,])(?:inc|incorporated|llc|l\.l\.c|ltd|limited|llp|plc|gmbh|mbh|ohg|e\.k|corp|corporation|s\.r\.l|srl|sarl|s\.a\.r\.l|"
    r"s\.a\.s|s\.p\.a|s\.l\.u|pty|bvba|oyj|sp\. z o\.o|company|holding|holdings|solutions|consulting|technologies)\.?\s*$",
    regex.I,
)
_LINK = regex.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:com|net|org|io|ru|xyz|biz|info)\b", regex.I)
_MAIL = regex.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_ODD = regex.compile(r"[\d@#$%^*_=+{}\[\]|\\<>~!?:;/]")
_VIETNAMESE = "Nguyễn|Trần|Lê|Phạm|Huỳnh|Hoàng|Vũ|Võ|Trương|Bùi|Đặng|Đỗ|Ngô|Hồ|Dương|Lý"
_FAMILY_FIRST = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Hangul}]+ [\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー]+"
    rf"|(?:{_VIETNAMESE})(?: \p{{Latin}}+){{1,3}}(?<! (?:{_VIETNAMESE}))"
    r"|\p{Cyrillic}+ (?!\p{Cyrillic}+(?:вич|вна) )\p{Cyrillic}+ \p{Cyrillic}+(?:[оеє]вич|йович|[ьи]ич|[оеіє]вна|ївна|ична)",
    regex.I,
)
"""Whole names in the spelling of countries where the family's name stands first, or with a patronymic at the end."""
_CALLED = words("様 さま さん 殿 氏 先生 女士 小姐 님 씨")  # behind a name, after a blank
_TIGHT = regex.compile(r",(?=\S)")
_LETTER = regex.compile(r"\p{L}")
_QUOTES = '"“”„«»'
_EDGE_BUT_QUOTES = " \t,;:|/\\*_=+<>{}[]~!?#"
_EDGE = _EDGE_BUT_QUOTES + _QUOTES


def person_name(raw: object, context: FormatContext) -> Cleaned:
    """A first or last name, or both, in the order typed."""
    return _name(raw, first=False)


def first_name(raw: object, context: FormatContext) -> Cleaned:
    """Given names; two of them stay two. Two capitals that are no name of their own (JP) stay capitals."""
    return _split(raw, "first") if context.options.get("split") is True else _steady_first(raw, context)


def last_name(raw: object, context: FormatContext) -> Cleaned:
    """The family name, particles (van der, de la) in small letters where the whole was typed in one case."""
    return _split(raw, "last") if context.options.get("split") is True else _steady_last(raw, context)


def full_name(raw: object, context: FormatContext) -> Cleaned:
    """The whole name, given names first: `Doe, Jane` becomes `Jane Doe`."""
    return _split(raw, "")


def _name(raw: object, *, first: bool) -> Cleaned:
    text, changes, refusal = _bare(raw)
    if refusal is not None:
        return refusal
    if spelling.one_case(text) and not (first and spelling.is_initials(text)):
        spelt = _whole(text) if first else spelling.usual(text)
        if spelt != text:
            changes = (*changes, Change("recased", f"typed as {text}"))
        text = spelt
    return done(raw, text, changes)


_steady_first = steady(lambda raw, context: _name(raw, first=True))
_steady_last = steady(person_name)


def _bare(raw: object) -> tuple[str, Changes, Cleaned | None]:
    """The name without what does not belong to it, or the answer when it is none."""
    text, changes = tidy(raw)
    if not text:
        return "", (), nothing(raw, changes)
    clean = _CLEAN.fullmatch(text) is not None
    if not clean:
        text, changes = _stripped(text, changes)
        refusal = _no_name(raw, text, changes)
        if refusal is not None:
            return "", (), refusal
    if " " in text and _COMPANY.search(text):
        return "", (), refused(raw, "company_in_name", "a company, not a person", changes)
    if " " in text or "," in text:
        text, changes = _without_titles(text, changes)
    if not clean and _ODD.search(text):
        changes = (*changes, Change("unlikely_name", "characters names rarely have"))
    return text, changes, None


def _stripped(text: str, changes: Changes) -> tuple[str, Changes]:
    if ("&" in text or "<" in text) and looks_like_html(text):
        plain = " ".join(readable(text).split())
        text, changes = plain, (*changes, Change("html_removed", "HTML turned into text"))
    if not text.isascii() or ":" in text or ";" in text:
        without = " ".join(_EMOJI.sub(" ", text).split())
        if without != text:
            text, changes = without, (*changes, Change("emoji_removed", "emoji taken out"))
    bare = text.strip(_EDGE)
    if sum(map(bare.count, _QUOTES)) % 2:  # William "Bill": the nickname keeps its quotes
        bare = text.strip(_EDGE_BUT_QUOTES)
    if bare != text and _LETTER.search(bare):
        text, changes = bare, (*changes, Change("reformatted", "signs around the name taken out"))
    return text, changes


def _no_name(raw: object, text: str, changes: Changes) -> Cleaned | None:
    if "@" in text and _MAIL.search(text):
        return refused(raw, "email_in_name", "an e-mail address, not a name", changes)
    if _LINK.search(text):
        return refused(raw, "link_in_name", "a link, not a name", changes)
    if is_placeholder(text) and len(text) != 1:
        return refused(raw, "placeholder", f"'{text}' says nothing", changes)
    if not _LETTER.search(text):
        return refused(raw, "not_a_name", "no letter in it", changes)
    return None


def _without_titles(text: str, changes: Changes) -> tuple[str, Changes]:
    words = text.split(" ")
    taken: list[str] = []
    while len(words) > 1 and (_is_title(words[0]) or (taken and words[0].casefold() in _FACULTIES)):
        taken.append(words.pop(0))
    tail: list[str] = []
    while len(words) > 1 and words[-1] in _CALLED:
        tail.insert(0, words.pop())
    while len(words) > 1 and _is_degree(words[-1], words[-2], shouted=text.isupper()):
        tail.insert(0, words.pop())
    if not taken and not tail:
        return text, changes
    left = " ".join(words).rstrip(",")
    return left, (*changes, Change("honorific_removed", f"taken out: {' '.join((*taken, *tail))}"))


def _is_degree(word: str, before: str, *, shouted: bool) -> bool:
    """A degree behind a name; among capitals `MA` is one only behind a comma, for `JACK MA` is a name."""
    plain = word.casefold().strip(".,()")
    if plain not in _DEGREES:
        return False
    set_apart = "." in word or before.endswith(",")
    return set_apart or (word.isupper() and not (shouted and plain in _NAMES_TOO))


def _is_title(word: str) -> bool:
    plain = word.casefold()
    return plain.rstrip(".,") in _HONORIFICS and (word.endswith(".") or plain not in _ALSO_NAMES)


def _split(raw: object, part: str) -> Cleaned:
    text, changes, refusal = _bare(raw)
    if refusal is not None:
        return refusal
    if spelling.one_case(text):
        spelt = spelling.usual(_TIGHT.sub(", ", text)) if "," in text else _whole(text)
        if spelt != text:
            changes, text = (*changes, Change("recased", f"typed as {text}")), spelt
    if eastern := _FAMILY_FIRST.fullmatch(text):
        last, _, first = text.partition(" ")
    else:
        first, last = _parts(text)
    whole = text if eastern else " ".join(piece for piece in (first, last) if piece)
    wanted = {"first": first, "last": last}.get(part, whole)
    if not wanted:
        return EMPTY
    if wanted != text:
        changes = (*changes, Change("reformatted", f"taken from {text}"))
    return done(raw, wanted, changes)


def _whole(text: str) -> str:
    """A whole name: what stands first is a given name, also when it looks like a particle (Van Nguyen)."""
    spelt = spelling.usual(text)
    return spelt[:1].upper() + spelt[1:]


def _own_words(title: str) -> list[str]:
    """What the library takes for a title and we do not: a name (Sultan Ali Khan, Ma. Teresa Cruz), which must not get lost."""
    return [
        word for word in title.split() if word not in _JOINED and not (_is_title(word) or word.casefold() in _FACULTIES)
    ]


def _parts(text: str) -> tuple[str, str]:
    text = _TIGHT.sub(", ", text)
    words = text.split(" ")
    if len(words) == 1:
        return "", text
    if len(words) == 2 and "," not in text:
        return words[0], words[1]
    name = HumanName(text)
    given = " ".join(piece for piece in (*_own_words(name.title), name.first, name.middle) if piece)
    family = " ".join(piece for piece in (name.last, name.suffix) if piece)
    return (given, family) if family or given else ("", text)
