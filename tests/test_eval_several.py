"""How far a question asks for several findings: what is fitted, and what the packaged model then tells."""

import numpy as np
import pytest
from fake_encoder import FakeEncoder

from eval.labels import Gold, Place
from eval.questions import Dialogue, Group, QuestionSet, Single, Turn
from eval.several import answered, fit_several
from index.embed import SentenceTransformerEncoder
from index.report import Span
from index.store import Index
from rag.engine import open_engine

ONE = Gold(must=((Place("18", Span(0, 10)),),))
TWO = Gold(must=((Place("18", Span(0, 10)),), (Place("66", Span(0, 10)),)))


def test_the_direction_tells_how_many_findings_a_question_has() -> None:
    drawn = np.random.default_rng(0).standard_normal((400, 8)).astype(np.float32)
    findings = np.where(drawn[:, 3] > 0, 4, 1)
    told = drawn @ fit_several(drawn, findings.tolist())
    assert np.corrcoef(told, np.log2(findings))[0, 1] > 0.7
    assert told[findings == 4].mean() > told[findings == 1].mean() + 0.5


def test_it_is_fitted_on_train_questions_with_an_answer_worded_as_they_are_encoded(fake_index: Index) -> None:
    talk = (Turn("young carers", "first", ONE), Turn("and why?", "ellipsis", TWO), Turn("thanks", "social", Gold()))
    questions = QuestionSet(
        (Single("s1", "train", "fact", "bullying", TWO), Single("s2", "dev", "fact", "attendance", ONE)),
        (Group("g1", "train", "fact", ("housing", "homes"), ONE),),
        (),
        (Dialogue("c1", "train", talk), Dialogue("c2", "test", talk)),
    )
    found = list(answered(open_engine(fake_index, FakeEncoder()), questions))
    assert found[:3] == [("bullying", 2), ("housing", 1), ("homes", 1)]
    [(text, findings)] = found[3:]
    assert findings == 2
    assert text.startswith("young carers")
    assert text.endswith("and why?")


@pytest.mark.model
@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("List all the weaknesses in health services", "Who runs the health service?"),
        ("What are the main strengths?", "Is there a nurse at the school?"),
        ("Which services are good?", "Who chairs the board?"),
        ("everything that is said against the council's planning", "when was the plan agreed"),
    ],
)
def test_a_question_for_many_findings_is_told_from_one_for_a_fact(
    model: SentenceTransformerEncoder, many: str, one: str
) -> None:
    several = [encoded.several for encoded in model.encode_questions([many, one])]
    assert several[0] > 0.3 > several[1]
