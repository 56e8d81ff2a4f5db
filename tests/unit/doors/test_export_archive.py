"""The door that makes archive packages."""

from tests.support.doors import Play


def test_a_run_without_work_counts_nothing() -> None:
    """It says so, and touches nothing."""
    play = Play()
    assert play.call("export_archive", {}) == {
        "ArchivesExported": 0,
        "ArchivesPostponed": 0,
        "ArchivesFailed": 0,
    }
