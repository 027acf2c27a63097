"""ask(): a question and the conversation so far in, a reply and the conversation with it out.

The one call that the page, the API and the evaluation make.
Not here: how a follow-up is completed (follow.py), how a question is answered (answer.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index.embed import Floats
from index.report import Metadata, Report, Span
from rag.answer import Weighed, answer, cite, find, weigh
from rag.engine import Engine
from rag.evidence import Nearness, named, near, quoted
from rag.findings import Finding, repeats
from rag.follow import Merged, meaningful, merge, shown, strip_lead
from rag.parts import parts_of
from rag.question import Question, clean, strip_frames
from rag.reply import Citation, Reason, Reply
from rag.retrieve import logistic, ranked
from rag.structure import read_structure
from rag.turns import LONGEST_QUESTION, MOST_CITED, Conversation, Turn
from rag.vocabulary import Vocabulary, read_vocabulary

NEW = Conversation()
_TALKED_OF = frozenset({"answered", "partial", "contradicted"})
_SOCIAL: dict[str, Reason] = {"greeting": "greeting", "thanks": "thanks", "about": "about"}
_POINTING = frozenset({"pronoun", "ellipsis", "bare"})  # what a turn shows that points at what was asked before
# What a follow-up shows: a whole question without any of these stands alone.
_CUES = _POINTING | {"repair", "return", "lead"}
_FOLLOWS = 0.6  # probability from which a turn is taken as a follow-up
_REMEMBERED = 3  # questions encoded before a follow-up
_LONGEST_BEFORE = 400  # characters of them together, so that the model has room for the follow-up itself
_AFTER = " | "  # what stands between them; the model is tuned to it (eval/tune.py)


@dataclass(frozen=True, slots=True)
class Read:
    """A turn as it was read: what it asks, and how it was taken."""

    weighed: Weighed
    turn: str  # "new", "follow_up", "return", "repair"
    topic: str  # what the next turn may follow up on


def ask(engine: Engine, question: str, conversation: Conversation = NEW) -> Reply:
    """Return the reply to `question`, asked after `conversation`, which is left as it is."""
    typed = clean(question[: 10 * LONGEST_QUESTION])[:LONGEST_QUESTION]
    signs = shown(typed)
    for sign, reason in _SOCIAL.items():
        if sign in signs:
            return _help(typed, reason, conversation)
    if not typed or not any(map(str.isalnum, typed)):
        return _help(typed, "empty", conversation)
    if "restart" in signs:
        return _help(typed, "restarted", Conversation())
    if conversation.turns and (reply := _command(typed, signs, conversation, engine)):
        return reply
    read = read_turn(typed, conversation, engine)
    reply = answer(read.weighed, engine)
    if read.turn == "new" and (both := parts_of(read.weighed.question.text, engine.vocabulary)):
        reply = _in_parts(reply, both, engine)
    return _remember(replace(reply, question=typed, turn=read.turn), conversation, read.topic)


def _in_parts(reply: Reply, parts: Sequence[str], engine: Engine) -> Reply:
    """Return the reply to a question that asks two things: partial where the report answers only one of them."""
    read = [engine.read(part) for part in parts]
    encoded = engine.encode([told([one.whole for one in read[:at]], one.whole) for at, one in enumerate(read)])
    replies = [
        answer(weigh(one, engine.gather(one, [vectors]), engine), engine)
        for one, vectors in zip(read, encoded, strict=True)
    ]
    told_of = [one for one in replies if one.status == "answered"]
    missing = [part for one, part in zip(replies, parts, strict=True) if one.status in ("related", "not_covered")]
    if len(told_of) != 1 or not missing:
        return reply
    if reply.status != "answered" and told_of[0].confidence < engine.numbers.thresholds["part"]:
        return reply
    kept = replace(told_of[0], understood_as=reply.understood_as, also_searched=reply.also_searched)
    return replace(kept, corrected=reply.corrected, status="partial", reason="part_missing", about=tuple(missing))


def search(engine: Engine, query: str, limit: int = 10) -> list[Citation]:
    """Return the sentences nearest to `query`, best first, without a judgement whether they answer it."""
    weighed = _alone(engine.read(clean(query)), engine)
    best = ranked(weighed.scores, limit)
    return list(cite([Finding(row, float(weighed.likely[row])) for row in best], engine))


def _help(typed: str, reason: Reason, conversation: Conversation) -> Reply:
    return Reply(
        "help", typed, typed, conversation, reason=reason, turn="command" if reason == "restarted" else "social"
    )


def _remember(reply: Reply, conversation: Conversation, topic: str) -> Reply:
    cited = tuple((c.passage.id, c.passage.sentences.index(span)) for c in reply.citations for span in _sentences(c))
    turn = Turn(reply.question[:LONGEST_QUESTION], topic[:LONGEST_QUESTION], reply.status, cited[:MOST_CITED])
    return replace(reply, conversation=conversation.then(turn))


def _sentences(citation: Citation) -> list[Span]:
    return [span for span in citation.passage.sentences if span.overlaps(citation.span)]


def _alone(question: Question, engine: Engine) -> Weighed:
    """Return a question weighed as it stands."""
    return weigh(question, engine.gather(question, engine.encode(question.wordings)), engine)


def read_turn(typed: str, conversation: Conversation, engine: Engine) -> Read:
    """Return the turn as it is read: alone, or with what was talked about before."""
    alone = read_alone(typed, engine)
    readings = both_readings(typed, alone, conversation, engine)
    if readings is None:
        return Read(_alone(alone, engine), "new", alone.typed)
    if logistic(turn_signs(readings), engine.numbers.follows) < _FOLLOWS:
        return Read(readings.after, "new", readings.own)
    kind = "repair" if "repair" in readings.shown else "return" if "return" in readings.shown else "follow_up"
    return Read(readings.fused, kind, readings.merged.topic)


@dataclass(frozen=True)
class Readings:
    """A later turn as it may be read, and what tells whether it follows up.

    It is always encoded after what was asked before. The model is tuned to such texts
    (eval/tune.py), to changes of subject among them: what was asked before counts where the
    turn leaves it open.
    """

    own: str  # the turn without what only marks a change of subject
    shown: frozenset[str]
    alone: Question  # its own words
    earlier: Question  # the topic by itself
    merged: Merged
    near: Nearness  # after what was asked before
    quotes: Floats  # (n, len(QUOTED)) of what was quoted before
    engine: Engine

    @cached_property
    def after(self) -> Weighed:
        """Return the turn's own words, after what was asked before."""
        return self._weighed(self.alone)

    @cached_property
    def fused(self) -> Weighed:
        """Return the turn with its topic, after what was asked before."""
        return self._weighed(self.engine.read(self.merged.text))

    def _weighed(self, question: Question) -> Weighed:
        evidence = named(question, self.engine.ledger).nearer(self.near).after(self.quotes)
        return weigh(question, evidence, self.engine, follows=True)


def read_alone(typed: str, engine: Engine) -> Question:
    """Return what a turn asks by itself, without what only marks a change of subject."""
    return engine.read(strip_lead(typed, "change") if "change" in shown(typed) else typed)


def both_readings(typed: str, alone: Question, conversation: Conversation, engine: Engine) -> Readings | None:
    """Return a later turn, by itself `alone`, as it may be read.

    None where nothing was talked about before, or a passage or list is named.
    """
    signs, own = shown(typed), alone.typed
    if "pronoun" in signs and "pronoun" not in shown(strip_frames(own)):  # "what did it say about …"
        signs -= {"pronoun"}
    earlier = _earlier(conversation, own, signs, engine)
    asked = read_structure(alone, engine.report)
    whole = alone.passage or (asked is not None and asked.whole and not signs & _CUES)
    if earlier is None or whole or "conversation" in engine.without:
        return None
    encoded = engine.encode([told(asked_before(conversation, engine), alone.whole)])
    found = near(encoded, engine.index, engine.ledger)
    quotes = quoted(_rows_at(earlier.cited, engine), engine.ledger)
    own = strip_lead(own, "repair") if "repair" in signs else own
    merged = merge(own, earlier.read_as, engine.vocabulary)
    return Readings(own, signs, alone, engine.read(earlier.read_as), merged, found, quotes, engine)


def asked_before(conversation: Conversation, engine: Engine) -> list[str]:
    """Return the last questions that were answered, as typed but for misspellings, oldest first.

    Where none was, the last one if the report discusses its subject.
    """
    asked = _answered(conversation) or _discussed_last(conversation)
    texts = [engine.read(clean(turn.question)).whole[-_LONGEST_BEFORE:] for turn in asked[-_REMEMBERED:]]
    while sum(map(len, texts)) > _LONGEST_BEFORE:
        texts = texts[1:]
    return texts


def told(before: Sequence[str], text: str) -> str:
    """Return what is encoded of a follow-up: the questions before it, then its own text."""
    return _AFTER.join([*before, text])


def turn_signs(readings: Readings) -> dict[str, float]:
    """Return the named signs that tell a follow-up from a new question, each near [0, 1]."""
    signs, own, alone, earlier = readings.shown, readings.own, readings.alone, readings.earlier
    names = {stem for unit in alone.units if unit.weight > 0.3 for stem in unit.stems}
    before = {stem for unit in earlier.units for stem in unit.stems}
    return {
        "pronoun": float("pronoun" in signs),
        "ellipsis": float("ellipsis" in signs),
        "lead": float("lead" in signs),
        "bare": float("bare" in signs),
        "change": float("change" in signs),
        "return": float("return" in signs),
        "repair": float("repair" in signs),
        "short": float(meaningful(own) <= 2),
        "says": min(1.0, meaningful(own) / 6),
        "own_subject": max((unit.weight for unit in alone.units if unit.concepts), default=0.0),
        "new_names": min(1.0, len(names - before) / 3),
        "shared_names": min(1.0, len(names & before) / 2),
    }


def _earlier(conversation: Conversation, own: str, signs: frozenset[str], engine: Engine) -> Turn | None:
    """Return the turn that a later one may follow up on: the last that was answered.

    For a return it is the latest that names what is gone back to. Where nothing has been
    answered yet it is the last whose subject the report discusses, for a turn that points at it:
    "how many are adopted?", "is it quick?"
    """
    answered = [turn for turn in _answered(conversation) if turn.read_as]
    if "return" in signs:
        named = {stem for unit in engine.read(own).units for stem in (*unit.stems, *unit.concepts)}
        for turn in reversed(answered):
            if named & {stem for unit in engine.read(turn.read_as).units for stem in (*unit.stems, *unit.concepts)}:
                return turn
    pointed_at = answered or (_discussed_last(conversation) if signs & _POINTING else [])
    return pointed_at[-1] if pointed_at else None


def _answered(conversation: Conversation) -> list[Turn]:
    """Return the turns that were answered, oldest first."""
    return [turn for turn in conversation.turns if turn.status in _TALKED_OF]


def _discussed_last(conversation: Conversation) -> list[Turn]:
    """Return the last turn where the report discusses what it asked and does not answer it."""
    return [turn for turn in conversation.turns[-1:] if turn.status == "related" and turn.read_as]


def _command(typed: str, signs: frozenset[str], conversation: Conversation, engine: Engine) -> Reply | None:
    """Return the reply to a command that needs the last turn, None where the turn is no command."""
    answered = _answered(conversation)
    if not answered:
        return None
    last = answered[-1]
    if "more" in signs:
        return _more(typed, last, conversation, engine)
    if signs & {"next", "previous"} and last.cited:
        return _neighbour(typed, last, 1 if "next" in signs else -1, conversation, engine)
    if "only_recommendations" in signs:
        question = engine.read(f"What does the report recommend about {last.read_as}")
        reply = answer(_alone(question, engine), engine)
        kept = tuple(one for one in reply.citations if one.passage.kind == "recommendation")
        reply = replace(reply, citations=kept, found=len(kept)) if kept else reply
        return _remember(replace(reply, question=typed, turn="command"), conversation, last.read_as)
    return None


def _more(typed: str, last: Turn, conversation: Conversation, engine: Engine) -> Reply:
    """Return the findings that come after those already shown on the topic; none is shown twice."""
    weighed = _alone(engine.read(last.read_as), engine)
    seen = {place for turn in conversation.turns if turn.read_as == last.read_as for place in turn.cited}
    rows = engine.index.rows
    least = engine.numbers.thresholds["more"]
    shown_before = _rows_at(seen, engine)
    kept = [
        row
        for row in weighed.best
        if weighed.likely[row] >= least
        and row not in shown_before
        and not any(repeats(one, row, rows, engine.ledger, engine.vocabulary) for one in shown_before)
    ]
    if not kept:
        return Reply("help", typed, last.read_as, conversation, reason="no_more", turn="command")
    further = replace(weighed, best=kept)
    citations = cite(find(further, engine, least), engine)[:5]
    reply = Reply("answered", typed, last.read_as, conversation, citations=citations, turn="command", confidence=0.5)
    return _remember(replace(reply, found=len(citations)), conversation, last.read_as)


def _rows_at(places: Collection[tuple[str, int]], engine: Engine) -> list[int]:
    """Return the rows of sentences that a conversation holds as places: passage id, and sentence from 0."""
    return [row.row for row in engine.index.rows if (row.passage.id, row.at) in places]


def _neighbour(typed: str, last: Turn, step: int, conversation: Conversation, engine: Engine) -> Reply:
    """Return the passage before or after the one cited last."""
    ids = list(engine.report.by_id)
    at = ids.index(last.cited[0][0]) + step
    if not 0 <= at < len(ids):
        return Reply("help", typed, typed, conversation, reason="no_more", turn="command")
    passage = engine.report.by_id[ids[at]]
    whole = Citation(passage, Span(passage.sentences[0].start, passage.sentences[-1].end), 1.0)
    reply = Reply(
        "answered", typed, passage.label, conversation, citations=(whole,), turn="command", confidence=1.0, found=1
    )
    return _remember(reply, conversation, passage.label)


def resolve_alone(questions: Sequence[str]) -> str:
    """Return the last of some questions as it is understood after the others, where no report is at hand."""
    words = _without_report()
    topic, text = "", ""
    for typed in map(clean, questions):
        signs = shown(typed)
        follows = bool(topic) and bool(signs & _POINTING) and "change" not in signs
        merged = merge(typed, topic, words) if follows else Merged(typed, typed)
        text, topic = merged.text, merged.topic
    return text


def _without_report() -> Vocabulary:
    return read_vocabulary(Report(Metadata("none", "", "", "", "", ""), "", (), (), ()))
