"""Tune the packaged model to questions: `python -m eval.tune`.

It writes index/questions.safetensors and the ranking weights of rag/fitted.json; run eval/fit.py after it.

Low-rank changes of its linear layers (Hu et al. 2021), and a view of a question for each sort
of text it is compared with, are fitted on the train split of every report at hand, for
questions only: the report's texts stay encoded by the model as shipped. A follow-up is
encoded after the questions before it, and so are some questions that change the subject.
Listwise: among some sentences of the report as answers, the same as denials of what the
question takes for granted, and the option of neither, the softmax should give its mass to
the labelled ones (Cao et al. 2007), or to that option. What is kept is the running mean of
the changes (Polyak averaging).
Not here: how far a question asks for several findings (several.py, run at the end), adding the changes to the
model (index/embed.py), the other numbers, fitted on what it then gives (fit.py).
"""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import dropout, linear, normalize

from eval.examples import DIRECT, Example, examples, reports, turn_examples
from eval.fit import keep_fitted
from eval.questions import TURN_KINDS
from eval.several import add_several
from index.embed import DIRECTIONS, TUNING, VIEW, VIEWS, SentenceTransformerEncoder
from index.store import vectors_of
from rag.conversation import told
from rag.engine import Engine, open_engine
from rag.evidence import FEATURES, NEAR, RANKED, quoted
from rag.retrieve import fitted

_SEED = 0
# With fewer questions, more epochs or a higher rank fitted train better and dev no better.
_EPOCHS = 3
_RANK = 16
_VIEW_RANK = 64
_BATCH = 32  # questions of one report
_ALIKE = 8  # batches that are drawn together, then cut by length
_DROPOUT = 0.1  # share of a layer's input that a change does not see, the same at each token of a text
# Learning rates, of which a step takes a part.
_RATES = {"changes": 8e-4, "views": 1.5e-3, "near": 0.1, "rest": 0.05}
_DECAYS = {"changes": 0.05, "views": 0.1, "near": 0.0, "rest": 0.001}
_WARM_UP = 30  # steps over which the rates rise; then they fall evenly to _FLOOR
_FLOOR = 0.05
_KEPT = 0.98  # of the running mean, at each step
_LONGEST = 160  # tokens of a question with those before it
_HARD = 25  # sentences for each question that the model as shipped takes for the best
_RANDOM = 60  # and any, for each batch
_UNANSWERED = 0.7  # weight of a question without an answer beside one with
_CHANGES = 0.3  # share of questions that are learnt once more as changes of subject
_MOST_BEFORE = 350  # characters of the questions before such a change
_LONGEST_CHANGE = 150  # characters of the change
_START = (2.0, 3.0, 3.0, 12.0, 1.0)  # weights of those of NEAR that tell an answer, to start from
_START_DENIAL = (2.0, 3.0, 3.0, 12.0, 1.0, 6.0, 0.0)  # of all of NEAR, of a denial
_NOTHING = 8.0  # score to start from of the option that no sentence answers
_DENIED = -6.0  # what a denial is worth to start from, beside an answer
_NEAR_RANKED = [name for name in NEAR if name in RANKED]
_RANKED_AT = [NEAR.index(name) for name in _NEAR_RANKED]  # in FEATURES too
_OPEN_AT = NEAR.index("open")
_REST_AT = [FEATURES.index(name) for name in RANKED if name not in NEAR]


class Change(torch.nn.Module):
    """A low-rank change of a linear layer: b @ a beside its weight, nothing at first."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        """Make it and let `layer` add it to what it gives."""
        super().__init__()
        self.a = torch.nn.Parameter(torch.randn(_RANK, layer.in_features) / layer.in_features**0.5)
        self.b = torch.nn.Parameter(torch.zeros(layer.out_features, _RANK))
        layer.register_forward_hook(self._add)

    def _add(self, _layer: torch.nn.Module, given: tuple[Tensor, ...], found: Tensor) -> Tensor:
        left = dropout(given[0].new_ones(len(given[0]), 1, given[0].shape[-1]), _DROPOUT, self.training)
        return found + linear(linear(given[0] * left, self.a), self.b)


class View(torch.nn.Module):
    """A low-rank change of a question's vectors for one sort of text: index.embed.View, nothing at first."""

    def __init__(self, dimensions: int) -> None:
        """Make it for vectors of that length."""
        super().__init__()
        self.a = torch.nn.Parameter(torch.randn(_VIEW_RANK, dimensions) / dimensions**0.5)
        self.b = torch.nn.Parameter(torch.zeros(dimensions, _VIEW_RANK))

    def forward(self, vectors: Tensor) -> Tensor:
        """Return unit vectors (n, d) as this view has them."""
        return normalize(vectors + vectors @ self.a.T @ self.b.T, dim=-1)


class Direction(torch.nn.Module):
    """One of index.embed.DIRECTIONS: every vector alike at first."""

    def __init__(self, dimensions: int) -> None:
        """Make it for vectors of that length."""
        super().__init__()
        self.a = torch.nn.Parameter(torch.zeros(dimensions))

    def forward(self, vectors: Tensor) -> Tensor:
        """Return (n,) how far the unit vectors (n, d) go that way."""
        return vectors @ self.a


@dataclass(frozen=True, eq=False)
class Learnt:
    """What is fitted of a model's encoding of questions."""

    changes: Mapping[str, Change]  # by the layer's name
    views: Mapping[str, View]  # for each of VIEWS, and for "tokens"
    directions: Mapping[str, Direction]  # for each of DIRECTIONS; "several" stays at nothing, several.py fits it

    def parts(self) -> dict[str, Tensor]:
        """Return the tensors by the names that index/embed.py reads them by."""
        named = {**self.changes, **{f"{VIEW}{name}": view for name, view in self.views.items()}}
        found = {f"{name}.{key}": value for name, one in named.items() for key, value in one.state_dict().items()}
        return found | {name: direction.a.detach() for name, direction in self.directions.items()}


class Weighing(torch.nn.Module):
    """What adds the features of evidence up, and the score of the option that no sentence answers."""

    def __init__(self) -> None:
        """Start from the weights named above, the rest at 0."""
        super().__init__()
        self.near = torch.nn.Parameter(torch.tensor(_START))
        self.rest = torch.nn.Parameter(torch.zeros(len(_REST_AT)))
        self.denial = torch.nn.Parameter(torch.tensor(_START_DENIAL))
        self.denied = torch.nn.Parameter(torch.tensor(_DENIED))
        self.nothing = torch.nn.Parameter(torch.tensor(_NOTHING))

    def forward(self, near: Tensor, rest: Tensor) -> Tensor:
        """Return the scores of c sentences as answers, as denials, and of neither: (2 c + 1,).

        `near` is (c, len(NEAR)), `rest` (c, r).
        """
        answers = near[:, _RANKED_AT] @ self.near + rest @ self.rest
        nothing = self.nothing + near[0, _OPEN_AT]
        return torch.cat([answers, near @ self.denial + self.denied, nothing.reshape(1)])

    def ranking(self) -> dict[str, float]:
        """Return the weight of each feature of an answer by its name."""
        weights = dict(zip(_NEAR_RANKED, self.near.tolist(), strict=True))
        return weights | dict(zip((FEATURES[at] for at in _REST_AT), self.rest.tolist(), strict=True))

    def denying(self) -> dict[str, float]:
        """Return the weight of each feature of a denial by its name, and what all are worth beside answers."""
        return {"bias": self.denied.item()} | dict(zip(NEAR, self.denial.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Choice:
    """The sentences that a batch of questions chooses among."""

    rows: NDArray[np.int64]  # (c,) in printed order
    vectors: tuple[Tensor, ...]  # (c, d) for each of VIEWS, as rag/evidence.py compares them
    tokens: Tensor  # (t, d)
    owner: Tensor  # (t,) which of the c each token is of


def main() -> None:
    """Tune the model anew and write what changes."""
    encoder = SentenceTransformerEncoder()
    # Hard sentences are chosen by the model as shipped, so that an earlier tuning leaves no trace.
    untuned = frozenset({"tuned questions"})
    found = []
    for index, questions in reports(encoder):
        engine = open_engine(index, encoder, untuned)
        found.append(usable([*examples(engine, questions, "train"), *turn_examples(engine, questions, "train")]))
    learnt, weighing = tune(encoder.model, found)
    write(learnt, TUNING)
    add_several(encoder, TUNING)
    keep_fitted(replace(fitted(), ranking=weighing.ranking(), denial=weighing.denying()))
    print(f"wrote {TUNING.name} from {sum(map(len, found))} questions over {sum(map(bool, found))} reports")


def usable(found: Iterable[Example]) -> list[Example]:
    """Return the examples to learn from.

    A question without labels of one or two letters is left out, and one none of whose labels
    is a whole sentence.
    """
    return [one for one in found if _usable(one)]


def _usable(one: Example) -> bool:
    labelled = one.denials if one.grades is None else one.grades
    return len(one.question.text) > 2 if labelled is None else bool(labelled.max() >= 2)


def tune(model: Any, found: Sequence[Sequence[Example]], epochs: int = _EPOCHS) -> tuple[Learnt, Weighing]:
    """Return what is fitted of the encoding of questions, and what adds up the features of evidence.

    They are fitted on examples of one report or several; `model` stays as it is.
    """
    torch.manual_seed(_SEED)
    drawn = np.random.default_rng(_SEED)
    model, changes = with_changes(model)
    dimensions = model.get_embedding_dimension()
    views = {name: View(dimensions) for name in (*VIEWS, "tokens")}
    learnt, weighing = Learnt(changes, views, {name: Direction(dimensions) for name in DIRECTIONS}), Weighing()
    layers, turned = _parameters(changes.values()), _parameters([*views.values(), *learnt.directions.values()])
    optimizer = _optimizer(layers, turned, weighing)
    fitted_to = [*layers, *turned, *weighing.parameters()]
    kept = [parameter.detach().clone() for parameter in fitted_to]
    steps = epochs * len(list(one_epoch(found, drawn)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(_FLOOR, 1 - step / max(steps, 1))
    )
    step = 0
    for epoch in range(epochs):
        losses: list[float] = []
        for batch in one_epoch(found, drawn):
            optimizer.zero_grad()
            each = batch_losses(batch, choose(batch, drawn), model, learnt, weighing)
            each.mean().backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([*layers, *turned], 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            share = 1 - min(_KEPT, (1 + step) / (10 + step))
            for mean, parameter in zip(kept, fitted_to, strict=True):
                mean.lerp_(parameter.detach(), share)
            losses += each.tolist()
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f} (n={len(losses)})", flush=True)
    for mean, parameter in zip(kept, fitted_to, strict=True):
        parameter.data = mean
    return learnt, weighing


def _parameters(modules: Iterable[torch.nn.Module]) -> list[torch.nn.Parameter]:
    return [parameter for module in modules for parameter in module.parameters()]


def with_changes(model: Any) -> tuple[Any, dict[str, Change]]:
    """Return a copy of `model` whose layers carry changes, and the changes by the layer's name.

    The layers are those of the encoder, six in each: query, key, value, the two that are
    fed forward, and what attention gives out.
    """
    changed = copy.deepcopy(model).eval().requires_grad_(False)
    layers = [
        (name, layer)
        for name, layer in changed[0].auto_model.named_modules()
        if isinstance(layer, torch.nn.Linear) and name.startswith("encoder.")
    ]
    return changed, {name: Change(layer) for name, layer in layers}


def _optimizer(
    changes: list[torch.nn.Parameter], views: list[torch.nn.Parameter], weighing: Weighing
) -> torch.optim.Optimizer:
    parts = {
        "changes": changes,
        "views": views,
        "near": [weighing.near, weighing.denial, weighing.denied, weighing.nothing],
        "rest": [weighing.rest],
    }
    return torch.optim.AdamW(
        [{"params": part, "lr": _RATES[name], "weight_decay": _DECAYS[name]} for name, part in parts.items()]
    )


def one_epoch(found: Sequence[Sequence[Example]], drawn: np.random.Generator) -> Iterator[list[Example]]:
    """Yield the batches of one epoch: every example once, and some once more as changes of subject."""
    return batches([[*part, *changes_of_subject(part, drawn)] for part in found], drawn)


def changes_of_subject(part: Sequence[Example], drawn: np.random.Generator) -> list[Example]:
    """Return some examples of one report as changes of subject: worded after one to three others, drawn anew."""
    alone = [one for one in part if one.kind not in TURN_KINDS and len(one.wordings[0]) < _LONGEST_CHANGE]
    changed = []
    for one in alone:
        before = [alone[at] for at in drawn.integers(len(alone), size=drawn.integers(1, 4))]
        texts = [other.wordings[0] for other in before]
        if drawn.random() < _CHANGES and sum(map(len, texts)) < _MOST_BEFORE:
            quotes = quoted([min(group) for group in before[-1].must], one.engine.ledger)
            changed.append(replace(one, wordings=[told(texts, one.wordings[0])], evidence=one.evidence.after(quotes)))
    return changed


def batches(found: Sequence[Sequence[Example]], drawn: np.random.Generator) -> Iterator[list[Example]]:
    """Yield every example once, in batches of one report each and of like lengths, in an order drawn anew."""
    cut: list[list[Example]] = []
    for part in found:
        order = drawn.permutation(len(part))
        for start in range(0, len(part), _ALIKE * _BATCH):
            alike = sorted((part[at] for at in order[start : start + _ALIKE * _BATCH]), key=_length)
            cut += [alike[at : at + _BATCH] for at in range(0, len(alike), _BATCH)]
    for at in drawn.permutation(len(cut)):
        yield cut[at]


def _length(one: Example) -> int:
    return max(map(len, one.wordings))


def choose(batch: Sequence[Example], drawn: np.random.Generator) -> Choice:
    """Return the sentences to choose among: all labelled ones, those easily taken for them, and some drawn."""
    engine = batch[0].engine
    n = len(engine.index.rows)
    rows = set(drawn.choice(n, min(n, _RANDOM), replace=False).tolist())
    for one in batch:
        near = one.evidence.table[:, _RANKED_AT] @ np.array(_START)
        rows.update(np.argsort(-near, kind="stable")[:_HARD].tolist())
        rows.update(at for grades in (one.grades, one.denials) if grades is not None for at in np.flatnonzero(grades))
    return _choice(np.array(sorted(rows)), engine)


def _choice(rows: NDArray[np.int64], engine: Engine) -> Choice:
    index, ledger = engine.index, engine.ledger
    spans = [np.arange(ledger.token_starts[row], index.token_ends[row]) for row in rows]
    parts = (ledger.vectors[rows], vectors_of(index.headed)[rows], vectors_of(index.passages)[ledger.passage_of[rows]])
    sentences, headed, passages = map(torch.from_numpy, parts)
    owner = np.repeat(np.arange(len(rows)), [len(span) for span in spans])
    tokens = torch.from_numpy(index.tokens[np.concatenate(spans)])
    return Choice(rows, (sentences, headed, passages, sentences), tokens, torch.from_numpy(owner))


def batch_losses(batch: Sequence[Example], choice: Choice, model: Any, learnt: Learnt, weighing: Weighing) -> Tensor:
    """Return the loss of each question of a batch: (b,)."""
    wordings = [one.wordings for one in batch]
    texts = [text for part in wordings for text in part]
    near = similarities(model, learnt, texts, choice, batch[0].engine.ledger.token_weight)
    losses = []
    for one, part in zip(batch, torch.split(near, [len(texts) for texts in wordings]), strict=True):
        rest = torch.from_numpy(one.evidence.table[choice.rows][:, _REST_AT])
        losses.append(listwise_loss(weighing(part.amax(dim=0), rest), grades_of(one, choice.rows)))
    return torch.stack(losses)


def grades_of(one: Example, rows: NDArray[np.int64]) -> Tensor:
    """Return the grades of what Weighing scores: the sentences `rows` as answers, as denials, and neither."""
    answers, denials = (np.zeros(len(rows)) if part is None else part[rows] for part in (one.grades, one.denials))
    neither = 0.0 if one.grades is not None or one.denials is not None else 2.0
    return torch.from_numpy(np.concatenate([answers, denials, [neither]]).astype(np.float32))


def similarities(model: Any, learnt: Learnt, texts: list[str], choice: Choice, rarity: Mapping[int, float]) -> Tensor:
    """Return how near each text is to each sentence: (texts, c, len(NEAR)), as rag/evidence.py has it."""
    read = model.tokenizer(
        texts,
        padding=True,
        truncation=True,
        max_length=_LONGEST,
        return_tensors="pt",
        return_special_tokens_mask=True,
    )
    kept = ~read.pop("special_tokens_mask").bool()
    given = model(dict(read))
    vectors = normalize(given["sentence_embedding"], dim=-1)
    *seen, denial = (learnt.views[view](vectors) @ rows.T for view, rows in zip(VIEWS, choice.vectors, strict=True))
    units = normalize(given["token_embeddings"][kept], dim=-1)
    tokens = learnt.views["tokens"](units) @ choice.tokens.T
    best = tokens.new_full((len(tokens), len(choice.rows)), -2.0)
    best = best.scatter_reduce(1, choice.owner.expand(len(tokens), -1), tokens, "amax")
    rare = torch.tensor([rarity.get(token, 1.0) for token in read["input_ids"][kept].tolist()])
    says, needed = (rare * learnt.directions[name](units).exp() for name in ("importance", "need"))
    counts = kept.sum(dim=1).tolist()
    parts = torch.split(best, counts)
    each = zip(torch.split(says, counts), parts, strict=True)
    sims = torch.stack([(weight / weight.sum()) @ part for weight, part in each])
    unmet = zip(torch.split(needed, counts), parts, strict=True)
    met = torch.stack([-((1 - part) * need[:, None]).amax(dim=0) for need, part in unmet])
    left_open = learnt.directions["open"](vectors)[:, None].expand_as(sims)
    return torch.stack([*seen, sims, met, denial, left_open], dim=2)


def listwise_loss(scores: Tensor, grades: Tensor) -> Tensor:
    """Return the loss of one question, at least 0.

    `scores` and `grades` are (options,), the last of them that no sentence answers or denies.
    """
    logs = torch.log_softmax(scores, dim=0)
    if bool(grades[-1] > 0):
        return -_UNANSWERED * logs[-1]
    direct = torch.logsumexp(logs[grades >= 2], dim=0)
    return -DIRECT * direct - (1 - DIRECT) * (grades / grades.sum()) @ logs


def write(learnt: Learnt, path: Path) -> None:
    """Write what was fitted as index/embed.py reads it, in half precision."""
    save_file({key: value.half().contiguous() for key, value in learnt.parts().items()}, str(path))


if __name__ == "__main__":
    main()
