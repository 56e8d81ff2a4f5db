"""What operators see of the API: one line per call, ids only; metrics."""

from dataclasses import asdict

from api.services import Called
from paraphe import observe

DOOR = "api"
SERVER_ERROR = 500


class DoorObserver:
    """Keeps `Observer` with the platform's logger and metrics."""

    def called(self, call: Called) -> None:
        """Write the call's line in the log."""
        fields = {**asdict(call), "milliseconds": round(call.milliseconds, 1)}
        if call.status >= SERVER_ERROR:
            observe.logger(DOOR).error("call answered", **fields)
        else:
            observe.logger(DOOR).info("call answered", **fields)

    def launched(self) -> None:
        """Count a launched request."""
        observe.count(DOOR, "RequestsLaunched")

    def uncounted(self) -> None:
        """Count a call that was done although the table of limits did not answer."""
        observe.count(DOOR, "RateLimitsUnanswered")

    def crashed(self, error: BaseException, correlation_id: str) -> None:
        """Write where an unforeseen error came from, without its message."""
        observe.logger(DOOR).error(
            "call failed", correlation_id=correlation_id, **observe.fault_of(error)
        )
