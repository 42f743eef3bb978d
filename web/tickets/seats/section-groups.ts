import type { LayoutSection } from './layout.ts';

/** Sections that stand together and share a name, such as 101 to 124 on the lower floor. */
type SectionGroup = { readonly from: string; readonly to: string; readonly name: string };

/** What the short names on the map stand for; of sections whose name says no more, nothing. */
export function sectionGroups(
  sections: readonly Pick<LayoutSection, 'id' | 'name'>[],
): readonly SectionGroup[] {
  const groups: SectionGroup[] = [];
  for (const { id, name: whole } of sections) {
    // Each is numbered as well: "Lower 101", "Floor 1" of F1.
    const name = whole.replace(/\s*\d+$/, '').trim();
    const last = groups.at(-1);
    if (last?.name === name) groups.splice(-1, 1, { ...last, to: id });
    else groups.push({ from: id, to: id, name });
  }
  return groups.filter(({ from, name }) => name !== '' && name !== from);
}
