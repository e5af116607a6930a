/**
 * What `local/` reads of a synthesized stack: resources with every intrinsic function resolved, outputs, and
 * where each asset lies on disk. The template is the only source: nothing is imported from `lib/` or `lambda/`.
 */

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** CloudFormation properties after Ref, Fn::GetAtt, Fn::Join, Fn::Sub, … have been resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface SynthesizedStack {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly outputs: ReadonlyMap<string, string>;
  /** Asset file name in the bootstrap bucket (`<hash>.zip`) to the absolute directory that holds its files. */
  readonly assets: ReadonlyMap<string, string>;
  /** What the loader was told to use instead of derived ids: logical id → `Ref` or attribute → value. */
  readonly resourceAttributes?: ResourceAttributes;
}

export type ResourceAttributes = Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

/** All resources of one CloudFormation type, in template order. */
export function resourcesOfType(
  stack: SynthesizedStack,
  type: string,
): readonly StackResource[] {
  return [...stack.resources.values()].filter(
    (resource) => resource.type === type,
  );
}
