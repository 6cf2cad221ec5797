"""The mails a running forum has put into its folder, read as a mail program does."""

import email
import email.policy
import re
import time


def letter_to(server, address, subject="", seconds=20):
    """The newest mail to an address, its text; waits for it."""
    end = time.monotonic() + seconds
    while True:
        for file in sorted((server.data / "mail").glob("*.eml"), reverse=True):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if mail["To"] == address and subject in mail["Subject"]:
                return mail.get_content()
        assert time.monotonic() < end, f"No mail to {address}"
        time.sleep(0.2)


def link_in(text, path):
    """The first address in a mail whose path begins like this."""
    return re.search(rf"https?://\S+?{path}\S*", text)[0]
