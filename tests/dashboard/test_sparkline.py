"""The little price line."""

from dashboard.overview.sparkline import spark_area, spark_path


def test_the_line_runs_from_edge_to_edge_with_high_prices_on_top():
    assert spark_path([1.0, 3.0, 2.0]) == "M0.0 23.0L48.0 1.0L96.0 12.0"


def test_a_price_that_never_moves_lies_in_the_middle():
    assert spark_path([1.5, 1.5]) == "M0.0 12.0L96.0 12.0"


def test_one_price_makes_no_line():
    assert spark_path([1.5]) == ""
    assert spark_area("") == ""


def test_the_tint_is_closed_along_the_bottom():
    assert spark_area("M0.0 12.0L96.0 12.0") == "M0.0 12.0L96.0 12.0L96 24L0 24Z"
