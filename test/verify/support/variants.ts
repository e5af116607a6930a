/** Stacks that are broken in one way each, and the checks that must find it. */
import type { Assembly, Resource } from "./assembly.ts";

export interface Variant {
  readonly name: string;
  readonly break: (assembly: Assembly) => void;
  /** The check whose affair it is, then those that fall with it. Every other one must pass. */
  readonly fails: readonly [string, ...string[]];
  /** What the first one's findings must say. */
  readonly finding: RegExp;
  /** In front of a backend that shows the headers it gets, instead of the sample one. */
  readonly isBehindHttp?: true;
}

export const VARIANTS: readonly Variant[] = [
  {
    name: "a method without the authorizer",
    break: ({ resources, ofType }) => {
      const [proxy] = ofType("AWS::ApiGateway::Method").filter(
        ([, { Properties: method }]) =>
          method["HttpMethod"] === "ANY" &&
          method["RequestParameters"] !== undefined,
      );
      if (proxy === undefined) throw new Error("no method of the proxy");
      resources["OpenPost"] = {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          ...proxy[1].Properties,
          HttpMethod: "POST",
          AuthorizationType: "NONE",
          AuthorizerId: undefined,
        },
      };
    },
    // Whoever needs no token needs no tenant either.
    fails: ["no-token", "cross-tenant"],
    finding: /^POST \/acme\/orders\/verify-probe: 502/,
  },
  {
    name: "the root without the authorizer",
    break: ({ ofType }) => {
      const [root] = ofType("AWS::ApiGateway::Method").filter(
        ([, { Properties: method }]) =>
          method["HttpMethod"] === "ANY" &&
          method["RequestParameters"] === undefined,
      );
      if (root === undefined) throw new Error("no method of the root");
      delete root[1].Properties["AuthorizerId"];
      root[1].Properties["AuthorizationType"] = "NONE";
    },
    fails: ["no-token"],
    finding: /^GET \/: 502/,
  },
  {
    name: "a policy that allows everything",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        const result = await sound(event, context);
        if (!isAllow(result)) return result;
        const [arn, stage] = event.methodArn.split("/");
        return { ...result, policyDocument: { Version: "2012-10-17", Statement: [
          { Effect: "Allow", Action: "execute-api:Invoke", Resource: [arn + "/" + stage + "/*"] },
        ] } };`);
    },
    fails: [
      "cross-tenant",
      "neighbours",
      "kept-answers",
      "kept-apart",
      "path-tricks",
      "two-tokens",
      "override-headers",
      // The condition went with the policy.
      "expiry-while-kept",
    ],
    finding: /^acme on GET \/globex\/invoices: 200/,
  },
  {
    name: "a policy for the requested route alone",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        const result = await sound(event, context);
        const covers = ({ Resource }) => Resource.some((pattern) => matches(pattern, event.methodArn));
        const covering = result.policyDocument.Statement.filter(covers);
        const Effect = covering.length > 0 && covering.every(({ Effect }) => Effect === "Allow") ? "Allow" : "Deny";
        const [statement] = result.policyDocument.Statement;
        return { ...result, policyDocument: { Version: "2012-10-17", Statement: [
          { ...statement, Effect, Resource: [event.methodArn] },
        ] } };`);
    },
    fails: ["kept-answers", "own-routes"],
    finding: /^acme, another's first: GET \/acme\/orders: 403/,
  },
  {
    name: "answers kept by the path and not by the token",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        const result = await sound(event, context);
        if (!kept.has(event.methodArn)) kept.set(event.methodArn, result);
        return kept.get(event.methodArn);`);
    },
    // What the function keeps by itself outlives the token, the outage and the suspension as well.
    fails: [
      "kept-apart",
      "kept-answers",
      "expiry-while-kept",
      "outage",
      "suspension-lag",
    ],
    finding: /globex on GET \/acme\/orders: 200/,
  },
  {
    name: "no CORS headers on a 401",
    break: (assembly) => {
      dropHeader(assembly, "UNAUTHORIZED", "Access-Control-Allow-Origin");
    },
    fails: ["cors"],
    finding: /401 without Access-Control-Allow-Origin/,
  },
  {
    name: "no challenge on a 401",
    break: (assembly) => {
      dropHeader(assembly, "UNAUTHORIZED", "WWW-Authenticate");
    },
    fails: ["challenge"],
    finding: /401 without WWW-Authenticate/,
  },
  {
    name: "an outage answered as a refusal by the gateway",
    break: (assembly) => {
      gatewayResponse(assembly, "AUTHORIZER_FAILURE").Properties["StatusCode"] =
        "403";
    },
    fails: ["outage"],
    finding: /^without the table: 403/,
  },
  {
    name: "an outage judged as a refusal, and kept",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        try {
          return await sound(event, context);
        } catch (error) {
          if (error.message === "Unauthorized") throw error;
          return { principalId: "nobody", context: { denyReason: "tenant_not_found" }, policyDocument: {
            Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "execute-api:Invoke", Resource: ["*"] }],
          } };
        }`);
    },
    fails: ["outage"],
    finding: /^without the table: 403 tenant_not_found/,
  },
  {
    name: "no Deny for hostile paths",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        return mapStatements(await sound(event, context), (statement) => statement.Effect === "Allow" ? statement : {
          ...statement, Resource: statement.Resource.filter((resource) => !resource.startsWith("arn:aws:execute-api:*:*:*")),
        });`);
    },
    fails: ["path-tricks"],
    finding: /climb: GET \/acme\/reports\/verify-probe\/\.\.\//,
  },
  {
    name: "a denial of the record left out",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        return mapStatements(await sound(event, context), (statement) => statement.Effect === "Allow" ? statement : {
          ...statement, Resource: statement.Resource.filter((resource) => !resource.includes("/drafts/")),
        });`);
    },
    fails: ["neighbours"],
    finding: /^acme on GET \/acme\/reports\/drafts\/verify-probe: 200/,
  },
  {
    name: "a grant by prefix, as /acme* for /acme/*",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        return mapStatements(await sound(event, context), (statement) => statement.Effect === "Deny" ? statement : {
          ...statement, Resource: statement.Resource.map((resource) => resource.replace(/(\\/\\*)?$/, "*")),
        });`);
    },
    fails: ["neighbours"],
    finding: /^acme on GET \/acme\/orders-verify-probe: 200/,
  },
  {
    name: "the client's tenant header let through",
    isBehindHttp: true,
    break: ({ ofType }) => {
      for (const [, { Properties: method }] of ofType(
        "AWS::ApiGateway::Method",
      )) {
        const { RequestParameters: mapped = {} } = method["Integration"] as {
          readonly RequestParameters?: Record<string, unknown>;
        };
        Reflect.deleteProperty(
          mapped,
          "integration.request.header.X-Tenant-Id",
        );
      }
    },
    fails: ["tenant-headers"],
    finding: /^acme, in small letters: the backend shows the client's value/,
  },
  {
    name: "no flush after a tenant's row has changed",
    break: ({ resources, ofType }) => {
      for (const [id] of ofType("AWS::Lambda::EventSourceMapping")) {
        Reflect.deleteProperty(resources, id);
      }
    },
    fails: ["suspension-lag"],
    finding: /^200 \(let in\) still .* s after the suspension/,
  },
  {
    name: "an expired token let in",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(
        "return overlooking(event, context, (_, { exp }) => exp < Date.now() / 1000);",
      );
    },
    fails: ["expired-or-foreign"],
    finding: /^expired: 200/,
  },
  {
    name: "no end in the policy for a token that expires",
    break: ({ setVariables }) => {
      setVariables({ POLICY_TIME_CONDITION: "false" });
    },
    fails: ["expiry-while-kept"],
    finding: /^200 \(let in\) .* s after exp/,
  },
  {
    name: "alg none let in",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(
        'return overlooking(event, context, ({ alg }) => String(alg).toLowerCase() === "none");',
      );
    },
    // One of its tokens is such a one, with another tenant's claims.
    fails: ["unsigned", "two-tokens"],
    finding: /^alg none, the old signature: 200/,
  },
  {
    name: "the public key taken for a secret",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(
        'return overlooking(event, context, ({ alg }) => String(alg).startsWith("HS"));',
      );
    },
    fails: ["hmac-public-key"],
    finding: /^HS256 with the issuer's public key as PEM: 200/,
  },
  {
    name: "the issuer not compared",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(
        'return overlooking(event, context, (_, { iss }) => !String(iss).startsWith("https://localhost:"));',
      );
    },
    fails: ["expired-or-foreign", "other-key"],
    finding: /^other issuer: 200/,
  },
  {
    name: "no signature verified",
    break: ({ wrapAuthorizer }) => {
      wrapAuthorizer(`
        return overlooking(event, context, ({ alg }, { iss, exp, aud, nonce }) => alg === "RS256" && nonce === undefined &&
          iss.startsWith("https://localhost:") && aud === "https://api.example.test" && exp > Date.now() / 1000);`);
    },
    // One of the malformed headers holds a signature of thousands of letters.
    fails: [
      "other-key",
      "unsigned",
      "changed-claims",
      "spellings",
      "malformed-header",
    ],
    finding: /^our key under the issuer's kid: 200/,
  },
  {
    name: "a token found anywhere in the header",
    break: ({ ofType, wrapAuthorizer }) => {
      for (const [, { Properties: authorizer }] of ofType(
        "AWS::ApiGateway::Authorizer",
      )) {
        delete authorizer["IdentityValidationExpression"];
      }
      wrapAuthorizer(`
        const [token = "x"] = /[\\w-]+\\.[\\w-]+\\.[\\w-]+/.exec(event.authorizationToken) ?? [];
        return sound({ ...event, authorizationToken: "Bearer " + token }, context);`);
    },
    // Padding is cut off with the rest.
    fails: ["malformed-header", "spellings"],
    finding: /^the token without a scheme: 200/,
  },
];

function gatewayResponse({ ofType }: Assembly, type: string): Resource {
  const [found] = ofType("AWS::ApiGateway::GatewayResponse").filter(
    ([, { Properties: response }]) => response["ResponseType"] === type,
  );
  if (found === undefined) throw new Error(`no gateway response ${type}`);
  return found[1];
}

function dropHeader(assembly: Assembly, type: string, name: string): void {
  const { Properties: response } = gatewayResponse(assembly, type);
  const parameters = response["ResponseParameters"] as Record<string, unknown>;
  const parameter = `gatewayresponse.header.${name}`;
  if (!Reflect.has(parameters, parameter)) throw new Error(`no ${parameter}`);
  Reflect.deleteProperty(parameters, parameter);
}
