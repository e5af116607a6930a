/** Routes as tenants have them, in any number. */

export interface Shape {
  readonly name: string;
  readonly route: (index: number) => string;
}

export const SHAPES: readonly Shape[] = [
  {
    name: "one method, one path",
    route: (index) => `GET /{tenantId}/resource-${index}`,
  },
  {
    name: "all methods, a subtree",
    route: (index) => `* /{tenantId}/resource-${index}/*`,
  },
  {
    name: "every second one with a scope, every fifth a denial",
    route: (index: number): string => {
      const path = `/{tenantId}/resource-${index}`;
      if (index % 5 === 0) return `!DELETE ${path}/*`;
      return index % 2 === 0 ? `GET ${path}/*` : `GET,PUT ${path} read:orders`;
    },
  },
];

/** Counted from 11, so that all but the largest records have names of one length. */
export function routesOfShape(
  { route }: Shape,
  count: number,
): readonly string[] {
  return Array.from({ length: count }, (_, index) => route(index + 11));
}
