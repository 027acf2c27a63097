import hashlib
from pathlib import Path

import numpy as np
import pytest

from index.embed import PACKAGED, ModelError, SentenceTransformerEncoder, fingerprint
from index.store import Index, nearest

PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"others")
    with pytest.raises(ModelError, match=rf"weights have SHA-256 .*, published {PUBLISHED[:12]}"):
        fingerprint([weights], PACKAGED)


def test_another_model_has_the_hash_of_its_weights(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"others")
    assert fingerprint([weights], "other") == hashlib.sha256(b"others").hexdigest()


@pytest.mark.model
def test_the_packaged_model_is_the_published_one(model: SentenceTransformerEncoder) -> None:
    assert model.fingerprint() == PUBLISHED


@pytest.mark.model
def test_vectors_have_unit_length(model: SentenceTransformerEncoder) -> None:
    [encoded] = model.encode(["Young carers are not identified early."])
    lengths = [float(np.linalg.norm(encoded.vector)), *np.linalg.norm(encoded.tokens, axis=1)]
    assert lengths == pytest.approx([1.0] * len(lengths), abs=1e-5)


@pytest.mark.model
def test_tokens_leave_out_the_marks_around_a_text(model: SentenceTransformerEncoder) -> None:
    opens, closes = 101, 102  # [CLS] and [SEP] of the model's vocabulary
    [encoded] = model.encode(["young carers"])
    assert not {opens, closes} & set(encoded.token_ids.tolist())


@pytest.mark.model
def test_no_texts_give_no_vectors(model: SentenceTransformerEncoder) -> None:
    assert model.encode([]) == []


@pytest.mark.model
def test_a_text_is_encoded_alike_alone_and_in_company(model: SentenceTransformerEncoder) -> None:
    alone = model.encode(["school councils"])[0].vector
    company = model.encode(["a much longer text about housing for care leavers", "school councils"])[1].vector
    assert float(alone @ company) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.model
def test_a_real_index_finds_an_obvious_sentence(model: SentenceTransformerEncoder, model_index: Index) -> None:
    query = model.encode(["Is there a young offender institution in the area?"])[0].vector
    [best] = nearest(model_index.sentences, query, 1)
    assert model_index.rows[best.row].text == "There are no young offender institutions in the area."


@pytest.mark.model
def test_a_name_that_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match="'no-such/model' is not a sentence-transformers model on this disk"):
        SentenceTransformerEncoder("no-such/model")


@pytest.mark.model
def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a sentence-transformers model on this disk"):
        SentenceTransformerEncoder(str(tmp_path))
