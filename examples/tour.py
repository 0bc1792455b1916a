"""What is in the data, and how do I ask it? Units, demands, links with their source, citations, search, the graph."""

from __future__ import annotations

import nis2map

ds = nis2map.load()
for framework in ds.frameworks.values():
    print(f"{framework.id:9} {framework.name}")

# Any usual spelling names a unit; its citation is how lawyers and auditors write it.
point = ds.requirement("Art. 21(2)(h)")
print(f"\n{point.citation}: {point.title}")
for unit in ds.children(point.ref):
    for demand in ds.demands(unit):
        print(f"  asks: {demand.label}")

# A link says which control gives what, in which grade, why, and who judged that.
print("\nCIR 9.2(c)(iv) and ISO/IEC 27001:")
for link in nis2map.related("CIR 9.2(c)(iv)"):
    control = ds.control(link.controls[0])
    print(f"  {control.citation} {control.title}: {link.relation}, {link.grade} ({link.source}, {link.review})")
    print(f"  why: {link.rationale}")

# An id that does not exist is an error with the nearest real ones, never a guess.
try:
    nis2map.parse_ref("A.8.35")
except nis2map.UnknownRef as error:
    print(f"\nA.8.35: {error}")

print("\nsearch for 'multi-factor authentication':")
for hit in nis2map.find("multi-factor authentication", limit=3):
    print(f"  {hit.citation}: {hit.title}")

# The crosswalk is a networkx graph of your own.
graph = ds.graph("enisa")
controls = [node for node, data in graph.nodes(data=True) if data["side"] == "control"]
linked = sum(graph.degree(node) > 0 for node in controls)
print(f"\nENISA's table links {linked} of {len(controls)} controls and clauses")
