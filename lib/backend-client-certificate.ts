import { Stack, Token } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";

/**
 * A TLS client certificate that API Gateway makes, keeps the key of, and shows to HTTPS backends of the stages that
 * name it. A backend that accepts this one certificate and no other knows that a request came through such a stage.
 *
 * ```ts
 * const certificate = new BackendClientCertificate(this, "BackendCertificate");
 * const api = new apigateway.RestApi(this, "Api", {
 *   deployOptions: { clientCertificateId: certificate.clientCertificateId },
 * });
 * ```
 *
 * By itself it protects nothing: a backend that does not ask for a certificate takes requests from anybody, as before.
 * It is self-signed, ends after 365 days and is not renewed; docs/backends.md has how to verify and how to rotate it.
 */
export class BackendClientCertificate extends Construct {
  /** For a stage's `clientCertificateId`, and for `aws apigateway get-client-certificate`. */
  readonly clientCertificateId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const certificate = new apigateway.CfnClientCertificate(
      this,
      "Certificate",
      { description: `Shown to the backend of ${Stack.of(this).stackName}` },
    );
    this.clientCertificateId = certificate.attrClientCertificateId;
  }
}

/** `true` makes a certificate, an id names one that exists. */
export type BackendClientCertificateOption = boolean | string;

export function findClientCertificateProblem(
  certificate: BackendClientCertificateOption | undefined,
  backendUrl: string | undefined,
): string | undefined {
  if (certificate === undefined || certificate === false) return undefined;
  if (backendUrl === undefined) {
    return "backendClientCertificate means nothing without backendUrl: the sample backend is a function, and a client certificate is shown to HTTPS backends alone; give the URL of your backend, or leave the certificate out";
  }
  return findIdProblem(certificate);
}

function findIdProblem(certificate: true | string): string | undefined {
  return certificate === true ||
    Token.isUnresolved(certificate) ||
    // Longer than a slip for true or false.
    /^[A-Za-z0-9]{6,64}$/.test(certificate)
    ? undefined
    : `backendClientCertificate must be true, false, or the id of a client certificate such as "a1b2c3", not ${JSON.stringify(certificate)}`;
}
