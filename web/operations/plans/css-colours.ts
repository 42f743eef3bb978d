/** Colours of the tokens as a canvas needs them; they change with the light or dark of the system. */
export function readColours<Name extends string>(
  element: Element,
  variables: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const style = getComputedStyle(element);
  const read = ([name, variable]: [string, unknown]) => [
    name,
    style.getPropertyValue(String(variable)).trim(),
  ];
  return Object.fromEntries(Object.entries(variables).map(read)) as Record<Name, string>;
}

/** Calls when the system changes between light and dark. @returns stops it */
export function onSchemeChange(run: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', run);
  return () => query.removeEventListener('change', run);
}
