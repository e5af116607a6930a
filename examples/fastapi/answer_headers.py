from typing import List, Optional, Tuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send


def with_answer_headers(app: ASGIApp, cors_origin: Optional[str]) -> ASGIApp:
    """Sets headers on every answer, refusals and errors too.

    With a proxy integration the gateway adds no CORS headers: they are the backend's to send. Preflights do not come
    here, the gateway answers them itself. Around the whole app, because Starlette's own CORSMiddleware is inside the
    layer that answers 500, and leaves that one without.
    """
    # The path alone does not tell one tenant's answer from another's.
    headers: List[Tuple[bytes, bytes]] = [(b"cache-control", b"no-store")]
    if cors_origin is not None:
        headers += [
            (b"access-control-allow-origin", cors_origin.encode("ascii")),
            # Not readable by a page's code unless exposed.
            (b"access-control-expose-headers", b"Retry-After,WWW-Authenticate"),
        ]

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *headers]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped
