import { gradeLook } from './grade-look.ts';

/** The sign of a grade, by colour and by shape, as on the map. */
export function GradeMark({ gradeNo }: { readonly gradeNo: number }) {
  const { variable, shape } = gradeLook(gradeNo);
  return (
    <svg className="grade-mark" viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true" focusable="false">
      <path d={PATHS[shape]} fill={`var(${variable})`} />
    </svg>
  );
}

const PATHS = {
  circle: 'M1 0A1 1 0 1 1-1 0 1 1 0 1 1 1 0',
  square: 'M-.9-.9H.9V.9H-.9z',
  diamond: 'M0-1.25 1.25 0 0 1.25-1.25 0z',
  triangle: 'M0-1.15 1.2.95H-1.2z',
  hexagon: 'M-1.1 0-.55-.95H.55L1.1 0 .55.95H-.55z',
  drop: 'M0 1.15-1.2-.95H1.2z',
} as const;
