"""Which of many faces are one person's, from vectors alone. Arrays, no files. Pure.

Groups are joined while the mean distance of their faces is within the bound (average linkage: R. R. Sokal, C. D. Michener, 1958; used for
faces in films since M. Everingham, J. Sivic, A. Zisserman, "Hello! My name is… Buffy", BMVC 2006), which does not chain strangers
together by a third who is like both. Faces seen at one time are two people's (R. G. Cinbis, J. Verbeek, C. Schmid, "Unsupervised metric
learning for face identification in TV video", ICCV 2011). Nearest-neighbour chains find the same groups as joining the nearest
two again and again, in time that grows with the square of their number (F. Murtagh, Computer Journal 26, 1983).
"""

from __future__ import annotations

from typing import Any

import numpy as np

SAME = 0.83
"""Mean distance within which groups of faces are one person's. Two faces are told apart at 1, the bound the network was published with;
where groups are made and one mistake joins many, dlib's own example takes .5 of its .6, which is this. See docs/accuracy.md."""
COMPARED = 3000
"""Faces that are compared with each other at most, those that are seen longest: bounds memory and time. Others join the nearest group."""


def grouped(vectors: Any, weights: Any, together: Any = (), bound: float = SAME) -> Any:
    """Group numbers (faces,) int64 from 0, in the order of each group's first face.

    `vectors` (faces, width); `weights` (faces,) say whom to leave out of the comparison first; `together`: pairs of faces that are two
    people's for certain.
    """
    count = len(vectors)
    if not count:
        return np.zeros(0, np.int64)
    chosen = np.sort(np.argsort(-np.asarray(weights), kind="stable")[:COMPARED])
    labels = np.full(count, -1, np.int64)
    place = np.full(count, -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    pairs = np.asarray(list(together), np.int64).reshape(-1, 2)
    inside = place[pairs]
    labels[chosen] = _joined(vectors[chosen], inside[(inside >= 0).all(axis=1)], bound)
    _assign(vectors, labels, pairs, bound)
    _, first, numbers = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[numbers]


def distances(one: Any, other: Any) -> Any:
    """Euclidean distances (n, m) float32."""
    square = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    return np.sqrt(np.maximum(square, 0)).astype(np.float32)


def _joined(vectors: Any, apart: Any, bound: float) -> Any:
    count = len(vectors)
    far = distances(vectors, vectors)
    far[np.arange(count), np.arange(count)] = np.inf
    far[apart[:, 0], apart[:, 1]] = far[apart[:, 1], apart[:, 0]] = np.inf
    sizes, labels = np.ones(count), np.arange(count)
    live = np.ones(count, bool)
    chain: list[int] = []
    while live.any():
        if not chain:
            chain = [int(live.argmax())]
        here = chain[-1]
        near = int(far[here].argmin())
        if len(chain) > 1 and far[here, chain[-2]] <= far[here, near]:
            near = chain[-2]
        if far[here, near] > bound:  # nobody who is near enough: nor will anybody be, for means only grow from here
            live[here], far[:, here], chain = False, np.inf, chain[:-1]
        elif len(chain) > 1 and near == chain[-2]:
            whole = sizes[here] + sizes[near]
            mean = (far[here] * sizes[here] + far[near] * sizes[near]) / whole
            mean[near] = np.inf
            far[near], far[:, near] = mean, mean
            far[here], far[:, here] = np.inf, np.inf
            sizes[near], live[here] = whole, False
            labels[labels == here] = near
            chain = chain[:-2]
        else:
            chain.append(near)
    return labels


def _assign(vectors: Any, labels: Any, apart: Any, bound: float) -> None:
    """Those not compared join the group whose middle is nearest, or are alone."""
    left = np.flatnonzero(labels < 0)
    if not len(left):
        return
    groups = np.unique(labels[labels >= 0])
    middles = np.stack([vectors[labels == group].mean(axis=0) for group in groups])
    near = distances(vectors[left], middles)
    others: dict[int, set[int]] = {}
    for one, other in apart:
        others.setdefault(int(one), set()).add(int(other))
        others.setdefault(int(other), set()).add(int(one))
    alone = int(labels.max()) + 1
    for row, face in enumerate(left):
        barred = {int(labels[other]) for other in others.get(int(face), ()) if labels[other] >= 0}
        for group in np.argsort(near[row], kind="stable"):
            if near[row, group] > bound:
                break
            if int(groups[group]) not in barred:
                labels[face] = groups[group]
                break
        if labels[face] < 0:
            labels[face], alone = alone, alone + 1
