/** What API Gateway itself says of the deployed API. */
import {
  GetResourcesCommand,
  GetUsagePlansCommand,
} from "@aws-sdk/client-api-gateway";
import type { StageArn } from "../../../lambda/core/method-arn.ts";
import type { ApiGateway } from "../world.ts";
import { calling } from "./aws-errors.ts";
import type { ApiRoute } from "./deployment.ts";

/** The most that one answer holds. */
const PAGE = 500;

/** Every method of every resource, OPTIONS left out: preflights do not pass the authorizer. */
export async function findApiRoutes(
  client: ApiGateway,
  { apiId }: StageArn,
): Promise<readonly ApiRoute[]> {
  const routes: ApiRoute[] = [];
  let position: string | undefined;
  do {
    const page = await calling(`reading the routes of API ${apiId}`, () =>
      client.send(
        new GetResourcesCommand({ restApiId: apiId, limit: PAGE, position }),
      ),
    );
    for (const { path = "", resourceMethods = {} } of page.items ?? []) {
      for (const method of Object.keys(resourceMethods)) {
        if (method !== "OPTIONS") routes.push({ method, path });
      }
    }
    position = page.position;
  } while (position !== undefined);
  return routes;
}

/** The names of the usage plans that the stage belongs to. */
export async function findUsagePlans(
  client: ApiGateway,
  { apiId, stage }: StageArn,
): Promise<readonly string[]> {
  const names: string[] = [];
  let position: string | undefined;
  do {
    const page = await calling("reading the usage plans", () =>
      client.send(new GetUsagePlansCommand({ limit: PAGE, position })),
    );
    for (const { name, apiStages = [] } of page.items ?? []) {
      const isOurs = apiStages.some(
        (member) => member.apiId === apiId && member.stage === stage,
      );
      if (isOurs && name !== undefined) names.push(name);
    }
    position = page.position;
  } while (position !== undefined);
  return names;
}
