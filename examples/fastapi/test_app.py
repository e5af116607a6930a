import asyncio
import json
import unittest
from typing import Any, Dict, List, Tuple
from unittest import mock

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp, Message

from answer_headers import with_answer_headers
from app import create_app
from settings import Settings
from tenant import Tenant, current_tenant
from test_tenant import GOOD

ORIGIN = "https://app.acme.test"


def ask(
    app: ASGIApp, path: str, headers: List[Tuple[bytes, bytes]], method: str = "GET"
) -> Tuple[int, Dict[str, str], Any]:
    """One request as a server would pass it on, without a server."""
    sent: List[Message] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def call() -> None:
        try:
            await app(scope, receive, send)
        except ZeroDivisionError:
            pass  # Starlette answers, and then raises for the server to log.

    asyncio.run(call())
    start = next(message for message in sent if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in sent)
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, json.loads(body)


class Application(unittest.TestCase):
    def test_answers_a_method_that_it_does_not_have_in_its_own_shape(self) -> None:
        app = create_app(Settings(ORIGIN, None))
        status, headers, body = ask(app, "/acme/orders", GOOD, "DELETE")
        self.assertEqual((status, body["error"]), (405, "method_not_allowed"))
        self.assertEqual(headers["access-control-allow-origin"], ORIGIN)

    def test_lets_pages_read_even_the_answer_to_its_own_faults(self) -> None:
        app = create_app(Settings(ORIGIN, None))
        with mock.patch("app.find_document", side_effect=ZeroDivisionError):
            status, headers, body = ask(app, "/acme/orders", GOOD)
        self.assertEqual((status, body["error"]), (500, "internal_error"))
        self.assertEqual(headers["access-control-allow-origin"], ORIGIN)
        self.assertEqual(headers["cache-control"], "no-store")

    def test_hands_the_tenant_to_a_route_that_is_not_below_a_tenants_path(self) -> None:
        api = FastAPI()

        @api.get("/whoami")
        async def whoami(tenant: Tenant = Depends(current_tenant)) -> Dict[str, str]:
            return {"tenant": tenant.tenant_id}

        self.assertEqual(ask(with_answer_headers(api, None), "/whoami", GOOD)[2], {"tenant": "acme"})


if __name__ == "__main__":
    unittest.main()
