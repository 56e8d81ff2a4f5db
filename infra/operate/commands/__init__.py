"""`paraphe ceremony`, `firm`, `member` and so on: parsers that load what they do when they run.

To add one: a module here with `add_to`, its name in `COMMANDS` and in `paraphe.command.operators`.
"""

from infra.operate.commands import ceremony, firm, heads, member, refile, register, revoke

COMMANDS = {
    "ceremony": ceremony.add_to,
    "firm": firm.add_to,
    "member": member.add_to,
    "revoke": revoke.add_to,
    "register": register.add_to,
    "heads": heads.add_to,
    "refile": refile.add_to,
}
