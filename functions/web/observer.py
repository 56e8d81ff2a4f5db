"""The observer of the deployed pages."""

from paraphe import observe

DOOR = "web"


class DoorObserver:
    """Writes to the door's metrics and log."""

    def count(self, name: str) -> None:
        """Add one to a metric."""
        observe.count(DOOR, name)

    def about(self, request_id: str, firm_id: str) -> None:
        """Name the signature request in every further line of the log."""
        observe.correlate(DOOR, request_id=request_id, firm_id=firm_id)

    def fault(self, error: BaseException) -> None:
        """Log the kind and place of a fault, without its text."""
        observe.logger(DOOR).error("page failed", **observe.fault_of(error))
