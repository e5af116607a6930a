import json
import threading
import unittest
from typing import Any, Dict, List, Optional

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from key_set import COOL_DOWN_SECONDS, MAX_AGE_SECONDS, KeySet, KeysUnavailable

MODULUS = json.loads(
    jwt.algorithms.RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key())
)["n"]


def rsa_key(kid: str, **members: str) -> Dict[str, Any]:
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": MODULUS, "e": "AQAB", **members}


def document(*kids: str) -> bytes:
    return json.dumps({"keys": [rsa_key(kid) for kid in kids]}).encode()


class Issuer:
    """Answers with what it has, and counts."""

    def __init__(self, body: Optional[bytes]) -> None:
        self.body = body
        self.fetches = 0

    def fetch(self) -> bytes:
        self.fetches += 1
        if self.body is None:
            raise OSError("down")
        return self.body


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class KeySets(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.issuer = Issuer(document("one"))
        self.keys = KeySet(self.issuer.fetch, self.clock)

    def test_are_fetched_once(self) -> None:
        self.assertIsNotNone(self.keys.find_key("one"))
        self.clock.now += MAX_AGE_SECONDS - 1
        self.assertIsNotNone(self.keys.find_key("one"))
        self.assertEqual(self.issuer.fetches, 1)

    def test_are_fetched_again_when_they_are_old_and_forget_what_is_no_longer_published(self) -> None:
        self.keys.find_key("one")
        self.issuer.body = document("two")
        self.clock.now += MAX_AGE_SECONDS
        self.assertIsNone(self.keys.find_key("one"))
        self.assertEqual(self.issuer.fetches, 2)

    def test_are_fetched_again_for_a_new_key_once_the_cool_down_is_over(self) -> None:
        self.keys.find_key("one")
        self.issuer.body = document("one", "two")
        self.assertIsNone(self.keys.find_key("two"))
        self.assertEqual(self.issuer.fetches, 1)
        self.clock.now += COOL_DOWN_SECONDS
        self.assertIsNotNone(self.keys.find_key("two"))
        self.assertEqual(self.issuer.fetches, 2)

    def test_are_kept_when_a_fetch_for_a_made_up_key_fails(self) -> None:
        self.keys.find_key("one")
        self.issuer.body = None
        self.clock.now += COOL_DOWN_SECONDS
        with self.assertRaises(KeysUnavailable):
            self.keys.find_key("made up")
        self.assertIsNotNone(self.keys.find_key("one"))

    def test_are_not_used_beyond_their_age_however_long_the_outage(self) -> None:
        self.keys.find_key("one")
        self.issuer.body = None
        self.clock.now += MAX_AGE_SECONDS
        with self.assertRaises(KeysUnavailable):
            self.keys.find_key("one")

    def test_are_there_as_soon_as_the_issuer_is_back(self) -> None:
        self.issuer.body = None
        with self.assertRaises(KeysUnavailable):
            self.keys.find_key("one")
        self.issuer.body = document("one")
        self.assertIsNotNone(self.keys.find_key("one"))

    def test_are_nothing_when_what_comes_holds_none_to_verify_with(self) -> None:
        for body in (
            b"",
            b"<html>",
            b"[]",
            b"{}",
            b'{"keys": []}',
            b"\xff",
            json.dumps({"keys": [rsa_key("one", use="enc")]}).encode(),
            json.dumps({"keys": [{"kty": "oct", "kid": "one", "k": "c2VjcmV0", "alg": "HS256"}]}).encode(),
        ):
            with self.subTest(body):
                self.issuer.body = body
                with self.assertRaises(KeysUnavailable):
                    self.keys.find_key("one")

    def test_that_fail_to_come_fail_once_for_all_who_wait(self) -> None:
        asked = threading.Event()
        released = threading.Event()

        def hang() -> bytes:
            self.issuer.fetches += 1
            asked.set()
            released.wait(10)
            raise OSError("timed out")

        keys = KeySet(hang, self.clock)
        failures: List[KeysUnavailable] = []
        first = start(keys, failures)
        self.assertTrue(asked.wait(10))
        came = threading.Event()
        keys._fetching = Announcing(keys._fetching, came)  # type: ignore[assignment]
        second = start(keys, failures)
        self.assertTrue(came.wait(10))
        released.set()
        first.join(10)
        second.join(10)
        self.assertEqual(len(failures), 2)
        self.assertEqual(self.issuer.fetches, 1)


class Announcing:
    """A lock that tells when somebody comes to it."""

    def __init__(self, lock: Any, came: threading.Event) -> None:
        self.lock = lock
        self.came = came

    def __enter__(self) -> None:
        self.came.set()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def start(keys: KeySet, failures: List[KeysUnavailable]) -> threading.Thread:
    def run() -> None:
        try:
            keys.find_key("one")
        except KeysUnavailable as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


if __name__ == "__main__":
    unittest.main()
