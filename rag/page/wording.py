"""Every sentence that is shown to people, by status and reason; and how places and dates are named.

Not here: where the sentences stand on the page (card.py, layout.py).
"""

from collections.abc import Iterable
from datetime import date

from index.report import GradeRow, Mark, Passage, Report
from rag.reply import Reason, Reply, Status
from rag.verify import Altered, Exact, Verdict

HEADINGS: dict[Status, str] = {
    "answered": "The report says",
    "partial": "Answered in part",
    "contradicted": "The report says otherwise",
    "related": "Discussed, but not answered",
    "not_covered": "Not in this report",
    "help": "How to ask",
}
DIFFERS_WITHIN = "Another sentence of the same paragraph puts this differently"
NEAREST = "The nearest passages, for you to judge:"
FEEDBACK = {
    "right": "Yes, this answers it",
    "wrong_paragraph": "Wrong paragraph",
    "not_an_answer": "Not an answer",
    "missed_something": "Missed something",
}
WELCOME = "Ask this report a question"
PROMISE = (
    "Every answer is a passage of the report, word for word, with its paragraph number. "
    "Where the report has no answer, this page says so."
)
THANKS = "Thank you: kept on this computer, for those who look after this page."
EMPTY = "Please type a question first."
LONGEST_ABOUT = 60  # characters of the visitor's own words that a message repeats

_MESSAGES: dict[tuple[Status, Reason], str] = {
    ("answered", ""): "In the report’s own words:",
    ("partial", ""): "The report answers part of this.",
    ("partial", "part_missing"): "The report answers part of this, but not {about}:",
    ("contradicted", ""): "The question puts it otherwise than the report, which says:",
    ("related", ""): "The report discusses this, but does not say what was asked.",
    ("related", "no_number"): "The report discusses this, but gives no figure for it.",
    ("related", "no_money"): "The report discusses this, but gives no amount of money for it.",
    ("related", "no_date"): "The report discusses this, but gives no date for it.",
    ("related", "no_name"): "The report discusses this, but does not name who or what was asked for.",
    ("related", "no_place"): "The report discusses this, but does not say where.",
    ("related", "no_reason"): "The report discusses this, but does not say why.",
    ("related", "unknown_name"): "The report discusses the subject, but never mentions {about}.",
    ("related", "other_time"): "The report was published on {published} and does not say this of {about}.",
    ("related", "other_place"): "The report does not describe {about}.",
    ("related", "no_polarity"): "The report discusses this, but makes no judgement of that kind about it.",
    ("not_covered", ""): "The report has nothing on this.",
    ("not_covered", "no_subject"): "The report has nothing on {about}.",
    ("not_covered", "unknown_name"): "The report never mentions {about}.",
    ("not_covered", "other_time"): "The report was published on {published} and does not cover {about}.",
    ("not_covered", "other_place"): "The report does not cover {about}.",
    ("not_covered", "no_passage"): "The report has no {about}; it has {ids}.",
    ("not_covered", "no_topic"): "It is not clear what this follows on from. Please ask it as a whole question.",
    ("help", ""): "Ask about anything this report covers, in your own words.",
    ("help", "empty"): "Please type a question about the report.",
    ("help", "greeting"): "Hello. Ask about anything this report covers; the overview has examples.",
    ("help", "thanks"): "You are welcome. Is there anything else you would like to look up?",
    ("help", "about"): (
        "This page finds what an inspection report says and quotes it word for word, with its paragraph number; "
        "it writes nothing of its own."
    ),
    ("help", "restarted"): "A new conversation: earlier questions are set aside.",
    ("help", "no_more"): "There is nothing further in the report on this.",
    ("help", "no_topic"): "It is not clear what this follows on from. Please ask it as a whole question.",
}
_NO_ABOUT: dict[Reason, str] = {"no_subject": "this", "part_missing": "all of it", "no_passage": "such passage"}
_FALLBACK = "what was asked for"
_COUNTED = 3  # passages from which a reply says how many there are


def message(reply: Reply, report: Report) -> str:
    """Return the one sentence that says what this reply is, or what is missing."""
    pattern = _MESSAGES.get((reply.status, reply.reason)) or _MESSAGES[(reply.status, "")]
    about = in_words(quoted(word) for word in reply.about) or _NO_ABOUT.get(reply.reason, _FALLBACK)
    if reply.reason == "no_passage" and reply.about:
        about = in_words(f"paragraph {word}" if word.isdigit() else word[:LONGEST_ABOUT] for word in reply.about)
    if reply.status == "answered" and reply.found > len(reply.citations):
        return f"The first {len(reply.citations)} of {reply.found} passages, in the report’s own words:"
    if reply.status == "answered" and reply.found >= _COUNTED:
        return f"{reply.found} passages, in the report’s own words:"
    return pattern.format(about=about, published=long_date(report.metadata.published), ids=report.id_ranges())


def verdict(outcome: Verdict) -> str:
    """Return the sentence that says whether a printed quote is the report's own."""
    match outcome:
        case Exact(passage):
            return f"These are the report’s words, exactly: {short_place(passage)}."
        case Altered(passage, only_typography=True):
            return f"These are the words of {short_place(passage)}; only spacing, dashes or quotation marks differ."
        case Altered(passage):
            return f"The words have been altered. The nearest are in {short_place(passage)}; the changes are marked."
        case _:
            return "These words are not in the report."


def too_long(characters: int, most: int) -> str:
    """Return what is said of a question that is too long."""
    return f"That question has {characters:,} characters. Please ask it in at most {most:,}."


def quoted(word: str) -> str:
    """Return a visitor's word in quotation marks, cut where it is long."""
    return f"“{word[:LONGEST_ABOUT]}”"


def in_words(items: Iterable[str], joint: str = "and") -> str:
    """Return items as a list in a sentence: "18, 29 and 66"."""
    *most, last = list(items) or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def long_date(iso: str) -> str:
    """Return "6 February 2007" for "2007-02-06"; what is no ISO date stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"


def place(passage: Passage) -> str:
    """Return how a passage is named on the page: "Paragraph 29", "Annex, paragraph 6"."""
    if passage.kind == "paragraph" and not passage.id.isdigit():
        return f"Annex, paragraph {passage.id.lstrip('A')}"
    if passage.kind == "paragraph":
        return f"Paragraph {passage.id}"
    label = passage.label
    return label[:1].upper() + label[1:]


def short_place(passage: Passage) -> str:
    """Return how a passage is named within a sentence: "paragraph 29", "annex paragraph 6"."""
    named = place(passage)
    return "annex " + named.removeprefix("Annex, ") if named.startswith("Annex, ") else named[:1].lower() + named[1:]


def brief_place(passage: Passage) -> str:
    """Return how a passage is named in a list of places: "66", "annex 6", "recommendation 3"."""
    return passage.id if passage.label == f"para {passage.id}" else passage.label


def grade(row: GradeRow) -> str:
    """Return what the marks of a row mean: "Local services overall: good (3)"."""
    return "; ".join(f"{mark.column}: {mark_in_words(mark)}" for mark in row.marks)


def mark_in_words(mark: Mark) -> str:
    """Return a mark by its word, and as printed where that is something else: "good (3)"."""
    return f"{mark.word} ({mark.mark})" if mark.word and mark.word.casefold() != mark.mark.casefold() else mark.mark


def section(passage: Passage) -> str:
    """Return the path of headings above a passage: "Summary Report › Being healthy"."""
    return " › ".join(passage.section)


def publication(report: Report) -> str:
    """Return "Ofsted, 6 February 2007, reference 311"; what is not known is left out."""
    metadata = report.metadata
    reference = f"reference {metadata.reference}" if metadata.reference else ""
    return ", ".join(part for part in (metadata.publisher, long_date(metadata.published), reference) if part)


def source(report: Report) -> str:
    """Return the line that must stand with every quote: title, publisher, date, reference."""
    return ", ".join(part for part in (report.metadata.title, publication(report)) if part)


def full_citation(passage: Passage, report: Report) -> str:
    """Return what follows a quote when it is cited elsewhere."""
    return f"{place(passage)} ({section(passage)}), {source(report)}"
