"""Tune the packaged model to questions: `python -m eval.tune` writes index/questions.safetensors.

Low-rank changes of its linear layers (Hu et al. 2021) are fitted on the train split of every
report at hand, for question wordings only: the report's texts stay encoded by the model as
shipped. Listwise: among some sentences of the report and the option that none answers, the
softmax should give its mass to the labelled ones (Cao et al. 2007), or to that option.
Not here: adding the changes to the model (index/embed.py), the numbers fitted on what it then gives (fit.py).
"""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import dropout, linear, normalize

from eval.examples import DIRECT, Example, examples, reports
from index.embed import TUNING, SentenceTransformerEncoder
from index.store import vectors_of
from rag.engine import Engine, open_engine
from rag.evidence import FEATURES

_SEED = 0
# Chosen on the dev split: more epochs or a higher rank fit train better and dev no better.
_EPOCHS = 6
_RANK = 8
_BATCH = 24  # questions of one report
_DROPOUT = 0.1  # share of a layer's input that a change does not see
_RATES = {"changes": 8e-4, "near": 0.1, "rest": 0.05}  # learning rates, of which a step takes a part
_DECAYS = {"changes": 0.05, "near": 0.0, "rest": 0.001}
_WARM_UP = 20  # steps over which the rates rise; then they fall evenly to _FLOOR
_FLOOR = 0.05
_LONGEST = 128  # tokens of a question
_HARD = 25  # sentences for each question that the model as shipped takes for the best
_RANDOM = 60  # and any, for each batch
_UNANSWERED = 0.7  # weight of a question without an answer beside one with
# The features that follow from the question's vectors, with the weights to start from.
_NEAR = {"sentence": 2.0, "headed": 3.0, "passage": 3.0, "tokens": 12.0}
_NOTHING = 8.0  # score to start from of the option that no sentence answers
_NEAR_AT = [FEATURES.index(name) for name in _NEAR]
_REST_AT = [at for at, name in enumerate(FEATURES) if name not in _NEAR]


class Change(torch.nn.Module):
    """A low-rank change of a linear layer: b @ a beside its weight, nothing at first."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        """Make it and let `layer` add it to what it gives."""
        super().__init__()
        self.a = torch.nn.Parameter(torch.randn(_RANK, layer.in_features) / layer.in_features**0.5)
        self.b = torch.nn.Parameter(torch.zeros(layer.out_features, _RANK))
        layer.register_forward_hook(self._add)

    def _add(self, _layer: torch.nn.Module, given: tuple[Tensor, ...], found: Tensor) -> Tensor:
        return found + linear(linear(dropout(given[0], _DROPOUT, self.training), self.a), self.b)


class Weighing(torch.nn.Module):
    """What adds features up while the model is tuned; fit.py finds the weights that answering uses."""

    def __init__(self) -> None:
        """Start from the weights named above, the rest at 0."""
        super().__init__()
        self.near = torch.nn.Parameter(torch.tensor(list(_NEAR.values())))
        self.rest = torch.nn.Parameter(torch.zeros(len(_REST_AT)))
        self.nothing = torch.nn.Parameter(torch.tensor(_NOTHING))


@dataclass(frozen=True, eq=False)
class Choice:
    """The sentences that a batch of questions chooses among."""

    rows: NDArray[np.int64]  # (c,) in printed order
    vectors: tuple[Tensor, Tensor, Tensor]  # (c, d) of the sentences, of those with headings, of their passages
    tokens: Tensor  # (t, d)
    owner: Tensor  # (t,) which of the c each token is of


def main() -> None:
    """Tune the model anew and write what changes."""
    encoder = SentenceTransformerEncoder()
    # Hard sentences are chosen by the model as shipped, so that an earlier tuning leaves no trace.
    untuned = frozenset({"tuned questions"})
    found = [
        usable(examples(open_engine(index, encoder, untuned), questions, "train"))
        for index, questions in reports(encoder)
    ]
    write(tune(encoder.model, found), TUNING)
    print(f"wrote {TUNING.name} from {sum(map(len, found))} questions over {sum(map(bool, found))} reports")


def usable(found: Iterable[Example]) -> list[Example]:
    """Return the examples to learn from.

    A false premise is left out, as the report speaks of its subject; so are a negative of
    one or two letters and a question none of whose labels is a whole sentence.
    """
    return [one for one in found if _usable(one)]


def _usable(one: Example) -> bool:
    if one.grades is None:
        return one.kind != "false_premise" and len(one.question.text) > 2
    return bool(one.grades.max() >= 2)


def tune(model: Any, found: Sequence[Sequence[Example]], epochs: int = _EPOCHS) -> dict[str, Change]:
    """Return the change of each linear layer, by name, fitted on examples of one report or several; `model` stays."""
    torch.manual_seed(_SEED)
    drawn = np.random.default_rng(_SEED)
    model, changes = with_changes(model)
    weighing = Weighing()
    parameters = [parameter for change in changes.values() for parameter in change.parameters()]
    optimizer = _optimizer(parameters, weighing)
    steps = epochs * sum(-(-len(part) // _BATCH) for part in found)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(_FLOOR, 1 - step / max(steps, 1))
    )
    for epoch in range(epochs):
        losses: list[float] = []
        for batch in batches(found, drawn):
            optimizer.zero_grad()
            each = batch_losses(batch, choose(batch, drawn), model, weighing)
            each.mean().backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            losses += each.tolist()
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f} (n={len(losses)})", flush=True)
    return changes


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


def _optimizer(changes: list[torch.nn.Parameter], weighing: Weighing) -> torch.optim.Optimizer:
    parts = {"changes": changes, "near": [weighing.near, weighing.nothing], "rest": [weighing.rest]}
    return torch.optim.AdamW(
        [{"params": part, "lr": _RATES[name], "weight_decay": _DECAYS[name]} for name, part in parts.items()]
    )


def batches(found: Sequence[Sequence[Example]], drawn: np.random.Generator) -> Iterator[list[Example]]:
    """Yield every example once, in batches of one report each, in an order drawn anew."""
    cut: list[list[Example]] = []
    for part in found:
        order = drawn.permutation(len(part))
        cut += [[part[at] for at in order[start : start + _BATCH]] for start in range(0, len(part), _BATCH)]
    for at in drawn.permutation(len(cut)):
        yield cut[at]


def choose(batch: Sequence[Example], drawn: np.random.Generator) -> Choice:
    """Return the sentences to choose among: all labelled ones, those easily taken for them, and some drawn."""
    engine = batch[0].engine
    n = len(engine.index.rows)
    rows = set(drawn.choice(n, min(n, _RANDOM), replace=False).tolist())
    for one in batch:
        near = one.evidence.table[:, _NEAR_AT] @ np.array(list(_NEAR.values()))
        rows.update(np.argsort(-near, kind="stable")[:_HARD].tolist())
        rows.update(np.flatnonzero(one.grades).tolist() if one.grades is not None else [])
    return _choice(np.array(sorted(rows)), engine)


def _choice(rows: NDArray[np.int64], engine: Engine) -> Choice:
    index, ledger = engine.index, engine.ledger
    spans = [np.arange(ledger.token_starts[row], index.token_ends[row]) for row in rows]
    parts = (ledger.vectors[rows], vectors_of(index.headed)[rows], vectors_of(index.passages)[ledger.passage_of[rows]])
    sentences, headed, passages = map(torch.from_numpy, parts)
    owner = np.repeat(np.arange(len(rows)), [len(span) for span in spans])
    tokens = torch.from_numpy(index.tokens[np.concatenate(spans)])
    return Choice(rows, (sentences, headed, passages), tokens, torch.from_numpy(owner))


def batch_losses(batch: Sequence[Example], choice: Choice, model: Any, weighing: Weighing) -> Tensor:
    """Return the loss of each question of a batch: (b,)."""
    wordings = [one.wordings for one in batch]
    near = similarities(
        model, [text for texts in wordings for text in texts], choice, batch[0].engine.ledger.token_weight
    )
    losses = []
    for one, part in zip(batch, torch.split(near, [len(texts) for texts in wordings]), strict=True):
        rest = torch.from_numpy(one.evidence.table[choice.rows][:, _REST_AT])
        scores = part.amax(dim=0) @ weighing.near + rest @ weighing.rest
        grades = np.zeros(len(choice.rows)) if one.grades is None else one.grades[choice.rows]
        losses.append(listwise_loss(scores, torch.from_numpy(grades.astype(np.float32)), weighing.nothing))
    return torch.stack(losses)


def similarities(model: Any, texts: list[str], choice: Choice, rarity: Mapping[int, float]) -> Tensor:
    """Return how near each text is to each sentence in each of _NEAR: (texts, c, 4), as rag/evidence.py has it."""
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
    cosines = torch.stack([vectors @ rows.T for rows in choice.vectors], dim=2)
    tokens = normalize(given["token_embeddings"][kept], dim=-1) @ choice.tokens.T
    best = tokens.new_full((len(tokens), len(choice.rows)), -2.0)
    best = best.scatter_reduce(1, choice.owner.expand(len(tokens), -1), tokens, "amax")
    weights = torch.tensor([rarity.get(token, 1.0) for token in read["input_ids"][kept].tolist()])
    counts = kept.sum(dim=1).tolist()
    parts = zip(torch.split(weights, counts), torch.split(best, counts), strict=True)
    sims = torch.stack([(weight / weight.sum()) @ part for weight, part in parts])
    return torch.cat([cosines, sims[:, :, None]], dim=2)


def listwise_loss(scores: Tensor, grades: Tensor, nothing: Tensor) -> Tensor:
    """Return the loss of one question, at least 0.

    `scores` and `grades` are (c,); `nothing` is the score of the option that no sentence
    answers, which is right where no grade is above 0.
    """
    logs = torch.log_softmax(torch.cat([scores, nothing.reshape(1)]), dim=0)
    if not bool((grades > 0).any()):
        return -_UNANSWERED * logs[-1]
    direct = torch.logsumexp(logs[:-1][grades >= 2], dim=0)
    return -DIRECT * direct - (1 - DIRECT) * (grades / grades.sum()) @ logs[:-1]


def write(changes: Mapping[str, Change], path: Path) -> None:
    """Write changes as index/embed.py reads them, in half precision."""
    parts = {f"{name}.{key}": value for name, change in changes.items() for key, value in change.state_dict().items()}
    save_file({key: value.half().contiguous() for key, value in parts.items()}, str(path))


if __name__ == "__main__":
    main()
