"""The door that launches the rows of bulk launches."""

from tests.support.doors import Play


def test_a_run_without_work_counts_nothing() -> None:
    """It says so, and touches nothing."""
    play = Play()
    assert play.call("launch_batch", {}) == {
        "BulkRowsLaunched": 0,
        "BulkRowsFailed": 0,
        "BulkLaunchesDone": 0,
        "BulkFaults": 0,
    }
