import { Stack, Token } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as wafv2 from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { GatewayAnswer } from "./gateway-responses.ts";
import { findNumberProblem } from "./prop-checks.ts";

/**
 * Limits for one IP address, in requests per five minutes. AWS WAF looks at a request before it is answered: no rule
 * can count 401s. What it can see is that a request carries no Bearer token at all, which ends in 401 for certain.
 */
export interface ApiFirewallLimits {
  /**
   * Requests of any kind. Many people share an address behind a company's gateway: high enough for the largest of them.
   *
   * @default 30000
   */
  readonly requestLimit?: number;

  /**
   * Requests without a Bearer token in `Authorization`, preflights excepted.
   *
   * @default 500
   */
  readonly tokenlessLimit?: number;

  /**
   * Whether to count what the limits would block, in CloudWatch, and let it pass: to find limits that fit.
   *
   * @default false
   */
  readonly countOnly?: boolean;
}

/** `true` makes a web ACL with default limits, an object one with these, an ARN names one that exists. */
export type WafOption = boolean | string | ApiFirewallLimits;

/** What stands before which stage. */
export interface ApiFirewallProps {
  /** The stage whose requests are looked at. */
  readonly stage: apigateway.Stage;

  /** The ARN of a regional web ACL that exists, or the limits of one to be made. */
  readonly webAcl: string | ApiFirewallLimits;
}

/** The lowest limit that AWS WAF's guide names, and the highest that its API takes. */
export const WAF_LIMITS = { min: 100, max: 2_000_000_000 } as const;
const WINDOW_SECONDS = 300;

/**
 * The scheme, one space and the beginning of a token, as the authorizer's own expression has them. Not to its end:
 * AWS WAF is handed no more than 8 kB of headers, and a long token must not look like none.
 */
const BEARER = "^[Bb][Ee][Aa][Rr][Ee][Rr] [A-Za-z0-9_-]+\\.";

/** An AWS WAF web ACL before a stage: its own, with rates per IP address, or one that exists. */
export class ApiFirewall extends Construct {
  /** The web ACL that was made, or the one that exists. */
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: ApiFirewallProps) {
    super(scope, id);
    const { stage, webAcl } = props;
    this.webAclArn =
      typeof webAcl === "string" ? webAcl : this.createWebAcl(webAcl);
    new wafv2.CfnWebACLAssociation(this, "Association", {
      resourceArn: stage.stageArn,
      webAclArn: this.webAclArn,
    });
  }

  private createWebAcl({
    requestLimit = 30_000,
    tokenlessLimit = 500,
    countOnly = false,
  }: ApiFirewallLimits): string {
    const action = countOnly ? { count: {} } : { block: {} };
    const webAcl = new wafv2.CfnWebACL(this, "WebAcl", {
      scope: "REGIONAL",
      description: `Requests per IP address to ${Stack.of(this).stackName}`,
      defaultAction: { allow: {} },
      visibilityConfig: visibility("TenantApi"),
      rules: [
        {
          name: "TokenlessPerIp",
          priority: 0,
          action,
          statement: limitPerIp(tokenlessLimit, IS_TOKENLESS),
          visibilityConfig: visibility("TokenlessPerIp"),
        },
        {
          name: "RequestsPerIp",
          priority: 1,
          action,
          statement: limitPerIp(requestLimit),
          visibilityConfig: visibility("RequestsPerIp"),
        },
      ],
    });
    return webAcl.attrArn;
  }
}

/** A request without the header does not match, and is tokenless by the negation. */
const IS_TOKENLESS: wafv2.CfnWebACL.StatementProperty = {
  notStatement: {
    statement: {
      orStatement: {
        statements: [
          {
            regexMatchStatement: {
              fieldToMatch: { singleHeader: { Name: "authorization" } },
              regexString: BEARER,
              textTransformations: [{ priority: 0, type: "NONE" }],
            },
          },
          {
            byteMatchStatement: {
              fieldToMatch: { method: {} },
              positionalConstraint: "EXACTLY",
              searchString: "OPTIONS",
              textTransformations: [{ priority: 0, type: "NONE" }],
            },
          },
        ],
      },
    },
  },
};

function limitPerIp(
  limit: number,
  scopeDownStatement?: wafv2.CfnWebACL.StatementProperty,
): wafv2.CfnWebACL.StatementProperty {
  return {
    rateBasedStatement: {
      // The connection's address: a header that names one can be written by anybody.
      aggregateKeyType: "IP",
      evaluationWindowSec: WINDOW_SECONDS,
      limit,
      ...(scopeDownStatement && { scopeDownStatement }),
    },
  };
}

function visibility(
  metricName: string,
): wafv2.CfnWebACL.VisibilityConfigProperty {
  return {
    cloudWatchMetricsEnabled: true,
    metricName,
    // A sample shows the headers of a request, its token among them.
    sampledRequestsEnabled: false,
  };
}

/** The gateway's answer to what was blocked: our own web ACL blocks floods alone, another one for reasons of its own. */
export function buildBlockedAnswer(
  webAcl: string | ApiFirewallLimits,
): GatewayAnswer {
  const type = apigateway.ResponseType.WAF_FILTERED;
  return typeof webAcl === "string"
    ? {
        type,
        statusCode: 403,
        error: "request_blocked",
        message: "the firewall refused this request",
      }
    : {
        type,
        statusCode: 429,
        error: "throttled",
        message: "too many requests from this address, slow down",
        headers: { "Retry-After": "60" },
      };
}

/** What the option asks for; `undefined` for none. */
export function findWebAcl(
  waf: WafOption | undefined,
): string | ApiFirewallLimits | undefined {
  if (waf === undefined || waf === false) return undefined;
  return waf === true ? {} : waf;
}

export function findWafProblems(
  waf: WafOption | undefined,
): readonly (string | undefined)[] {
  const webAcl = findWebAcl(waf);
  if (webAcl === undefined) return [];
  if (typeof webAcl === "string") return [findWebAclArnProblem(webAcl)];
  return (["requestLimit", "tokenlessLimit"] as const).map((name) => {
    const limit = webAcl[name];
    return limit === undefined
      ? undefined
      : findNumberProblem(`waf.${name}`, limit, WAF_LIMITS);
  });
}

function findWebAclArnProblem(arn: string): string | undefined {
  if (Token.isUnresolved(arn)) return undefined;
  const quoted = JSON.stringify(arn);
  if (/^arn:[a-z-]+:wafv2:[a-z0-9-]+:\d{12}:global\/webacl\//.test(arn)) {
    return `waf ${quoted} is a web ACL for CloudFront: a stage takes a regional one, of its own region`;
  }
  return /^arn:[a-z-]+:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[A-Za-z0-9_-]+\/[a-f0-9-]+$/.test(
    arn,
  )
    ? undefined
    : `waf must be true, false, or the ARN of a regional AWS WAF (v2) web ACL such as "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/name/id", not ${quoted}`;
}
