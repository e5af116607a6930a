from typing import Any, Dict

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from answer_headers import with_answer_headers
from key_set import create_key_set
from refusals import Refused, answer_refusal
from sample_data import find_document
from second_line import require_token
from settings import Settings
from tenant import Tenant, own_tenant


def create_app(settings: Settings) -> ASGIApp:
    # No pages about itself: they would be routes without a tenant.
    api = FastAPI(title="tenants", docs_url=None, redoc_url=None, openapi_url=None)
    # A redirect would name this server's own address, past the gateway.
    api.router.redirect_slashes = False
    api.exception_handler(Refused)(answer_refusal)
    api.exception_handler(HTTPException)(answer_http_exception)
    api.exception_handler(Exception)(answer_error)

    # On the router, so that no route below it can forget them.
    dependencies = [Depends(own_tenant)]
    if settings.second_line is not None:
        keys = create_key_set(settings.second_line.issuer, settings.second_line.ca_file)
        dependencies.append(Depends(require_token(settings.second_line, keys)))
    routes = APIRouter(prefix="/{tenant_id}", dependencies=dependencies)

    @routes.get("/{path:path}")
    async def read_document(path: str, tenant: Tenant = Depends(own_tenant)) -> Dict[str, Any]:
        data = find_document(tenant.tenant_id, path)
        if data is None:
            raise HTTPException(404)
        return {"tenant": describe(tenant), "data": data}

    api.include_router(routes)
    return with_answer_headers(api, settings.cors_origin)


def describe(tenant: Tenant) -> Dict[str, str]:
    """In the letter case of the gateway's context."""
    return {"tenantId": tenant.tenant_id, "clientId": tenant.client_id, "subject": tenant.subject}


async def answer_http_exception(_request: Request, error: HTTPException) -> JSONResponse:
    code, message = {404: ("not_found", "no such route"), 405: ("method_not_allowed", "no such method here")}.get(
        error.status_code, ("bad_request", "the request is malformed")
    )
    return JSONResponse({"error": code, "message": message}, error.status_code, getattr(error, "headers", None))


async def answer_error(_request: Request, _error: Exception) -> JSONResponse:
    """The server logs what happened; the client learns that it did."""
    return JSONResponse({"error": "internal_error", "message": "something failed"}, 500)
