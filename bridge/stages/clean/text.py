"""Hygiene of text, for every format: what is broken is mended, what is invisible goes, white space is put in order.

`tidy(raw)` gives one line, `tidy(raw, lines=True)` keeps line breaks. White space and Unicode form (NFC) change silently; anything else
leaves a `Change`. Tidying twice changes nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex
from ftfy import TextFixerConfig, fix_encoding
from ftfy.badness import is_bad

from bridge.stages.clean.answers import Change, Changes

MOST_READ = 400_000
"""Characters of one value that are looked at; beyond it the value is cut first, so a 5 MB field cannot stall a run."""

# Quotes stay as typed and &lt;script&gt; stays text: the defaults of the library would change both.
_ENCODING = TextFixerConfig(unescape_html=False, uncurl_quotes=False, explain=False)

# Broken letters show in a few characters side by side, one of them beyond ASCII: nothing ftfy looks for is longer than seven.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f](?:[\x00-\x7f]{0,6}[^\x00-\x7f])*")
_ABOUT = 6
_LONGEST_PIECE = 40
_SURROGATES = regex.compile(r"[\ud800-\udfff]")
_CONTROLS = regex.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Joiners stay where a script or an emoji needs them; direction marks never carry meaning in a field.
_INVISIBLE = regex.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
    r"|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{Arabic}\p{Mn}\p{Indic_Syllabic_Category=Consonant}])[\u200c\u200d]"
    r"|[\u200c\u200d](?![\p{Extended_Pictographic}\p{Arabic}\p{L}])"
)
_LINE_BREAKS = regex.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_BLANKS_WITHIN = regex.compile(r"(?<=\S)(?:[^\S\n]{2,}|[^\S\n ])(?=\S)")  # one blank is as it should be
_BLANKS_AT_END = regex.compile(r"[^\S\n]+(?=\n|\Z)")
_INDENT = regex.compile(r"^[^\S\n]+", regex.M)
_MANY_BREAKS = regex.compile(r"\n{3,}")
# What Python calls printable and nobody sees: with it absent, a printable text has nothing of `_CONTROLS` and `_INVISIBLE`.
_UNSEEN_LETTERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
_UNSETTLED = ("  ", " \n", "\n ", "\n\n\n")
DEEPEST = 12
"""Blanks of an indent that stay."""
_DEEPER = " " * (DEEPEST + 1)


class Tidied(NamedTuple):
    """A text after hygiene, and what was done beyond white space."""

    text: str
    changes: Changes


def as_text(raw: object) -> str | None:
    """What a source gave as text: numbers in plain digits, lists joined by semicolons. None: not a text at all."""
    if isinstance(raw, str):
        return raw
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "replace")
    if isinstance(raw, list | tuple):
        parts = [as_text(part) for part in raw]
        return None if None in parts else ";".join(part for part in parts if part)
    if isinstance(raw, int):
        return str(raw) if raw.bit_length() < 1000 else None  # Python refuses to spell longer ones
    return None if isinstance(raw, dict | set) else str(raw)


def tidy(raw: object, *, lines: bool = False) -> Tidied:
    """Hygiene for one value; an unusable object gives an empty text and the reason `not_text`."""
    text = as_text(raw)
    if text is None:
        return Tidied("", (Change("not_text", f"a {type(raw).__name__}, not a text"),))
    if text.isascii() and text.isprintable():
        return Tidied(" ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text, ())
    changes: dict[Change, None] = {}
    if len(text) > MOST_READ:
        changes[Change("cut_to_length", f"{len(text)} characters came, the first {MOST_READ} were read")] = None
        text = text[:MOST_READ]
    for _ in range(4):  # one mending may lay bare another; four rounds are more than any real value needs
        before = text
        text = _spaced(_visible(_mended(text, changes), changes), lines)
        if text == before:
            break
    return Tidied(text, tuple(changes))


def _mended(text: str, changes: dict[Change, None]) -> str:
    if text.isascii():
        return text
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        changes[Change("mended_text", "half characters joined or taken out")] = None
    fixed = fix_encoding(text, _ENCODING) if perhaps_broken(text) else text
    if fixed != text:
        changes[Change("mended_text", "broken letters mended")] = None
    if "\ufffd" in fixed:
        changes[Change("unreadable_characters", "some characters were lost before the value reached us")] = None
    return unicodedata.normalize("NFC", fixed)


def perhaps_broken(text: str) -> bool:
    """False when ftfy would surely leave `text` as it is: it asks some forty questions at every letter, and most of a long text is ASCII."""
    return any(
        _looks_broken(text[max(0, piece.start() - _ABOUT) : piece.end() + _ABOUT])
        for piece in _BEYOND_ASCII.finditer(text)
    )


def _looks_broken(piece: str) -> bool:
    return _short_looks_broken(piece) if len(piece) <= _LONGEST_PIECE else is_bad(piece)


_short_looks_broken = lru_cache(maxsize=4096)(is_bad)


def _is_plain(text: str) -> bool:
    """Letters, blanks and line breaks only: nothing invisible, no other white space."""
    return text.replace("\n", " ").isprintable() and not _UNSEEN_LETTERS.search(text)


def _visible(text: str, changes: dict[Change, None]) -> str:
    if _is_plain(text):
        return text
    broken = _LINE_BREAKS.sub("\n", text)
    shown: str = _INVISIBLE.sub("", _CONTROLS.sub("", broken))
    if shown != broken:
        changes[Change("invisible_removed", "invisible characters taken out")] = None
    return shown


def _spaced(text: str, lines: bool) -> str:
    if not lines:
        return " ".join(text.split())
    plain = _is_plain(text)  # if so, what is not seen here at once need not be looked for
    if plain and not any(blanks in text for blanks in _UNSETTLED) and text == text.strip():
        return text
    if not plain or " \n" in text or text.endswith(" "):
        text = _BLANKS_AT_END.sub("", text)
    if not plain or "  " in text:
        text = _BLANKS_WITHIN.sub(" ", text)
    if not plain or _DEEPER in text:
        text = _INDENT.sub(lambda indent: " " * min(len(indent[0].expandtabs(4)), DEEPEST), text)
    if "\n\n\n" in text:
        text = _MANY_BREAKS.sub("\n\n", text)
    text = text.strip("\n")
    return text if text.lstrip().startswith(("* ", "1. ")) else text.lstrip()  # a list keeps its indent
