import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { invalid } from '../../core/errors.ts'
import { followCode, secretHash } from '../../core/number.ts'
import { cityAgencies } from '../identity/pack.ts'
import { notify } from '../messages/messages.ts'
import type { CaseFile } from './file.ts'

/** What the code of a body outside is derived from: another than the reporter's. */
export const outsideName = (no: string): string => `${no}/outside`

/**
 * Sends a body outside the city the link to a case and the code that opens it. The letter holds no
 * contact data of the person. A body without an address is refused before anything is sent.
 */
export async function tellOutside(ctx: Ctx, file: CaseFile, statement: string): Promise<void> {
  const { row } = file
  const body = cityAgencies(ctx.city).find(({ id }) => id === row.outside)
  if (!body?.external || !body.email)
    throw invalid({
      outside: {
        zh: '這個單位沒有登錄收件信箱，請選其他外部單位或先登錄信箱。',
        en: 'This body has no address on file. Choose another or add its address first.',
      },
    })
  const { secret } = ctx.config
  const code = followCode(secret, outsideName(row.no))
  const hash = secretHash(secret, outsideName(row.no), code)
  await sql`update cases.case set outside_hash = ${hash} where id = ${row.id}`.execute(ctx.db)
  const about = `${row.subject}\n${row.place}\n\n${statement}\n\n`
  const letter = {
    subject: { zh: `請協助處理 ${row.no}`, en: `For your action: ${row.no}` },
    body: {
      zh: `${about}請以案號 ${row.no} 與代碼 ${code} 開啟並回覆。`,
      en: `${about}Open and reply with ${row.no} and ${code}.`,
    },
  }
  const to = { channel: 'email', address: body.email, locale: 'zh' } as const
  await notify(ctx, to, letter, { record: row.id, link: `/outside/${row.no}` })
}
