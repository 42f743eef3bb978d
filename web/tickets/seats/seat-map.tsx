import type { KeyboardEvent } from 'react';
import { useFormats } from '../../shared/i18n/use-text.ts';
import { Icon, type IconName } from '../../shared/ui/icon.tsx';
import { useSeatText } from '../messages/seats.ts';
import { nameOf } from './layout.ts';
import type { MapCanvas } from './map-canvas.ts';
import { FREE, HELD, SOLD } from './seat-state.ts';
import { type Pointed, type SeatMapProps, useMapCanvas } from './use-map-canvas.ts';

/** The map for eyes, hands and mice; the list says and does the same for others. */
export function SeatMap(props: SeatMapProps) {
  const text = useSeatText();
  const { canvas, controller, pointed } = useMapCanvas(props);
  const press = (event: KeyboardEvent) => {
    const move = controller.current && KEYS[event.key]?.(controller.current);
    if (move) event.preventDefault();
  };
  const button = (icon: IconName, label: string, run: (view: MapCanvas) => void) => (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => controller.current && run(controller.current)}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div className="seat-map">
      {/* A map is operated as a whole; ARIA calls such a thing an application. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="seat-map-view"
        role="application"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={text('mapLabel')}
        onKeyDown={press}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <div className="seat-map-buttons">
        {button('plus', text('zoomIn'), (view) => view.zoom(1))}
        {button('minus', text('zoomOut'), (view) => view.zoom(-1))}
        {button('fit', text('zoomAll'), (view) => view.fitAll())}
      </div>
      {pointed && <SeatTip {...props} pointed={pointed} />}
    </div>
  );
}

function SeatTip({ map, performance, own, pointed }: SeatMapProps & { readonly pointed: Pointed }) {
  const text = useSeatText();
  const formats = useFormats();
  const { seatNo, at } = pointed;
  const { section, row, number, grade } = nameOf(map.layout, seatNo);
  const status = map.state.statuses[seatNo];
  const price = performance.prices[grade];
  const isOwn = status !== FREE && own.includes(seatNo);
  const words = isOwn
    ? text('own')
    : status === SOLD
      ? text('sold')
      : status === HELD
        ? text('held')
        : price && formats.money(price);
  return (
    <p className="seat-tip figures" style={{ left: at[0], top: at[1] }} aria-hidden="true">
      <strong>{text('seat', { section, row, number: String(number) })}</strong>
      {`${grade} · ${words ?? ''}`}
    </p>
  );
}

/** What keys do to the map; true where they do something. */
const KEYS: Readonly<Record<string, (view: MapCanvas) => true>> = {
  ArrowLeft: (view) => (view.pan(-1, 0), true),
  ArrowRight: (view) => (view.pan(1, 0), true),
  ArrowUp: (view) => (view.pan(0, -1), true),
  ArrowDown: (view) => (view.pan(0, 1), true),
  '+': (view) => (view.zoom(1), true),
  '=': (view) => (view.zoom(1), true),
  '-': (view) => (view.zoom(-1), true),
  '0': (view) => (view.fitAll(), true),
};
