import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
} from "express";
import type { LogRefusal } from "./refusal.ts";
import { findDocument } from "./sample-data.ts";
import { requireToken, type SecondLineSettings } from "./second-line.ts";
import { requireOwnPath, requireTenant, tenantOf } from "./tenant.ts";

export interface AppOptions {
  readonly corsOrigin: string | undefined;
  /** Absent: the gateway's word is taken. */
  readonly secondLine: SecondLineSettings | undefined;
  readonly logRefusal: LogRefusal;
  /** Told of what this server did wrong itself. */
  readonly logError: (error: unknown) => void;
}

/** The order is the point: nothing is routed before the tenant is known, nothing of a tenant before the path is its. */
export function createApp(options: AppOptions): Express {
  const { corsOrigin, secondLine, logRefusal } = options;
  const app = express();
  app.disable("x-powered-by");
  app.use(setHeaders(corsOrigin));
  app.use(requireTenant(logRefusal));
  if (secondLine !== undefined) app.use(requireToken(secondLine, logRefusal));
  app.use("/:tenantId", requireOwnPath(logRefusal));

  app.get("/:tenantId/*path", (request, response, next) => {
    const tenant = tenantOf(request);
    const data = findDocument(tenant.tenantId, request.params.path.join("/"));
    if (data === undefined) return next();
    response.json({ tenant, data });
  });

  app.use((_request, response) => {
    response.status(404).json({ error: "not_found", message: "no such route" });
  });
  app.use(answerErrors(options.logError));
  return app;
}

/**
 * On every answer, refusals and errors too. With a proxy integration the gateway adds no CORS headers: they are the
 * backend's to send. Preflights do not come here, the gateway answers them itself.
 */
function setHeaders(corsOrigin: string | undefined): RequestHandler {
  const headers = {
    // The path alone does not tell one tenant's answer from another's.
    "Cache-Control": "no-store",
    ...(corsOrigin !== undefined && {
      "Access-Control-Allow-Origin": corsOrigin,
      // Not readable by a page's code unless exposed.
      "Access-Control-Expose-Headers": "Retry-After,WWW-Authenticate",
    }),
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}

/** Four parameters are how Express knows it. */
function answerErrors(logError: AppOptions["logError"]): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    // Express's own word for a path that cannot be decoded.
    if (error instanceof URIError) {
      response
        .status(400)
        .json({ error: "bad_request", message: "the path is malformed" });
      return;
    }
    logError(error);
    response
      .status(500)
      .json({ error: "internal_error", message: "something failed" });
  };
}
