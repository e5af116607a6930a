"""Who is calling, as the gateway says it: three headers that it sets on every request.

They take the place of whatever the client sent under those names, and are worth as much as the way they came: a caller
who reaches this server past the gateway writes them too (docs/backends.md).
"""

import re
from dataclasses import dataclass
from typing import Iterable, List, Tuple

from fastapi import Depends, Request

from refusals import Refused

RawHeaders = Iterable[Tuple[bytes, bytes]]


@dataclass(frozen=True)
class Tenant:
    tenant_id: str
    # The Auth0 application.
    client_id: str
    subject: str


# What the authorizer lets through as their values. No grammar takes two values joined by a comma but the last: a
# subject may hold one, and only the list of raw headers tells that it was sent twice.
TENANT_ID = ("x-tenant-id", re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"))
CLIENT_ID = ("x-tenant-client", re.compile(r"[A-Za-z0-9_.|:@/-]{1,256}"))
SUBJECT = ("x-tenant-subject", re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?"))


def parse_tenant(raw_headers: RawHeaders) -> Tenant:
    """Refuses rather than picks: of two values, one is somebody else's.

    raw_headers is ASGI's list of headers: nothing is joined or dropped.
    """
    headers = list(raw_headers)
    return Tenant(
        tenant_id=_read(headers, *TENANT_ID),
        client_id=_read(headers, *CLIENT_ID),
        subject=_read(headers, *SUBJECT),
    )


def _read(headers: List[Tuple[bytes, bytes]], name: str, grammar: "re.Pattern[str]") -> str:
    found = find_alike(headers, name)
    if len(found) > 1:
        raise Refused("tenant_header_doubled")
    # A lookalike alone is not the header that the gateway sets.
    if not found or found[0][0].lower() != name:
        raise Refused("tenant_header_missing")
    value = found[0][1]
    if not grammar.fullmatch(value):
        raise Refused("tenant_header_malformed")
    return value


def find_alike(raw_headers: RawHeaders, name: str) -> List[Tuple[str, str]]:
    """Every header that some server would read under this name.

    In any letter case, and with "_" or another sign for "-": WSGI, like CGI before it, makes one variable of
    X-Tenant-Id and X_Tenant_Id (RFC 3875 section 4.1.18), and this code may be moved behind such a server. The gateway
    replaces the header of the exact name and lets the others pass.
    """
    pairs = ((own.decode("latin-1"), value.decode("latin-1")) for own, value in raw_headers)
    return [(own, value) for own, value in pairs if re.sub(r"[^a-z0-9]", "-", own.lower()) == name]


async def current_tenant(request: Request) -> Tenant:
    """The dependency for every route: without the tenant headers, each once and well formed, there is no answer."""
    return parse_tenant(request.headers.raw)


async def own_tenant(tenant_id: str, tenant: Tenant = Depends(current_tenant)) -> Tenant:
    """The dependency for routes below /{tenant_id}.

    The gateway's policy has judged the path that the client sent; this judges the one that arrived and was decoded,
    which is the one that decides whose data is read.
    """
    if tenant_id != tenant.tenant_id:
        raise Refused("tenant_mismatch")
    return tenant
