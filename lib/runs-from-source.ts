/**
 * Whether this is the repository's TypeScript, and not the JavaScript that the build made of it for the package. It
 * decides whether functions are bundled or come prebuilt, and how messages name our commands.
 */
export const RUNS_FROM_SOURCE: boolean = import.meta.filename.endsWith(".ts");
