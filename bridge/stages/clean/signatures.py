"""Where the signature of a mail begins: at a line for it, at the closing words above a name and an address, at a legal notice.

Closing words alone fold nothing: "Best regards" and a name are as good as a mark that stands for them, and what somebody asks below their name
is no signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import regex

_MARKED = regex.compile(
    r"^--\s*$|^(?:sent from my|von meinem|envoyé de mon|enviado desde mi|enviado do meu|inviato (?:da|dal mio)|verstuurd vanaf mijn|"
    r"verzonden vanaf mijn|skickat från min|sendt fra min|wysłane z|отправлено с|"
    r"sent from (?:mail|outlook|yahoo mail|proton mail) (?:for|on)) \w+.{0,40}$|"
    r"^\w+から送信$|^发自我的 ?\w+$|"
    r"^(?:get|holen sie sich|télécharger|obtenir|obtener|scarica|obter) outlook (?:for|für|pour|para|per) (?:ios|android|mac)\b"
    r"(?: ?\(https?:\S+\))?\.?$",
    regex.I,
)
"""A line that nothing but a signature follows."""
_CLOSING = regex.compile(
    r"^(?:(?:(?:with |thanks (?:and|&) |many thanks and )?(?:my |our )?"
    r"(?:kind|kindest|best|warm|warmest|many) )?regards|(?:with )?best wishes|all the best|"
    r"(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|respectfully|cheers|"
    r"(?:mit )?(?:(?:vielen |herzlichen )?dank und )?"
    r"(?:freundlich|best|herzlich|viel|lieb|schön|sonnig|kollegial)e[nrms]? (?:grü(?:ß|ss)en?|gru(?:ß|ss))(?: aus [\w .-]{2,30})?|"
    r"mfg|vg|lg|hochachtungsvoll|"
    r"(?:bien )?cordialement(?: vôtre)?|(?:(?:sincères|meilleures|respectueuses) )?salutations(?: distinguées| cordiales)?|bien à vous|cdlt|"
    r"(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|(?:muy )?atentamente|"
    r"(?:(?:cordiali|distinti|cari|migliori) )?saluti|un cordiale saluto|"
    r"atenciosamente|(?:com os )?(?:(?:melhores|meus) )?cumprimentos|att|"
    r"(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|mvg|"
    r"(?:med )?(?:(?:vänliga?|vennlige?|venlige?) )(?:hälsning(?:ar)?|hilsen(?:er)?)|mvh|"
    r"ystävällisin terveisin|(?:serdecznie )?pozdrawiam|z poważaniem|s pozdravem|(?:tisztelettel|üdvözlettel)|cu stimă|"
    r"с уважением|з повагою|με εκτίμηση|saygılarımla|敬具|此致|敬上)\s*[,.!;。，]*$",
    regex.I,
)
"""What stands above the name, in some twenty languages; words that open a mail as well (thanks, merci, danke) are none."""
_NOTICE = regex.compile(
    r"^\W*(?:confidentiality (?:notice|note|statement)|disclaimer|legal (?:notice|disclaimer)|aviso (?:legal|de confidencialidad)|"
    r"vertraulichkeitshinweis|haftungsausschluss|avertissement)\b\W|"
    r"^\W*(?:this|the information (?:in|contained in) this) (?:e-?mail|message)\b.{0,160}\b(?:confidential|intended (?:only|solely)|privileged)\b|"
    r"^\W*diese (?:e-?mail|nachricht)\b.{0,100}\bvertraulich|"
    r"^\W*ce (?:message|courriel|mail)\b.{0,120}\bconfidentiel|"
    r"^\W*(?:este|esta) (?:mensaje|correo|mensagem|e-?mail)\b.{0,120}\b(?:confidencia|exclusiv)|"
    r"^\W*(?:questo messaggio|questa e-?mail)\b.{0,120}\briservat",
    regex.I,
)
"""What a company puts below every mail."""
_RULE = regex.compile(r"^[━─═＝=*＊_\-—–~＿]{5,}$")
_ADDRESS = regex.compile(r"[^\s@]@[^\s@]|\bwww\.|〒|(?:\+|\b0|\()\d[\d ()/.-]{6,}")
_AFTERTHOUGHT = regex.compile(r"^(?:p\. ?s\.|ps\b|n\. ?b\.|nb\b|post ?scriptum)", regex.I)
_WORD = regex.compile(r"\p{L}[\p{L}'’-]*")
LONGEST_NAME = 60
"""Characters of a name, a post, a company or a street below closing words."""
LEAST = 2
"""Lines below closing words that are worth a mark."""
MOST_BELOW = 60
"""Lines below its first that are looked at: no signature is longer, and pasted tables have thousands."""
SMALL_WORDS = 3
"""Words in small letters, half of a line or more, that make it a sentence and no name, post, company or street."""


def starts(lines: Sequence[str], at: int) -> bool:
    """True when the signature of a text begins with line `at`; never with its first."""
    line = lines[at].strip()
    if not at or not line:
        return False
    if _MARKED.match(line) or _NOTICE.match(line):
        return True
    closing, ruled = _CLOSING.match(line), _RULE.match(line)
    if not closing and not ruled:
        return False
    below = [one.strip() for one in lines[at + 1 : at + 1 + MOST_BELOW] if one.strip()]
    if closing:
        named = below[:LEAST]
        return len(named) == LEAST and all(len(one) <= LONGEST_NAME for one in named) and not _says_more(below)
    if _above(lines, at).endswith((":", "：")):
        return False  # what is ruled off below `Requirements:` are the requirements
    return not _says_more(below) and any(_ADDRESS.search(one) for one in below)


def afterthought(signature: Sequence[str]) -> int:
    """Where in the lines of a signature somebody goes on (P.S.); their number when nobody does."""
    return next((at for at, line in enumerate(signature) if at and _AFTERTHOUGHT.match(line.strip())), len(signature))


def _says_more(below: Sequence[str]) -> bool:
    """True when somebody asks, lists or says something below their name; what a company puts below every mail is not looked at."""
    own = takewhile(lambda line: not (_MARKED.match(line) or _NOTICE.match(line) or _AFTERTHOUGHT.match(line)), below)
    return any(line.endswith(("?", "？")) or line.startswith(("- ", "* ", "• ")) or _is_sentence(line) for line in own)


def _is_sentence(line: str) -> bool:
    words = [] if _ADDRESS.search(line) or line[0].isdigit() else _WORD.findall(line)  # 12 rue de la Paix
    small = sum(word[0].islower() for word in words)
    return bool(small >= SMALL_WORDS and 2 * small >= len(words))


def _above(lines: Sequence[str], at: int) -> str:
    return next((line.strip() for line in reversed(lines[:at]) if line.strip()), "")
