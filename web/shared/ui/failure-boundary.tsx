import { Component, type ReactNode } from 'react';
import { useSharedText } from '../messages/shared.ts';
import { Notice } from './notice.tsx';

/** `at`: the address whose page is drawn; another one is another page. */
type FailureBoundaryProps = { readonly at: string; readonly children: ReactNode };
type FailureBoundaryState = { readonly at: string; readonly failed: boolean };

/** A fault in one page leaves the frame around it usable, and the other pages. */
export class FailureBoundary extends Component<FailureBoundaryProps, FailureBoundaryState> {
  override state: FailureBoundaryState = { at: this.props.at, failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  static getDerivedStateFromProps({ at }: FailureBoundaryProps, state: FailureBoundaryState) {
    return at === state.at ? null : { at, failed: false };
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
