"""Words and shapes that several pages of membership share."""


def masked(email: str | None) -> str:
    """An address that its holder's colleagues recognise, and nobody else can use."""
    if not email or "@" not in email:
        return ""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
