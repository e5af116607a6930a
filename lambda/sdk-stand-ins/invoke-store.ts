/**
 * Bundled in place of `@aws/lambda-invoke-store` (see lib/sdk-stand-ins.ts), from which the SDK takes an invocation's
 * trace id. The runtime brings a store of its own and hands it over here; without one the SDK reads the environment.
 */
interface WithRuntimeStore {
  readonly awslambda?: { readonly InvokeStore?: unknown };
}

/** The name and member that the SDK imports. */
export const InvokeStore = {
  getInstanceAsync: (): Promise<unknown> =>
    Promise.resolve((globalThis as WithRuntimeStore).awslambda?.InvokeStore),
} as const;
