/** Characters as the API counts them: an emoji of one code point is one. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
