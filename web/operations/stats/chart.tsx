import { useEffect, useMemo, useRef } from 'react';
import UPlot from 'uplot';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { useOperationsText } from '../messages/operations.ts';
import { onSchemeChange } from '../plans/css-colours.ts';
import type { StatsPoint } from './use-stats.ts';

type Key = Exclude<keyof StatsPoint, 'at'>;
export type Series = { readonly key: Key; readonly label: string; readonly colour: string };

type ChartProps = {
  readonly title: string;
  /** Oldest first. */
  readonly points: readonly StatsPoint[];
  readonly series: readonly Series[];
};

const HEIGHT_PX = 200;
/** Lines are told apart by their dashes as well as by their colours. */
const DASHES: readonly number[][] = [[], [8, 4], [2, 3]];

/** Stats over the last minutes; what they are now stands below, for those who do not see lines as well. */
export function Chart({ title, points, series }: ChartProps) {
  const text = useOperationsText();
  const formats = useFormats();
  const last = points.at(-1);
  const values = series.map(({ key, label }) => `${label} ${formats.number(Math.round(last?.[key] ?? 0))}`);
  return (
    <figure className="card chart stack-tight">
      <figcaption>
        <h2 className="card-title">{title}</h2>
      </figcaption>
      {last ? (
        <Plot
          points={points}
          series={series}
          label={text('chartValues', { title, values: values.join(', ') })}
        />
      ) : (
        <p className="chart-plot quiet">{text('noStats')}</p>
      )}
      <ul className="chart-legend figures">
        {series.map(({ key, colour }, index) => (
          <li key={key}>
            <svg className="chart-mark" viewBox="0 0 24 4" aria-hidden="true" focusable="false">
              <path
                d="M0 2H24"
                stroke={`var(${colour})`}
                strokeWidth={3}
                strokeDasharray={DASHES[index]?.join(' ')}
              />
            </svg>
            {values[index]}
          </li>
        ))}
      </ul>
    </figure>
  );
}

type PlotProps = Omit<ChartProps, 'title'> & { readonly label: string };

function Plot({ points, series, label }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const looks = JSON.stringify(series.map(({ label: name, colour }) => [name, colour]));
  const data = useMemo(() => toData(points, series), [points, series]);
  const newest = useRef(data);
  useEffect(() => {
    newest.current = data;
    plot.current?.setData(data);
  }, [data]);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const make = () => {
      plot.current?.destroy();
      plot.current = new UPlot(optionsFor(element, JSON.parse(looks) as Look[]), newest.current, element);
    };
    make();
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    resized.observe(element);
    const stop = onSchemeChange(make);
    return () => {
      stop();
      resized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [looks]);
  return <div ref={place} className="chart-plot" role="img" aria-label={label} />;
}

type Look = readonly [label: string, colour: string];

function toData(points: readonly StatsPoint[], series: readonly Series[]): UPlot.AlignedData {
  const times = points.map(({ at }) => Date.parse(at) / 1_000);
  return [times, ...series.map(({ key }) => points.map((point) => point[key]))];
}

function optionsFor(element: HTMLElement, looks: readonly Look[]): UPlot.Options {
  const style = getComputedStyle(element);
  const colour = (variable: string) => style.getPropertyValue(variable).trim();
  const axis = {
    stroke: colour('--ink-2'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      { ...axis, values: (_, splits) => splits.map(clockTime) },
      { ...axis, size: 56 },
    ],
    series: [
      {},
      ...looks.map(([label, variable], index) => ({
        label,
        stroke: colour(variable),
        width: 2,
        dash: DASHES[index] ?? [],
        points: { show: false },
      })),
    ],
  };
}

/** By the clock of the one who looks on. */
function clockTime(seconds: number): string {
  return new Date(seconds * 1_000).toTimeString().slice(0, 8);
}
