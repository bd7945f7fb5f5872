import { type Actor, type Platform, systemActor } from '../core/context.ts'
import { isoDate, taipei } from '../core/format.ts'
import { perform } from '../core/operation.ts'
import { seedId } from '../kernel/identity/seed.ts'
import { hearCall } from '../systems/call-centre/hear.ts'
import { importCalls } from '../systems/call-centre/operations.ts'
import { setState } from '../systems/call-centre/states.ts'
import { wrapUp } from '../systems/call-centre/wrap-up.ts'
import { pickOne, randomStream, timeWithin } from './random.ts'

const player = systemActor('demo')
const dayMs = 86_400_000
const minuteMs = 60_000
const queues = ['general', 'general', 'dispatch', 'petition']

/** Calls a day of the sample: enough for the board and the staffing table to have a shape. */
const callsADay = 150

/**
 * Eight weeks of calls before today and those of today so far, then some that operators took, with
 * what became of them. The half-year's figures have none of these: they began long after it.
 */
export async function loadRecentCalls(platform: Platform): Promise<void> {
  const random = randomStream(124)
  const now = platform.now()
  const midnight = taipei(isoDate(now))
  const spans: readonly [Date, Date, number][] = [
    [new Date(+midnight - 56 * dayMs), midnight, 56 * callsADay],
    [midnight, now, Math.round(((+now - +midnight) / dayMs) * callsADay)],
  ]
  const calls = spans.flatMap(([from, to, n]) =>
    Array.from({ length: n }, () => callAt(random, timeWithin(random, from, to))),
  )
  const over = calls.filter(({ endedAt }) => Date.parse(endedAt) <= +now)
  const numbered = over.map((call, i) => ({ ...call, sourceId: `recent-${i}` }))
  await perform(platform, importCalls, player, { source: 'demo-recent', calls: numbered }, { now })
  await takeCalls(platform, now)
}

/** One call of an exchange; its number is none that is assigned. */
function callAt(random: () => number, began: Date) {
  const answered = random() > 0.07
  const waitMs = Math.floor(2 + random() ** 3 * (answered ? 60 : 120)) * 1000
  const talkMs = answered ? Math.floor(40 + random() * 300) * 1000 : 0
  return {
    direction: 'in' as const,
    queue: pickOne(random, queues),
    caller: `0900000${String(Math.floor(random() * 1000)).padStart(3, '0')}`,
    beganAt: began.toISOString(),
    ...(answered && { answeredAt: new Date(+began + waitMs).toISOString() }),
    endedAt: new Date(+began + waitMs + talkMs).toISOString(),
    outcome: answered ? 'answered' : 'abandoned',
  }
}

type Taken = {
  readonly operator: string
  readonly caller: string
  readonly minutesAgo: number
  readonly codes: readonly string[]
  readonly notes: string
  readonly callBack?: { readonly name: string; readonly inMinutes: number; readonly reason: string }
}

const taken: readonly Taken[] = [
  {
    operator: 'operator-1',
    caller: '0900000123',
    minutesAgo: 95,
    codes: ['progress', 'call-back'],
    notes: '想知道路燈什麼時候修好',
    callBack: { name: '陳先生', inMinutes: -20, reason: '問過養護單位後回覆修復日期' },
  },
  {
    operator: 'operator-2',
    caller: '0900000456',
    minutesAgo: 80,
    codes: ['answered'],
    notes: '垃圾車時間',
  },
  {
    operator: 'operator-1',
    caller: '0900000123',
    minutesAgo: 50,
    codes: ['report'],
    notes: '同一條路又有一盞不亮',
  },
  {
    operator: 'operator-2',
    caller: '0900000789',
    minutesAgo: 35,
    codes: ['call-back'],
    notes: '要查補助資格',
    callBack: { name: '李小姐', inMinutes: 24 * 60, reason: '社會局查完後告知結果' },
  },
]

const staff = (login: string): Actor => ({ ...player, id: seedId(`staff:${login}`) })

/** Played as they happened: each rings, is answered, ends, and is wrapped up. */
async function takeCalls(platform: Platform, now: Date): Promise<void> {
  const exchange = systemActor('exchange:demo-exchange')
  const at = (minutesAgo: number) => ({ now: new Date(+now - minutesAgo * minuteMs) })
  for (const [i, call] of taken.entries()) {
    const sign = {
      source: 'demo-exchange',
      callId: `taken-${i}`,
      from: call.caller,
      queue: 'general',
      user: [call.operator],
    }
    const began = call.minutesAgo
    const rung = await perform(
      platform,
      hearCall,
      exchange,
      { ...sign, event: 'newCall' },
      at(began),
    )
    const answer = { ...sign, event: 'answer' }
    await perform(platform, hearCall, exchange, answer, at(began - 0.15))
    await perform(platform, hearCall, exchange, { ...sign, event: 'hangup' }, at(began - 4))
    await perform(platform, wrapUp, staff(call.operator), wrapOf(call, rung.id, now), at(began - 5))
  }
  const lunch = { state: 'break', reason: 'meal' }
  await perform(platform, setState, staff('operator-2'), lunch, at(12))
}

const wrapOf = ({ codes, notes, caller, callBack }: Taken, call: string, now: Date) => ({
  call,
  codes,
  notes,
  ...(callBack && {
    callBack: {
      name: callBack.name,
      number: caller,
      dueAt: new Date(+now + callBack.inMinutes * minuteMs).toISOString(),
      reason: callBack.reason,
    },
  }),
})
