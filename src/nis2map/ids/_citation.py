"""How units are cited: by the templates that `data/ids.json` holds for the forms of a framework's ids."""

from __future__ import annotations

import re
from functools import lru_cache

from ._frameworks import Ids, ids_of
from ._words import ORDINAL_NAMES

__all__ = ["cite", "eli", "part_of"]

# A segment in brackets is left out if its first group is empty.
_OPTIONAL = re.compile(r"\[([^\]{]*\{(\w+)\}[^\]]*)\]")
_GROUP = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=4096)
def cite(framework: str, local: str) -> str:
    """Return the citation of a unit, part or demand; the local id if the framework has none."""
    ids = ids_of(framework)
    if ids is None:
        return local
    unit, _, demand = local.partition("#")
    official, _, part = unit.partition("~")
    said = [ids.parts.get(unit, part.replace("-", " ")), demand.replace("-", " ")]
    what = ", ".join(word for word in said if word)
    return _official(ids, official) + (f" ({what})" if what else "")


def _official(ids: Ids, local: str) -> str:
    for pattern, template in ids.citations:
        match = pattern.fullmatch(local)
        if match is not None:
            values = {name: value or "" for name, value in match.groupdict().items()}
            return _filled(template, _words(ids, local, values))
    return local


def _words(ids: Ids, local: str, values: dict[str, str]) -> dict[str, str]:
    """Return the values of a form as they are written: letters in parentheses, the subparagraph as an ordinal."""
    letters = values.get("letters", "")
    # Points are cited with the subparagraph that holds them, which the id leaves out: Article 23(4), first
    # subparagraph, point (a).
    held = ids.holders.get(local.removesuffix(letters), 0) if letters else 0
    number = int(values.get("subparagraph") or held)
    return values | {
        "letters": "".join(f"({letter})" for letter in letters.split(".")[1:]),
        "subparagraph": ORDINAL_NAMES[number] if number < len(ORDINAL_NAMES) else f"{number}th",
    }


def _filled(template: str, values: dict[str, str]) -> str:
    kept = _OPTIONAL.sub(lambda m: m[1] if values.get(m[2]) else "", template)
    return _GROUP.sub(lambda m: values[m[1]], kept)


def part_of(framework: str, local: str, said: str) -> str | None:
    """Return the part of an official unit that its citation says in parentheses, None if the unit has none such."""
    ids = ids_of(framework)
    parts = ids.parts.items() if ids is not None else ()
    return next((part for part, noun in parts if noun == said and part.partition("~")[0] == local), None)


def eli(framework: str, local: str) -> str | None:
    """Return the ELI link of the article that a unit lies in, of the act for its Annexes, None outside EU law."""
    ids = ids_of(framework)
    if ids is None or not ids.eli:
        return None
    article = re.match(r"Article (\d+)", cite(framework, local))
    return f"{ids.eli}/art_{article[1]}/oj" if article else f"{ids.eli}/oj"
