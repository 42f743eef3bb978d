import { type GradeShape, gradeLook } from '../../sale/grade-look.ts';

export type SeatStyle = { readonly colour: string; readonly shape: GradeShape };

/** The colours of the tokens as the canvas needs them, in the present scheme. */
export type Palette = {
  /** By grade, as an index of the layout's grades. */
  readonly grades: readonly SeatStyle[];
  readonly held: string;
  readonly sold: string;
  readonly chosen: string;
  readonly onChosen: string;
  readonly ground: string;
  readonly ink: string;
  readonly line: string;
  readonly surface: string;
  readonly spark: string;
  readonly font: string;
};

/**
 * @param gradeOrder grades as they stand in the table of prices, so that map and table use one sign for each
 */
export function readPalette(
  element: Element,
  grades: readonly string[],
  gradeOrder: readonly string[],
): Palette {
  const styles = getComputedStyle(element);
  const colour = (name: string): string => styles.getPropertyValue(name).trim();
  return {
    grades: grades.map((grade) => {
      const { variable, shape } = gradeLook(Math.max(0, gradeOrder.indexOf(grade)));
      return { colour: colour(variable), shape };
    }),
    held: colour('--seat-held'),
    sold: colour('--seat-sold'),
    chosen: colour('--seat-chosen'),
    onChosen: colour('--surface'),
    ground: colour('--surface'),
    ink: colour('--ink'),
    line: colour('--line'),
    surface: colour('--surface-2'),
    spark: colour('--spark'),
    font: colour('--font'),
  };
}
