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
}

export interface ApiDomainProps extends CustomDomainOptions {
  /** The API, whose `disableExecuteApiEndpoint` is yours to set. */
  readonly api: apigateway.RestApi;
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

  constructor(scope: Construct, id: string, props: ApiDomainProps) {
    super(scope, id);
    const { api, domainName, hostedZoneId } = props;
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

    if (hostedZoneId !== undefined) {
      new route53.ARecord(this, "Record", {
        zone: route53.HostedZone.fromHostedZoneId(this, "Zone", hostedZoneId),
        // With its dot it is whole: the zone's name need not be known.
        recordName: `${domainName}.`,
        target: route53.RecordTarget.fromAlias(
          new targets.ApiGatewayDomain(domain),
        ),
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
