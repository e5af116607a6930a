/**
 * Stands in for the AWS SDK's default credential chain when the function is bundled (see the construct): Lambda
 * hands the role's credentials over in the environment, and never through SSO, STS, profiles or a process.
 */

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The name and shape that the SDK's client imports. */
export function defaultProvider(): () => Promise<Credentials> {
  return () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    } = process.env;
    if (!accessKeyId || !secretAccessKey) {
      return Promise.reject(
        new Error("no AWS credentials in the function's environment"),
      );
    }
    return Promise.resolve({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken ? { sessionToken } : {}),
    });
  };
}
