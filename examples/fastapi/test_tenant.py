import unittest
from typing import List, Tuple

from refusals import Refused
from tenant import Tenant, parse_tenant

GOOD: List[Tuple[bytes, bytes]] = [
    (b"x-tenant-id", b"acme"),
    (b"x-tenant-client", b"OL8dKLzdocJ2isAjIhKtJ0RlgLKOmxgJ"),
    (b"x-tenant-subject", b"auth0|5f7c8ec7c33c6c004bbafe82"),
]


def replaced(name: bytes, value: bytes) -> List[Tuple[bytes, bytes]]:
    return [(own, value if own == name else was) for own, was in GOOD]


class ParseTenant(unittest.TestCase):
    def test_reads_the_three_headers(self) -> None:
        self.assertEqual(
            parse_tenant(GOOD),
            Tenant("acme", "OL8dKLzdocJ2isAjIhKtJ0RlgLKOmxgJ", "auth0|5f7c8ec7c33c6c004bbafe82"),
        )

    def test_takes_the_longest_values_there_can_be(self) -> None:
        for name, length in [(b"x-tenant-id", 64), (b"x-tenant-client", 256), (b"x-tenant-subject", 255)]:
            with self.subTest(name):
                parse_tenant(replaced(name, b"a" * length))

    def test_refuses_a_missing_header(self) -> None:
        for name, _ in GOOD:
            with self.subTest(name):
                self.assert_refused([pair for pair in GOOD if pair[0] != name], "tenant_header_missing")

    def test_refuses_two_values_wherever_the_second_stands_and_however_it_is_spelled(self) -> None:
        for spelling in (b"x-tenant-id", b"X-Tenant-Id", b"x_tenant_id", b"X_TENANT-ID", b"x.tenant.id"):
            for headers in ([*GOOD, (spelling, b"globex")], [(spelling, b"globex"), *GOOD]):
                with self.subTest(spelling=spelling, first=headers[0]):
                    self.assert_refused(headers, "tenant_header_doubled")

    def test_refuses_a_lookalike_in_the_place_of_the_header(self) -> None:
        headers = [(b"x_tenant_id", value) if name == b"x-tenant-id" else (name, value) for name, value in GOOD]
        self.assert_refused(headers, "tenant_header_missing")

    def test_refuses_values_outside_their_grammar(self) -> None:
        for name, value in [
            (b"x-tenant-id", b""),
            (b"x-tenant-id", b"-"),
            (b"x-tenant-id", b"acme,globex"),
            (b"x-tenant-id", b"acme\n"),
            (b"x-tenant-id", b"a" * 65),
            (b"x-tenant-id", "acmé".encode("latin-1")),
            (b"x-tenant-id", "acme\u0660".encode("utf-8")),
            (b"x-tenant-client", b"a b"),
            (b"x-tenant-client", b"a" * 257),
            (b"x-tenant-subject", b" auth0|1"),
            (b"x-tenant-subject", b"auth0|1\t"),
            (b"x-tenant-subject", b"a" * 256),
        ]:
            with self.subTest(name=name, value=value):
                self.assert_refused(replaced(name, value), "tenant_header_malformed")

    def assert_refused(self, headers: List[Tuple[bytes, bytes]], reason: str) -> None:
        with self.assertRaises(Refused) as caught:
            parse_tenant(headers)
        self.assertEqual(caught.exception.reason, reason)


if __name__ == "__main__":
    unittest.main()
