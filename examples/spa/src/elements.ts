/** @throws Error when the page has no such element: index.html and the code have come apart */
export function find<T extends HTMLElement>(
  id: string,
  type: abstract new () => T,
): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`no ${type.name} #${id}`);
  return element;
}
