import { type Check, type Case, expectKind, runCases } from "./check.ts";

/** Over the 8,192 bytes that the authorizer reads, under the 10,240 that API Gateway takes for all headers. */
const HUGE_BYTES = 9_000;

export const malformedHeaders: Check = {
  id: "malformed-header",
  proves:
    "nothing but the Bearer scheme, one blank and a JWT is read as a token",
  how: "missing, doubled and extra parts, other schemes, blanks and tabs inside, a token of 9,000 bytes, on a route that the token opens",
  expected:
    "401; 400 or 431 where something in front refuses the request as such",
  run: async (context) => {
    const [tenant] = context.target.tenants;
    const [request] = tenant.own;
    const token = await tenant.token();
    const [header = "", claims = "", signature = ""] = token.split(".");
    const cases: Readonly<Record<string, string>> = {
      "the scheme alone": "Bearer",
      "the token without a scheme": token,
      "another scheme": `Basic ${token}`,
      "a scheme that begins alike": `BearerX ${token}`,
      "the scheme twice": `Bearer Bearer ${token}`,
      "two blanks": `Bearer  ${token}`,
      "a tab": `Bearer\t${token}`,
      "a comma for the blank": `Bearer,${token}`,
      "text after the token": `Bearer ${token} x`,
      "two tokens": `Bearer ${token} ${token}`,
      "two credentials in one header": `Bearer ${token}, Bearer ${token}`,
      "quotation marks": `Bearer "${token}"`,
      "a blank inside": `Bearer ${header}. ${claims}.${signature}`,
      "a part missing": `Bearer ${header}.${signature}`,
      "a part more": `Bearer ${token}.${signature}`,
      "an empty part before": `Bearer .${token}`,
      "a dot after": `Bearer ${token}.`,
      "dots alone": "Bearer ..",
      "a token of 9,000 bytes": `Bearer ${header}.${claims}.${signature.padEnd(HUGE_BYTES - header.length - claims.length, "A")}`,
    };
    return await runCases(
      context,
      Object.entries(cases).map(([name, authorization]): Case => ({
        name,
        question: { ...request, authorization },
        judge: expectKind("unauthenticated", "rejected", "dropped"),
      })),
    );
  },
};
