/** Every subcommand, in the order in which help and documentation list them. */
import type { CommandDefinition } from "../command-definition.ts";
import { add } from "./add.ts";
import { check } from "./check.ts";
import { explain } from "./explain.ts";
import { exportRecords } from "./export.ts";
import { get } from "./get.ts";
import { importRecords } from "./import.ts";
import { list } from "./list.ts";
import { logOut } from "./log-out.ts";
import { matrix } from "./matrix.ts";
import { policy } from "./policy.ts";
import { remove } from "./remove.ts";
import { resume } from "./resume.ts";
import { set } from "./set.ts";
import { suspend } from "./suspend.ts";

export const COMMANDS: readonly CommandDefinition[] = [
  add,
  get,
  list,
  set,
  suspend,
  resume,
  logOut,
  remove,
  check,
  explain,
  matrix,
  policy,
  importRecords,
  exportRecords,
];
