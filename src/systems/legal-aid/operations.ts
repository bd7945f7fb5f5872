import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { bookAtDesk, confirmHold, moveBooking } from '../../kernel/bookings/book.ts'
import { bookingOf } from '../../kernel/bookings/booking.ts'
import { attend } from '../../kernel/bookings/desk.ts'
import { importAttended, visitInput } from '../../kernel/bookings/import.ts'
import { bookingOperations, personFields, personOf } from '../../kernel/bookings/operations.ts'
import { joinInteraction } from '../../kernel/cases/interactions.ts'
import { barredLawyers, keepParties, type Parties, partiesOf, partyDigests } from './conflicts.ts'
import { legalAidPack, legalAidService as service } from './legal-aid.ts'

/** Hold, cancel, wait, check in and the like: the same as for any service that is booked. */
export const common = bookingOperations(service)

/** What is asked beside the person: enough to keep the two sides from one lawyer, no story. */
const matterFields = {
  topic: Type.Optional(Type.String({ maxLength: 40 })),
  opponent: Type.Optional(Type.String({ maxLength: 60 })),
}
const number = { no: Type.String({ minLength: 4, maxLength: 30 }) }

const fromWhere = Type.Optional(
  Type.String({ maxLength: 40, description: 'the call or chat it came from' }),
)

type Details = Static<ReturnType<typeof Type.Object<typeof matterFields & typeof personFields>>>

const partiesIn = (ctx: Ctx, { name, idNumber, opponent }: Details): Parties => ({
  applicant: partyDigests(ctx, { name, idNumber }),
  opponent: partyDigests(ctx, { name: opponent }),
})

function mustBeTopic(ctx: Ctx, topic: string | undefined): void {
  if (topic !== undefined && !legalAidPack(ctx.city).topics.some(({ code }) => code === topic))
    throw invalid({ topic: { zh: '請選一個類別。', en: 'Choose a kind of matter.' } })
}

/**
 * Confirms a held time. A lawyer who stands on the other side gives way to another of the same
 * time; where there is none it is refused, without a word of who.
 */
export const book = operation({
  name: 'legal-aid.book',
  title: { zh: '確認預約法律諮詢', en: 'Confirm a booking for legal advice' },
  permission: 'public',
  input: Type.Object({ ...number, ...personFields, ...matterFields, via: fromWhere }),
  run: async (ctx, { no, via, ...details }) => {
    mustBeTopic(ctx, details.topic)
    const parties = partiesIn(ctx, details)
    const avoid = await barredLawyers(ctx, parties)
    const booked = await confirmHold(ctx, service, no, personOf(details), avoid)
    await keepParties(ctx, booked, parties, details.topic)
    if (via) await joinInteraction(ctx, via, { booking: booked.id })
    return { no, startsAt: booked.starts_at }
  },
})

/** Moves a booking to another time or venue, to a lawyer who may take it. */
export const move = operation({
  name: 'legal-aid.move',
  title: { zh: '改期', en: 'Move a booking' },
  permission: 'public',
  input: Type.Object({ ...number, slot: Type.Integer({ minimum: 1 }) }),
  run: async (ctx, { no, slot }) => {
    const { id } = await bookingOf(ctx, service, no)
    const avoid = await barredLawyers(ctx, await partiesOf(ctx, id), id)
    const moved = await moveBooking(ctx, service, { no, slot, avoid })
    await sql`update legal_aid.matter set agency = ${moved.agency}
      where booking = ${id}`.execute(ctx.db)
    return { no, startsAt: moved.starts_at }
  },
})

const atDesk = (channel: 'desk' | 'walk-in') =>
  operation({
    name: channel === 'desk' ? 'legal-aid.book-for' : 'legal-aid.walk-in',
    title:
      channel === 'desk'
        ? { zh: '代為預約', en: 'Book for the caller' }
        : { zh: '現場候補', en: 'Take a walk-in' },
    permission: 'legal-aid.desk',
    input: Type.Object({
      slot: Type.Integer({ minimum: 1 }),
      ...personFields,
      ...matterFields,
    }),
    run: async (ctx, { slot, ...details }) => {
      mustBeTopic(ctx, details.topic)
      const parties = partiesIn(ctx, details)
      const avoid = await barredLawyers(ctx, parties)
      const person = personOf(details)
      const booked = await bookAtDesk(ctx, service, { slot, person, channel, avoid })
      await keepParties(ctx, booked, parties, details.topic)
      return { no: booked.no }
    },
  })

/** Books for someone who called. */
export const bookFor = atDesk('desk')

/** Takes someone who came without a booking into a free time of today. */
export const walkIn = atDesk('walk-in')

/** Notes that the advice was given and about what: a code of the list, never the story. */
export const finish = operation({
  name: 'legal-aid.finish',
  title: { zh: '完成諮詢', en: 'Note that the advice was given' },
  permission: 'legal-aid.desk',
  input: Type.Object({ ...number, topic: Type.String({ maxLength: 40 }) }),
  run: async (ctx, input) => {
    mustBeTopic(ctx, input.topic)
    await attend(ctx, service, input)
  },
})

/** Declares whom a lawyer stands for or against. Only digests are kept, and no desk reads them. */
export const declareTie = operation({
  name: 'legal-aid.declare-tie',
  title: { zh: '登錄律師應迴避的對象', en: 'Declare whom a lawyer cannot advise' },
  permission: 'legal-aid.rota',
  input: Type.Object({
    lawyer: Type.String({ maxLength: 40 }),
    side: Type.Union([Type.Literal('client'), Type.Literal('opponent')]),
    name: Type.Optional(Type.String({ minLength: 2, maxLength: 60 })),
    idNumber: Type.Optional(Type.String({ minLength: 6, maxLength: 20 })),
  }),
  run: async (ctx, { lawyer, side, ...party }) => {
    const known = await row(
      ctx.db,
      sql<{ id: string }>`select id from bookings.provider
        where id::text = ${lawyer} and service = ${service.name}`,
    )
    if (!known) throw invalid({ lawyer: { zh: '請選一位律師。', en: 'Choose a lawyer.' } })
    const parties = partyDigests(ctx, party)
    if (parties.length === 0)
      throw invalid({ name: { zh: '請填姓名或號碼。', en: 'Give a name or a number.' } })
    const id = randomUUID()
    await sql`insert into legal_aid.tie (id, provider, side, parties, noted_at)
      values (${id}, ${lawyer}, ${side}, ${parties}, ${ctx.now})`.execute(ctx.db)
    await record(ctx, { record: id, type: 'legal-aid.tie-declared', data: { lawyer, side } })
  },
})

/** Brings in consultations that were given, as of their import. */
export const importConsultations = operation({
  name: 'legal-aid.import',
  title: { zh: '匯入法律諮詢紀錄', en: 'Import consultations' },
  permission: 'legal-aid.import',
  input: Type.Object({ visits: Type.Array(visitInput, { minItems: 1, maxItems: 20_000 }) }),
  run: (ctx, { visits }) => importAttended(ctx, service, visits),
})
