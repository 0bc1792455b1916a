"""What would a proposal change, here COM(2026) 13, which would amend NIS 2? A dataset of what is known; it is not law.

What stands here was read in secondary sources in November 2026, the text of the proposal itself was not. So the rows
are assumptions to compare with, each with its source, and every answer says that it is by a proposal.
"""

from __future__ import annotations

import attrs

import nis2map
from nis2map import Entity, Requirement
from nis2map.model import EntityType, LawVersion

PROPOSAL = "https://eur-lex.europa.eu/legal-content/EN/TXT/HTML/?uri=COM:2026:13:FIN"
NOTE = (
    "Known at second hand. The size rule of the new types is assumed to be that of Annex I. Not stated here, because "
    "the tables have no place for it: small mid-caps (below 750 staff, and 150 million turnover or 129 million balance "
    "sheet) as a size of their own, whose entities would as a rule be important. Nothing read says that the stages of "
    "Article 23 change."
)

law = nis2map.load().law
version = LawVersion(
    id="com-2026-13", title="COM(2026) 13", status="proposal of 20 January 2026, not law", url=PROPOSAL, note=NOTE
)
# The Directive has no such units, so that they are units of the proposal, with ids of its own.
NEW = {
    "com-2026-13:cables": "Submarine data cable operators",  # time.news, Cybersecurity package FAQs
    "com-2026-13:wallets": "Providers of European Digital Identity Wallets",  # CTI Pilot, relying on DLA Piper
}
like = next(kind for kind in law.entity_types if str(kind.ref) == "nis2:annexI.8.5")
added = [
    EntityType(
        ref=ref,
        annex="I",
        sector=like.sector,
        sector_title=like.sector_title,
        subsector="",
        subsector_title="",
        title=title,
        act="COM(2026) 13",
        condition="Wording of the Annex not read",
        carve_out="",
        rule="annex_one",
        jurisdiction="establishment",
        cir=False,
    )
    for ref, title in NEW.items()
]
# DNS services would fall under the size rule, as a public page on German law has it (19 September 2026).
kept = [
    attrs.evolve(kind, rule="annex_one") if kind.kind == "dns-service-provider" else kind for kind in law.entity_types
]

before = nis2map.load()
after = before.with_framework(
    nis2map.Framework("com-2026-13", "COM(2026) 13 (proposal, not law)", url=PROPOSAL),
    requirements=[Requirement(ref, None, title) for ref, title in NEW.items()],
).with_law(attrs.evolve(law, versions=[version], entity_types=[*kept, *added]), version="COM(2026) 13")

asked = [
    Entity("nis2:annexI.8.2", name="DNS, 12 people", headcount=12, turnover=2e6, balance_sheet=1e6),
    Entity("com-2026-13:cables", name="cable operator, 300 people", headcount=300, turnover=90e6, balance_sheet=80e6),
    Entity("nis2:annexI.5.1", name="hospital, 120 people", headcount=120, turnover=20e6, balance_sheet=9e6),
]
found = nis2map.compare(before, after, entities=asked)
for change in found.entities:
    print(change, end="\n\n")
print(NOTE, "The proposal:", PROPOSAL)
print("Read in: time.news, Cybersecurity package FAQs; CTI Pilot, EU Cybersecurity Package 2026")
