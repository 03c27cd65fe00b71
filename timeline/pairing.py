"""Matching two ordered rows one to one without crossings: as many pairs as possible, the least total distance among those."""

from __future__ import annotations

from collections.abc import Sequence

_FORBIDDEN = 1 << 60


def pair(costs: Sequence[Sequence[int | None]]) -> list[tuple[int, int]]:
    """Pairs (row, column), both rising. `costs[row][column]` is their distance, None where they must not be paired.

    Every element of the shorter side is given one of the longer side (dynamic programming within the band that leaves room
    for the rest); forbidden pairs are then dropped.
    """
    if not costs or not costs[0]:
        return []
    if len(costs) > len(costs[0]):
        turned = [[row[column] for row in costs] for column in range(len(costs[0]))]
        return sorted((row, column) for column, row in pair(turned))
    rows, columns = len(costs), len(costs[0])
    spare = columns - rows
    best = [0] * (spare + 1)
    choices: list[list[int]] = []
    for row in range(rows):
        current, choice = [0] * (spare + 1), [0] * (spare + 1)
        low, least = 0, best[0]
        for shift in range(spare + 1):
            if best[shift] < least:
                low, least = shift, best[shift]
            cost = costs[row][row + shift]
            current[shift] = least + (_FORBIDDEN if cost is None else cost)
            choice[shift] = low
        best = current
        choices.append(choice)
    shift = min(range(spare + 1), key=lambda s: (best[s], s))
    pairs = []
    for row in range(rows - 1, -1, -1):
        pairs.append((row, row + shift))
        shift = choices[row][shift]
    return [(row, column) for row, column in reversed(pairs) if costs[row][column] is not None]
