"""A form that comes after its session has ended (P1)."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from tests.support.portal_site import Portal, Tab
from tests.unit.portal.test_first_run import EC, accept, open_firm, person


def test_a_form_of_an_ended_session_loses_no_step() -> None:
    """Its sender signs in, is told, and comes back to the step that is left."""
    portal = Portal("14 001")
    tab = Tab(portal)
    tab.sign_in(**EC)
    accept(tab)
    portal.passes(hours=2)
    sent = open_firm(tab)
    assert sent.status == 303
    where = urlsplit(sent.headers["location"])
    assert where.path.endswith("sign-in")
    assert parse_qs(where.query) == {"to": ["/first-run"], "unsent": ["1"]}
    page = tab.get(f"/sign-in?{where.query}")
    assert "votre dernier formulaire n’a pas été pris en compte" in page.body
    start = html.unescape(re.findall(r'href="(\S*sign-in/start\S*)"', page.body)[0])
    back = tab.sign_in(f"?{urlsplit(start).query}", **EC)
    assert back.headers["location"].endswith("/first-run")
    assert person(portal).terms is not None
    assert open_firm(tab).status == 303
    assert person(portal).firm_id is not None
    portal.passes(hours=2)
    assert "unsent" not in tab.post("/sign-out", {}).headers["location"]
