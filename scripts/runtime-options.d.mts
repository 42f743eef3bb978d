export const RUNTIME_OPTIONS: readonly string[];
export function serverOptions(memoryBytes?: number): readonly string[];
