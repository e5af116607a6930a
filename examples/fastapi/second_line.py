"""The optional second line of defence.

The token, which the gateway passes on, is verified once more, and must be that of the caller whom the tenant headers
name. What it does not give is in docs/backends.md.
"""

import re
from typing import Any, Callable, Dict

import jwt
from fastapi import Depends, Request

from key_set import KeySet, KeysUnavailable
from refusals import Refused
from settings import SecondLineSettings
from tenant import RawHeaders, Tenant, current_tenant, find_alike

BEARER = re.compile(r"Bearer ([A-Za-z0-9_.-]+)", re.IGNORECASE)


def require_token(settings: SecondLineSettings, keys: KeySet) -> Callable[..., None]:
    # Not "async def": the keys may have to be fetched, and that must not hold up every other request.
    def dependency(request: Request, tenant: Tenant = Depends(current_tenant)) -> None:
        claims = verify(read_bearer(request.headers.raw), settings, keys)
        # "client_id" is the application's name in the RFC 9068 profile, which has no "azp".
        client = claims.get("azp", claims.get("client_id"))
        if client != tenant.client_id or claims["sub"] != tenant.subject:
            raise Refused("token_mismatch")

    return dependency


def read_bearer(raw_headers: RawHeaders) -> str:
    """One token, or none: of two Authorization headers the gateway may have judged the other."""
    found = find_alike(raw_headers, "authorization")
    match = BEARER.fullmatch(found[0][1]) if len(found) == 1 else None
    if match is None:
        raise Refused("token_missing")
    return match.group(1)


def verify(token: str, settings: SecondLineSettings, keys: KeySet) -> Dict[str, Any]:
    """The claims, once signature, issuer, audience and expiry have been checked; all of them must be there."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = keys.find_key(kid) if isinstance(kid, str) else None
        if key is None:
            raise Refused("token_refused")
        return jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            issuer=settings.issuer,
            audience=settings.audience,
            leeway=5,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
    except KeysUnavailable:
        raise Refused("keys_unavailable") from None
    except jwt.PyJWTError:
        # Without the cause: some of its messages hold values of the token.
        raise Refused("token_refused") from None
