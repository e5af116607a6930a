import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import type { World } from "./world.ts";

/**
 * Asks before what cannot be taken back.
 *
 * @throws CommandError when the answer is no, or when there is nobody to ask
 */
export async function confirm(
  world: World,
  question: string,
  isConfirmed = false,
): Promise<void> {
  if (isConfirmed) return;
  if (!world.isInteractive) {
    throw new CommandError(
      EXIT.refused,
      "not_confirmed",
      "nothing was written: this asks first, and there is no terminal to ask on",
      ["give --yes where nobody can answer"],
    );
  }
  const answer = await world.ask(`${question} [y/N] `);
  if (!/^(y|yes)$/i.test(answer.trim())) {
    throw new CommandError(
      EXIT.refused,
      "not_confirmed",
      "nothing was written",
    );
  }
}
