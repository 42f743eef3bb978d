/** Whose access token this is (RFC 7519, `sub`), read and not verified; undefined of what is none. */
export function subjectOf(token: string): string | undefined {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    return (JSON.parse(atob(payload)) as { readonly sub?: string }).sub;
  } catch {
    return undefined;
  }
}
