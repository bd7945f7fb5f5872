import { parse } from 'csv-parse/sync'
import type { Text } from '../../core/i18n.ts'
import type { ImportedCall } from './operations.ts'

/** A line that was left out, by its number in the file, and why. */
export type Fault = { readonly line: number; readonly why: Text }

/** The names that exchanges give a column; Asterisk's and Kamailio's first. */
const columns = {
  id: ['uniqueid', 'callid', 'call_id', 'call-id', 'sip_callid', 'linkedid', 'sourceid'],
  began: ['start', 'calldate', 'time', 'start_time', 'starttime', 'began_at'],
  answered: ['answer', 'answer_time', 'answertime', 'answered_at'],
  ended: ['end', 'end_time', 'endtime', 'ended_at'],
  duration: ['duration'],
  talk: ['billsec', 'talk_time'],
  outcome: ['disposition', 'sip_code', 'outcome', 'status'],
  caller: ['src', 'src_user', 'from_user', 'from', 'caller', 'callerid'],
  queue: ['queue', 'queuename', 'dcontext'],
  direction: ['direction'],
} as const

type Name = keyof typeof columns
type Line = Readonly<Partial<Record<Name, string>>>

const outcomes: readonly [RegExp, ImportedCall['outcome']][] = [
  [/^(answered|answer|200)$/i, 'answered'],
  [/^(no ?answer|noanswer|cancel(led)?|abandoned|408|480|487)$/i, 'abandoned'],
  [/^(busy|congestion|failed|overflowed|[3-6]\d\d)$/i, 'overflowed'],
]

/**
 * Reads the call records of an exchange: CSV with a line of names, times local or with a zone. Good
 * lines become calls; each bad one is named with its number and reason, and costs no other line.
 */
export function readCdr(text: string, now: Date): { calls: ImportedCall[]; faults: Fault[] } {
  const calls: ImportedCall[] = []
  const faults: Fault[] = []
  const lines = linesOf(text)
  const [head, ...rest] = lines
  const at = placesOf(head?.record ?? [])
  for (const name of ['id', 'began'] as const)
    if (at[name] === undefined) faults.push({ line: head?.line ?? 1, why: noColumn(name) })
  if (faults.length > 0) return { calls, faults }
  const firstWith = new Map<string, number>()
  for (const { record, line } of rest) {
    const given = Object.fromEntries(
      Object.entries(at).map(([name, i]) => [name, (record[i] ?? '').trim()]),
    ) as Line
    const before = firstWith.get(given.id ?? '')
    const call = before === undefined ? callOf(given, now) : sameAs(before)
    if ('outcome' in call) {
      calls.push(call)
      firstWith.set(call.sourceId, line)
    } else faults.push({ line, why: call })
  }
  return { calls, faults }
}

type Parsed = { readonly record: string[]; readonly info: { readonly lines: number } }

const linesOf = (text: string): { record: string[]; line: number }[] =>
  (
    parse(text, {
      bom: true,
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }) as unknown as Parsed[]
  ).map(({ record, info }) => ({ record, line: info.lines }))

function placesOf(head: readonly string[]): Partial<Record<Name, number>> {
  const names = head.map((name) => name.trim().toLowerCase())
  const places = Object.entries(columns).map(([name, known]) => [
    name,
    known.map((one) => names.indexOf(one)).find((i) => i >= 0),
  ])
  return Object.fromEntries(places.filter(([, i]) => i !== undefined))
}

const noColumn = (name: 'id' | 'began'): Text => ({
  zh: `第一列要有欄名，且缺少「${columns[name][0]}」欄（也可以叫 ${columns[name].slice(1).join('、')}）。`,
  en:
    `The first line must name the columns; "${columns[name][0]}" is missing ` +
    `(also called ${columns[name].slice(1).join(', ')}).`,
})

const sameAs = (line: number): Text => ({
  zh: `通話編號和第 ${line} 列相同。`,
  en: `It has the call id of line ${line}.`,
})

/** The call of a line, or why it is none. */
function callOf(line: Line, now: Date): ImportedCall | Text {
  const { id = '' } = line
  if (id === '' || id.length > 100)
    return { zh: '沒有通話編號，或編號超過 100 字。', en: 'It has no call id, or a very long one.' }
  const began = timeOf(line.began)
  if (!began) return { zh: '看不懂開始時間。', en: 'The time of its start cannot be read.' }
  if (began > now) return { zh: '開始時間在未來。', en: 'It starts in the future.' }
  const seconds = Number(line.duration || 0)
  const talk = Number(line.talk || 0)
  if (!(seconds >= 0 && talk >= 0 && talk <= seconds + 1) && line.duration)
    return { zh: '秒數不對。', en: 'Its seconds are wrong.' }
  const ended = timeOf(line.ended) ?? (line.duration ? later(began, seconds) : undefined)
  const outcome = outcomeOf(line, talk)
  if (!outcome)
    return { zh: `不認得結果「${line.outcome}」。`, en: `Unknown outcome ${line.outcome}.` }
  const picked = timeOf(line.answered) ?? (talk > 0 && ended ? later(ended, -talk) : undefined)
  const answered = outcome === 'answered' ? (picked ?? began) : undefined
  if ((answered && answered < began) || (ended && ended < (answered ?? began)))
    return { zh: '時間順序不對。', en: 'Its times are out of order.' }
  return {
    sourceId: id,
    direction: /^out/i.test(line.direction ?? '') ? 'out' : 'in',
    queue: (line.queue ?? '').slice(0, 60),
    beganAt: began.toISOString(),
    outcome,
    ...(line.caller && { caller: line.caller.slice(0, 30) }),
    ...(answered && { answeredAt: answered.toISOString() }),
    ...(ended && { endedAt: ended.toISOString() }),
  }
}

const later = (at: Date, seconds: number): Date => new Date(+at + seconds * 1000)

function outcomeOf(line: Line, talk: number): ImportedCall['outcome'] | undefined {
  if (!line.outcome) return line.answered || talk > 0 ? 'answered' : 'abandoned'
  return outcomes.find(([words]) => words.test(line.outcome ?? ''))?.[1]
}

/** `2020-09-01 09:00:00` is Taipei's; with a zone as it says; ten digits are seconds since 1970. */
function timeOf(text: string | undefined): Date | undefined {
  if (!text) return undefined
  if (/^\d{10}(\.\d+)?$/.test(text)) return new Date(Number(text) * 1000)
  const [, day, time, zone] =
    /^(\d{4}[-/]\d\d[-/]\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(
      text,
    ) ?? []
  if (!day || !time) return undefined
  const at = new Date(`${day.replaceAll('/', '-')}T${time}${zone ?? '+08:00'}`)
  return Number.isNaN(+at) ? undefined : at
}
