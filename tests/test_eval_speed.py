import pytest

from eval.speed import Timing, show_speed, summarise


# Ratios 2, 2, 4: median 2, 95th percentile 2 + .9 · 2 = 3.8; medians 20 ms and 10 ms.
def test_speed_is_a_ratio_by_question() -> None:
    speed = summarise([Timing(0.010, 0.020), Timing(0.020, 0.040), Timing(0.005, 0.020)])
    assert (speed.n, speed.ratio_p50, speed.ratio_p95) == pytest.approx((3, 2, 3.8))
    assert (speed.asked_ms, speed.forward_ms) == pytest.approx((20, 10))


def test_speed_is_shown_with_its_n() -> None:
    text = show_speed("small", {"standing alone": summarise([Timing(0.010, 0.020)])})
    assert text == (
        "small, standing alone (1): 2.00 forward passes at p50, 2.00 at p95 (20.0 ms, forward pass 10.0 ms)"
    )
