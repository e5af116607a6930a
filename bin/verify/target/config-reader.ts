/** Reads members of verify.json; each refusal names the member, and repeats no value. */
import {
  isJsonObject,
  own,
  type JsonObject,
} from "../../../lambda/core/json.ts";
import { VerifyError } from "../verify-error.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigReader {
  readonly find: (name: string) => unknown;
  readonly text: (name: string) => string;
  readonly findText: (name: string) => string | undefined;
  readonly texts: (name: string) => readonly string[];
  readonly findObject: (name: string) => ConfigReader | undefined;
  readonly object: (name: string) => ConfigReader;
  readonly objects: (name: string) => readonly ConfigReader[];
  /** Whole seconds from 1 to `max`. */
  readonly findSeconds: (name: string, max: number) => number | undefined;
  /** Text itself, or `{"env": "NAME"}`: what an environment variable holds. */
  readonly secret: (name: string) => string;
  readonly findSecret: (name: string) => string | undefined;
}

/**
 * @param known every member that there may be: a typo must not silently drop a check
 * @throws VerifyError `config_refused`
 */
export function readConfig(
  value: unknown,
  where: string,
  known: Readonly<Record<string, readonly string[]>>,
  env: Environment,
  kind = "",
): ConfigReader {
  if (!isJsonObject(value)) throw refused(`${where} is not a JSON object`);
  const members = known[kind] ?? [];
  const other = Object.keys(value).find((name) => !members.includes(name));
  if (other !== undefined) {
    throw refused(
      `${where} has a member ${JSON.stringify(other)} that is not understood; known are ${members.join(", ")}`,
    );
  }
  return createReader(value, where, known, env);
}

function createReader(
  object: JsonObject,
  where: string,
  known: Readonly<Record<string, readonly string[]>>,
  env: Environment,
): ConfigReader {
  const find = (name: string): unknown => own(object, name);
  const needed = <Value>(name: string, value: Value | undefined): Value => {
    if (value === undefined) throw refused(`${where} has no ${name}`);
    return value;
  };
  const nested = (value: unknown, path: string, kind: string): ConfigReader =>
    readConfig(value, path, known, env, kind);
  const list = (name: string): readonly unknown[] => {
    const value = needed(name, find(name));
    if (Array.isArray(value)) return value;
    throw refused(`${name} in ${where} is not a list`);
  };
  const findText = (name: string): string | undefined => {
    const value = find(name);
    if (value === undefined) return undefined;
    if (typeof value === "string" && value !== "") return value;
    throw refused(`${name} in ${where} is not text`);
  };
  const findObject = (name: string): ConfigReader | undefined => {
    const value = find(name);
    return value === undefined
      ? undefined
      : nested(value, `${name} in ${where}`, name);
  };
  const findSecret = (name: string): string | undefined => {
    const value = find(name);
    if (!isJsonObject(value)) return findText(name)?.trim();
    const variable = own(value, "env");
    if (typeof variable !== "string" || Object.keys(value).length > 1) {
      throw refused(`${name} in ${where} is neither text nor {"env": "NAME"}`);
    }
    const secret = env[variable]?.trim() ?? "";
    if (secret !== "") return secret;
    throw refused(
      `${name} in ${where} names the environment variable ${variable}, which is not set`,
    );
  };
  return {
    find,
    findText,
    text: (name) => needed(name, findText(name)),
    texts: (name) =>
      list(name).map((value) => {
        if (typeof value === "string") return value;
        throw refused(`${name} in ${where} holds something that is not text`);
      }),
    findObject,
    object: (name) => needed(name, findObject(name)),
    objects: (name) =>
      list(name).map((value, index) =>
        nested(value, `${name}[${index}] in ${where}`, name),
      ),
    findSeconds: (name, max) => {
      const value = find(name);
      if (value === undefined) return undefined;
      if (
        typeof value === "number" &&
        Number.isInteger(value) &&
        value >= 1 &&
        value <= max
      ) {
        return value;
      }
      throw refused(
        `${name} in ${where} is not a whole number of seconds from 1 to ${max}`,
      );
    },
    findSecret,
    secret: (name) => needed(name, findSecret(name)),
  };
}

export function refused(message: string): VerifyError {
  return new VerifyError("config_refused", message);
}
