import { useMutation } from '@tanstack/react-query';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
import { ActionButton } from './action-button.tsx';

type FileButtonProps = {
  readonly label: string;
  readonly name: string;
  readonly fetchFile: () => Promise<Blob>;
};

/** Fetches a file with the token in a header, and leaves it on the machine of the reader. */
export function FileButton({ label, name, fetchFile }: FileButtonProps) {
  const file = useMutation({ mutationFn: fetchFile, onSuccess: (blob) => save(blob, name) });
  return (
    <div className="stack-tight">
      {file.isError && <ProblemNotice error={file.error} />}
      <p>
        <ActionButton className="button button-quiet" isBusy={file.isPending} onClick={() => file.mutate()}>
          {label}
        </ActionButton>
      </p>
    </div>
  );
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
