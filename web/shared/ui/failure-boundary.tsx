import { Component, type ReactNode } from 'react';
import { useSharedText } from '../messages/shared.ts';
import { Notice } from './notice.tsx';

/** A fault in one page leaves the frame around it usable. */
export class FailureBoundary extends Component<
  { readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failure /> : this.props.children;
  }
}

function Failure() {
  const text = useSharedText();
  return (
    <Notice tone="bad">
      <p>{text('crashed')}</p>
      <p>
        <button type="button" className="button button-quiet" onClick={() => location.reload()}>
          {text('reload')}
        </button>
      </p>
    </Notice>
  );
}
