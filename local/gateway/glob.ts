/**
 * Whether `text` as a whole matches `pattern`, in which `*` stands for any run of characters (none, `/` and `:`
 * included) and `?` for exactly one; every other character is itself, letter case included.
 *
 * Two pointers instead of a regular expression: a policy may hold many stars, and backtracking over them is
 * exponential. Going back to the last star alone is enough, so the cost is at most pattern × text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let patternAt = 0;
  let textAt = 0;
  let starAt = -1;
  let starTextAt = 0;
  while (textAt < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === "*") {
      starAt = patternAt;
      starTextAt = textAt;
      patternAt += 1;
    } else if (wanted === "?" || wanted === text[textAt]) {
      patternAt += 1;
      textAt += 1;
    } else if (starAt >= 0) {
      // The last star takes one character more.
      starTextAt += 1;
      patternAt = starAt + 1;
      textAt = starTextAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === "*") patternAt += 1;
  return patternAt === pattern.length;
}
