"""Checks what devices signed for passkeys (WebAuthn). The only module that knows the library for it.

What comes in is what strangers write, and meets many readers in there, each with errors of its own: all of them mean
that it is none.
"""

from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier

from chalicelib.ports import PASSKEY_ALGORITHMS, PublicKey


class PasskeyChecker:
    """Believes what devices signed for the pages below one address."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}"

    def made(self, answer: str, challenge: bytes) -> PublicKey:
        """The public half of a passkey that a device made. Raises ValueError."""
        try:
            found = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                supported_pub_key_algs=[COSEAlgorithmIdentifier(each) for each in PASSKEY_ALGORITHMS],
            )
        except Exception as wrong:
            raise ValueError("no new passkey") from wrong
        return PublicKey(found.credential_id, found.credential_public_key, found.sign_count)

    def uses(self, answer: str, challenge: bytes, known: PublicKey) -> int:
        """How often the device says by now that a known passkey was used. Raises ValueError when it did not sign."""
        try:
            found = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=known.key,
                credential_current_sign_count=known.uses,
            )
        except Exception as wrong:
            raise ValueError("not signed") from wrong
        if found.credential_id != known.id:
            raise ValueError("another passkey")
        return found.new_sign_count
