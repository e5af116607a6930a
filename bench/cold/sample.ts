/**
 * The widely copied Auth0 authorizer, written anew from its description: the token is decoded for its kid, jwks-rsa
 * fetches the key, jsonwebtoken verifies, and a GetItem finds the tenant. Bundled as it stands.
 */
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import jwt from "jsonwebtoken";
import jwksRsa from "jwks-rsa";

const { AUTH0_ISSUERS = "", AUTH0_AUDIENCES = "", TENANT_TABLE } = process.env;

const keys = jwksRsa({
  cache: true,
  rateLimit: true,
  jwksRequestsPerMinute: 10,
  jwksUri: `${AUTH0_ISSUERS}.well-known/jwks.json`,
});
const table = new DynamoDBClient({});

interface TokenEvent {
  readonly authorizationToken: string;
  readonly methodArn: string;
}

export async function handler(event: TokenEvent): Promise<object> {
  const token = /^Bearer (.*)$/.exec(event.authorizationToken)?.[1] ?? "";
  const decoded = jwt.decode(token, { complete: true });
  if (!decoded) throw new Error("Unauthorized");
  const key = await keys.getSigningKey(decoded.header.kid);
  const claims = jwt.verify(token, key.getPublicKey(), {
    audience: AUTH0_AUDIENCES,
    issuer: AUTH0_ISSUERS,
  }) as jwt.JwtPayload;
  const azp = String(claims["azp"]);
  const { Item: item } = await table.send(
    new GetItemCommand({ TableName: TENANT_TABLE, Key: { azp: { S: azp } } }),
  );
  return {
    principalId: claims.sub,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Action: "execute-api:Invoke",
          Effect: item?.["status"]?.S === "active" ? "Allow" : "Deny",
          Resource: event.methodArn,
        },
      ],
    },
    context: { tenantId: item?.["tenantId"]?.S },
  };
}
