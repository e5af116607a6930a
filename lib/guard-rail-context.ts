/** The context keys of waf, domain, key and tags, as the stack's props. */
import type { CustomDomainOptions } from "./api-domain.ts";
import {
  findCertificateProblem,
  findDomainNameProblem,
  findHealthCheckProblem,
  findZoneProblem,
} from "./api-domain.ts";
import { findWafProblems, WAF_LIMITS, type WafOption } from "./api-firewall.ts";
import type { ContextReader } from "./context-reader.ts";
import { definedOnly } from "./defined-only.ts";
import { findKmsKeyProblem } from "./encryption-key.ts";
import type { GuardRailOptions } from "./guard-rails.ts";
import { findTagProblems } from "./resource-tags.ts";

export function readGuardRails(
  reader: ContextReader,
): Partial<GuardRailOptions> {
  const tags = reader.readTextMap("tags", `'{"team":"platform"}'`);
  for (const problem of findTagProblems(tags ?? {})) {
    reader.addMalformed("tags", problem);
  }
  const kmsKeyArn = readSwitch(reader.readText("kmsKeyArn"));
  reader.addMalformed("kmsKeyArn", findKmsKeyProblem({ kmsKeyArn }));
  return definedOnly({
    waf: readWaf(reader),
    customDomain: readDomain(reader),
    kmsKeyArn,
    tags,
  });
}

/** Words for yes and no are meant as such, and the rest as a name. */
export function readSwitch(
  text: string | undefined,
): boolean | string | undefined {
  return text === "true" || text === "false" ? text === "true" : text;
}

function readWaf(reader: ContextReader): WafOption | undefined {
  const waf = readSwitch(reader.readText("waf"));
  for (const problem of findWafProblems(waf))
    reader.addMalformed("waf", problem);

  const limits = definedOnly({
    requestLimit: reader.readInteger("wafRequestLimit", WAF_LIMITS),
    tokenlessLimit: reader.readInteger("wafTokenlessLimit", WAF_LIMITS),
    countOnly: reader.readBoolean("wafCountOnly"),
  });
  if (waf === true) return limits;
  for (const key of ["wafRequestLimit", "wafTokenlessLimit", "wafCountOnly"]) {
    if (!reader.isGiven(key)) continue;
    reader.addMalformed(
      key,
      "means nothing without waf=true: a web ACL that exists has rules of its own",
    );
  }
  return waf;
}

function readDomain(reader: ContextReader): CustomDomainOptions | undefined {
  const domainName = reader.readText("domainName", findDomainNameProblem);
  const certificateArn = reader.readText("certificateArn", (arn) =>
    // The region is the stack's to compare.
    findCertificateProblem(arn, undefined),
  );
  const hostedZoneId = reader.readText("hostedZoneId", findZoneProblem);
  const healthCheckId = reader.readText("healthCheckId", (id) =>
    findHealthCheckProblem(id, hostedZoneId),
  );
  if (domainName === undefined) {
    for (const key of ["certificateArn", "hostedZoneId", "healthCheckId"]) {
      if (!reader.isGiven(key)) continue;
      reader.addMalformed(key, "means nothing without domainName");
    }
    return undefined;
  }
  if (certificateArn === undefined) {
    reader.addMissing(
      "certificateArn",
      "the ARN of the domain's certificate in AWS Certificate Manager, in the stack's region",
    );
    return undefined;
  }
  return {
    domainName,
    certificateArn,
    ...definedOnly({ hostedZoneId, healthCheckId }),
  };
}
