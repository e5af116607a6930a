"""Answers of this backend that are not its data, in the shape of the gateway's own: "error" is a stable code."""

import json
import logging
from typing import Dict, NamedTuple

from fastapi import Request
from fastapi.responses import JSONResponse

log = logging.getLogger("tenants")


class Refused(Exception):
    """Ends a request with the answer of this code; never carries a header's or a claim's value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Answer(NamedTuple):
    status: int
    message: str
    headers: Dict[str, str] = {}


# RFC 6750 section 3: with 401 goes the scheme that would have helped.
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}

ANSWERS = {
    "tenant_header_missing": Answer(403, "the request did not come through the gateway"),
    "tenant_header_doubled": Answer(403, "a tenant header is there more than once"),
    "tenant_header_malformed": Answer(403, "a tenant header's value is none that the gateway sends"),
    "tenant_mismatch": Answer(403, "the path belongs to another tenant"),
    "token_missing": Answer(401, "one access token is required", CHALLENGE),
    "token_refused": Answer(401, "a valid access token is required", CHALLENGE),
    "token_mismatch": Answer(403, "the token belongs to another caller than the tenant headers"),
    "keys_unavailable": Answer(503, "could not check the token just now, try again", {"Retry-After": "5"}),
}


async def answer_refusal(_request: Request, refused: Refused) -> JSONResponse:
    log.warning(json.dumps({"outcome": "refused", "reason": refused.reason}))
    status, message, headers = ANSWERS[refused.reason]
    return JSONResponse({"error": refused.reason, "message": message}, status, headers)
