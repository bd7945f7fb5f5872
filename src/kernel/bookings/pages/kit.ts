import type { TSchema } from 'typebox'
import type { Actor, Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import { secretHash } from '../../../core/number.ts'
import type { Operation } from '../../../core/operation.ts'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Visit } from '../../../web/pages.ts'
import type { MenuItem } from '../../../web/view.ts'
import { heldBookings } from '../held.ts'
import type { bookingOperations } from '../operations.ts'
import type { Service } from '../service.ts'

/** What the pages of a booked service need of its system. */
export type BookingKit = {
  readonly service: Service
  readonly common: ReturnType<typeof bookingOperations>
  /** Confirms a hold; its input has `no`, the answers to `questions`, and maybe `via`. */
  readonly book: Operation<TSchema, { no: string }>
  /** Moves a booking; its input has `no` and `slot`. */
  readonly move: Operation<TSchema, { no: string }>
  readonly questions: (visit: Visit) => ObjectSchema
  /** What the service is, in a sentence or two. */
  readonly lead: Text
  /** What to know on the day: shown with a booking. */
  readonly bring: Text
}

/** What the desk knows of a booking beside what the kernel does. */
export type Flag = {
  readonly warning?: Text
  readonly topic?: string | null
  /** By which way it came, when it was a call or a chat. */
  readonly way?: Text
}

/** What the pages of a service's desk need of its system. */
export type DeskKit = Pick<BookingKit, 'service' | 'common' | 'questions'> & {
  /** The desk's first page, without the language prefix. */
  readonly path: string
  readonly walkIn: Operation<TSchema, { no: string }>
  readonly bookFor: Operation<TSchema, { no: string }>
  /** Its input has `no` and `topic`. */
  readonly finish: Operation
  readonly topics: (visit: Visit) => readonly { readonly code: string; readonly name: Text }[]
  /** By the booking's id. */
  readonly flags: (ctx: Ctx, venue: string, date: string) => Promise<ReadonlyMap<string, Flag>>
  /** Further pages of the desk. */
  readonly links: readonly MenuItem[]
}

/** Remembers in this browser a number whose code was just shown or proven. */
export function remember(visit: Visit, proven: { no: string; code: string }): void {
  const { request, reply, platform } = visit
  const { secret, origin } = platform.config
  const secure = origin.startsWith('https:')
  heldBookings.hold(request, reply, secret, { ...proven, secure })
}

/** The actor with one number more, before its cookie has come back. */
export const holding = (visit: Visit, { no, code }: { no: string; code: string }): Actor => ({
  ...visit.actor,
  kind: visit.actor.kind === 'public' ? 'holder' : visit.actor.kind,
  secrets: [...visit.actor.secrets, secretHash(visit.platform.config.secret, no, code)],
})

/** Whether this browser holds the code of a number. */
export const holds = ({ request, platform }: Visit, no: string): boolean =>
  heldBookings.numbers(request, platform.config.secret).includes(no)
