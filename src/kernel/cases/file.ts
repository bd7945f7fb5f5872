import { randomUUID } from 'node:crypto'
import type { Json, NewEvent } from '../../core/event.ts'
import { bigrams } from '../../core/search.ts'
import { type Clock, startClock } from '../calendar/clock.ts'
import type { OfficeCalendar } from '../calendar/office-days.ts'
import type { CaseItem, CaseType } from './define.ts'
import { firstPriority, type Priority } from './priority.ts'

/** A case as its row. Times are Dates; everything personal stands in parties and statements. */
export type CaseRow = {
  id: string
  kind: string
  no: string
  item: string
  channel: string
  subject: string
  body: string
  answers: { readonly [key: string]: Json }
  priority: Priority
  state: string
  open: boolean
  agency: string
  assignee: string | null
  place: string
  lat: number | null
  lon: number | null
  district: string | null
  village: string | null
  received_at: Date
  recorded_at: Date
  closed_at: Date | null
  next_due: Date | null
  secret_hash: string | null
  public: boolean
  confidential: boolean
  /** The case of which this one is a part. */
  parent: string | null
  merged_into: string | null
  /** The state to which a merge, a dispute or a forward goes back. */
  state_before: string | null
  /** When the agency that has it got it; the time to hand it back counts from here. */
  assigned_at: Date | null
  visited_at: Date | null
  /** A supervisor decided whose it is: it cannot be handed back again. */
  decided: boolean
  /** Agencies asked for their view, and those that have not given it yet. */
  joint: readonly string[]
  joint_open: readonly string[]
  /** The body outside the city that has it. */
  outside: string | null
  /** What the database keeps of the code by which that body answers. */
  outside_hash: string | null
  /** What was asked of a supervisor and is not decided yet. */
  pending: { readonly step: string; readonly days: number; readonly by: string } | null
}

export type Party = {
  role: 'reporter'
  name: string | null
  phone: string | null
  email: string | null
  locale: 'zh' | 'en'
}

export type Statement = { seq: number; audience: 'reporter' | 'staff'; text: string }
export type Attachment = { seq: number; sha256: string; purpose: 'report' | 'proof' | 'document' }

export type RegisterLine = {
  version: number
  item: string
  agency: string
  recorded_from: Date
  recorded_to: Date | null
  reason: string | null
}

/**
 * A case in hand: its row, its clocks, and what this step adds. Steps are pure: they take a file
 * and return a new one; `store.ts` reads and saves it. `seq` is that of the last event.
 */
export type CaseFile = {
  readonly row: CaseRow
  readonly clocks: readonly Clock[]
  readonly seq: number
  readonly party: Party | null
  readonly added: {
    readonly events: readonly NewEvent[]
    readonly statements: readonly Statement[]
    readonly attachments: readonly Attachment[]
    readonly register: readonly RegisterLine[]
    /** The reason for which the register's current line ends, when it does. */
    readonly endsRegister: string | null
    /** The bigrams by which a new case is found. */
    readonly grams: readonly string[]
  }
}

export type Intake = {
  readonly no: string
  readonly channel: string
  readonly subject: string
  readonly body: string
  readonly item: CaseItem
  readonly answers?: { readonly [key: string]: Json }
  readonly place?: string
  readonly lat?: number | null
  readonly lon?: number | null
  readonly district?: string | null
  readonly village?: string | null
  readonly party?: Party | null
  readonly photos?: readonly string[]
  readonly documents?: readonly string[]
  readonly secretHash: string | null
  readonly receivedAt: Date
  readonly confidential?: boolean
  readonly parent?: string | null
  /** Further facts for the first event, such as how an oral petition was confirmed. */
  readonly data?: { readonly [key: string]: Json }
}

const nothing = {
  events: [],
  statements: [],
  attachments: [],
  register: [],
  endsRegister: null,
  grams: [],
} as const

/** Opens a case: routed to its agency, its clocks started, its line in the register begun. Pure. */
export function openFile(
  type: CaseType,
  intake: Intake,
  calendar: OfficeCalendar,
  now: Date,
): CaseFile {
  const row = firstRow(type, intake, now)
  const clocks = intake.item.clocks.map((policy) => startClock(calendar, policy, intake.receivedAt))
  const personal = { subject: row.subject, body: row.body, place: row.place, party: intake.party }
  const event: NewEvent = {
    record: row.id,
    type: `${type.kind}.opened`,
    agency: row.agency,
    data: {
      no: row.no,
      item: row.item,
      channel: row.channel,
      agency: row.agency,
      district: row.district,
      received: intake.receivedAt.toISOString(),
      photos: [...(intake.photos ?? [])],
      ...(row.priority !== 'normal' && { priority: row.priority }),
      ...(intake.documents?.length && { documents: [...intake.documents] }),
      ...intake.data,
    },
    personal: JSON.parse(JSON.stringify(personal)) as Json,
  }
  const line: RegisterLine = {
    version: 1,
    item: row.item,
    agency: row.agency,
    recorded_from: now,
    recorded_to: null,
    reason: null,
  }
  return {
    row: { ...row, next_due: nextDue(clocks) },
    clocks,
    seq: 1,
    party: intake.party ?? null,
    added: {
      ...nothing,
      events: [event],
      attachments: [
        ...(intake.photos ?? []).map((sha256) => ({ seq: 1, sha256, purpose: 'report' as const })),
        ...(intake.documents ?? []).map((sha256) => ({
          seq: 1,
          sha256,
          purpose: 'document' as const,
        })),
      ],
      register: [line],
      grams: wordsOf(row, intake),
    },
  }
}

function firstRow(type: CaseType, intake: Intake, now: Date): CaseRow {
  const [state = ''] = Object.keys(type.states)
  const district = intake.district ?? null
  return {
    id: randomUUID(),
    kind: type.kind,
    no: intake.no,
    item: intake.item.code,
    channel: intake.channel,
    subject: intake.subject,
    body: intake.body,
    answers: intake.answers ?? {},
    priority: firstPriority(intake.item.priority, intake.answers ?? {}),
    state,
    open: true,
    agency: intake.item.agency({ district, answers: intake.answers ?? {} }),
    assignee: null,
    place: intake.place ?? '',
    lat: intake.lat ?? null,
    lon: intake.lon ?? null,
    district,
    village: intake.village ?? null,
    received_at: intake.receivedAt,
    recorded_at: now,
    closed_at: null,
    next_due: null,
    secret_hash: intake.secretHash,
    public: type.public,
    confidential: intake.confidential ?? false,
    parent: intake.parent ?? null,
    merged_into: null,
    state_before: null,
    assigned_at: now,
    visited_at: null,
    decided: false,
    joint: [],
    joint_open: [],
    outside: null,
    outside_hash: null,
    pending: null,
  }
}

/** What a search looks through: number, subject, text, place and item. */
const wordsOf = ({ no, subject, body, place }: CaseRow, { item }: Intake) =>
  bigrams([no, subject, body, place, item.name.zh].join(' '))

/** The earliest due time among running clocks. */
export function nextDue(clocks: readonly Clock[]): Date | null {
  const running = clocks.filter((c) => c.due && !c.stoppedAt && !c.pausedAt).map((c) => +c.due!)
  return running.length > 0 ? new Date(Math.min(...running)) : null
}
