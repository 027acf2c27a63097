from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from fake_encoder import FakeEncoder

import index.embed
from eval.examples import Example
from eval.tune import (
    Direction,
    Learnt,
    View,
    Weighing,
    batch_losses,
    batches,
    changes_of_subject,
    choose,
    grades_of,
    listwise_loss,
    similarities,
    tune,
    usable,
    with_changes,
    write,
)
from index.embed import DIRECTIONS, VIEWS, Encoded, Encoder, SentenceTransformerEncoder
from index.store import Index
from rag.engine import Engine, open_engine
from rag.evidence import NEAR, RANKED

GRADES = torch.tensor([0.0, 2.0, 1.0, 0.0, 0.0])  # the last option is that no sentence answers or denies


def example(engine: Engine, typed: str, labelled: int | None, kind: str = "fact", denied: int | None = None) -> Example:
    """Give a question whose one direct answer is the sentence `labelled`, or that `denied` denies, or neither."""
    question = engine.read(typed)
    evidence = engine.gather(question, engine.encode(question.wordings))
    grades, denials = (
        None if row is None else 2.0 * (np.arange(len(engine.index.rows)) == row) for row in (labelled, denied)
    )
    return Example(engine, question, evidence, grades, (), "train", kind, question.wordings, denials)


def engine_over(index: Index, encoder: Encoder) -> Engine:
    return open_engine(index, encoder, frozenset({"tuned questions"}))


@pytest.fixture(scope="module")
def engine(fake_index: Index) -> Engine:
    return engine_over(fake_index, FakeEncoder())


@pytest.fixture(scope="module")
def real_engine(model_index: Index, model: SentenceTransformerEncoder) -> Engine:
    return engine_over(model_index, model)


@pytest.fixture(scope="module")
def few(real_engine: Engine) -> list[Example]:
    return [
        example(real_engine, "Are young carers identified early?", 40),
        example(real_engine, "Who won the football?", None, "off_topic"),
        example(real_engine, "Why is help for young carers so good?", None, "false_premise", denied=40),
    ]


def unchanged() -> Learnt:
    """Return what changes nothing."""
    directions = {name: Direction(384) for name in DIRECTIONS}
    return Learnt({}, {name: View(384) for name in (*VIEWS, "tokens")}, directions)


# ---- the loss


@pytest.mark.parametrize(
    "other", [[9.0, 0, 0, 0, 0], [0.0, 0, 9, 0, 0], [0.0, 0, 0, 9, 0], [0.0, 0, 0, 0, 9], [0.0, 0, 0, 0, 0]]
)
def test_the_loss_is_lowest_with_the_mass_on_labelled_sentences(other: list[float]) -> None:
    best = listwise_loss(torch.tensor([0.0, 9.0, 8.0, 0.0, 0.0]), GRADES)
    assert best < listwise_loss(torch.tensor(other), GRADES)


def test_the_loss_is_as_worked_by_hand() -> None:
    # Five options alike, each at 1/5: -.6 ln(1/5) - .4 (2/3 ln(1/5) + 1/3 ln(1/5)) = ln 5.
    assert float(listwise_loss(torch.zeros(5), GRADES)) == pytest.approx(np.log(5))


def test_without_an_answer_the_mass_belongs_to_none() -> None:
    none = torch.tensor([0.0, 0.0, 0.0, 2.0])
    losses = [float(listwise_loss(torch.tensor([1.0, 0.0, 2.0, nothing]), none)) for nothing in (0.0, 5.0, 50.0)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == pytest.approx(0, abs=1e-6)


def test_with_an_answer_no_mass_belongs_to_none() -> None:
    losses = [float(listwise_loss(torch.tensor([0.0, 3.0, 2.0, 0.0, nothing]), GRADES)) for nothing in (5.0, -5.0)]
    assert losses[0] > losses[1]


# ---- what is learnt from


def test_what_teaches_nothing_is_left_out(engine: Engine) -> None:
    kept = example(engine, "Who won the football?", None, "off_topic")
    assert usable([example(engine, "??", None, "junk"), kept]) == [kept]


def test_a_question_without_a_whole_labelled_sentence_is_left_out(engine: Engine) -> None:
    assert usable([example(engine, "How good is attendance?", -1)]) == []


def test_every_example_comes_once_with_others_of_its_report(engine: Engine) -> None:
    one = [example(engine, f"How good is attendance in year {year}?", 3) for year in range(40)]
    other = [example(engine, "How are care leavers housed?", 5)]
    drawn = list(batches([one, other], np.random.default_rng(0)))
    assert sorted(map(len, drawn)) == [1, 8, 32]
    assert {id(e) for batch in drawn for e in batch} == {id(e) for e in [*one, *other]}
    assert all(len(batch) == 1 or other[0] not in batch for batch in drawn)


def test_a_change_of_subject_comes_after_other_questions_and_keeps_its_labels(engine: Engine) -> None:
    part = [example(engine, f"How good is attendance in year {year}?", 3) for year in range(40)]
    changed = changes_of_subject(part, np.random.default_rng(0))
    assert 0 < len(changed) < len(part)
    for one in changed:
        *before, own = one.wordings[0].split(" | ")
        assert own == one.question.text
        assert before
        assert one.grades is not None
        assert one.grades[3] == 2


def test_a_follow_up_is_no_change_of_subject(engine: Engine) -> None:
    turns = [replace(example(engine, "and why?", 3), kind="drill_down") for _ in range(40)]
    assert changes_of_subject(turns, np.random.default_rng(0)) == []


def test_a_denial_is_learnt_as_such(engine: Engine) -> None:
    asked = example(engine, "Why is attendance so poor?", None, "false_premise", denied=7)
    rows = np.array([3, 7, 9])
    assert grades_of(asked, rows).tolist() == [0, 0, 0, 0, 2, 0, 0]
    assert grades_of(example(engine, "How good is attendance?", 7), rows).tolist() == [0, 2, 0, 0, 0, 0, 0]
    assert grades_of(example(engine, "Who won the football?", None), rows).tolist() == [0, 0, 0, 0, 0, 0, 2]


def test_every_labelled_sentence_is_among_those_chosen_from(engine: Engine) -> None:
    last = len(engine.index.rows) - 1
    batch = [example(engine, "How good is attendance?", at) for at in (0, 7, last)]
    batch.append(example(engine, "Why is attendance so poor?", None, denied=11))
    assert {0, 7, 11, last} <= set(choose(batch, np.random.default_rng(0)).rows.tolist())


def test_each_sentence_chosen_from_comes_with_its_own_tokens(engine: Engine) -> None:
    choice = choose([example(engine, "How good is attendance?", 7)], np.random.default_rng(0))
    ends = engine.index.token_ends
    at = choice.rows.tolist().index(7)
    assert np.array_equal(choice.tokens[choice.owner == at].numpy(), engine.index.tokens[ends[6] : ends[7]])


# ---- the model


@pytest.mark.model
def test_similarities_are_those_that_answering_has(model: SentenceTransformerEncoder, few: list[Example]) -> None:
    asked = few[0]
    choice = choose([asked], np.random.default_rng(0))
    with torch.no_grad():
        found = similarities(model.model, unchanged(), asked.wordings, choice, asked.engine.ledger.token_weight).amax(
            dim=0
        )
    assert np.allclose(found.numpy()[:, :4], asked.evidence.table[choice.rows][:, :4], atol=2e-3)


@pytest.mark.model
def test_no_change_leaves_questions_encoded_as_other_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "questions.safetensors"
    write(replace(unchanged(), changes=with_changes(SentenceTransformerEncoder().model)[1]), path)
    monkeypatch.setattr(index.embed, "TUNING", path)
    encoder = SentenceTransformerEncoder()
    asked = ["Are young carers identified early?"]
    [text], [question] = encoder.encode(asked), encoder.encode_questions(asked)
    assert all(np.allclose(view, text.vector, atol=1e-6) for view in question.views)
    assert np.allclose(question.tokens, text.tokens, atol=1e-6)


@pytest.mark.model
def test_what_is_written_does_to_the_model_what_was_learnt(
    model: SentenceTransformerEncoder, few: list[Example], tmp_path: Path
) -> None:
    torch.manual_seed(0)
    changed, changes = with_changes(model.model)
    learnt = replace(unchanged(), changes=changes)
    for change in (*changes.values(), *learnt.views.values()):
        change.eval()
        torch.nn.init.normal_(change.b, std=0.2)
    for direction in learnt.directions.values():
        torch.nn.init.normal_(direction.a)
    write(learnt, tmp_path / "questions.safetensors")
    texts = [text for one in few for text in one.wordings]
    read = index.embed.tuned(model.model, tmp_path / "questions.safetensors")
    vectors = torch.nn.functional.normalize(torch.tensor(read.model.encode(texts)), dim=-1)
    with torch.no_grad():
        for name, view in learnt.views.items():
            assert np.allclose(read.views[name](vectors.numpy()), view(vectors).numpy(), atol=5e-3)
        seen = read.seen(Encoded(vectors[0].numpy(), vectors.numpy(), np.arange(len(vectors))))
        says, needs, is_open, several = (learnt.directions[name](vectors).numpy() for name in DIRECTIONS)
        assert np.allclose(seen.importance, np.exp(says), rtol=1e-2)
        assert np.allclose(seen.need, np.exp(needs), rtol=1e-2)
        assert seen.open == pytest.approx(is_open[0], abs=1e-2)
        assert seen.several == pytest.approx(several[0], abs=1e-2)
    assert np.allclose(read.model.encode(texts), changed.encode(texts), atol=5e-3)
    assert not np.allclose(read.model.encode(texts), model.model.encode(texts), atol=5e-2)


@pytest.mark.model
def test_one_step_changes_every_layer_and_not_the_model(model: SentenceTransformerEncoder, few: list[Example]) -> None:
    before = {name: value.clone() for name, value in model.model.state_dict().items()}
    learnt, weighing = tune(model.model, [few], epochs=1)
    assert (len(learnt.changes), len(learnt.views)) == (36, 5)
    assert all(bool(change.b.abs().sum() > 0) for change in (*learnt.changes.values(), *learnt.views.values()))
    turned = {name for name, direction in learnt.directions.items() if direction.a.abs().sum() > 0}
    assert turned == set(DIRECTIONS) - {"several"}  # that one is fitted afterwards
    assert set(weighing.ranking()) == set(RANKED)
    assert set(weighing.denying()) == {"bias", *NEAR}
    assert all(torch.equal(value, before[name]) for name, value in model.model.state_dict().items())


@pytest.mark.model
def test_tuning_twice_gives_the_same(model: SentenceTransformerEncoder, few: list[Example]) -> None:
    once, again = (tune(model.model, [few], epochs=1)[0] for _ in range(2))
    assert all(torch.equal(part, again.parts()[name]) for name, part in once.parts().items())


@pytest.mark.model
def test_each_question_of_a_batch_has_its_own_loss(model: SentenceTransformerEncoder, few: list[Example]) -> None:
    choice = choose(few, np.random.default_rng(0))
    weighing = Weighing()
    with torch.no_grad():
        together = batch_losses(few, choice, model.model, unchanged(), weighing)
        alone = [float(batch_losses([one], choice, model.model, unchanged(), weighing)[0]) for one in few]
    assert together.tolist() == pytest.approx(alone, abs=1e-3)
