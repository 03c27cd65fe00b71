r"""Trains what `ml/engines/feelings.py` adds to MiniLM: low-rank deltas of its layers, and two heads, stored as `feelings.npz`.

    python -m benchmarks.train_feelings --sst2 FILE --tweets TEXTS LABELS --ekman TRAIN DEV --models DIR [--out FILE] [...]

What is shipped was made by these, OMP_WAIT_POLICY=passive, bfloat16 on two cores with AVX-512, eight to twelve minutes each:

    ... --epochs 4 --rate 7e-4 --hidden 0 --emotional 0.5 --brief 1 --keep first.pt
    ... --epochs 3 --rate 4e-4 --heads first.pt --keep second.pt
    ... --epochs 3 --rate 5e-4 --hidden 0.15 --emotional 0.15 --brief 1 --heads second.pt --keep third.pt
    ... --join first.pt second.pt third.pt --out stage.npz

and, when there were lines of our own (`feelings_lines.tsv`, the three above had none; five to seven minutes each):

    ... --onward stage.npz --epochs 1 --rate 3e-4 --hidden 0.05 --emotional 0.4 --brief 0.25 --keep fourth.pt
    ... --onward stage.npz --epochs 1 --rate 4e-4 --seed 3 --hidden 0.1 --emotional 0.35 --brief 0.5 --keep fifth.pt
    ... --onward stage.npz --share 0.95 --join fourth.pt fifth.pt

and from there, when there was a teacher (`feelings_teacher.py`, three times, the second --after 60000, the third --after 94000 --most
110000), each going on from what the one before stored (23 to 36 minutes each; --join by 44 ranks, then by 50):

    ... --answers first.npz --onward A.npz --epochs 3 --rate 4e-4 --seed 5 --hidden 0.08 --emotional 0.3 --brief 0.3 \
        --reviewed 0.5 --keep a.pt
    ... --onward A.npz --join a.pt --out B.npz
    ... --answers first.npz --onward B.npz --epochs 2 --rate 4e-4 --seed 7 --hidden 0.1 --emotional 0.25 --brief 0.1 \
        --reviewed 1 --keep b.pt
    ... --onward B.npz --join b.pt --out C.npz
    ... --answers first.npz second.npz --onward C.npz --epochs 2 --rate 4e-4 --seed 9 --hidden 0.1 --emotional 0.25 --brief 0.1 \
        --reviewed 0.9 --keep c.pt
    ... --onward C.npz --join c.pt --out D.npz
    ... --answers first.npz second.npz third.npz --onward D.npz --epochs 2 --rate 4e-4 --seed 8 --hidden 0.08 --emotional 0.3 \
        --brief 0.3 --reviewed 0.65 --keep d.pt
    ... --onward D.npz --join d.pt

E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022. Several sets teach one network at once: what a set does not
say is masked out of the loss. Whole sentences of SST-2 are held out with all their phrases, a quarter of the tweets, GoEmotions'
development set, and a fifth of our own lines. Half of each calibrates; the scores are of the other half, by the weights as they are stored
and the code that users run, beside VADER and a linear classifier on MiniLM's vectors as they were. Of a run the mean of the last steps is
kept, whatever it scores; that the mean of three runs is shipped, was decided by the held-out scores. Random numbers are seeded; with other
threads or another processor sums differ in their last bits.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.feelings_course import RANK, Course, add_texts, gather, learn, told
from benchmarks.feelings_keeping import Onward, held_out, joined, report, store, stored_in
from benchmarks.feelings_network import Student
from ml.engines import feelings, minilm

JOINED = 50
"""The rank of each delta of the mean of several networks."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_texts(parser)
    parser.add_argument("--answers", type=Path, nargs="+", help="what `feelings_teacher.py` wrote, to learn from as well")
    parser.add_argument("--models", type=Path, required=True, help="the folder of installed models")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--emotional", type=float, default=0.3)
    parser.add_argument("--brief", type=float, default=0.25)
    parser.add_argument("--hidden", type=float, default=0.1)
    parser.add_argument("--reviewed", type=float, default=0.6, help="which share of the sentences of reviews an epoch sees")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="the weights as they were trained, for --heads and --join")
    parser.add_argument("--heads", type=Path, help="weights that were kept whose heads this begins with; its deltas begin anew")
    parser.add_argument("--onward", type=Path, help="stored weights from which this goes on; its deltas are added to theirs by --join")
    parser.add_argument("--share", type=float, default=1.0, help="how much of the way from there --join goes")
    parser.add_argument("--join", type=Path, nargs="+", help="the mean of weights that were kept, instead of learning")
    parser.add_argument("--out", type=Path, default=feelings.WEIGHTS)
    options = parser.parse_args()
    if options.onward and not options.join and not options.keep:
        parser.error("what goes --onward is kept with --keep, and stored by --join")
    torch.manual_seed(options.seed)
    sets = gather(options.sst2, options.tweets, options.ekman)
    if options.answers and not options.join:
        sets = told(sets, options.answers)
    print(f"{len(sets.learnt)} rows, held out {len(sets.sentences)} sentences, {len(sets.tweets)} tweets, {len(sets.ekman)} of Ekman's")
    reader = minilm.load(options.models)
    onward = Onward(stored_in(options.onward), options.share) if options.onward else None
    student = Student(reader.network, JOINED if options.join else RANK)
    if onward and not options.join:
        student.begin(feelings.unpacked(onward.stored), onward.stored)
    if options.heads:
        kept = torch.load(options.heads, weights_only=True)
        student.load_state_dict({name: value for name, value in kept.items() if "body" not in name}, strict=False)
    if options.join:
        joined(student, options.join, onward)
        print(f"joined: {held_out(student, reader.tokenizer, sets)}", flush=True)
    else:
        shares = {"emotional": options.emotional, "brief": options.brief, "hidden": options.hidden, "reviews": options.reviewed}
        course = Course(options.epochs, options.rate, options.seed, **shares)
        learn(student, reader.tokenizer, sets, course)
    if options.keep:
        torch.save(
            {name: value for name, value in student.state_dict().items() if name.endswith((".up", ".down")) or "body" not in name},
            options.keep,
        )
    if onward and not options.join:
        return 0
    store(student, reader.tokenizer, sets, options.out)
    report(options.out, options.models, sets)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
