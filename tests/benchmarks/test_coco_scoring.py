"""The score of boxes: COCO's definition, counted by hand. (Sixty random sets gave pycocotools' figures to the last digit.)"""

from __future__ import annotations

import pytest

from benchmarks.coco_scoring import Found, Labelled, labels_of, overlap, plain_name, score

BOX = (10.0, 10.0, 40.0, 20.0)


def shifted(share: float) -> tuple[float, float, float, float]:
    """`BOX` moved so that it overlaps itself by this share (intersection over union)."""
    width = BOX[2]
    return (BOX[0] + width * (1 - share) / (1 + share), *BOX[1:])


def test_overlap_is_intersection_over_union():
    assert overlap(BOX, BOX) == 1
    assert overlap(BOX, shifted(0.6)) == pytest.approx(0.6)
    assert overlap(BOX, (100.0, 100.0, 5.0, 5.0)) == 0
    assert overlap((20.0, 15.0, 4.0, 4.0), BOX, crowd=True) == 1  # wholly within the crowd


def test_everything_found_exactly_is_one_and_nothing_is_nought():
    labels = [Labelled(1, "cat", BOX), Labelled(2, "dog", BOX)]
    perfect = score(labels, [Found(one.image, one.label, one.box, 0.9) for one in labels])
    assert (perfect.ap50, perfect.mean, perfect.classes) == (1, 1, {"cat": 1, "dog": 1})
    assert score(labels, []).ap50 == 0
    half = score(labels, [Found(1, "cat", BOX, 0.9)])
    assert half.ap50 == half.mean == 0.5


def test_boxes_count_at_every_overlap_they_reach():
    close = score([Labelled(1, "cat", BOX)], [Found(1, "cat", shifted(0.72), 0.9)])
    assert close.ap50 == 1 and close.mean == pytest.approx(0.5)  # .5 .55 .6 .65 .7 of ten


def test_a_mistake_before_the_right_one_halves_precision_and_one_after_it_does_not_count():
    labels = [Labelled(1, "cat", BOX)]
    right, wrong = Found(1, "cat", BOX, 0.5), (200.0, 10.0, 40.0, 20.0)
    assert score(labels, [right, Found(1, "cat", wrong, 0.9)]).ap50 == pytest.approx(0.5)
    assert score(labels, [right, Found(1, "cat", wrong, 0.1)]).ap50 == 1
    assert score(labels, [right, Found(1, "cat", BOX, 0.4)]).ap50 == 1
    doubled = [*labels, Labelled(2, "cat", BOX)]
    assert score(doubled, [right, Found(1, "cat", BOX, 0.4), Found(2, "cat", BOX, 0.3)]).ap50 == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_crowds_and_what_is_to_be_ignored_are_neither_found_nor_missed():
    labels = [
        Labelled(1, "cat", BOX),
        Labelled(1, "cat", (100.0, 0.0, 80.0, 80.0), crowd=True),
        Labelled(1, "cat", (0.0, 200.0, 9.0, 9.0), ignored=True),
    ]
    found = [
        Found(1, "cat", (110.0, 10.0, 20.0, 20.0), 0.9),
        Found(1, "cat", (140.0, 10.0, 20.0, 20.0), 0.8),
        Found(1, "cat", (0.0, 200.0, 9.0, 9.0), 0.7),
    ]
    assert score(labels, [*found, Found(1, "cat", BOX, 0.5)]).ap50 == 1
    assert score(labels, found).ap50 == 0


def test_only_the_surest_hundred_of_a_class_in_an_image_count():
    many = [Found(1, "cat", (300.0 + number, 0.0, 5.0, 5.0), 0.9) for number in range(100)]
    assert score([Labelled(1, "cat", BOX)], [*many, Found(1, "cat", BOX, 0.5)]).ap50 == 0


def test_names_of_pascal_voc_are_those_of_coco_and_other_classes_do_not_count():
    assert plain_name("Motorbike") == "motorcycle" and plain_name("dining_table") == "dining table"
    labels = [Labelled(1, "tvmonitor", BOX)]
    assert score(labels, [Found(1, "tv", BOX, 0.5), Found(1, "person", (0.0, 0.0, 9.0, 9.0), 0.9)]).ap50 == 1


def test_nothing_labelled_is_refused():
    with pytest.raises(ValueError, match="nothing is labelled"):
        score([Labelled(1, "cat", BOX, ignored=True)], [])


def test_a_coco_file_is_read():
    files, labels = labels_of(
        {
            "images": [{"id": 7, "file_name": "a.jpg"}],
            "categories": [{"id": 3, "name": "cat"}],
            "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 4], "iscrowd": 1}],
        }
    )
    assert files == {7: "a.jpg"} and labels == [Labelled(7, "cat", (1, 2, 3, 4), crowd=True)]
    with pytest.raises(KeyError):
        labels_of({"images": []})
