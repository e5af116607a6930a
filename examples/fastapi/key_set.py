import http.client
import json
import ssl
import threading
import time
from typing import Callable, Dict, Optional
from urllib.request import urlopen

from jwt import PyJWK, PyJWKSet, PyJWTError

# As the gateway's authorizer has it.
MAX_AGE_SECONDS = 600
COOL_DOWN_SECONDS = 10
TIMEOUT_SECONDS = 1.5
MAX_BYTES = 100_000


class KeysUnavailable(Exception):
    """The keys could not be asked: nothing is known about the token."""


class KeySet:
    """An issuer's keys, read with PyJWT and kept here.

    PyJWT has a PyJWKClient for this, and 2.15's does all that is needed. Debian 12 has 2.6, whose client fetches at each
    request with a key id that somebody made up, forgets the keys it has when such a fetch fails, and takes neither a
    time limit nor a certificate to trust.
    """

    def __init__(self, fetch: Callable[[], bytes], now: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._now = now
        self._keys: Dict[str, PyJWK] = {}
        self._fetched_at: Optional[float] = None
        self._fetching = threading.Lock()
        self._attempts = 0
        self._has_failed = False

    def find_key(self, kid: str) -> Optional[PyJWK]:
        """The key of this id, or None when the issuer publishes none."""
        if self._is_older_than(MAX_AGE_SECONDS) or (
            kid not in self._keys and self._is_older_than(COOL_DOWN_SECONDS)
        ):
            self._refresh()
        return self._keys.get(kid)

    def _is_older_than(self, seconds: float) -> bool:
        return self._fetched_at is None or self._now() - self._fetched_at >= seconds

    def _refresh(self) -> None:
        attempts = self._attempts
        with self._fetching:
            # One fetch at a time, and who waited for it shares its outcome: in an outage nobody waits for many.
            if self._attempts == attempts:
                self._has_failed = not self._ask()
                self._attempts += 1
            if self._has_failed:
                raise KeysUnavailable("the key set cannot be fetched")

    def _ask(self) -> bool:
        """A failure leaves the keys as they are, and is not waited out: an outage ends for us as soon as it ends."""
        try:
            keys = parse_keys(self._fetch())
        except (OSError, http.client.HTTPException, ValueError, PyJWTError):
            return False
        self._keys = keys
        self._fetched_at = self._now()
        return True


def parse_keys(document: bytes) -> Dict[str, PyJWK]:
    """The keys that may have signed with RS256, by their ids."""
    members = json.loads(document)
    if not isinstance(members, dict):
        raise ValueError("the key set is not a JSON object")
    keys = {
        key.key_id: key
        for key in PyJWKSet.from_dict(members).keys
        if key.key_id and key.key_type == "RSA" and key.public_key_use in ("sig", None)
    }
    if not keys:
        raise ValueError("the key set holds no key to verify with")
    return keys


def create_key_set(issuer: str, ca_file: Optional[str]) -> KeySet:
    uri = f"{issuer}.well-known/jwks.json"
    context = ssl.create_default_context(cafile=ca_file)

    def fetch() -> bytes:
        with urlopen(uri, timeout=TIMEOUT_SECONDS, context=context) as response:
            body: bytes = response.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise ValueError("the key set is too large")
        return body

    return KeySet(fetch)
