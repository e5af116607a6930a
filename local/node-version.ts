/**
 * Functions run on the Node that runs the local run, and the runtime of the stack's is nodejs24.x.
 *
 * @param version as in `process.versions.node`
 * @returns what is wrong with it
 */
export function findNodeProblem(version: string): string | undefined {
  return Number.parseInt(version, 10) >= 24
    ? undefined
    : `the local run needs Node 24, the functions' own runtime; this is Node ${version}`;
}
