import json
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from golden import as_golden
from hypothesis import given
from hypothesis import strategies as st

from index.parse import BUNDLED, parse_file, parse_report
from index.report import GradeRow, Metadata, Recommendation, Report, ReportError

CASES = sorted(Path(__file__).parent.joinpath("cases").glob("*.txt"))
BROKEN = ["6", "11", "24", "27", "30", "33", "41", "53", "56", "65", "69", "77", "82", "A4"]
OTHERS = Path(__file__).parents[2] / "shared" / "reports" / "others"
NAMELESS = Metadata("case", "case", "", "", "", "")


def read(text: str) -> Report:
    return parse_report(text, NAMELESS, "", "case.txt")


def refusal(text: str) -> str:
    with pytest.raises(ReportError) as caught:
        read(text)
    return str(caught.value)


# Golden cases: the expected JSON is not named case.json, where parse_file looks for metadata.


def test_there_are_golden_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_report_parses_as_its_golden_case_says(case: Path) -> None:
    expected = json.loads(case.with_suffix(".expected.json").read_text("utf-8"))
    assert as_golden(parse_file(case)) == expected


# The bundled report.


def test_the_bundled_report_has_every_paragraph_recommendation_and_grade(report: Report) -> None:
    expected = [*map(str, range(1, 93)), *(f"A{n}" for n in range(1, 8)), *(f"R{n}" for n in range(1, 10))]
    assert sorted(report.by_id) == sorted([*expected, *(f"G{n}" for n in range(12))])


def test_paragraphs_that_lost_their_number_get_it_back_and_say_so(report: Report) -> None:
    assert [p.id for p in report.passages if p.number_recovered] == ["47", "52", "66"]


def test_a_recovered_paragraph_keeps_the_words_that_are_left(report: Report) -> None:
    assert report.passage("66").text.startswith("people to contribute to society is good. Most children")


def test_a_recovered_paragraph_does_not_run_into_its_neighbours(report: Report) -> None:
    assert "Planning and delivery of CAMHS" not in report.passage("46").text


@pytest.mark.parametrize(
    ("paragraph", "across"),
    [
        (
            "6",
            "some of whom have the most complex needs, and a study of provision",
        ),
        ("A4", "The quality of front line assessment services is good and improving. Care provision"),
        ("53", "procedures are in place. There is a comprehensive training programme"),
    ],
)
def test_a_paragraph_broken_over_pages_is_whole(report: Report, paragraph: str, across: str) -> None:
    assert across in report.passage(paragraph).text


@pytest.mark.parametrize("paragraph", BROKEN)
def test_a_paragraph_broken_over_pages_ends_as_a_sentence(report: Report, paragraph: str) -> None:
    assert report.passage(paragraph).text.endswith(".")


@pytest.mark.parametrize("paragraph", BROKEN)
def test_a_paragraph_broken_over_pages_is_read_from_both(report: Report, paragraph: str) -> None:
    pieces = report.passage(paragraph).source
    text = BUNDLED.read_text("utf-8")
    assert any(text[one.end : two.start].count("\n") > 1 for one, two in pairwise(pieces))


def test_a_bulleted_list_belongs_to_its_paragraph(report: Report) -> None:
    lines = report.passage("5").text.split("\n")
    assert lines[0].endswith("reviewed all existing evidence including:")
    assert [line[:2] for line in lines[1:]] == ["- "] * 8


def test_a_list_is_one_sentence_with_its_lead_in(report: Report) -> None:
    assert len(report.passage("5").sentences) == 2


@pytest.mark.parametrize(
    ("paragraph", "section"),
    [
        ("1", ["Introduction"]),
        ("16", ["Summary Report", "Outcomes for children and young people"]),
        ("17", ["Summary Report", "The impact of local services"]),
        ("29", ["Summary Report", "The impact of local services", "Making a positive contribution"]),
        ("34", ["Main Report", "Outcomes for children and young people"]),
        ("66", ["Main Report", "The impact of local services", "Making a positive contribution"]),
        ("92", ["Main Report", "The impact of local services", "Service management"]),
        ("A7", ["Annex: The children and young people's section of the corporate assessment report"]),
        ("R3", ["Recommendations", "For action over the next six months"]),
        ("G11", ["Grades"]),
    ],
)
def test_a_section_is_a_path_of_headings(report: Report, paragraph: str, section: list[str]) -> None:
    assert list(report.passage(paragraph).section) == section


def test_a_wrapped_grade_label_is_one_label(report: Report) -> None:
    assert report.passage("G5").label == "grade: Achieving economic well-being"


def test_every_grade_has_its_column_and_the_word_of_the_key(report: Report) -> None:
    rows = [p.details for p in report.passages if isinstance(p.details, GradeRow) and p.details.marks]
    found = {(row.label, mark.column): (mark.mark, mark.word) for row in rows for mark in row.marks}
    local, council, health = "Local services overall", "Council services", "Health services"
    assert found == {
        ("Being healthy", local): ("3", "good"),
        ("Staying safe", local): ("3", "good"),
        ("Enjoying and achieving", local): ("4", "outstanding"),
        ("Making a positive contribution", local): ("3", "good"),
        ("Achieving economic well-being", local): ("3", "good"),
        ("Service management", local): ("3", "good"),
        ("Capacity to improve", local): ("3", "good"),
        ("Capacity to improve", council): ("3", "good"),
        ("Children's services", council): ("3", "good"),
        ("The education service", council): ("4", "outstanding"),
        ("The social care services for children", council): ("3", "good"),
        ("The health service for children", health): ("3", "good"),
    }


def test_the_key_to_the_grades_is_a_passage_of_its_own(report: Report) -> None:
    assert report.grade_key is not None
    assert report.grade_key.text == "Grades awarded: 4: outstanding; 3: good; 2: adequate; 1: inadequate"


def test_every_recommendation_has_its_deadline(report: Report) -> None:
    details = [p.details for p in report.passages if isinstance(p.details, Recommendation)]
    groups = ["For immediate action", "For action over the next six months", "For action in the longer term"]
    assert [d.deadline for d in details] == [groups[0]] * 2 + [groups[1]] * 6 + [groups[2]]


def test_every_recommendation_says_who_must_act(report: Report) -> None:
    details = [p.details for p in report.passages if isinstance(p.details, Recommendation)]
    assert [d.who for d in details] == ["The Primary Care Trust", *["The council and its partners"] * 8]


def test_recommendations_that_share_a_lead_in_carry_it(report: Report) -> None:
    details = [p.details for p in report.passages if isinstance(p.details, Recommendation)]
    assert [bool(d.lead_in) for d in details] == [False] * 2 + [True] * 7


@pytest.mark.parametrize("slip", ["outof-borough", "special quardianship"])
def test_extraction_slips_stay_as_they_are(report: Report, slip: str) -> None:
    assert any(slip in passage.text for passage in report.passages)


def test_marks_of_emphasis_are_not_part_of_a_quote(report: Report) -> None:
    starred = [passage.id for passage in report.passages if "*" in passage.text.replace("A* and A GCSE", "")]
    assert starred == []


def test_cover_and_contents_are_named_furniture(report: Report) -> None:
    assert {"cover", "contents"} <= {piece.name for piece in report.furniture}


def test_metadata_stands_beside_the_report(report: Report) -> None:
    known = report.metadata
    assert (known.publisher, known.published, known.reference) == ("Ofsted", "2007-02-06", "311")


@pytest.mark.parametrize(
    ("year", "paragraphs", "recommendations", "grades"), [(2016, 152, 0, 0), (2018, 39, 5, 4), (2024, 50, 6, 5)]
)
@pytest.mark.skipif(not OTHERS.is_dir(), reason="the later reports are kept outside the project and are not here")
def test_a_later_report_of_another_shape_parses(year: int, paragraphs: int, recommendations: int, grades: int) -> None:
    ids = list(parse_file(OTHERS / f"havering-{year}.txt").by_id)
    numbered = [one for one in ids if one.isdigit()]
    assert numbered == [str(number) for number in range(1, paragraphs + 1)]
    assert [one for one in ids if one[0] == "R"] == [f"R{n}" for n in range(1, recommendations + 1)]
    assert [one for one in ids if one[0] == "G"] == [f"G{n}" for n in range(1, grades + 1)]


# Shapes.


def test_a_number_that_comes_next_opens_a_paragraph_after_an_unclosed_line() -> None:
    # The 2016 report ends paragraphs with "(Recommendation)" and starts the next straight below.
    assert list(read("Care\n\n1. Care is late. (Must act)\n2. Schools are good.\n").by_id) == ["1", "2"]


def test_a_line_that_a_page_break_left_alone_is_no_heading() -> None:
    # The 2016 report: a sentence starts on the last line of a page and goes on overleaf.
    found = read("Care\n\n1. Care is late.\nCare leavers report difficulty\n\n7\nin reading their records.\n")
    assert found.passage("1").text == "Care is late. Care leavers report difficulty in reading their records."


def test_a_number_in_the_middle_of_a_sentence_opens_nothing() -> None:
    text = "Care\n\n1. The panel met in week\n14. It will meet again.\n\n2. Schools are good.\n"
    assert list(read(text).by_id) == ["1", "2"]


def test_a_year_that_a_wrapped_line_left_alone_stays_in_its_paragraph() -> None:
    assert read("Care\n\n1. The panel was set up in\n2006\nby the council.\n").passage("1").text == (
        "The panel was set up in 2006 by the council."
    )


def test_page_numbers_in_step_are_no_text_even_without_a_blank_line() -> None:
    # The 2024 report prints them straight under a running head.
    found = read("Care\n\n1. The panel\n2\nwas set\n3\nup in\n2006\nand ended\n4\nin\n5\nJune.\n")
    assert found.passage("1").text == "The panel was set up in 2006 and ended in June."


def test_a_tab_inside_a_paragraph_makes_no_table() -> None:
    assert read("Care\n\n1. The panel met\ntwice\tin June.\n\n2. It ended.\n").passage("1").text == (
        "The panel met twice in June."
    )


def test_a_star_without_a_partner_is_text() -> None:
    assert read("Care\n\n1. Rates* are *very* high.\n").passage("1").text == "Rates* are very high."


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "Care\n\n1. One line\nand another.\n\n2. Two.\n"
    windows = read("\ufeff" + text.replace("\n", "\r\n"))
    assert [p.text for p in windows.passages] == [p.text for p in read(text).passages]


def test_a_number_lost_in_a_report_that_sets_paragraphs_apart_is_recovered() -> None:
    found = read("Care\n\n1. One.\n\nTwo has no number.\n\n3. Three.\n")
    assert [(p.id, p.number_recovered) for p in found.passages] == [("1", False), ("2", True), ("3", False)]


def test_numbers_that_start_again_get_letters_that_neither_grades_nor_recommendations_use() -> None:
    text = "".join(f"Annex {n}\n\n1. Text of {n}.\n\n" for n in range(30))
    letters = [passage.id[:-1] for passage in read(text).passages]
    assert letters == ["", *"ABCDEFHIJKLMNOPQSTUVWXYZ", "AA", "BB", "CC", "DD", "EE"]


def test_a_paragraph_of_an_annex_is_cited_by_its_printed_number(report: Report) -> None:
    assert report.passage("A6").label == "annex 6"


@pytest.mark.parametrize(
    "text",
    [
        "Title\n" + "\n" * 50_000 + "1. Text.\n",
        "Heading here\n\n" * 5_000 + "1. Text.\n",
        "1. Text\n" + "some words go on\n" * 10_000,
        "Contents\n" + "." * 50_000 + "\n1. Text.\n",
        "1. " + "*a " * 20_000 + ".\n",
        "1. Text\n" + "".join(f"{n % 50}\nfoo\n" for n in range(10_000)),
    ],
    ids=["blank", "headings", "prose", "dots", "stars", "bare numbers"],
)
def test_a_text_made_to_be_slow_is_read_in_seconds(text: str) -> None:
    began = time.perf_counter()
    read(text)
    assert time.perf_counter() - began < 5


# Refusals: each says where, and what was expected.


def test_a_text_without_numbered_paragraphs_is_refused() -> None:
    assert refusal("Introduction\n\nSome text.\n") == (
        "case.txt, line 1: no numbered paragraph found; expected one that opens with '1.'"
    )


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(b" \n")
    with pytest.raises(ReportError, match=r"empty\.txt: the file is empty; expected the text of a report"):
        parse_file(path)


def test_a_binary_file_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "binary.txt"
    path.write_bytes(b"1. Text.\n%PDF\0\1\2")
    with pytest.raises(ReportError, match=r"binary\.txt, line 2: binary data; expected plain text in UTF-8"):
        parse_file(path)


def test_a_file_that_is_not_utf8_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("1. Text.\n2. Café.\n".encode("latin-1"))
    with pytest.raises(ReportError, match=r"latin\.txt, line 2: byte 0xe9 is not UTF-8; save the file as UTF-8"):
        parse_file(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"none\.txt: cannot be read"):
        parse_file(tmp_path / "none.txt")


def test_numbers_that_jump_with_nothing_between_are_refused_by_line() -> None:
    assert refusal("Care\n\n1. One.\n\n3. Three.\n") == "case.txt, line 5: paragraph 3 follows 1; expected 2"


def test_numbers_that_go_back_are_refused_by_line() -> None:
    assert refusal("Care\n\n1. One.\n\n2. Two.\n\n2. Two again.\n") == (
        "case.txt, line 7: paragraph 2 follows 2; expected 3"
    )


def test_numbers_that_do_not_start_at_one_are_refused_by_line() -> None:
    assert refusal("5. Five.\n") == "case.txt, line 1: paragraph 5 comes first; expected 1"


def test_a_number_without_text_is_refused_by_line() -> None:
    assert (
        refusal("Care\n\n1. One.\n\n2.\n\n3. Three.\n")
        == "case.txt, line 5: paragraph 2 has no text; expected some after it"
    )


@pytest.mark.parametrize("number", [7, 25, 50, 54, 91])
def test_a_paragraph_cut_out_of_the_bundled_report_is_refused(number: int) -> None:
    text, cut = re.subn(rf"(?m)^(- )?{number}\. .*\n", "", BUNDLED.read_text("utf-8"), count=1)
    assert cut == 1
    assert f"paragraph {number + 1} follows {number - 1}; expected {number}" in refusal(text)


@pytest.mark.parametrize("number", [7, 18, 33, 34, 50, 83])
def test_a_number_cut_out_of_the_bundled_report_is_given_back(report: Report, number: int) -> None:
    text = re.sub(rf"(?m)^(- )?{number}\. ", r"\1", BUNDLED.read_text("utf-8"), count=1)
    found = read(text)
    assert found.passage(str(number)).number_recovered
    assert [p.text for p in found.passages] == [p.text for p in report.passages]


def test_metadata_that_is_no_metadata_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.txt").write_text("1. One.\n", "utf-8")
    (tmp_path / "case.json").write_text("[1]", "utf-8")
    with pytest.raises(ReportError, match=r"case\.json: expected a JSON object with title"):
        parse_file(tmp_path / "case.txt")


@given(st.text(alphabet="1234. -•\t\n*abC:é", max_size=300))
def test_any_text_either_parses_whole_or_is_refused(text: str) -> None:
    try:
        found = read(text)
    except ReportError as error:
        assert str(error).startswith(("case.txt", "case:"))  # noqa: PT017 - both outcomes are right
    else:
        assert found.passages


TERMS = ["care", "school", "panel", "young", "2006", "£5", "e.g.", "Dr.", "(see", "4)", "homes"]
WORDS = st.lists(st.sampled_from(TERMS), min_size=2, max_size=9)


@given(st.lists(WORDS, min_size=1, max_size=8), st.integers(20, 60))
def test_wrapping_lines_does_not_change_a_paragraph(paragraphs: list[list[str]], width: int) -> None:
    wanted = [f"It says {' '.join(words)}." for words in paragraphs]
    lines: list[str] = ["Care", ""]
    for number, text in enumerate(wanted, start=1):
        line = f"{number}."
        for word in text.split():
            if len(line) + len(word) >= width and not re.fullmatch(r"\d{1,4}|\d\)|\(see", word):
                lines.append(line)
                line = word
            else:
                line += f" {word}"
        lines += [line, ""]
    assert [p.text for p in read("\n".join(lines)).passages] == wanted
