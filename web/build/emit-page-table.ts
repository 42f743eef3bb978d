import type { Plugin } from 'vite';
import type { PageDocument } from '../pages.ts';

/** Writes `pages.json`, from which the server knows which document answers which address. */
export function emitPageTable(documents: readonly PageDocument[]): Plugin {
  return {
    name: 'emit-page-table',
    generateBundle() {
      const source = `${JSON.stringify({ documents }, undefined, 2)}\n`;
      this.emitFile({ type: 'asset', fileName: 'pages.json', source });
    },
  };
}
