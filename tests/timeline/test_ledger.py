import json
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import ledger
from assistant_editor.timeline.ledger import Ledger, Record, dump, load, pending, restored, settled, with_styles
from assistant_editor.timeline.plan import CaptionStyle, Identity
from hypothesis import given, settings
from hypothesis import strategies as st

seconds = st.fractions(min_value=0, max_value=10_000)
identities = st.tuples(
    st.sampled_from(["a" * 64, "ümlaut", ""]), st.sampled_from(["cut", "marker", "caption", "label"]), seconds, seconds
).map(lambda parts: Identity(parts[0], parts[1], min(parts[2:]), max(parts[2:])))
records = st.builds(
    Record,
    id=st.integers(0, 10**6).map(str),
    identity=identities,
    state=st.sampled_from(["live", "deleted"]),
    anchor=st.integers(-1000, 10**6),
    start=st.integers(-1000, 10**6),
    end=st.integers(-1000, 10**6),
    text=st.text(max_size=20),
    name=st.text(max_size=5),
    look=st.none() | st.builds(CaptionStyle, font_size=st.floats(0, 1), box=st.booleans()),
    style=st.text(max_size=5),
    confidence=st.floats(0, 1),
    before=st.tuples(st.text(max_size=3), st.sampled_from(["NONE", "COLOR_01"])),
)
ledgers = st.builds(
    Ledger,
    scene=st.text(min_size=1, max_size=8),
    next=st.integers(1, 10**6),
    records=st.lists(records, max_size=6, unique_by=lambda r: r.id).map(tuple),
)
ONE = Ledger("s", 2, (Record("1", Identity("m", "caption", Fraction(1, 3), Fraction(2)), text="hello"),))


@settings(deadline=None)
@given(ledgers)
def test_what_is_written_is_read(kept):
    assert load(dump(kept)) == kept
    assert load(dump(kept), kept.scene) == kept
    assert "\n" not in dump(kept)


def test_there_is_none_yet():
    assert load("", "s") == Ledger("s")


def test_a_ledger_of_another_scene_is_not_this_scenes():
    assert load(dump(ONE), "t") == Ledger("t")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.pop("records"),
        lambda data: data.update(version="1"),
        lambda data: data.update(version=0),
        lambda data: data["records"].append(dict(data["records"][0])),
        lambda data: data["records"][0].update(medium=7),
        lambda data: data["records"][0].update(start="soon"),
        lambda data: data["records"][0].update(unknown=1),
        lambda data: data["records"][0].update({"from": "1/0"}),
        lambda data: data["records"][0].update({"from": "9"}),
        lambda data: data["records"][0].update(state="lost"),
        lambda data: data["records"][0].update(kind="poem"),
    ],
)
def test_damage_is_reported_with_a_remedy(damage):
    data = json.loads(dump(ONE))
    damage(data)
    with pytest.raises(EditorError) as caught:
        load(json.dumps(data), "s")
    assert "Reset" in caught.value.remedy and caught.value.code == "bad_input"


@pytest.mark.parametrize("text", ["{", "[]", "null", "3", '"x"', "\x00"])
def test_what_is_no_ledger(text):
    with pytest.raises(EditorError, match="cannot be read"):
        load(text)


def test_a_newer_one_says_so():
    data = json.loads(dump(ONE))
    data["version"] = ledger.VERSION + 1
    with pytest.raises(EditorError, match="version") as caught:
        load(json.dumps(data))
    assert "Update Assistant Editor" in caught.value.remedy


def test_an_older_one_is_brought_up_to_date_step_by_step(monkeypatch):
    def first(data):
        return {**data, "version": 0, "looks": []}

    def second(data):
        return {**data, "version": 1, "records": [{"text": row.pop("words_said"), **row} for row in data["records"]]}

    monkeypatch.setattr(ledger, "MIGRATIONS", {**ledger.MIGRATIONS, -1: first, 0: second})
    old = json.loads(dump(ONE))
    old["version"] = -1
    del old["looks"]
    old["records"][0]["words_said"] = old["records"][0].pop("text")
    assert load(json.dumps(old)) == ONE


def test_digests_of_looks_are_added_after_the_writing():
    known = load(with_styles(dump(ONE), {"1": "abc", "7": "nobody's"}))
    assert known == replace(ONE, records=(replace(ONE.records[0], style="abc"),))


def test_a_new_captions_look_is_known_once_it_is_settled():
    plain, red = CaptionStyle(), CaptionStyle(color=(1.0, 0.0, 0.0, 1.0))
    identity = ONE.records[0].identity
    text = f'nobody "is" fooled by "style":"{pending(plain)}"'
    records = [Record(str(n), identity, look=look, style=pending(look), text=text) for n, look in enumerate((plain, red, plain))]
    waiting = dump(Ledger("s", 4, (*records, Record("3", identity, look=plain, style="old"))))
    assert [record.style for record in load(waiting).records] == ["", "", "", "old"], "what is not settled is not known"
    known = load(settled(waiting, {plain: "p", red: "r"})).records
    assert [record.style for record in known] == ["p", "r", "p", "old"]
    assert {record.text for record in known} == {text, ""}


@settings(deadline=None)
@given(ledgers, ledgers, st.sets(st.integers(0, 10**6).map(str)), st.data())
def test_what_could_not_be_removed_is_put_back(new, old, strangers, data):
    refused = data.draw(st.sets(st.sampled_from([record.id for record in old.records]))) if old.records else set()
    kept = load(restored(dump(new), dump(old), refused | strangers))
    numbers = {record.id for record in new.records}
    back = [record for record in old.records if record.id in refused | strangers and record.id not in numbers]
    assert kept.records == (*new.records, *back)
    assert kept.scene == new.scene
    assert kept.next == (max(new.next, old.next) if back else new.next)


def test_nothing_is_put_back_where_there_was_no_ledger():
    assert restored(dump(ONE), "", {"1"}) == dump(ONE)


def test_a_ledger_of_before_styles_had_fonts_is_read():
    style = {"font_size": 0.1, "position": [0.5, 0.07], "color": [1.0, 1.0, 1.0, 1.0], "outline": True, "shadow": False, "box": False}
    row = {"id": "1", "kind": "caption", "medium": 0, "from": "0", "to": "2", "look": 0}
    old = {"version": 1, "scene": "s", "next": 2, "media": ["m"], "looks": [style], "records": [row]}
    known = load(json.dumps(old))
    assert known.records[0].look == CaptionStyle(font_size=0.1)
    assert load(dump(known)) == known and json.loads(dump(known))["version"] == ledger.VERSION
