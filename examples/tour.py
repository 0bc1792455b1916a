"""A tour: units, links, where they come from, and the graph behind them."""

from __future__ import annotations

import nis2map

ds = nis2map.load()
print(ds)

point = ds.requirement("Article 21(2), point (h)")
print(point.ref, "|", point.ref.citation, "|", point.title, "|", point.ref.eli)
for child in ds.children(point.ref):
    for demand in ds.demands(child):
        print("  asks:", demand.label)

for link in nis2map.related("CIR 9.2(c)(iv)"):
    print(link.controls[0].citation, link.relation, "|", link.rationale, "|", link.source, link.review)

try:
    nis2map.parse_ref("A.8.35")
except nis2map.UnknownRef as error:
    print("no such control:", error)

graph = ds.graph("enisa")
controls = [node for node, data in graph.nodes(data=True) if data["side"] == "control"]
print(len(controls), "controls,", sum(graph.degree(node) > 0 for node in controls), "of them linked by ENISA")
