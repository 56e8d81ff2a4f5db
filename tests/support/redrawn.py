"""Changes after signing that a reader sees or trusts, each on the document of `rich`.

An attack appends an update, soundly written unless its name says otherwise. `tells` says how the
change shows: on a page, or in what another library finds in the file.
"""

from __future__ import annotations

from tests.support.redrawn_files import document, hidden, shared
from tests.support.redrawn_forms import fields, form
from tests.support.redrawn_pages import drawn, notes, pages

FORM, SHARED, HIDDEN = form(), shared(), hidden()
ATTACKS = {
    **drawn(),
    **pages(),
    **notes(),
    **fields(),
    **FORM,
    **document(),
    **HIDDEN,
    **SHARED,
}
