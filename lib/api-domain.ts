import { Token } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as acm from "aws-cdk-lib/aws-certificatemanager";
import * as route53 from "aws-cdk-lib/aws-route53";
import * as targets from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";

/** A domain of your own for the API, whose default endpoint is then switched off. */
export interface CustomDomainOptions {
  /** Such as `api.acme.com`. */
  readonly domainName: string;

  /** The ARN of its certificate in AWS Certificate Manager, in the stack's region. */
  readonly certificateArn: string;

  /**
   * The Route 53 zone that gets the domain's record.
   *
   * @default - none: point the domain at the output `ApiDomainTarget`
   */
  readonly hostedZoneId?: string;

  /**
   * A Route 53 health check that the record goes by: while it fails, callers are sent to another region's record.
   *
   * @default - none: the record is answered whatever the API does
   */
  readonly healthCheckId?: string;
}

export interface ApiDomainProps extends CustomDomainOptions {
  /** The API, whose `disableExecuteApiEndpoint` is yours to set. */
  readonly api: apigateway.RestApi;

  /**
   * The region of this record among several of the same domain, of which Route 53 answers with the one that is nearest
   * to the caller in time.
   *
   * @default - the record is the domain's only one
   */
  readonly latencyRegion?: string;
}

/**
 * A regional domain whose root is the API's stage. Not a path below it: how a base path shows in the ARN that the
 * authorizer is asked about is not documented, and routes are granted by that ARN. The ARN has no host in it, so the
 * domain alone changes nothing for the authorizer.
 */
export class ApiDomain extends Construct {
  /** Where the API is served, with a slash at the end. */
  readonly url: string;

  /** What the domain's DNS record must point at. */
  readonly target: string;

  /** The hosted zone of that target, which an alias record names. */
  readonly targetZoneId: string;

  constructor(scope: Construct, id: string, props: ApiDomainProps) {
    super(scope, id);
    const { api, domainName, hostedZoneId, healthCheckId } = props;
    const domain = new apigateway.DomainName(this, "Domain", {
      domainName,
      certificate: acm.Certificate.fromCertificateArn(
        this,
        "Certificate",
        props.certificateArn,
      ),
      endpointType: apigateway.EndpointType.REGIONAL,
      securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
    });
    domain.addBasePathMapping(api, { stage: api.deploymentStage });
    this.url = `https://${domainName}/`;
    this.target = domain.domainNameAliasDomainName;
    this.targetZoneId = domain.domainNameAliasHostedZoneId;

    if (hostedZoneId !== undefined) {
      new route53.ARecord(this, "Record", {
        zone: route53.HostedZone.fromHostedZoneId(this, "Zone", hostedZoneId),
        // With its dot it is whole: the zone's name need not be known.
        recordName: `${domainName}.`,
        target: route53.RecordTarget.fromAlias(
          new targets.ApiGatewayDomain(domain),
        ),
        ...(props.latencyRegion !== undefined && {
          region: props.latencyRegion,
        }),
        ...(healthCheckId !== undefined && {
          healthCheck: route53.HealthCheck.fromHealthCheckId(
            this,
            "HealthCheck",
            healthCheckId,
          ),
        }),
      });
    }
  }
}

/** @param region the stack's, which may be known at deployment only */
export function findDomainProblems(
  domain: CustomDomainOptions | undefined,
  region: string,
): readonly (string | undefined)[] {
  if (domain === undefined) return [];
  return [
    findDomainNameProblem(domain.domainName),
    findCertificateProblem(domain.certificateArn, region),
    domain.hostedZoneId === undefined
      ? undefined
      : findZoneProblem(domain.hostedZoneId),
    domain.healthCheckId === undefined
      ? undefined
      : findHealthCheckProblem(domain.healthCheckId, domain.hostedZoneId),
  ];
}

export function findDomainNameProblem(name: string): string | undefined {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  return Token.isUnresolved(name) ||
    (new RegExp(`^(?:${label}\\.)+${label}$`).test(name) && name.length <= 253)
    ? undefined
    : `domain name ${JSON.stringify(name)} must be a host name in lower case such as "api.acme.com": no scheme, no path, no *`;
}

const CERTIFICATE_ARN =
  /^arn:[a-z-]+:acm:([a-z0-9-]+):\d{12}:certificate\/[A-Za-z0-9-]+$/;

/** @param region the stack's, when it is known */
export function findCertificateProblem(
  arn: string,
  region: string | undefined,
): string | undefined {
  if (Token.isUnresolved(arn)) return undefined;
  const [, itsRegion] = CERTIFICATE_ARN.exec(arn) ?? [];
  if (itsRegion === undefined) {
    return `certificate ARN ${JSON.stringify(arn)} must be that of an AWS Certificate Manager certificate, such as "arn:aws:acm:eu-central-1:123456789012:certificate/id"`;
  }
  return region === undefined ||
    Token.isUnresolved(region) ||
    itsRegion === region
    ? undefined
    : `certificate ARN ${JSON.stringify(arn)} is of ${itsRegion}: a regional API takes a certificate of its own region, ${region}`;
}

export function findZoneProblem(zoneId: string): string | undefined {
  return Token.isUnresolved(zoneId) || /^Z[A-Z0-9]{3,31}$/.test(zoneId)
    ? undefined
    : `hosted zone id ${JSON.stringify(zoneId)} must be a Route 53 zone's id such as "Z0123456789ABC", without /hostedzone/`;
}

/** @param zoneId of the record that would go by it */
export function findHealthCheckProblem(
  healthCheckId: string,
  zoneId: string | undefined,
): string | undefined {
  if (zoneId === undefined) {
    return "a health check means nothing without hostedZoneId: the record is not made here";
  }
  return Token.isUnresolved(healthCheckId) ||
    /^[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}$/.test(healthCheckId)
    ? undefined
    : `health check id ${JSON.stringify(healthCheckId)} must be a Route 53 health check's, such as "0a1b2c3d-0000-4000-8000-000000000000"`;
}
