import { useMemo } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { GradeMark } from '../../tickets/sale/grade-mark.tsx';
import { createLayout } from '../../tickets/seats/layout.ts';
import { usePlanText } from '../messages/plan.ts';
import { PlanCanvas } from './plan-canvas.tsx';
import { countGrades, type PlanError, type ReadPlan, type SeatPlan } from './plan-text.ts';

/** What a seat plan will look like and how many seats it has, or what is wrong with it. */
export function PlanPreview({ read, isEmpty }: { readonly read: ReadPlan; readonly isEmpty: boolean }) {
  const text = usePlanText();
  return (
    <section className="stack-tight" aria-label={text('preview')} aria-live="polite">
      <h2 className="card-title">{text('preview')}</h2>
      {isEmpty && <p className="quiet small">{text('previewEmpty')}</p>}
      {!isEmpty && !read.ok && <PlanErrors errors={read.errors} />}
      {read.ok && <DrawnPlan plan={read.plan} />}
    </section>
  );
}

/** What is wrong with a plan or with the file of one, each with its line. */
export function PlanErrors({ errors }: { readonly errors: readonly PlanError[] }) {
  const text = usePlanText();
  return (
    <ul className="notice notice-warn stack-tight">
      {errors.map(({ fault, line, value, column }) => {
        const what = text(`fault.${fault}`, { value, column: column ? text(`column.${column}`) : '' });
        return (
          <li key={`${line}-${fault}-${value}-${column}`}>
            {line === undefined ? what : text('atLine', { line: String(line), what })}
          </li>
        );
      })}
    </ul>
  );
}

/** A plan and how many seats of each grade it has. */
export function DrawnPlan({ plan }: { readonly plan: SeatPlan }) {
  const text = usePlanText();
  const formats = useFormats();
  const { layout, counts, count } = useMemo(() => {
    const byGrade = countGrades(plan);
    const grades = [...byGrade.keys()];
    const capacity = [...byGrade.values()].reduce((sum, seats) => sum + seats, 0);
    // An answer of the API as it will be: the layout is made from what the server says of a plan.
    const answer = { plan, capacity, grades, planHash: '', seatsUrl: '' };
    return { layout: createLayout(answer), counts: [...byGrade], count: capacity };
  }, [plan]);
  return (
    <>
      <PlanCanvas layout={layout} label={text('previewLabel', { count })} />
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{text('grade')}</th>
            <th scope="col" className="number">
              {text('seats')}
            </th>
          </tr>
        </thead>
        <tbody>
          {counts.map(([grade, seats], gradeNo) => (
            <tr key={grade}>
              <th scope="row">
                <span className="row">
                  <GradeMark gradeNo={gradeNo} />
                  {grade}
                </span>
              </th>
              <td className="number">{formats.number(seats)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="figures">{text('seatsTotal', { count })}</p>
    </>
  );
}
