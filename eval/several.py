"""How far a question asks for several findings: `python -m eval.several` adds it to index/questions.safetensors.

A direction of the tuned model's space, fitted by ridge regression on the train split: how many findings
a complete answer to a question has. The tuning ends with it; alone it takes minutes.
Not here: how many findings that lets in (rag/retrieve.py, fit.py).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from sklearn.linear_model import Ridge

from eval.examples import reports, turn_examples
from eval.questions import QuestionSet
from index.embed import TUNING, Floats, SentenceTransformerEncoder, tuned
from rag.engine import Engine, open_engine
from rag.question import clean

_PENALTY = 3.0
_MOST = 8  # findings; beyond, a question asks for no more
_BATCH = 64


def main() -> None:
    """Fit it anew and write it."""
    add_several(SentenceTransformerEncoder(), TUNING)


def add_several(encoder: SentenceTransformerEncoder, tuning: Path) -> None:
    """Fit the direction on the train questions of every report at hand and add it to the file `tuning`."""
    asked = [one for index, questions in reports(encoder) for one in answered(open_engine(index, encoder), questions)]
    model = tuned(encoder.model, tuning).model
    vectors = model.encode([text for text, _ in asked], batch_size=_BATCH, show_progress_bar=False)
    several = fit_several(vectors, [findings for _, findings in asked])
    save_file(load_file(str(tuning)) | {"several": several.astype(np.float16)}, str(tuning))
    print(f"wrote how far a question asks for several findings, from {len(asked)} questions")


def answered(engine: Engine, questions: QuestionSet) -> Iterator[tuple[str, int]]:
    """Yield the train questions with an answer, as they are encoded, each with how many findings answer it."""
    train = questions.only("train")
    alone = [(single.question, single.gold) for single in train.singles]
    alone += [(text, group.gold) for group in train.groups for text in group.questions]
    for text, gold in alone:
        if typed := clean(text):
            yield engine.read(typed).whole, len(gold.must)
    for turn in turn_examples(engine, questions, "train"):
        if turn.must:
            yield turn.wordings[0], len(turn.must)


def fit_several(vectors: Floats, findings: Sequence[int]) -> Floats:
    """Return the direction (d,) along which the vectors (n, d) of questions tell how many findings answer them.

    In doublings: 0 for one finding, 1 for two, 2 for four.
    """
    model = Ridge(alpha=_PENALTY, fit_intercept=False)
    direction: Floats = model.fit(vectors, np.log2(np.clip(findings, 1, _MOST))).coef_.astype(np.float32)
    return direction


if __name__ == "__main__":
    main()
