import { defineConfig } from 'vite';
import { compressFiles } from './build/compress-files.ts';
import { emitPageTable } from './build/emit-page-table.ts';
import { includeHtml } from './build/include-html.ts';
import { documents } from './pages.ts';

/**
 * One build for all pages: every document of `pages.ts` is an entry, what they share is split off, every
 * asset is named by its content, and text is compressed once, here, as small as it gets.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  // Nothing is inlined: the content security policy allows no inline code and no data but images.
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: documents.map(({ file }) => `${import.meta.dirname}/${file}`) },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
  plugins: [includeHtml(import.meta.dirname), emitPageTable(documents), compressFiles()],
});
