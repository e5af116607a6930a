/** Resolves CloudFormation's intrinsic functions, as far as a CDK template uses them; refuses the rest by name. */
import { isRecord } from "./json.ts";
import {
  createCircleGuard,
  createReferences,
  NO_VALUE,
  templateSection,
  unresolvable,
  type ReferenceOptions,
} from "./stack-references.ts";

export interface Resolver {
  /** `where` is the logical id that error messages name. */
  readonly resolve: (value: unknown, where: string) => unknown;
  readonly isConditionTrue: (name: string, where: string) => boolean;
}

type Intrinsic = (argument: unknown, where: string) => unknown;

export function createResolver(options: ReferenceOptions): Resolver {
  const conditions = templateSection(options.template, "Conditions");
  const guarded = createCircleGuard();
  const { ref, getAttribute } = createReferences(options, (value, where) =>
    guarded(`the name of ${where}`, where, () => resolveValue(value, where)),
  );

  const intrinsics: Readonly<Record<string, Intrinsic>> = {
    Ref: (argument, where) => ref(text(argument, "Ref", where), where),
    Condition: (argument, where) =>
      isConditionTrue(text(argument, "Condition", where), where),
    "Fn::GetAtt": (argument, where) => {
      const parts =
        typeof argument === "string"
          ? argument.split(/\.(.*)/s, 2)
          : list(argument, "Fn::GetAtt", where);
      const [logicalId, attribute] = parts;
      return getAttribute(
        text(logicalId, "Fn::GetAtt", where),
        text(resolveValue(attribute, where), "Fn::GetAtt", where),
        where,
      );
    },
    "Fn::Join": (argument, where) => {
      const [separator, items] = list(argument, "Fn::Join", where);
      return list(resolveValue(items, where), "Fn::Join", where)
        .map((item) => text(item, "Fn::Join", where))
        .join(text(separator, "Fn::Join", where));
    },
    "Fn::Split": (argument, where) => {
      const [separator, source] = list(argument, "Fn::Split", where);
      return text(resolveValue(source, where), "Fn::Split", where).split(
        text(separator, "Fn::Split", where),
      );
    },
    "Fn::Select": (argument, where) => {
      const [index, items] = list(argument, "Fn::Select", where);
      const item = list(resolveValue(items, where), "Fn::Select", where)[
        Number(index)
      ];
      if (item === undefined) {
        throw unresolvable("Fn::Select", where, "has no item at that index");
      }
      return item;
    },
    "Fn::Sub": (argument, where) => substitute(argument, where),
    "Fn::If": (argument, where) => {
      const [condition, whenTrue, whenFalse] = list(argument, "Fn::If", where);
      const holds = isConditionTrue(text(condition, "Fn::If", where), where);
      return resolveValue(holds ? whenTrue : whenFalse, where);
    },
    "Fn::Equals": (argument, where) => {
      const [left, right] = list(argument, "Fn::Equals", where).map((side) =>
        resolveValue(side, where),
      );
      return JSON.stringify(left) === JSON.stringify(right);
    },
    "Fn::And": (argument, where) =>
      list(argument, "Fn::And", where).every(
        (item) => resolveValue(item, where) === true,
      ),
    "Fn::Or": (argument, where) =>
      list(argument, "Fn::Or", where).some(
        (item) => resolveValue(item, where) === true,
      ),
    "Fn::Not": (argument, where) =>
      resolveValue(list(argument, "Fn::Not", where)[0], where) !== true,
  };

  return {
    isConditionTrue,
    resolve: (value, where) => {
      const resolved = resolveValue(value, where);
      return resolved === NO_VALUE ? undefined : resolved;
    },
  };

  function resolveValue(value: unknown, where: string): unknown {
    if (Array.isArray(value)) {
      return value
        .map((item) => resolveValue(item, where))
        .filter((item) => item !== NO_VALUE);
    }
    if (!isRecord(value)) return value;
    const [only, ...others] = Object.keys(value);
    if (only !== undefined && others.length === 0) {
      const intrinsic = Object.hasOwn(intrinsics, only)
        ? intrinsics[only]
        : undefined;
      // `Condition` is also an ordinary key (an IAM statement's holds an object); the function takes a name.
      if (
        intrinsic !== undefined &&
        !(only === "Condition" && typeof value[only] !== "string")
      ) {
        return intrinsic(value[only], where);
      }
      if (only.startsWith("Fn::")) {
        throw unresolvable(only, where, "is not a function we resolve");
      }
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, resolveValue(item, where)] as const)
        .filter(([, item]) => item !== NO_VALUE),
    );
  }

  function isConditionTrue(name: string, where: string): boolean {
    if (!Object.hasOwn(conditions, name)) {
      throw unresolvable(`Condition ${name}`, where, "is not in the template");
    }
    return (
      guarded(`Condition ${name}`, where, () =>
        resolveValue(conditions[name], where),
      ) === true
    );
  }

  function substitute(argument: unknown, where: string): string {
    const [template, variables] =
      typeof argument === "string"
        ? [argument, {}]
        : list(argument, "Fn::Sub", where);
    const own = isRecord(variables) ? variables : {};
    return text(template, "Fn::Sub", where).replace(
      /\$\{([^}]*)\}/g,
      (_, placeholder: string) => {
        // `${!Literal}` stands for `${Literal}`.
        if (placeholder.startsWith("!")) return `\${${placeholder.slice(1)}}`;
        if (Object.hasOwn(own, placeholder)) {
          return text(resolveValue(own[placeholder], where), "Fn::Sub", where);
        }
        const [logicalId = "", attribute] = placeholder.split(/\.(.*)/s, 2);
        return attribute === undefined
          ? text(ref(logicalId, where), `Fn::Sub \${${placeholder}}`, where)
          : getAttribute(logicalId, attribute, where);
      },
    );
  }
}

function text(value: unknown, what: string, where: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw unresolvable(what, where, "needs text where it has something else");
}

function list(value: unknown, what: string, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw unresolvable(what, where, "needs a list");
}
