import { type ReactNode, useEffect, useRef } from 'react';
import { useTitle } from './use-title.ts';

/** Once the first page has been shown, every further one takes the focus to its heading. */
let hasShownPage = false;

/**
 * The heading of a page. After a change of pages it takes the focus, so that a keyboard goes on from here and a screen
 * reader says where it is.
 */
export function PageHeading({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(title);
  useEffect(() => {
    if (hasShownPage) heading.current?.focus({ preventScroll: true });
    hasShownPage = true;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  );
}
