import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

/** Something to know now. What is bad is said at once to those who listen; the rest when they pause. */
export function Notice({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {tone !== 'plain' && <Icon name={tone === 'good' ? 'check' : 'warn'} />}
      <div className="stack-tight">{children}</div>
    </div>
  );
}
