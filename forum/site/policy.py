"""Real people come in only where the law is met; the floors below ask `accounts.policy.intake`."""

from forum.accounts.policy import intake_asks
from forum.kernel.policy import Decision
from forum.site import readiness


@intake_asks
def law_is_met() -> Decision:
    """Registration, invitations and imports wait for imprint, privacy, consent and mail."""
    sentence = readiness.refusal()
    return Decision(not sentence, sentence)
