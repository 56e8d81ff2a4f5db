"""The observer of the deployed portal."""

from paraphe import observe

DOOR = "portal"


class DoorObserver:
    """Writes to the door's metrics and log."""

    def signed_in(self) -> None:
        """Count somebody who got in."""
        observe.count(DOOR, "SignIns")

    def kept_out(self, code: str, reason: str) -> None:
        """Count and log why somebody did not get in; words of ours, nothing about them."""
        observe.count(DOOR, "SignInsRefused")
        observe.logger(DOOR).warning("kept out", code=code, reason=reason)

    def fault(self, error: BaseException) -> None:
        """Log the kind and place of a fault, without its text."""
        observe.logger(DOOR).error("page failed", **observe.fault_of(error))
