"""ask(): a question and the conversation so far in, a reply and the conversation with it out."""

from index.store import all_cosines
from rag.engine import Engine
from rag.reply import Citation, Reply
from rag.turns import Conversation, Turn


def ask(engine: Engine, question: str, conversation: Conversation = Conversation()) -> Reply:
    """Return the reply to `question`, asked after `conversation`, which is left as it is."""
    vector = engine.encoder.encode([question])[0].vector
    scores = all_cosines(engine.index.sentences, vector[None, :])[0]
    rows = [engine.index.rows[at] for at in (-scores).argsort()[:3]]
    cited = tuple(Citation(row.passage, row.span, float(scores[row.row])) for row in rows)
    turn = Turn(question, question, "answered", tuple((row.passage.id, row.at) for row in rows))
    return Reply("answered", question, question, Conversation((*conversation.turns, turn)), citations=cited)


def search(engine: Engine, query: str, limit: int = 10) -> list[Citation]:
    """Return the sentences nearest to `query`, best first, without a judgement whether they answer it."""
    return list(ask(engine, query).citations[:limit])
