"""Which companies of our group fall under NIS 2, as what, and what would change if they stood alone?"""

from __future__ import annotations

import nis2map
from nis2map import Entity, Figures, Partner

# Annual work units and EUR a year. Of linked enterprises all counts, of partners (25 to 50 %) their share.
FIGURES = {
    "Holding": Figures(headcount=25, turnover=4e6, balance_sheet=90e6),
    "Cloud": Figures(headcount=30, turnover=6e6, balance_sheet=5e6),
    "Food": Figures(headcount=210, turnover=48e6, balance_sheet=30e6),
    "Names": Figures(headcount=8, turnover=1e6, balance_sheet=1e6),
}
TYPES = {"Holding": (), "Cloud": "nis2:annexI.8.4", "Food": "nis2:annexII.4.1", "Names": "nis2:annexI.8.3"}
JOINT_VENTURE = Partner(Figures(headcount=400, turnover=80e6, balance_sheet=60e6), share=0.3)

print(f"{'company':9} {'alone':20} {'in the group':20} duties  CIR")
for name, own in FIGURES.items():
    group = [figures for other, figures in FIGURES.items() if other != name]
    alone = nis2map.classify(Entity(TYPES[name], years=[own]))
    found = nis2map.classify(
        Entity(TYPES[name], years=[own], linked=group, partners=[JOINT_VENTURE], established_in="AT", name=name)
    )
    duties = len(nis2map.duties(found))
    words = [str(one.entity_class).replace("_", " ") for one in (alone, found)]
    print(f"{name:9} {words[0]:20} {words[1]:20} {duties:6}  {'binds' if found.cir_applies else '-'}")
    print(f"          because: {found.reasons[-1].text} ({found.reasons[-1].citation})")

# A State may leave the group's figures out for a company that stands alone in its systems (recital 16).
set_aside = Entity(TYPES["Cloud"], years=[FIGURES["Cloud"]], linked=[FIGURES["Food"]], group_set_aside=True)
print(f"Cloud, if its State leaves the group out: {str(nis2map.classify(set_aside).entity_class).replace('_', ' ')}")
