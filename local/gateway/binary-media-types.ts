/** Whether a content type is one of the API's `BinaryMediaTypes`; wildcards are whole parts only. */
export function createBinaryTypeCheck(
  binaryMediaTypes: readonly string[],
): (contentType: string | undefined) => boolean {
  const known = new Set(binaryMediaTypes.map((type) => type.toLowerCase()));
  return (contentType) => {
    const [type = ""] = (contentType ?? "").toLowerCase().split(";");
    const [main = ""] = type.trim().split("/");
    return known.has("*/*") || known.has(`${main}/*`) || known.has(type.trim());
  };
}
