from typing import Any

from eval.readme import README, block


def measure(mean: float) -> dict[str, Any]:
    return {"n": 4, "mean": mean, "interval": [mean - 0.1, mean + 0.1]}


def kept(system: str, **parts: float) -> dict[str, Any]:
    measures = {name: {"top1": measure(value)} for name, value in parts.items()}
    return {"reports": {"havering-2007": {"systems": {system: {"measures": measures}}}}, "speed": {}}


def test_a_table_has_the_figures_of_the_run() -> None:
    text = block(kept("pinpoint", singles=0.75), None)
    assert "| Pinpoint | 0.75 [0.65–0.85] (4) | – |" in text


def test_a_measure_that_was_not_taken_is_no_figure() -> None:
    assert "AUROC –." in block(kept("pinpoint", singles=0.75), None)


def test_a_report_that_is_not_at_hand_is_not_run() -> None:
    assert block({"reports": {"havering-2024": "not run"}, "speed": {}}, None).endswith("not run\n")


def test_each_removed_mechanism_has_its_row() -> None:
    ablated = kept("pinpoint", singles=0.75)
    ablated["reports"]["havering-2007"]["systems"] |= {
        "without glossary": {"measures": {"singles": {"top1": measure(0.5)}}}
    }
    assert "| without glossary | 0.500 | – |" in block(kept("pinpoint", singles=0.75), ablated)


def test_the_readme_has_a_place_for_the_tables() -> None:
    text = README.read_text("utf-8")
    assert text.count("<!-- scores -->\n") == 1
    assert text.index("<!-- scores -->") < text.index("<!-- /scores -->")
