/**
 * Bundled in place of `@aws-sdk/middleware-endpoint-discovery` (see lib/sdk-stand-ins.ts): the DynamoDB client
 * prepares a cache of discovered endpoints, and no command of it adds the middleware that would read it.
 */

/** The name and shape that the SDK's client imports: its configuration, with nothing added. */
export function resolveEndpointDiscoveryConfig<Config>(config: Config): Config {
  return config;
}

/** Neither the environment nor a profile turns on what is not there. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: false,
} as const;
