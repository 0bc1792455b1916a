"""The plain loop that scoring is measured against; frozen, so that ratios stay comparable over time.

It changed once, with what the numbers mean (a joint link is as strong as its weakest control, and what only supports
earns `SUPPORT`); it makes the same passes over the same links as before.

It gets the links as dicts of tuples and the degrees as a dict, and works out low, estimate and high of every demand,
nothing else: no inheritance, no findings on requirements, no classes, no provenance, no roll-up.
"""

from __future__ import annotations

Triple = tuple[float, float, float]
SUPPORT = 0.0


def prepare(
    links: list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]], demands: list[str]
) -> dict[str, list[tuple[tuple[str, ...], bool]]]:
    """Per demand the sets of controls that name it and whether they cover it."""
    serving: dict[str, list[tuple[tuple[str, ...], bool]]] = {demand: [] for demand in demands}
    for controls, covers, supports in links:
        for demand in covers:
            serving[demand].append((controls, True))
        for demand in supports:
            serving[demand].append((controls, False))
    return serving


def score(serving: dict[str, list[tuple[tuple[str, ...], bool]]], degrees: dict[str, Triple]) -> dict[str, Triple]:
    """Low, estimate and high per demand."""
    unknown = (0.0, 0.0, 1.0)
    scores: dict[str, Triple] = {}
    for demand, links in serving.items():
        low = estimate = high = 0.0
        for controls, covering in links:
            triples = [degrees.get(control, unknown) for control in controls]
            one_low = min(triple[0] for triple in triples)
            one_estimate = min(triple[1] for triple in triples)
            one_high = min(triple[2] for triple in triples)
            if covering:
                low = max(low, one_low)
                estimate = max(estimate, one_estimate)
                high = max(high, one_high)
            else:
                estimate = max(estimate, SUPPORT * one_estimate)
                high = max(high, SUPPORT * one_high)
        scores[demand] = (low, estimate, high)
    return scores
