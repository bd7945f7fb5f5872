import { sql } from 'kysely'
import { row, transact } from '../../../core/db.ts'
import { secretHash } from '../../../core/number.ts'
import type { Visit } from '../../../web/pages.ts'
import { type ByCode, byCodePage, takeCode as proveCode } from '../../forms/pages/by-code.tsx'
import { heldNumbers, holdCase } from '../follow.ts'

const cases: ByCode = {
  title: { zh: '查案件進度', en: 'Follow a case' },
  number: { zh: '案號', en: 'Case number' },
  example: 'D109-000123-4',
  button: { zh: '查進度', en: 'Open it' },
  action: '/follow',
  onDevice: { zh: '這台裝置上的案件', en: 'Cases on this device' },
  held: ({ request, platform }) =>
    heldNumbers(request, platform.config.secret).filter((no) => !no.includes('/')),
  pathOf: (no) => `/follow/${no}`,
  hold: ({ platform, request, reply }, proven) => {
    const { secret, origin } = platform.config
    holdCase(request, reply, secret, { ...proven, secure: origin.startsWith('https:') })
  },
  exists: async ({ platform }, { no, code }) => {
    const secrets = [secretHash(platform.config.secret, no, code)]
    const scope = { scope: 'holder', person: '', agencies: [], secrets } as const
    const found = await transact(platform.database.app, scope, (db) =>
      row(db, sql`select from cases.case where no = ${no}`),
    )
    return found !== undefined
  },
}

/** The page that asks for number and code, and lists the cases this browser holds. */
export const followHome = (visit: Visit) => byCodePage(cases, visit)

/** Proves the code and holds the case in this browser. */
export const takeCode = (visit: Visit) => proveCode(cases, visit)
