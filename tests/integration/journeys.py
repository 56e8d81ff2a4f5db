"""The journeys that use every permission, and whose functions they are for.

`test_permissions.py` makes them when it runs alone, `tests/benchmarks/mutate_policies.py` when it
looks for permissions that nobody would miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration import (
    test_api_clients,
    test_batches,
    test_bounces,
    test_contact_lists,
    test_endings,
    test_heads,
    test_listing,
    test_members,
    test_portal,
    test_recovery,
    test_renewal,
    test_sealing,
    test_signing,
    test_status,
    test_templates,
    test_verification,
    test_waits,
    test_webhooks,
)
from tests.integration.conftest import new_software

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.stack import LocalStack

_ENDING = frozenset({"Launch", "Deliver"})
_SIGNING = frozenset({"IssueOtp", "Sign", "Web"})
_ALWAYS = frozenset({"Api", "AwaitCommand", "InspectUpload", "RecordUpload"})


def _a_contact_list(platform: LocalStack) -> None:
    software = new_software(platform, "Cabinet du carnet d'adresses")
    test_contact_lists.test_from_an_upload_to_the_address_book(software)


JOURNEYS: tuple[tuple[frozenset[str], Callable[..., None]], ...] = (
    (
        _ALWAYS | _SIGNING | _ENDING | {"Complete"},
        test_signing.test_two_signers_in_order_and_everybody_gets_the_original,
    ),
    (frozenset({"Web"}), test_signing.test_visible_signatures_are_drawn_as_their_signers_chose),
    (frozenset({"Seal"}), test_sealing.test_a_seal_between_two_people),
    (frozenset({"Api", "Seal"}), test_batches.test_a_member_seals_a_batch_with_one_code),
    (
        frozenset({"Evidence", "Api", "Web"}),
        test_sealing.test_an_attestation_for_each_signer,
    ),
    (frozenset({"Renew"}), test_renewal.test_what_is_kept_is_renewed_once),
    (frozenset({"Anchor", "Api"}), test_heads.test_heads_are_written_down_each_day),
    (frozenset({"Api"}), test_listing.test_requests_are_listed),
    (frozenset({"Api", "Sweep"}), test_api_clients.test_a_client_from_its_making_to_its_end),
    (frozenset({"Verify"}), test_verification.test_a_large_file_goes_through_the_bucket),
    (frozenset({"Ocsp", "Publish"}), test_status.test_the_schedule_renews_what_is_worn_out),
    (
        frozenset({"Portal", "Enrol"}),
        test_portal.test_a_chartered_accountant_is_led_from_first_sign_in_to_a_certificate,
    ),
    (
        frozenset({"Portal"}),
        test_portal.test_a_session_that_is_ended_elsewhere_is_over_at_the_next_click,
    ),
    (frozenset({"Refuse"}), test_endings.test_declined_by_the_second_signer),
    (frozenset({"Cancel"}), test_endings.test_canceled_by_its_sender),
    (frozenset({"Relaunch"}), test_waits.test_a_corrected_address_gets_a_link_of_its_own),
    (frozenset({"Expire", "Sweep"}), test_endings.test_expired_by_the_sweep),
    (
        frozenset({"AwaitCommand", "Expire"}),
        test_waits.test_a_command_that_came_before_the_wait_and_a_deadline_before_the_command,
    ),
    (frozenset({"AwaitCommand"}), test_waits.test_an_execution_hands_over_to_its_successor),
    (frozenset({"Sweep"}), test_recovery.test_an_execution_killed_midway_is_replaced),
    (frozenset({"Sweep"}), test_waits.test_a_draft_that_nobody_touched_is_given_up),
    (frozenset({"Sweep", "Web", "Api"}), test_endings.test_retention_is_over),
    (
        frozenset({"RecordBounce"}),
        test_bounces.test_a_bounce_is_recorded_told_and_made_good_by_a_correction,
    ),
    (
        frozenset({"DeliverWebhook", "Api"}),
        test_webhooks.test_a_webhook_that_is_gone_is_told_to_who_manages,
    ),
    (frozenset({"Fail"}), test_waits.test_what_failed_is_told_alarmed_and_resumed),
    (frozenset({"Api"}), test_templates.test_a_request_from_a_template_is_completed),
    (
        frozenset({"Api", "LaunchBatch"}),
        test_templates.test_rows_of_a_file_are_launched_and_nothing_twice,
    ),
    (frozenset({"Api"}), test_members.test_of_two_accountants_software_takes_one_away),
    (frozenset({"Api", "ImportContacts", "RecordContacts"}), _a_contact_list),
    (frozenset({"Deliver"}), test_waits.test_mail_that_could_not_be_sent_is_sent_later),
)
