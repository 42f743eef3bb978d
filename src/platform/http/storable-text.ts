/** Whether PostgreSQL's type text can hold it: no NUL, no half characters. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
