import { sql } from 'kysely'
import { type Platform, systemActor } from '../src/core/context.ts'
import { transact } from '../src/core/db.ts'
import { perform } from '../src/core/operation.ts'
import { listCallBacks, tryCallBack } from '../src/systems/call-centre/call-backs.ts'
import { issueExchange } from '../src/systems/call-centre/exchanges.ts'
import { hearCall } from '../src/systems/call-centre/hear.ts'
import { wrapUp } from '../src/systems/call-centre/wrap-up.ts'
import { staffOf } from './city.ts'

/** A call from its ringing to a call-back that was tried once, of a caller with that case. */
export async function fillCalls(platform: Platform, caseId: string): Promise<void> {
  const operator = staffOf(platform, 'operator-1')
  await perform(platform, issueExchange, staffOf(platform, 'admin-1'), { name: 'pbx-1' })
  const sign = {
    source: 'pbx-1',
    callId: 'live-1',
    from: '0912345678',
    user: ['operator-1'],
    queue: 'general',
  }
  const exchange = systemActor('exchange:pbx-1')
  for (const event of ['newCall', 'answer', 'hangup'])
    await perform(platform, hearCall, exchange, { ...sign, event })
  const call = await transact(
    platform.database.app,
    { scope: 'city', person: '', agencies: [], secrets: [] },
    async (db) => {
      const { rows } = await sql<{ id: string }>`insert into call_centre.caller (digest, case_id)
        select caller_digest, ${caseId} from call_centre.call where source_id = 'live-1'
        returning (select id from call_centre.call where source_id = 'live-1') as id`.execute(db)
      return rows[0]!.id
    },
  )
  await perform(platform, wrapUp, operator, {
    call,
    codes: ['call-back'],
    notes: '要問修好的日期',
    callBack: {
      name: '王小姐',
      number: '0912345678',
      dueAt: '2099-01-01T09:00',
      reason: '告知修好的日期',
    },
  })
  const [promised] = await perform(platform, listCallBacks, operator, {})
  const attempt = { id: promised?.id ?? '', reached: false }
  await perform(platform, tryCallBack, operator, attempt)
}
