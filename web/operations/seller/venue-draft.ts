import type { Answer } from '../../shared/api/call.ts';
import type { SeatPlan } from '../plans/plan-text.ts';
import { readPlan } from '../plans/read-plan.ts';

/** A stage while it is written. `key` tells stages apart while they have no name. */
export type StageDraft = {
  readonly key: string;
  readonly name: string;
  /** Left empty, readers of English see the name. */
  readonly nameEn: string;
  /** As somebody writes it; undefined where the stage keeps the seats that it has. */
  readonly plan: string | undefined;
  /** Of a stage that there is already. */
  readonly saved?: { readonly id: string; readonly planHash: string };
  /** Where the stage is drawn, which a text does not say. */
  readonly place?: SeatPlan['stage'];
};

export type VenueDraft = {
  readonly name: string;
  readonly nameEn: string;
  readonly address: string;
  readonly addressEn: string;
  readonly timeZone: string;
  readonly stages: readonly StageDraft[];
};

export const emptyStage = (): StageDraft => ({
  key: String(crypto.getRandomValues(new Uint32Array(1))[0]),
  name: '',
  nameEn: '',
  plan: '',
});

export const emptyVenue = (): VenueDraft => ({
  name: '',
  nameEn: '',
  address: '',
  addressEn: '',
  timeZone: 'Asia/Seoul',
  stages: [emptyStage()],
});

export function draftOf(venue: Answer<'getVenue'>): VenueDraft {
  const { name, nameEn, address, addressEn, timeZone, stages } = venue;
  return {
    name,
    nameEn: nameEn ?? '',
    address,
    addressEn: addressEn ?? '',
    timeZone,
    stages: stages.map((stage) => ({
      key: stage.id,
      name: stage.name,
      nameEn: stage.nameEn ?? '',
      plan: undefined,
      saved: { id: stage.id, planHash: stage.planUrl.split('/').at(-1) ?? '' },
    })),
  };
}

export type WrittenVenue = {
  readonly name: string;
  readonly nameEn: string | null;
  readonly address: string;
  readonly addressEn: string | null;
  readonly timeZone: string;
  readonly stages: {
    readonly id?: string;
    readonly name: string;
    readonly nameEn: string | null;
    readonly plan?: SeatPlan;
  }[];
};

/** What the API takes; undefined while something is missing or wrong. */
export function toVenue(draft: VenueDraft): WrittenVenue | undefined {
  const { name, address, timeZone, stages } = draft;
  const written = stages.flatMap((stage) => toStage(stage) ?? []);
  if (name.trim() === '' || written.length < stages.length) return undefined;
  return {
    name: name.trim(),
    nameEn: orNull(draft.nameEn),
    address: address.trim(),
    addressEn: orNull(draft.addressEn),
    timeZone,
    stages: written,
  };
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** Of a venue as the API takes it, what was changed here. */
export function changedVenue(written: WrittenVenue, changed: Partial<VenueDraft>): Partial<WrittenVenue> {
  return Object.fromEntries(Object.entries(written).filter(([name]) => name in changed));
}

function toStage({
  name,
  nameEn,
  plan: text,
  saved,
  place,
}: StageDraft): WrittenVenue['stages'][number] | undefined {
  if (name.trim() === '') return undefined;
  const stage = { ...(saved ? { id: saved.id } : {}), name: name.trim(), nameEn: orNull(nameEn) };
  if (text === undefined) return saved && stage;
  const read = readPlan(text);
  return read.ok ? { ...stage, plan: { ...read.plan, ...(place ? { stage: place } : {}) } } : undefined;
}
