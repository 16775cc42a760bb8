"""What people wrote or said, made readable: form comments, chat transcripts, call notes, survey answers, e-mails.

HTML goes, lists and line breaks stay. Signatures and the history an e-mail quotes are folded into one line that says how much there was, so that
nothing is lost without a word: `plain` gives everything. A transcript becomes one line a turn: speaker, time, text.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from bridge.frozen import frozen
from bridge.stages.clean import signatures
from bridge.stages.clean.notes import looks_like_html, readable
from bridge.stages.clean.text import tidy

_REPLY = regex.compile(
    r"^(?:on .{4,140}\bwrote ?:|am .{4,140}\bschrieb.{0,80}:|le .{4,140}\ba écrit ?:|el .{4,140}\bescribió ?:|il (?:giorno )?.{4,140}\bha scritto ?:|"
    r"em .{4,140}\bescreveu ?:|op .{4,140}\bschreef.{0,80}:|den .{4,140}\bskrev.{0,80}:|.{4,140}\bnapisał(?:\(a\)|a)? ?:|"
    r"-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|mensagem original|"
    r"oorspronkelijk bericht|forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado)\s*-{2,})\s*$",
    regex.I,
)
"""What stands above a quoted mail, in nine languages; it may run over two lines."""
_QUOTED = regex.compile(r"^\s*>")
_RULE = regex.compile(r"^[_-]{8,}$")
_HEADER = regex.compile(
    r"^(?:from|von|de|da|van|från|sent|date|gesendet|datum|envoyé|enviado|enviada|inviato|data|verzonden|skickat|"
    r"to|an|à|a|para|aan|till|cc|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne)\s?: \S",
    regex.I,
)
_ANSWERED = regex.compile(r"^.{4,140}<[^<>\s]+@[^<>\s]+>.{0,40}[:：]$")
"""What stands above a quoted mail in any language: who wrote, with their address; the quotation follows."""
_TIME = r"(?:\d{4}-\d{2}-\d{2}[T ])?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?(?: ?[ap]m)?"
_SENTENCE_END = regex.compile(r"(?<=[.!?…。！？])\s|\n")
_TURNS = (
    regex.compile(rf"^[\[(](?P<time>{_TIME})[\])]\s*(?P<who>[^:\n]{{1,60}}):\s*(?P<text>.*)$", regex.I),
    regex.compile(rf"^(?P<who>[^:\n\[(]{{1,60}}?)\s*[\[(](?P<time>{_TIME})[\])]\s*:\s*(?P<text>.*)$", regex.I),
    regex.compile(rf"^(?P<time>{_TIME})\s*[-–|]?\s*(?P<who>[^:\n\d][^:\n]{{0,59}}):\s*(?P<text>.*)$", regex.I),
)
LONGEST_TAIL = 60
"""Characters of the second line of what stands above a quoted mail."""


@frozen
class Turn:
    """One thing said in a conversation; `time` as it was written, empty when it was not."""

    speaker: str
    time: str
    text: str


def plain(raw: str) -> str:
    """`raw` as text with its lines; nothing folded."""
    text = tidy(raw, lines=True).text
    if ("<" in text or "&" in text) and looks_like_html(text):
        text = tidy(readable(text), lines=True).text
    return text


def conversation(raw: str) -> str:
    """`raw` readable: transcripts turn by turn, quoted history and signatures folded."""
    text = plain(raw)
    spoken = turns(text)
    if len(spoken) >= 2:
        return transcript(spoken)
    return folded(text)


def transcript(said: Iterable[Turn]) -> str:
    """One line a turn: speaker, time, text; further lines of a text are set in."""
    return "\n".join(f"{one.speaker}{f' {one.time}' if one.time else ''}: {one.text}" for one in said)


def turns(text: str) -> list[Turn]:
    """The turns of a transcript; empty when the text is none. A line without a speaker belongs to the turn before it."""
    found: list[Turn] = []
    for line in text.split("\n"):
        match = next((one for pattern in _TURNS if (one := pattern.match(line.strip()))), None)
        if match is not None:
            found.append(Turn(match["who"].strip(), _clock(match["time"]), match["text"].strip()))
        elif not found:
            return []
        elif line.strip():
            last = found.pop()
            found.append(Turn(last.speaker, last.time, f"{last.text}\n  {line.strip()}" if last.text else line.strip()))
    return found


def _clock(time: str) -> str:
    """Hours and minutes; the day stays when it was written."""
    return (
        str(regex.sub(r"(?<=\d{1,2}:\d{2}):\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?", "", time)).replace("T", " ").strip()
    )


def folded(text: str) -> str:
    """Quoted history and signature as one line each that says how many lines it stands for; a text of nothing else stays as it is."""
    lines = text.split("\n")
    quote = next((at for at, line in enumerate(lines) if _starts_history(lines, at)), len(lines))
    own, history = lines[:quote], lines[quote:]
    sign = next((at for at in range(len(own)) if signatures.starts(own, at)), len(own))
    own, signature = own[:sign], own[sign:]
    more = signatures.afterthought(signature)
    signature, after = signature[:more], signature[more:]
    if not any(line.strip() for line in own):
        return text
    kept = "\n".join(own).rstrip()
    marks = [_mark("signature", signature), "\n".join(after).strip(), _mark("earlier messages", history)]
    return "\n".join([kept, *(mark for mark in marks if mark)])


def _starts_history(lines: list[str], at: int) -> bool:
    line = lines[at].strip()
    following = lines[at + 1].strip() if at + 1 < len(lines) else ""
    if _REPLY.match(line) or (line and len(following) < LONGEST_TAIL and _REPLY.match(f"{line} {following}")):
        return True
    if _ANSWERED.match(line) and _QUOTED.match(next((one for one in lines[at + 1 :] if one.strip()), "")):
        return True
    if _RULE.match(line):
        return bool(following) and _starts_history(lines, at + 1)
    if _QUOTED.match(line):
        return all(_QUOTED.match(one) or not one.strip() for one in lines[at:])
    return bool(_HEADER.match(line)) and sum(bool(_HEADER.match(one.strip())) for one in lines[at : at + 5]) >= 3


def _mark(what: str, lines: list[str]) -> str:
    number = sum(bool(line.strip()) for line in lines)
    return f"[{what}: {number} {'line' if number == 1 else 'lines'}]" if number else ""


def shortened(text: str, limit: int) -> str:
    """`text` up to the last whole sentence or line within `limit` characters, with a mark when something was left out."""
    if len(text) <= limit:
        return text
    ends = [match.start() for match in _SENTENCE_END.finditer(text, 0, limit)]
    good = [end for end in ends if end >= limit // 3]
    end = good[-1] if good else text.rfind(" ", limit // 2, limit)
    return text[: end if end > 0 else limit].rstrip() + " […]"
