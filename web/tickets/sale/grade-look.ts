export const GRADE_SHAPES = ['circle', 'square', 'diamond', 'triangle', 'hexagon', 'drop'] as const;
export type GradeShape = (typeof GRADE_SHAPES)[number];

/** How a grade is told from the others: a colour of the tokens, and a shape for those who see colours alike. */
export function gradeLook(gradeNo: number): { readonly variable: string; readonly shape: GradeShape } {
  const index = gradeNo % GRADE_SHAPES.length;
  return { variable: `--grade-${index + 1}`, shape: GRADE_SHAPES[index] ?? 'circle' };
}
